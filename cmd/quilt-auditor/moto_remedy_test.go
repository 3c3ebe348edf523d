//go:build moto

package main_test

import (
	stdjson "encoding/json"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// maxRounds is more than the buckets that the trail data-events is to record.
const maxRounds = 12

// testRemediations applies every remediation that is a change, by its command
// and with its document, until there is none left. What was mended passes
// or no longer applies, what passed before still does, and nothing that stood in a document is lost.
func testRemediations(t *testing.T, l *lab) {
	buildEstate(t, l)
	// moto cannot say whether a policy is public, so that with this block on no
	// grant can be proved.
	l.moto.block(t, imaging, false)
	config := writeFile(t, "config.yaml", wholeEstate)
	run := l.audit(t, config)
	kinds := map[string]int{}
	for range maxRounds {
		changes := independentChanges(run)
		if len(changes) == 0 {
			break
		}
		for _, f := range changes {
			kinds[f.Check]++
			l.moto.apply(t, f)
		}
		next := l.audit(t, config)
		wantMended(t, run, next, changes)
		run = next
	}
	want := map[string]int{
		"s3-object-ownership": 3, "s3-bucket-policy-required-actions": 9, "cloudtrail-data-events": 6, "iam-prefix-role-quilt-folder": 2,
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("changes applied, by check (-want +got):\n%s", diff)
	}
	wantLeft(t, run)
}

// independentChanges are changes of which no two replace the same document:
// each is made from what it found.
func independentChanges(run *audit.Run) []audit.Finding {
	var changes []audit.Finding
	taken := map[string]bool{}
	for _, f := range run.Findings {
		if f.Remediation == nil || f.Remediation.Kind != audit.RemedyChange || taken[f.Remediation.CLI] {
			continue
		}
		taken[f.Remediation.CLI] = true
		changes = append(changes, f)
	}
	return changes
}

// wantMended compares the findings before and after the changes.
func wantMended(t *testing.T, before, after *audit.Run, changes []audit.Finding) {
	t.Helper()
	status := map[string]audit.Finding{}
	for _, f := range after.Findings {
		status[f.ID] = f
	}
	for _, f := range changes {
		if now := status[f.ID]; now.Status != audit.StatusPass && now.Status != audit.StatusNotApplicable {
			t.Errorf("%s, after %s:\n%s: %s", name(&f), f.Remediation.CLI, now.Status, now.Reason)
		}
	}
	for _, f := range before.Findings {
		if now := status[f.ID]; f.Status == audit.StatusPass && now.Status != audit.StatusPass {
			t.Errorf("%s passed before the changes, now %s: %s", name(&f), now.Status, now.Reason)
		}
	}
}

// wantLeft: what is left are the failures that only advice is given on, and
// what is unknown.
func wantLeft(t *testing.T, run *audit.Run) {
	t.Helper()
	left := map[string]string{}
	for i := range run.Findings {
		if f := &run.Findings[i]; f.Status == audit.StatusFail || f.Status == audit.StatusUnknown {
			left[name(f)] = string(f.Status)
		}
	}
	want := map[string]string{
		"s3-bucket-policy-required-actions acme-restricted-old": "fail",    // nobody knows whether it is public
		"s3-bucket-policy-required-actions acme-restricted":     "unknown", // nor this
		"s3-bucket-policy-required-actions acme-endpoint":       "unknown",
		"s3-bucket-policy-excess-access acme-listing":           "fail", // advice only
		"s3-bucket-inventory acme-express--use1-az4--x-s3":      "unknown",
		"iam-prefix-role-quilt-folder QuiltCarol acme-good":     "fail", // the boundary
		"iam-prefix-role-quilt-folder QuiltGone acme-good":      "fail", // no role
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("what is left (-want +got):\n%s", diff)
	}
}

// words are the words of a command as a POSIX shell takes them.
func words(t *testing.T, command string) []string {
	t.Helper()
	out, err := exec.Command("sh", "-c", `aws() { printf '%s\0' "$@"; }; `+command).Output()
	must(t, "reading the command "+command, err)
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

// apply does what the remediation's command does with its document.
func (c *cloud) apply(t *testing.T, f audit.Finding) {
	t.Helper()
	command := words(t, f.Remediation.CLI)
	flags := map[string]string{}
	for i := 2; i+1 < len(command); i += 2 {
		flags[command[i]] = command[i+1]
	}
	document := []byte(f.Remediation.Document)
	switch strings.Join(command[:2], " ") {
	case "s3api put-bucket-ownership-controls":
		c.applyOwnership(t, f, flags, document)
	case "s3api put-bucket-policy":
		c.applyPolicy(t, f, flags, document)
	case "cloudtrail put-event-selectors":
		c.applySelectors(t, f, flags, document)
	case "iam put-role-policy":
		c.applyRolePolicy(t, f, flags, document)
	default:
		t.Errorf("%s has the command %q", name(&f), f.Remediation.CLI)
	}
}

func (c *cloud) applyOwnership(t *testing.T, f audit.Finding, flags map[string]string, document []byte) {
	t.Helper()
	var controls types.OwnershipControls
	must(t, "the document of "+name(&f), strictJSON(document, &controls))
	bucket, owner := flags["--bucket"], flags["--expected-bucket-owner"]
	_, err := c.s3(t, f.AccountID, f.Region).PutBucketOwnershipControls(t.Context(), &s3.PutBucketOwnershipControlsInput{
		Bucket: &bucket, ExpectedBucketOwner: &owner, OwnershipControls: &controls,
	})
	must(t, "applying "+f.Remediation.CLI, err)
	if owner != f.AccountID || flags["--ownership-controls"] != "Rules=[{ObjectOwnership="+string(controls.Rules[0].ObjectOwnership)+"}]" {
		t.Errorf("the command does not fit document and account: %s", f.Remediation.CLI)
	}
}

func (c *cloud) applyPolicy(t *testing.T, f audit.Finding, flags map[string]string, document []byte) {
	t.Helper()
	client, bucket, text := c.s3(t, f.AccountID, f.Region), flags["--bucket"], string(document)
	if old, err := client.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket}); err == nil {
		wantKept(t, &f, []byte(*old.Policy))
	}
	_, err := client.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &text})
	must(t, "applying "+f.Remediation.CLI, err)
	if flags["--expected-bucket-owner"] != f.AccountID {
		t.Errorf("the command names another owner: %s", f.Remediation.CLI)
	}
}

