//go:build moto

package main_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// refused has four accounts: one that lets the auditor in, one without the
// role, one whose role asks for another external id (with an id that YAML
// takes for an octal number), one for which the default credentials are wrong.
const refused = `
control:
  account_id: "111122223333"
  role_arn: arn:aws:iam::111122223333:role/QuiltAuditor
  external_id: s3cr3t-per-organization
accounts:
  - id: 444455556666
    role_arn: arn:aws:iam::444455556666:role/QuiltAuditor
    external_id: s3cr3t-per-organization
    regions: [us-east-1]
    buckets: [acme-good, acme-shared]
  - id: 777788889999
    role_arn: arn:aws:iam::777788889999:role/Nobody
    regions: [us-east-1]
    buckets: [acme-scans, acme-slides]
    discover: {}
  - id: 001234567012
    role_arn: arn:aws:iam::001234567012:role/QuiltAuditor
    external_id: of-somebody-else
    regions: [us-east-1]
    discover: {include: ["acme-*"]}
  - id: 222233334444
    regions: [us-east-1]
    buckets: [acme-stray]
prefix_roles:
  - {role_arn: "arn:aws:iam::777788889999:role/QuiltZoe", bucket: acme-good, prefixes: [zoe/], access: read}
  - {role_arn: "arn:aws:iam::777788889999:role/QuiltZoe", bucket: acme-shared, prefixes: [zoe/], access: read}
`

// testRefusedAccounts: an account that cannot be entered fails its own check,
// leaves everything in it unknown, and takes nothing from the others.
func testRefusedAccounts(t *testing.T, l *lab) {
	l.admit(t, control, genomics, "001234567012")
	l.moto.bucket(t, genomics, bucketSpec{name: "acme-good", ownership: types.ObjectOwnershipBucketOwnerEnforced, policy: guide("acme-good")})
	l.moto.bucket(t, genomics, bucketSpec{name: "acme-shared", policy: document(
		grant(controlRoot, "acme-shared", fourteenActions), grant(imaging, "acme-shared", []string{"s3:*"}))})
	l.moto.bucket(t, imaging, bucketSpec{name: "acme-scans"})
	run := l.audit(t, writeFile(t, "config.yaml", refused))
	wantFindings(t, run, wantRefused())
	access := map[string]audit.Access{}
	for _, a := range run.Header.Accounts {
		access[a.ID] = a.Access
	}
	if diff := cmp.Diff(map[string]audit.Access{
		control: audit.AccessOK, genomics: audit.AccessOK, imaging: audit.AccessDenied,
		"001234567012": audit.AccessDenied, "222233334444": audit.AccessDenied,
	}, access); diff != "" || run.Header.Result != audit.Partial {
		t.Errorf("a %s run, want partial; access (-want +got):\n%s", run.Header.Result, diff)
	}
	wantOneKnock(t, l)
}

func wantRefused() map[string]string {
	want := map[string]string{
		"sts-account-access " + control:                 "pass",
		"sts-account-access " + genomics:                "pass",
		"sts-account-access " + imaging:                 "fail: sts:AssumeRole failed with AccessDenied",
		"sts-account-access 001234567012":               "fail: sts:AssumeRole failed with AccessDenied",
		"sts-account-access 222233334444":               "fail: WrongAccount",
		"s3-bucket-inventory acme-good":                 "pass",
		"s3-object-ownership acme-good":                 "pass",
		"s3-bucket-policy-required-actions acme-good":   "pass",
		"s3-bucket-policy-excess-access acme-good":      "pass",
		"cloudtrail-data-events acme-good":              "fail",
		"s3-bucket-inventory acme-shared":               "pass",
		"s3-object-ownership acme-shared":               "fail",
		"s3-bucket-policy-required-actions acme-shared": "pass",
		"s3-bucket-policy-excess-access acme-shared":    "fail: account 777788889999",
		"cloudtrail-data-events acme-shared":            "fail",
		// Whatever the role's policies are, one bucket policy refuses it.
		"iam-prefix-role-quilt-folder QuiltZoe acme-good":   "fail: no statement of the bucket policy allows it",
		"iam-prefix-role-quilt-folder QuiltZoe acme-shared": "unknown: sts:AssumeRole failed with AccessDenied",
	}
	for bucket, why := range map[string]string{"acme-scans": "AccessDenied", "acme-slides": "AccessDenied", "acme-stray": "WrongAccount"} {
		for _, check := range bucketChecks {
			want[check+" "+bucket] = "unknown: " + why
		}
	}
	return want
}

