//go:build moto

package main_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// The checks about buckets, in the order of bucketVerdicts.
var bucketChecks = []string{"s3-bucket-inventory", "s3-object-ownership", "s3-bucket-policy-required-actions", "s3-bucket-policy-excess-access", "cloudtrail-data-events"}

// bucketVerdicts are what the checks say of a bucket of the estate: a status,
// or a status and what the reason must hold.
type bucketVerdicts struct{ bucket, inventory, ownership, policy, excess, trails string }

// wantBuckets is what was built, in the words of the checks.
var wantBuckets = []bucketVerdicts{
	{"acme-home", "pass", "pass", "not_applicable: own account", "pass", "pass"},
	{"acme-home-locked", "pass", "pass", "fail: DenySome", "pass", "pass"},
	{"acme-good", "pass: account 444455556666, region us-east-1", "pass", "pass: all 14 actions of profile quilt-2024 on every key", "pass", "pass"},
	{"acme-writer", "pass", "fail: ObjectWriter", "fail: s3:GetObjectAttributes", "pass", "fail: writes are not"},
	{"acme-denied", "pass", "fail: BucketOwnerPreferred", "fail: s3:DeleteObject on arn:aws:s3:::acme-denied/archive/", "pass", "fail: stopped does not count: it is not logging"},
	{"acme-bare", "pass", "fail: no ownership controls", "fail: has no policy", "pass", "fail: Nothing that happens to the objects is recorded"},
	{"acme-endpoint", "pass", "pass", "unknown: depends on aws:SourceVpce", "pass", `fail: "arn:aws:s3:::acme-endpoint", which matches no object; "arn:aws:s3:::acme-endpoint/" would`},
	{"acme-organization", "pass", "pass", "pass", "pass", "pass"},
	{"acme-restricted", "pass", "pass", "unknown: s3:GetBucketPolicyStatus failed with EmptyResponse", "pass", "fail: Only part"},
	{"acme-restricted-old", "pass", "pass", "fail: s3:GetObjectTagging", "pass", "fail: reads are not"},
	{"acme-role-only", "pass", "pass", "fail: under control.principals if Quilt uses no others", "pass", "pass"},
	{"acme-orphaned", "pass", "pass", "fail: names AROAEXAMPLEEXAMPLE123", "pass", "pass"},
	{"acme-listing", "pass", "pass", "fail: s3:ListBucket", "fail: s3:ListBucketMultipartUploads", "pass"},
	{"acme-west", "pass: region us-west-2", "pass", "pass", "pass", "pass"},
	{"acme-placeholder", "pass", "pass", "fail: placeholder your-data-bucket", "pass", "pass"},
	{"acme-folders", "pass", "pass", "pass: all 3 actions of profile read-only on every key below projects/", "pass", "pass"},
	{"acme-express--use1-az4--x-s3", "unknown: Directory buckets", "not_applicable", "not_applicable", "not_applicable", "not_applicable"},
	{"acme-scans", "pass", "pass", "unknown: RestrictPublicBuckets", "pass", "pass"},
	{"acme-slides", "pass", "pass", "fail: has no policy", "pass", "pass"},
}

// wantRoles is what was built, by the names of role and bucket.
var wantRoles = map[string]string{
	"QuiltAlice acme-good": "pass: read and write below .quilt/ and projects/alice/",
	"QuiltBob acme-good":   "fail: .quilt/",
	"QuiltCarol acme-good": "fail: the permissions boundary",
	"QuiltCarol acme-west": "pass: read below .quilt/ and projects/carol/",
	"QuiltDave acme-good":  "fail: A condition on s3:prefix",
	"QuiltErin acme-bare":  "fail: bucket policy",
	"QuiltGone acme-good":  "fail: no role arn:aws:iam::111122223333:role/QuiltGone",
	"QuiltLocal acme-bare": "pass",
}

var wantAccounts = map[string]string{
	control:  "pass: lists 3 buckets, of which 2 are in scope",
	genomics: "pass: lists 15 buckets, of which 14 are in scope",
	imaging:  "pass: lists 8 buckets, of which 2 are in scope. 1 more match",
}

// wantWhole are the verdicts of the whole estate, by finding.
func wantWhole() map[string]string {
	want := map[string]string{}
	for _, b := range wantBuckets {
		for i, verdict := range []string{b.inventory, b.ownership, b.policy, b.excess, b.trails} {
			want[bucketChecks[i]+" "+b.bucket] = verdict
		}
	}
	for pair, verdict := range wantRoles {
		want["iam-prefix-role-quilt-folder "+pair] = verdict
	}
	for account, verdict := range wantAccounts {
		want["sts-account-access "+account] = verdict
	}
	return want
}

// name is how the tests call a finding: its check, resource and subject.
func name(f *audit.Finding) string {
	return strings.TrimSpace(f.Check + " " + shortName(f.Resource) + " " + f.Subject)
}

