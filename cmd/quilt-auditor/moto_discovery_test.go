//go:build moto

package main_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const discovery = `
control:
  account_id: "111122223333"
  role_arn: arn:aws:iam::111122223333:role/QuiltAuditor
  external_id: s3cr3t-per-organization
accounts:
  - id: "444455556666"
    role_arn: arn:aws:iam::444455556666:role/QuiltAuditor
    external_id: s3cr3t-per-organization
    regions: [us-east-1, us-west-2]
    buckets: [named-data]
    discover:
      include: ["acme-*", "lab-?"]
      exclude: ["*-scratch", "acme-tmp*"]
  - id: "777788889999"
    role_arn: arn:aws:iam::777788889999:role/QuiltAuditor
    external_id: s3cr3t-per-organization
    discover:
      tags: {quilt: "true", stage: prod}
checks:
  disable: [s3-bucket-policy-required-actions, s3-bucket-policy-excess-access, cloudtrail-data-events, iam-prefix-role-quilt-folder]
`

// testDiscovery: moto's listing shows no regions, so that they come from
// HeadBucket's header, which is asked only of the buckets that names let in.
func testDiscovery(t *testing.T, l *lab) {
	l.admit(t, control, genomics, imaging)
	buildDiscovered(t, l)
	run := l.audit(t, writeFile(t, "config.yaml", discovery))
	want := map[string]string{
		"sts-account-access " + control:  "pass",
		"sts-account-access " + genomics: "pass: lists 9 buckets, of which 4 are in scope. 1 more match",
		"sts-account-access " + imaging:  "pass: lists 5 buckets, of which 2 are in scope",
	}
	for bucket, region := range map[string]string{
		"named-data": "us-east-1", "acme-east": "us-east-1", "acme-west": "us-west-2", "lab-1": "us-east-1", "slides": "us-east-1", "slides-europe": "eu-west-1",
	} {
		want["s3-bucket-inventory "+bucket] = "pass: region " + region
		want["s3-object-ownership "+bucket] = "fail: no ownership controls"
		if f := one(t, run, "s3-object-ownership", bucket, ""); f.Region != region {
			t.Errorf("%s: region %q, want %q", bucket, f.Region, region)
		}
	}
	wantFindings(t, run, want)
	wantHeads(t, l)
}

func buildDiscovered(t *testing.T, l *lab) {
	t.Helper()
	for _, b := range []bucketSpec{
		{name: "named-data"},
		{name: "acme-east"},
		{name: "acme-west", region: "us-west-2"},
		{name: "acme-europe", region: "eu-west-1"},
		{name: "acme-scratch"},
		{name: "acme-tmp-1"},
		{name: "lab-1"},
		{name: "lab-22"},
		{name: "others"},
	} {
		l.moto.bucket(t, genomics, b)
	}
	for _, b := range []bucketSpec{
		{name: "slides", tags: map[string]string{"quilt": "true", "stage": "prod", "team": "imaging"}},
		{name: "slides-europe", region: "eu-west-1", tags: map[string]string{"stage": "prod", "quilt": "true"}},
		{name: "slides-dev", tags: map[string]string{"quilt": "true", "stage": "dev"}},
		{name: "slides-half", tags: map[string]string{"quilt": "true"}},
		{name: "slides-untagged"},
	} {
		l.moto.bucket(t, imaging, b)
	}
}

func wantHeads(t *testing.T, l *lab) {
	t.Helper()
	var heads []string
	for _, c := range l.gate.seen() {
		if c.action == "s3:ListBucket" {
			heads = append(heads, strings.Trim(c.path, "/"))
		}
	}
	slices.Sort(heads)
	heads = slices.Compact(heads) // a slow answer is asked for again
	want := []string{
		"acme-east", "acme-europe", "acme-west", "lab-1", "named-data",
		"slides", "slides-dev", "slides-europe", "slides-half", "slides-untagged",
	}
	if diff := cmp.Diff(want, heads); diff != "" {
		t.Errorf("HeadBucket calls (-want +got):\n%s", diff)
	}
}
