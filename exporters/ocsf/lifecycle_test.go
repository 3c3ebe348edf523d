package ocsf_test

import (
	"encoding/json"
	"fmt"
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
		want       string // activity, status, compliance, severity
	}{
		{"opened", fail, fail, true, true, false, "Create New Fail High"},
		{"opened and waived", fail, fail, true, true, true, "Create Suppressed Fail High"},
		{"still open", fail, fail, false, false, false, "Update New Fail High"},
		{"regained", fail, fail, false, true, false, "Update New Fail High"},
		{"still waived", fail, fail, false, false, true, "Update Suppressed Fail High"},
		{"open and blinded", unknown, fail, false, true, false, "Update New Warning High"},
		{"passing and blinded", unknown, pass, false, true, false, "Create New Warning High"},
		{"never seen", unknown, "", false, true, false, "Create New Warning High"},
		{"still unknown", unknown, "", false, false, false, "Update New Warning High"},
		{"unknown and waived", unknown, "", false, false, true, "Update Suppressed Warning High"},
		{"resolved", pass, pass, true, true, false, "Close Resolved Pass Informational"},
		{"passing", pass, pass, false, false, false, "Close Resolved Pass Informational"},
		{"does not apply", na, na, false, false, false, "Close Resolved Not Applicable Informational"},
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