// wantFindings holds every finding against what is wanted, and the reverse.
func wantFindings(t *testing.T, run *audit.Run, want map[string]string) {
	t.Helper()
	seen := map[string]bool{}
	for i := range run.Findings {
		f := &run.Findings[i]
		verdict, ok := want[name(f)]
		if !ok || seen[name(f)] {
			t.Errorf("unwanted finding %s: %s: %s", name(f), f.Status, f.Reason)
			continue
		}
		seen[name(f)] = true
		status, fragment, _ := strings.Cut(verdict, ": ")
		if string(f.Status) != status || !strings.Contains(f.Reason, fragment) {
			t.Errorf("%s:\n got %s: %s\nwant %s", name(f), f.Status, f.Reason, verdict)
		}
	}
	for key := range want {
		if !seen[key] {
			t.Errorf("no finding %s", key)
		}
	}
}

// testWholeEstate audits everything at once: each verdict follows from what
// was built, and from nothing else.
func testWholeEstate(t *testing.T, l *lab) {
	buildEstate(t, l)
	got := l.run(t, "audit", "--config.file", writeFile(t, "config.yaml", wholeEstate), "--output", "json").want(t, 3)
	wantSchemas(t, got.stdout)
	run := got.findings(t)
	wantFindings(t, run, wantWhole())
	wantEvidence(t, run)
	wantAges(t, run)
	if run.Header.Result != audit.Complete {
		t.Errorf("result %s, want complete", run.Header.Result)
	}
	var accounts []string
	for _, a := range run.Header.Accounts {
		accounts = append(accounts, fmt.Sprint(a.ID, " ", a.Name, " ", a.Buckets, " ", a.Access))
	}
	want := "111122223333 stack 2 ok, 444455556666 genomics 15 ok, 777788889999 imaging 2 ok"
	if got := strings.Join(accounts, ", "); got != want {
		t.Errorf("accounts %s, want %s", got, want)
	}
	wantUnread(t, run.Unread)
}

// wantUnread: moto answers GetBucketPolicyStatus with nothing, for each bucket
// that has a policy. The directory bucket is never asked for anything.
func wantUnread(t *testing.T, unread []audit.Unread) {
	t.Helper()
	counts := map[string]int{}
	for _, u := range unread {
		if slices.Equal(u.Examples, []string{"arn:aws:s3:::acme-express--use1-az4--x-s3"}) {
			continue
		}
		counts[fmt.Sprint(u.AccountID, " ", u.Region, " ", u.Operation, " ", u.ErrorCode)] += u.Count
	}
	const empty = " s3:GetBucketPolicyStatus EmptyResponse"
	want := map[string]int{
		control + " us-east-1" + empty: 1, genomics + " us-east-1" + empty: 12, genomics + " us-west-2" + empty: 1, imaging + " us-east-1" + empty: 1,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("what could not be read (-want +got):\n%s", diff)
	}
}

// settled asks about buckets whose policies name a role, an endpoint and an
// organization; %s is for what the configuration says of Quilt's requests.
const settled = `
control:
  account_id: "111122223333"
  role_arn: arn:aws:iam::111122223333:role/QuiltAuditor
  external_id: s3cr3t-per-organization
%s
accounts:
  - id: "444455556666"
    role_arn: arn:aws:iam::444455556666:role/QuiltAuditor
    external_id: s3cr3t-per-organization
    regions: [us-east-1]
    buckets: [acme-role-only, acme-endpoint, acme-organization]
checks:
  disable: [s3-object-ownership, s3-bucket-policy-excess-access, cloudtrail-data-events, iam-prefix-role-quilt-folder]
`

// testSettled: what the configuration says of Quilt's requests decides what
// the bucket policies leave open. The control account is in no organization.
func testSettled(t *testing.T, l *lab) {
	l.admit(t, control, genomics)
	for _, b := range genomicsBuckets("o-elsewhere01") {
		if strings.Contains(settled, b.name) {
			l.moto.bucket(t, genomics, b)
		}
	}
	for _, test := range []struct{ control, role, endpoint string }{
		{"", "fail: control.principals", "unknown: aws:SourceVpce"},
		{"  principals: [arn:aws:iam::111122223333:role/QuiltRegistry]", "pass: QuiltRegistry", "unknown: aws:SourceVpce"},
		{"  principals: [arn:aws:iam::111122223333:role/QuiltOther]", "fail: QuiltOther", "unknown: aws:SourceVpce"},
		{"  context: {aws:SourceVpce: [vpce-1]}", "fail", "pass"},
		{"  context: {aws:SourceVpce: [vpce-1, vpce-2]}", "fail", "fail: no statement"},
	} {
		run := l.audit(t, writeFile(t, "config.yaml", fmt.Sprintf(settled, test.control)))
		want := map[string]string{"sts-account-access " + control: "pass", "sts-account-access " + genomics: "pass"}
		for bucket, verdict := range map[string]string{"acme-role-only": test.role, "acme-endpoint": test.endpoint, "acme-organization": "fail: no statement"} {
			want["s3-bucket-inventory "+bucket] = "pass"
			want["s3-bucket-policy-required-actions "+bucket] = verdict
		}
		wantFindings(t, run, want)
	}
}
