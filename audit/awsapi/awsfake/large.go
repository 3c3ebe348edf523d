package awsfake

import "fmt"

// The names in the estates that [Large] makes.
const (
	// LargeControlAccount runs Quilt; it is also [Estate.Home].
	LargeControlAccount = "111122223333"
	// LargeRole can be assumed in every data account with LargeExternalID.
	LargeRole       = "QuiltAuditor"
	LargeExternalID = "load-test-external-id"
)

// Large is an estate for load tests: a control account and data accounts of which each owns that
// many buckets, in three regions, with policies, ownership, trails and mistakes in the proportions
// of a real organization. The same arguments give the same estate. It stays small, a few hundred
// bytes a bucket, because generated buckets share the text of their policies.
func Large(accounts, bucketsPerAccount int) Estate {
	e := Estate{
		Home:     LargeControlAccount,
		Accounts: []Account{{ID: LargeControlAccount, Roles: []Role{auditorRole()}}},
		Buckets:  make([]Bucket, 0, accounts*bucketsPerAccount),
	}
	shared := largeShared{
		templates: largeTemplates(), block: BlockAll(),
		tags: map[string]string{"quilt": "true", "team": "genomics"},
	}
	organization := Organization{ID: "o-largeorg01", Management: LargeControlAccount}
	for a := range accounts {
		id := LargeAccountID(a)
		organization.Members = append(organization.Members, id)
		first := fmt.Sprintf("acme-%04d-%06d", a, 0)
		e.Accounts = append(e.Accounts, Account{
			ID: id, Roles: []Role{auditorRole()}, Trails: []Trail{largeTrail(a, first)}, PublicAccessBlock: shared.block,
		})
		for b := range bucketsPerAccount {
			e.Buckets = append(e.Buckets, shared.bucket(id, a, b))
		}
	}
	e.Organizations = []Organization{organization}
	return e
}

// LargeAccountID is the id of the data account with that number, from 0. Every tenth id starts with
// a zero, as real ones do.
func LargeAccountID(number int) string {
	if number%10 == 0 {
		return fmt.Sprintf("0%011d", 40_000_000_000+number)
	}
	return fmt.Sprintf("%012d", 444_000_000_000+number)
}

func auditorRole() Role {
	return Role{Name: LargeRole, Assumable: true, ExternalID: LargeExternalID}
}

// largeShared is what generated buckets have in common; nothing writes to it.
type largeShared struct {
	templates []*policyTemplate
	block     *PublicAccessBlock
	tags      map[string]string
}

func (s largeShared) bucket(owner string, a, b int) Bucket {
	bucket := Bucket{
		Name: fmt.Sprintf("acme-%04d-%06d", a, b), Owner: owner,
		Region:            []string{"us-east-1", "us-east-1", "us-west-2", "eu-central-1"}[b%4],
		Ownership:         largeOwnership(chance(uint64(a)<<32, uint64(b))),
		PublicAccessBlock: s.block,
		template:          pickTemplate(s.templates, chance(uint64(a)<<32+1<<31, uint64(b))),
	}
	if b%5 != 4 {
		bucket.Tags = s.tags
	}
	return bucket
}

func largeOwnership(roll float64) string {
	switch {
	case roll < 0.92:
		return BucketOwnerEnforced
	case roll < 0.96:
		return BucketOwnerPreferred
	case roll < 0.98:
		return ObjectWriter
	}
	return ""
}

// largeTrail records all data events, or those of one bucket, or only reads, or none.
func largeTrail(a int, bucket string) Trail {
	t := Trail{Name: "account-trail", MultiRegion: true, S3BucketName: "acme-audit-logs"}
	object := func(values ...string) []DataResource {
		return []DataResource{{Type: "AWS::S3::Object", Values: values}}
	}
	switch a % 10 {
	case 6, 7:
		t.EventSelectors = []EventSelector{{IncludeManagementEvents: true, DataResources: object("arn:aws:s3:::" + bucket + "/")}}
	case 8:
		t.EventSelectors = []EventSelector{{ReadWriteType: "ReadOnly", DataResources: object("arn:aws:s3")}}
	case 9:
	default:
		t.AdvancedEventSelectors = []AdvancedEventSelector{AllS3DataEvents()}
	}
	return t
}
