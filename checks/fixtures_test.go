package checks_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/checks/checktest"
)

// fixture is a situation that other auditors get wrong, with what each of them
// says of it by its source code.
type fixture struct {
	situation, right               string
	prowler, c7n, steampipe, trivy string
	check                          string
	change                         func(*snapshot.Contents)
}

const (
	foo          = "arn:aws:s3:::acme-genomics-raw"
	organization = "999988887777"
)

func selectors(text string) func(*snapshot.Contents) {
	return func(c *snapshot.Contents) { c.Trails[0].Selectors = snapshot.Got(json.RawMessage(text)) }
}

func basic(readWrite, value string) func(*snapshot.Contents) {
	return selectors(fmt.Sprintf(`{"EventSelectors":[{"ReadWriteType":%q,"IncludeManagementEvents":true,"DataResources":[{"Type":"AWS::S3::Object","Values":[%q]}]}]}`, readWrite, value))
}

func advanced(fields string) func(*snapshot.Contents) {
	return selectors(`{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}` + fields + `]}]}`)
}

// foreign makes the trail one of another account; seen tells whether the data
// account sees it.
func foreign(account string, organizationTrail, seen, readable bool) func(*snapshot.Contents) {
	return func(c *snapshot.Contents) {
		t := &c.Trails[0]
		t.ARN = strings.Replace(t.ARN, checktest.DataAccount, account, 1)
		t.Organization = organizationTrail
		if !readable {
			t.Selectors = snapshot.Failed[json.RawMessage](&snapshot.ReadError{Operation: "cloudtrail:GetEventSelectors", Code: "CloudTrailARNInvalidException"})
		}
		arns := []string{}
		if seen {
			arns = []string{t.ARN}
		}
		c.Accounts[1].Trails[0].ARNs = snapshot.Got(arns)
	}
}

const trails, grants, excesses, ownership = "cloudtrail-data-events", "s3-bucket-policy-required-actions", "s3-bucket-policy-excess-access", "s3-object-ownership"

var fixtures = []fixture{
	{"advanced selector, ARN starts with another bucket", "not covered", "PASS, wrong", "absent", "alarm", "fail", trails, advanced(`,{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::other/"]}`)},
	{"advanced selector, readOnly is false", "writes only", "read PASS, wrong", "absent, wrong", "alarm, wrong for writes", "fail, wrong for writes", trails, advanced(`,{"Field":"readOnly","Equals":["false"]}`)},
	{"advanced selector, all of S3 but the log bucket", "covered", "PASS", "absent, wrong", "alarm, wrong", "fail, wrong", trails, advanced(`,{"Field":"resources.ARN","NotStartsWith":["arn:aws:s3:::acme-trail-logs/"]}`)},
	{"basic selector `arn:aws:s3:::foo/`, All", "covered", "FAIL, wrong per bucket", "present", "ok", "pass", trails, basic("All", foo+"/")},
	{"basic selector `arn:aws:s3:::foo-bar/` only", "not covered", "FAIL", "absent", "ok, wrong", "fail", trails, basic("All", foo+"-bar/")},
	{"basic selector `arn:aws:s3:::foo/raw/` only", "partly covered", "FAIL", "absent", "ok, wrong", "fail", trails, basic("All", foo+"/raw/")},
	{"basic selector `arn:aws:s3:::`", "covered", "PASS", "present", "alarm, wrong", "fail, wrong", trails, basic("All", "arn:aws:s3:::")},
	{"basic selector `arn:aws:s3`, WriteOnly", "writes only", "read FAIL, write PASS", "absent, wrong", "split, right", "split, right", trails, basic("WriteOnly", "arn:aws:s3")},
	{"basic selector `arn:aws:s3`, the trail is stopped", "not covered", "PASS, wrong", "present, wrong", "ok, wrong", "pass, wrong", trails, func(c *snapshot.Contents) {
		basic("All", "arn:aws:s3")(c)
		c.Trails[0].Status = snapshot.Got(snapshot.TrailStatus{})
	}},
	{"organization trail whose selectors can be read", "covered", "hangs on a call that may fail", "ignored, wrong", "depends", "n/a", trails, foreign(organization, true, true, true)},
	{"organization trail whose selectors cannot be read", "unknown", "hangs on a call that may fail", "ignored, wrong", "depends", "n/a", trails, foreign(organization, true, true, false)},
	{"trail only in an unrelated account", "not covered", "n/a", "absent", "ok in an aggregator, wrong", "n/a", trails, foreign("222233334444", false, false, true)},
	{"policy allows Quilt the profile and a foreign account `s3:*`", "fail", "FAIL", "violation", "ok, wrong", "n/a", excesses, func(c *snapshot.Contents) {
		text, _ := c.Buckets[0].Policy.Get()
		c.Buckets[0].Policy = snapshot.Got(with(text, `{"Effect":"Allow","Principal":{"AWS":"222233334444"},"Action":"s3:*","Resource":["`+foo+`","`+foo+`/*"]}`))
	}},
	{"policy allows Quilt the profile and nobody anything else", "pass", "FAIL unless the account is listed", "violation unless it is listed", "ok", "n/a", excesses, func(*snapshot.Contents) {}},
	{"bucket policy cannot be read (AccessDenied)", "unknown", "no finding, or PASS", "dropped", "query error, info or ok", "n/a", grants, func(c *snapshot.Contents) {
		c.Buckets[0].Policy = snapshot.Failed[string](&snapshot.ReadError{Operation: "s3:GetBucketPolicy", Code: "AccessDenied", MissingPermission: "s3:GetBucketPolicy"})
	}},
	{"Object Ownership cannot be read (AccessDenied)", "unknown", "FAIL, wrong", "dropped", "error", "n/a", ownership, func(c *snapshot.Contents) {
		c.Buckets[0].Ownership = snapshot.Failed[string](&snapshot.ReadError{Operation: "s3:GetBucketOwnershipControls", Code: "AccessDenied", MissingPermission: "s3:GetBucketOwnershipControls"})
	}},
}