func (c *cloud) applySelectors(t *testing.T, f audit.Finding, flags map[string]string, document []byte) {
	t.Helper()
	client, trail := cloudtrail.NewFromConfig(c.in(t, f.AccountID, flags["--region"])), flags["--trail-name"]
	old, err := client.GetEventSelectors(t.Context(), &cloudtrail.GetEventSelectorsInput{TrailName: &trail})
	must(t, "the selectors of "+trail, err)
	before, err := stdjson.Marshal([]any{old.EventSelectors, old.AdvancedEventSelectors})
	must(t, "the selectors of "+trail, err)
	wantKept(t, &f, before)
	c.putSelectors(t, client, trail, document)
}

func (c *cloud) applyRolePolicy(t *testing.T, f audit.Finding, flags map[string]string, document []byte) {
	t.Helper()
	client := iam.NewFromConfig(c.in(t, f.AccountID, "us-east-1"))
	role, policy, text := flags["--role-name"], flags["--policy-name"], string(document)
	old, err := client.ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: &role})
	must(t, "the policies of "+role, err)
	if slices.Contains(old.PolicyNames, policy) {
		replaced, err := client.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &policy})
		must(t, "the policy "+policy+" of "+role, err)
		before, err := url.PathUnescape(*replaced.PolicyDocument)
		must(t, "the policy "+policy+" of "+role, err)
		wantKept(t, &f, []byte(before))
	}
	_, err = client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: &role, PolicyName: &policy, PolicyDocument: &text})
	must(t, "applying "+f.Remediation.CLI, err)
}

// wantKept: every text of the document that is replaced stands in the new one
// at least as often.
func wantKept(t *testing.T, f *audit.Finding, before []byte) {
	t.Helper()
	old, merged := texts(t, before), texts(t, f.Remediation.Document)
	for text, n := range old {
		if merged[text] < n {
			t.Errorf("%s: the document loses %q", name(f), text)
		}
	}
}

// texts counts the strings of a JSON document.
func texts(t *testing.T, document []byte) map[string]int {
	t.Helper()
	counts := map[string]int{}
	decoder := stdjson.NewDecoder(strings.NewReader(string(document)))
	for decoder.More() {
		token, err := decoder.Token()
		must(t, "a document", err)
		if text, ok := token.(string); ok {
			counts[text]++
		}
	}
	return counts
}
