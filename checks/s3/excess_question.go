package s3

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/excess"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

// surplus is the question of what the bucket policy grants without need.
type surplus struct {
	bucket       *snapshot.ScopeBucket
	facts        *snapshot.Bucket
	text         string
	document     *policy.Document // nil if the bucket has no policy
	organization string           // the own one, if the policy asks for one
	orgErr       error            // why it is not known, if the policy asks for it
	needs        []excess.Need
	report       excess.Report
}

// newSurplus reads what the question rests on. A nil surplus comes with the
// unknown verdict.
func newSurplus(s *snapshot.Snapshot, b *snapshot.ScopeBucket, f *snapshot.Bucket, policies *policy.Cache) (*surplus, audit.Verdict) {
	text, err := f.Policy.Get()
	if err != nil {
		return nil, audit.Unreadable("The bucket policy", err)
	}
	u := &surplus{bucket: b, facts: f, text: text}
	if text == "" {
		return u, audit.Verdict{}
	}
	if u.document, err = policies.Parse(text, policy.Resource); err != nil {
		return nil, notUnderstood("The bucket policy", text, err)
	}
	if asksForOrganization(u.document) {
		org, err := s.Organization.Get()
		u.organization, u.orgErr = org.ID, err
	}
	u.needs = needs(s, b)
	return u, audit.Verdict{}
}

// asksForOrganization reports whether the policy asks for the organization of
// the caller, or of whom a service acts for.
func asksForOrganization(d *policy.Document) bool {
	for i := range d.Statements {
		if slices.ContainsFunc(d.Statements[i].Conditions, func(c policy.Condition) bool {
			return quilt.IsOrganizationKey(c.Key) || strings.HasPrefix(strings.ToLower(c.Key), "aws:sourceorg")
		}) {
			return true
		}
	}
	return false
}

func (u *surplus) question(s *snapshot.Snapshot) excess.Case {
	b := u.bucket
	return excess.Case{
		Policy: u.document, Bucket: b.Name, Partition: b.Partition, Owner: b.AccountID, Needs: u.needs,
		Organization: u.organization, OrganizationUnread: u.orgErr != nil,
		Known:   snapshot.Derived(s, estateAccounts{}, func() []string { return accountIDs(s) }),
		Context: snapshot.Derived(s, fixedContext{b.AccountID, b.Region}, func() map[string][]string { return quilt.Fixed(s, b) }),
	}
}

// estateAccounts and fixedContext are what many buckets share.
type (
	estateAccounts struct{}
	fixedContext   struct{ account, region string }
)

func accountIDs(s *snapshot.Snapshot) []string {
	ids := make([]string, len(s.Scope.Accounts))
	for i := range s.Scope.Accounts {
		ids[i] = s.Scope.Accounts[i].ID
	}
	return ids
}