// answer is what the check says of the fixture, in the words of the table.
func (f fixture) answer(t *testing.T) string {
	t.Helper()
	c := checktest.Sound()
	f.change(&c)
	for _, v := range audit.Evaluate(build(t, c), checks.All()) {
		if v.Check != f.check || v.Subject.Resource != foo {
			continue
		}
		if f.check != trails || v.Status == audit.StatusUnknown {
			return string(v.Status)
		}
		var e struct {
			OwnerSide struct{ Read, Write string } `json:"owner_side"`
		}
		evidence, err := json.Marshal(v.Evidence)
		if err != nil || json.Unmarshal(evidence, &e) != nil {
			t.Fatalf("evidence %s", evidence)
		}
		return map[[2]string]string{
			{"all", "all"}: "covered", {"none", "none"}: "not covered", {"none", "all"}: "writes only", {"partial", "partial"}: "partly covered",
		}[[2]string{e.OwnerSide.Read, e.OwnerSide.Write}]
	}
	return "no verdict"
}

// TestFixturesThatOthersGetWrong judges the fixtures and keeps the table in
// docs/fixtures.md.
func TestFixturesThatOthersGetWrong(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# Fixtures that auditors get wrong\n\n" +
		"What quilt-auditor says of a bucket `foo` in situations on which at least one other auditor is wrong. The column *quilt-auditor* is\n" +
		"what its checks answered when this page was made by `go test ./checks -run Fixtures -update`; the same test fails when they answer anything else.\n" +
		"The other columns are a reading of source code, nothing was run: Prowler at 3e000fa, Cloud Custodian at df800e9,\n" +
		"steampipe-mod-aws-compliance at a1d0b44, trivy-checks of 2026-08-21.\n\n" +
		"| situation | right answer | quilt-auditor | Prowler | Cloud Custodian | Steampipe | Trivy |\n|---|---|---|---|---|---|---|\n")
	for _, f := range fixtures {
		got := f.answer(t)
		if got != f.right {
			t.Errorf("%s: got %q, want %q", f.situation, got, f.right)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", f.situation, f.right, got, f.prowler, f.c7n, f.steampipe, f.trivy)
	}
	page(t, filepath.Join("..", "docs", "fixtures.md"), b.String())
}

// page holds a generated page against what it should be, or rewrites it.
func page(t *testing.T, path, want string) {
	t.Helper()
	if checktest.Updating() {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not up to date, run the test with -update (-want +got)\n%s", path, diff)
	}
}

// TestCataloguePage keeps README.md: every check is in it, and nothing else.
func TestCataloguePage(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# The checks\n\nMade of the checks themselves by `go test ./checks -run Catalogue -update`.\n\n| check | severity | what it demands |\n|---|---|---|\n")
	for _, c := range checks.All() {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", c.ID, c.ID, c.Severity, c.Title)
	}
	for _, c := range checks.All() {
		fmt.Fprintf(&b, "\n## %s\n\n**%s** (%s)\n\n%s\n\n*What it judges.* %s\n\n*How to fix it.* %s\n\n", c.ID, c.Title, c.Severity, c.Doc.Why, c.Doc.Judges, c.Doc.Fix)
		b.WriteString("Reads:")
		for _, f := range c.Reads {
			fmt.Fprintf(&b, " `%s`", f)
		}
		b.WriteString("\n\n")
		if c.NoControls {
			b.WriteString("No published control asks for this.\n\n")
		} else {
			b.WriteString("| standard | version | control | relation |\n|---|---|---|---|\n")
			for _, k := range c.Controls {
				fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", k.Standard, k.Version, k.ID, k.Relation)
			}
			b.WriteString("\n")
		}
		b.WriteString("Sources:\n\n")
		for _, s := range c.Doc.Sources {
			fmt.Fprintf(&b, "- <%s>\n", s)
		}
	}
	page(t, "README.md", b.String())
}
