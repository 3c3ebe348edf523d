package web_test

import (
	stdjson "encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

// findingPageOf is the page of the first finding of a run once it is changed,
// without line breaks between what stands together.
func findingPageOf(t *testing.T, change func(*audit.Finding), adjust func(*chronicle, *web.Options)) string {
	t.Helper()
	run := runOf("run-3", 20, nil)
	change(&run.Findings[0])
	h := published(t, run, adjust)
	w := h.browse("/findings/" + run.Findings[0].ID)
	checkPage(t, w)
	return w.Body.String()
}

func wantAll(t *testing.T, name, page string, want ...string) {
	t.Helper()
	for _, text := range want {
		if !strings.Contains(page, text) {
			t.Errorf("%s: the page lacks %q:\n%s", name, text, page)
		}
	}
}

// TestTrailsDecide holds what the page of a CloudTrail finding shows of both
// sides.
func TestTrailsDecide(t *testing.T) {
	t.Parallel()
	page := findingPageOf(t, func(f *audit.Finding) {
		f.Evidence = []byte(`{"owner_side":{"read":"none","write":"partial","trails":[
				{"arn":"arn:aws:cloudtrail:us-east-1:444455556666:trail/data","counts":true,"selectors":[0,2]},
				{"arn":"arn:aws:cloudtrail:us-east-1:444455556666:trail/<idle>","counts":true},
				{"arn":"arn:aws:cloudtrail:us-east-1:444455556666:trail/off","counts":false,"why_not":"it is not logging","selectors":[1]},
				{"arn":"arn:aws:cloudtrail:us-east-1:444455556666:trail/shut","counts":false}]},
			"caller_side":{"read":"all","write":"unknown","trails":[],"readable_by_quilt":false},
			"traps":[{"trail":"arn:aws:cloudtrail:us-east-1:444455556666:trail/data","path":"EventSelectors[0]","found":"arn:aws:s3:::acme/*","right":"arn:aws:s3:::acme/","cause":"wildcard"}]}`)
	}, func(c *chronicle, _ *web.Options) {
		c.trails = []snapshot.Trail{{ARN: "arn:aws:cloudtrail:us-east-1:444455556666:trail/data", Name: "data", Selectors: snapshot.Got(stdjson.RawMessage(`{"AdvancedEventSelectors":[{"Name":"one"},{"Name":"two"},{"Name":"<three>"}]}`))}}
	})
	wantAll(t, "trails", page, "What decides", "The owner's side", "<dt>Reads</dt><dd>not recorded</dd>", "<dt>Writes</dt><dd>recorded in part</dd>",
		"<strong>records events of the bucket</strong> by selectors 0, 2", "trail/&lt;idle&gt;", "selects nothing of the bucket", "<strong>does not count</strong>: it is not logging",
		"could not be read</td>", "The caller's side, which decides nothing", "<dt>Reads</dt><dd>all recorded</dd>", "<dt>Writes</dt><dd>not known</dd>",
		"The selectors of data", `<a href="#trail-0-statement-2">Selector 2</a> records events of the bucket`, "&lt;three&gt;&#34;", `<mark id="trail-0-statement-0">`,
		"Quilt cannot read the log files", "No trail is seen from there.", "<code>arn:aws:s3:::acme/*</code> at <code>EventSelectors[0]</code>")
	if plain := findingPageOf(t, func(*audit.Finding) {}, nil); strings.Contains(plain, "What decides") {
		t.Error("something decides where the evidence has nothing")
	}
}

// TestUnknownsSayWhatToDo holds the advice for each way in which something can
// fail to be read, and that the page does not say twice what failed.
func TestUnknownsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status audit.Status
		unread string
		want   string // "" for no advice
	}{
		"gone":       {audit.StatusUnknown, `{"operation":"s3:GetBucketPolicy","code":"BucketNotReachable","detail":"x"}`, `/findings?bucket=acme-%C3%A9%2600000&amp;check=s3-bucket-inventory"`},
		"denied":     {audit.StatusUnknown, `{"operation":"s3:GetBucketPolicy","code":"AccessDenied","missing_permission":"s3:GetBucketPolicy"}`, "<code>s3:GetBucketPolicy</code>: <code>quilt-auditor permissions</code> prints"},
		"shut":       {audit.StatusUnknown, `{"operation":"sts:AssumeRole","code":"AccessDenied","missing_permission":"sts:AssumeRole"}`, `/findings?check=sts-account-access&amp;outstanding=true"`},
		"expired":    {audit.StatusUnknown, `{"operation":"sts:AssumeRole","code":"ExpiredToken"}`, `/findings?check=sts-account-access&amp;outstanding=true"`},
		"throttled":  {audit.StatusUnknown, `{"operation":"s3:GetBucketPolicy","code":"SlowDown"}`, "The next run reads <code>s3:GetBucketPolicy</code> again"},
		"a failure":  {audit.StatusFail, `{"operation":"s3:GetBucketPolicy","code":"SlowDown"}`, ""},
		"not unread": {audit.StatusUnknown, ``, ""},
	} {
		page := findingPageOf(t, func(f *audit.Finding) {
			f.Status, f.Known = tt.status, nil
			f.Evidence = []byte(`{"unread":[` + tt.unread + `]}`)
		}, nil)
		wantAll(t, name, page, tt.want)
		if strings.Contains(page, "What to do") != (tt.want != "") || strings.Contains(page, "failed with") {
			t.Errorf("%s: advice where there is none, or none, or what failed twice:\n%s", name, page)
		}
	}
}

