package testdata

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

const management = "999988887777" // the account of the organization's trail

// world is the estate as it is in truth, which nobody may see all of.
type world struct {
	snapshot.Contents
	denied []string // the accounts whose role does not trust the auditor
}

func worldOf(t *testing.T, run int, at time.Time) *world {
	t.Helper()
	c, err := read(at, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Contents: c}
	for _, step := range Drift() {
		account, denied := strings.CutPrefix(step.Events[0].What, "account ")
		switch {
		case !step.underWay(run):
		case denied:
			w.denied = append(w.denied, account[:12])
		default:
			if err := step.do(&w.Contents); err != nil {
				t.Fatal(err)
			}
		}
	}
	return w
}

// hidden are the rules by which AWS refuses to show the buckets that the
// sample could not read.
func (w *world) hidden() []awsfake.Rule {
	var rules []awsfake.Rule
	for i := range w.Buckets {
		if e := w.Buckets[i].Policy.Err(); e != nil && e.Code == "AccessDenied" {
			rules = append(rules, awsfake.Rule{
				Match: awsfake.Match{Service: awsfake.S3, Resource: strings.TrimPrefix(w.Buckets[i].ARN, "arn:aws:s3:::")}, Fault: awsfake.DeniedBySCP,
			})
		}
	}
	return rules
}

// estate is the AWS that the world is, with buckets that are listed without
// being in scope.
func (w *world) estate(t *testing.T) awsfake.Estate {
	t.Helper()
	e := awsfake.Estate{
		Home: w.Scope.ControlAccountID,
		Organizations: []awsfake.Organization{{
			ID: "o-exampleorg1", Management: management, Members: []string{"111122223333", "444455556666", "777788889999"},
		}},
		Buckets: []awsfake.Bucket{
			{Name: "acme-genomics-trail-logs", Owner: "444455556666"},
			{Name: "acme-genomics-scratch", Owner: "444455556666"},
			{Name: "acme-imaging-apac", Owner: "777788889999", Region: "ap-south-1"},
		},
	}
	for _, id := range []string{"111122223333", "444455556666", "777788889999", management} {
		e.Accounts = append(e.Accounts, w.account(t, id))
	}
	for i := range w.Buckets {
		if b := &w.Buckets[i]; b.Region != "" {
			e.Buckets = append(e.Buckets, bucketWith(b))
		}
	}
	return e
}

func (w *world) account(t *testing.T, id string) awsfake.Account {
	t.Helper()
	a := awsfake.Account{ID: id, Roles: []awsfake.Role{{Name: "QuiltAuditor", Assumable: !slices.Contains(w.denied, id)}}}
	for i := range w.Trails {
		if trail := &w.Trails[i]; trail.AccountID() == id {
			a.Trails = append(a.Trails, trailWith(t, trail))
		}
	}
	for i := range w.Roles {
		role := &w.Roles[i]
		detail, err := role.Detail.Get()
		if err != nil || !detail.Exists || role.AccountID != id {
			continue
		}
		made := awsfake.Role{Name: path.Base(role.ARN), ID: detail.ID}
		for _, p := range role.Inline {
			text, err := p.Document.Get()
			if err != nil {
				t.Fatal(err)
			}
			made.Inline = append(made.Inline, awsfake.InlinePolicy{Name: p.Name, Document: text})
		}
		a.Roles = append(a.Roles, made)
	}
	return a
}

func trailWith(t *testing.T, trail *snapshot.Trail) awsfake.Trail {
	t.Helper()
	status, err := trail.Status.Get()
	if err != nil {
		t.Fatal(err)
	}
	made := awsfake.Trail{
		Name: trail.Name, HomeRegion: trail.HomeRegion, MultiRegion: trail.MultiRegion, Organization: trail.Organization,
		S3BucketName: trail.S3Bucket, Stopped: !status.Logging, LatestDeliveryTime: status.LatestDeliveryTime,
	}
	selectors, err := trail.Selectors.Get()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(selectors, &made); err != nil {
		t.Fatal(err)
	}
	return made
}

// bucketWith is the bucket; one that could not be read is as it would be if it
// could.
func bucketWith(b *snapshot.Bucket) awsfake.Bucket {
	made := awsfake.Bucket{Name: strings.TrimPrefix(b.ARN, "arn:aws:s3:::"), Owner: b.AccountID, Region: b.Region, Policy: "{}"}
	if b.Policy.Err() != nil {
		return made
	}
	made.Ownership, _ = b.Ownership.Get()
	made.Policy, _ = b.Policy.Get()
	made.Public, _ = b.Public.Get()
	block, _ := b.PublicAccessBlock.Get()
	made.PublicAccessBlock = &awsfake.PublicAccessBlock{
		BlockPublicAcls: block.BlockPublicAcls, IgnorePublicAcls: block.IgnorePublicAcls,
		BlockPublicPolicy: block.BlockPublicPolicy, RestrictPublicBuckets: block.RestrictPublicBuckets,
	}
	return made
}