// wantOneKnock: a role that refuses is asked once in a run, not once a call.
func wantOneKnock(t *testing.T, l *lab) {
	t.Helper()
	knocks := map[string]int{}
	for _, c := range l.gate.seen() {
		if c.assumes() {
			knocks[c.form.Get("RoleArn")]++
		}
	}
	for _, role := range []string{"arn:aws:iam::777788889999:role/Nobody", "arn:aws:iam::001234567012:role/QuiltAuditor"} {
		if knocks[role] != 1 {
			t.Errorf("%d requests to assume %s, want 1", knocks[role], role)
		}
	}
}

const lost = `
control:
  account_id: "111122223333"
  role_arn: arn:aws:iam::111122223333:role/QuiltAuditor
  external_id: s3cr3t-per-organization
accounts:
  - id: "444455556666"
    role_arn: arn:aws:iam::444455556666:role/QuiltAuditor
    external_id: s3cr3t-per-organization
    regions: [us-east-1]
    buckets: [acme-kept, acme-deleted, acme-never, acme-foreign, acme-moved]
prefix_roles:
  - {role_arn: "arn:aws:iam::111122223333:role/QuiltAlice", bucket: acme-deleted, prefixes: [alice/], access: read}
`

// testLostBuckets: a bucket that is gone, was never there, belongs to somebody
// else or lies in another region fails the inventory and leaves the rest
// unknown.
func testLostBuckets(t *testing.T, l *lab) {
	l.admit(t, control, genomics)
	l.moto.role(t, control, roleSpec{name: "QuiltAlice", inline: document(folderStatements("acme-deleted", ".quilt/", "alice/")...)})
	for _, b := range []bucketSpec{{name: "acme-kept"}, {name: "acme-deleted", policy: guide("acme-deleted")}, {name: "acme-moved", region: "us-west-2"}} {
		l.moto.bucket(t, genomics, b)
	}
	l.moto.bucket(t, genomics, bucketSpec{name: "logs"})
	l.moto.trail(t, genomics, trailSpec{name: "everything", region: "us-east-1", logs: "logs", selectors: everyObject})
	l.moto.bucket(t, imaging, bucketSpec{name: "acme-foreign", ownership: types.ObjectOwnershipBucketOwnerEnforced, policy: guide("acme-foreign")})
	config := writeFile(t, "config.yaml", lost)
	before := l.audit(t, config)
	for _, check := range []string{"s3-bucket-inventory", "s3-bucket-policy-required-actions", "cloudtrail-data-events"} {
		if f := one(t, before, check, "acme-deleted", ""); f.Status != audit.StatusPass {
			t.Errorf("before it is deleted: %s: %s", f.Status, f.Reason)
		}
	}
	_, err := l.moto.s3(t, genomics, "us-east-1").DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: aws.String("acme-deleted")})
	must(t, "deleting the bucket", err)
	run := l.audit(t, config)
	wantLost(t, run)
	if f := one(t, run, "iam-prefix-role-quilt-folder", "QuiltAlice", "acme-deleted"); f.Status != audit.StatusUnknown {
		t.Errorf("the role on the deleted bucket: %s: %s, want unknown", f.Status, f.Reason)
	}
	if run.Header.Result != audit.Complete {
		t.Errorf("result %s, want complete: the account was entered and listed", run.Header.Result)
	}
}

// wantLost: the inventory says what became of each bucket, and nothing else
// is said of it.
func wantLost(t *testing.T, run *audit.Run) {
	t.Helper()
	inventory := map[string]string{
		"acme-deleted": "fail: There is no bucket acme-deleted", "acme-never": "fail: There is no bucket acme-never",
		"acme-foreign": "fail: account 444455556666 does not own it", "acme-moved": "fail: The bucket lies in us-west-2",
	}
	for bucket, verdict := range inventory {
		status, fragment, _ := strings.Cut(verdict, ": ")
		if f := one(t, run, "s3-bucket-inventory", bucket, ""); string(f.Status) != status || !strings.Contains(f.Reason, fragment) {
			t.Errorf("%s: %s: %s, want %s", bucket, f.Status, f.Reason, verdict)
		}
		for _, check := range bucketChecks[1:] {
			if f := one(t, run, check, bucket, ""); f.Status != audit.StatusUnknown || strings.Contains(f.Reason, "not read.") {
				t.Errorf("%s of %s: %s: %s, want unknown with a cause", check, bucket, f.Status, f.Reason)
			}
		}
	}
}