// TestDocumentBearsItsFile holds that the document is called as the command
// calls it.
func TestDocumentBearsItsFile(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]string{
		"aws s3api put-bucket-policy --bucket acme --policy file://bucket-policy.json": "<summary>bucket-policy.json, the document</summary>",
		"aws iam put-role-policy": "<summary>The document</summary>",
	} {
		page := findingPageOf(t, func(f *audit.Finding) {
			f.Remediation = &audit.Remediation{Kind: audit.RemedyChange, Summary: "Do.", CLI: command, Document: []byte(`{}`)}
		}, nil)
		wantAll(t, command, page, want)
	}
}

// TestCutListsSaySo holds that a page says that there is more than it shows.
func TestCutListsSaySo(t *testing.T) {
	t.Parallel()
	for changes, more := range map[int]bool{100: false, 101: true} {
		page := findingPageOf(t, func(*audit.Finding) {}, func(c *chronicle, _ *web.Options) {
			f := &c.run.Findings[0]
			for range changes {
				c.changes = append(c.changes, audit.Change{Check: f.Check, Resource: f.Resource, Kind: audit.Opened, To: audit.StatusFail, At: takenAt, RunID: "run-1"})
			}
		})
		if strings.Contains(page, "there are older ones") != more || strings.Count(page, `<li><span class="kind opened">`) != 100 {
			t.Errorf("of %d changes: older %v:\n%s", changes, !more, page)
		}
	}
	for waivers, more := range map[int]string{5: "", 12: "And 7 more"} {
		run := runOf("run-3", 3, nil)
		for i := range waivers {
			run.Waivers = append(run.Waivers, audit.WaiverUse{State: audit.WaiverExpired, Waiver: audit.Waiver{Check: fmt.Sprintf("c-%d", i), Owner: "o", Reason: "r", Expires: audit.Date{Year: 2026, Month: 1, Day: 1}}})
		}
		page := published(t, run, nil).browse("/").Body.String()
		if strings.Count(page, "<li><strong>expired</strong>") != 5 || strings.Contains(page, "more, which end later") != (more != "") || !strings.Contains(page, more) {
			t.Errorf("of %d waivers: lacks %q:\n%s", waivers, more, page)
		}
	}
}
