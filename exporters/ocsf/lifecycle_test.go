package ocsf_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/exportertest"
)

// TestLifecycle goes through all that a finding can have been and become.
func TestLifecycle(t *testing.T) {
	t.Parallel()
	const fail, pass, unknown, na = audit.StatusFail, audit.StatusPass, audit.StatusUnknown, audit.StatusNotApplicable
	for _, tt := range []struct {
		name       string
		status     audit.Status
		known      audit.Status // "" for none
		knownToday bool
		sinceToday bool
		waived     bool
		was        audit.Status // before a change of this run, "" for no change
		want       string       // activity, status, compliance, severity
	}{
		{"opened", fail, fail, true, true, false, pass, "Create New Fail High"},
		{"opened and waived", fail, fail, true, true, true, pass, "Create Suppressed Fail High"},
		{"unknown, then opened", fail, fail, true, true, false, unknown, "Update New Fail High"},
		{"still open", fail, fail, false, false, false, "", "Update New Fail High"},
		{"regained", fail, fail, false, true, false, unknown, "Update New Fail High"},
		{"still waived", fail, fail, false, false, true, "", "Update Suppressed Fail High"},
		{"open and blinded", unknown, fail, false, true, false, fail, "Update New Warning High"},
		{"passing and blinded", unknown, pass, false, true, false, pass, "Create New Warning High"},
		{"never seen", unknown, "", false, true, false, "", "Create New Warning High"},
		{"still unknown", unknown, "", false, false, false, "", "Update New Warning High"},
		{"unknown and waived", unknown, "", false, false, true, "", "Update Suppressed Warning High"},
		{"resolved", pass, pass, true, true, false, fail, "Close Resolved Pass Informational"},
		{"passing", pass, pass, false, false, false, "", "Close Resolved Pass Informational"},
		{"does not apply", na, na, false, false, false, "", "Close Resolved Not Applicable Informational"},
	} {
		run := exportertest.Full()
		at := func(today bool) time.Time {
			if today {
				return run.Header.TakenAt
			}
			return run.Header.TakenAt.Add(-time.Hour)
		}
		f := run.Findings[0]
		f.Status, f.Severity, f.StatusSince, f.Known, f.Waived, f.Waiver = tt.status, audit.High, at(tt.sinceToday), nil, tt.waived, nil
		if tt.known != "" {
			f.Known = &audit.Known{Status: tt.known, Since: at(tt.knownToday)}
		}
		if tt.waived {
			f.Waiver = &audit.WaiverNote{Owner: "o", Reason: "r"}
		}
		run.Findings, run.Changes = []audit.Finding{f}, nil
		if tt.was != "" {
			run.Changes = []audit.Change{{FindingID: f.ID, Kind: audit.Opened, From: tt.was, To: tt.status}}
		}
		e := events(t, run)[0]
		got := fmt.Sprint(e["activity_name"], " ", e["status"], " ", e["compliance"].(map[string]any)["status"], " ", e["severity"])
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if want := json.Number(fmt.Sprint(200300 + map[any]int{"Create": 1, "Update": 2, "Close": 3}[e["activity_name"]])); e["type_uid"] != want {
			t.Errorf("%s: type_uid %v, want %s", tt.name, e["type_uid"], want)
		}
	}
}

func TestSeverities(t *testing.T) {
	t.Parallel()
	for severity, want := range map[audit.Severity]string{
		audit.Critical: "5 Critical", audit.High: "4 High", audit.Medium: "3 Medium", audit.Low: "2 Low", audit.Informational: "1 Informational",
	} {
		run := exportertest.Full()
		f := run.Findings[0]
		f.Status, f.Severity = audit.StatusFail, severity
		run.Findings, run.Changes = []audit.Finding{f}, nil
		if e := events(t, run)[0]; fmt.Sprint(e["severity_id"], " ", e["severity"]) != want {
			t.Errorf("%s is %v %v", severity, e["severity_id"], e["severity"])
		}
	}
}

// TestControlsAreHonest holds that only a control that asks the same is said
// to fail, and that no judgement of ours is called a requirement.
func TestControlsAreHonest(t *testing.T) {
	t.Parallel()
	for _, e := range events(t, exportertest.Full()) {
		c := e["compliance"].(map[string]any)
		if c["checks"] == nil {
			continue
		}
		if got := fmt.Sprint(c["requirements"]); got != "[NIST SP 800-53 Rev. 5 AC-3 Acme Baseline 2026 S3-1]" {
			t.Errorf("requirements are %s", got)
		}
		for _, item := range c["checks"].([]any) {
			k := item.(map[string]any)
			if k["desc"] == "" || (k["status"] != nil) != (k["uid"] == "S3-1") {
				t.Errorf("control %v", k)
			}
		}
		return
	}
	t.Error("no event has a control")
}

// TestStandardsAreAlwaysThere holds that every event has a standard: those that
// are published for the check, else those that we judge to be about it, else
// our own.
func TestStandardsAreAlwaysThere(t *testing.T) {
	t.Parallel()
	judged := audit.Control{Standard: "NIST SP 800-53", Version: "Rev. 5", ID: "CM-2", Relation: audit.Informative}
	published := audit.Control{Standard: "PCI DSS", Version: "4.0.1", ID: "7.2.1", Relation: audit.Supports}
	for want, controls := range map[string][]audit.Control{
		"[quilt-auditor checks]":  nil,
		"[NIST SP 800-53 Rev. 5]": {judged, judged},
		"[PCI DSS 4.0.1]":         {judged, published},
	} {
		run := exportertest.Full()
		run.Findings = run.Findings[:1]
		run.Findings[0].Controls = controls
		c := events(t, run)[0]["compliance"].(map[string]any)
		if got := fmt.Sprint(c["standards"]); got != want {
			t.Errorf("of %v the standards are %s, want %s", controls, got, want)
		}
		if c["requirements"] != nil && want != "[PCI DSS 4.0.1]" {
			t.Errorf("of %v there are the requirements %v", controls, c["requirements"])
		}
	}
	for _, e := range events(t, exportertest.Full()) {
		c := e["compliance"].(map[string]any)
		if list, _ := c["standards"].([]any); len(list) == 0 {
			t.Errorf("%v has no standard", e["message"])
		}
		list, _ := c["checks"].([]any)
		for _, k := range list {
			if k := k.(map[string]any); k["name"] != fmt.Sprintf("%s %s", k["standards"].([]any)[0], k["uid"]) {
				t.Errorf("control %v", k)
			}
		}
	}
}

// TestMissingActionsAreAssessments holds what becomes of the required actions
// in the evidence of a failure, and that nothing else becomes one.
func TestMissingActionsAreAssessments(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status   audit.Status
		evidence string
		want     string
	}{
		{audit.StatusFail, `{"missing":["s3:GetObject","s3:PutObject"],"open":["s3:ListBucket"]}`, "s3:GetObject: Quilt needs this action and is refused it.; s3:PutObject: Quilt needs this action and is refused it."},
		{audit.StatusFail, `{"missing":[{"action":"s3:GetObject","prefix":".quilt/"},{"action":"s3:ListBucket"}]}`, "s3:GetObject: Quilt needs this action on .quilt/ and is refused it.; s3:ListBucket: Quilt needs this action and is refused it."},
		{audit.StatusUnknown, `{"missing":["s3:GetObject"]}`, ""},
		{audit.StatusFail, `{"missing":{"a":"b"}}`, ""},
		{audit.StatusFail, `{"missing":[{"other":1},7]}`, ""},
		{audit.StatusFail, `{}`, ""},
	} {
		run := exportertest.Full()
		run.Findings = run.Findings[:1]
		run.Findings[0].Status, run.Findings[0].Evidence = tt.status, []byte(tt.evidence)
		list, _ := events(t, run)[0]["compliance"].(map[string]any)["assessments"].([]any)
		var got []string
		for _, a := range list {
			a := a.(map[string]any)
			if a["meets_criteria"] != false {
				t.Errorf("assessment %v is met", a)
			}
			got = append(got, fmt.Sprintf("%s: %s", a["name"], a["desc"]))
		}
		if got := strings.Join(got, "; "); got != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.status, tt.evidence, got, tt.want)
		}
	}
}
