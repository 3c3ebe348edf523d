package ocsf

import (
	"slices"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// value is one of the schema, with its caption there.
type value struct {
	id      int
	caption string
}

var (
	activityCreate = value{1, "Create"}
	activityUpdate = value{2, "Update"}
	activityClose  = value{3, "Close"}

	statusNew        = value{1, "New"}
	statusSuppressed = value{3, "Suppressed"}
	statusResolved   = value{4, "Resolved"}
	statusArchived   = value{5, "Archived"}

	severityInformational = value{1, "Informational"}
)

const (
	category, categoryName = 2, "Findings"
	class, className       = 2003, "Compliance Finding"
	vendor, productName    = "Quilt", "quilt-auditor"
	findingType            = "Software and Configuration Checks"
)

// event is what all events of the run have in common.
func (m *mapper) event(id, check, accountID, region string, did, status, severity value) *event {
	h := &m.run.Header
	return &event{
		ActivityID: did.id, ActivityName: did.caption,
		CategoryUID: category, CategoryName: categoryName, ClassUID: class, ClassName: className,
		TypeUID: class*100 + did.id, TypeName: className + ": " + did.caption,
		SeverityID: severity.id, Severity: severity.caption, StatusID: status.id, Status: status.caption,
		Time: millis(h.TakenAt), TimeDT: stamp(h.TakenAt),
		Metadata: metadata{
			Version: SchemaVersion, Product: product{productName, vendor, m.version}, Profiles: []string{"cloud", "datetime"},
			UID: h.RunID + "/" + id, CorrelationUID: h.RunID, EventCode: check,
			LoggedTime: millis(h.EndedAt), LoggedTimeDT: stamp(h.EndedAt),
		},
		Cloud: cloud{Provider: "AWS", Region: region, Account: m.account(accountID)},
		FindingInfo: findingInfo{
			UID: id, Types: []string{findingType}, Analytic: m.analytic(check),
			ModifiedTime: millis(h.TakenAt), ModifiedTimeDT: stamp(h.TakenAt),
		},
		Unmapped: unmapped{RunID: h.RunID, RunResult: h.Result},
	}
}

func (m *mapper) finding(f *audit.Finding) *event {
	e := m.event(f.ID, f.Check, f.AccountID, f.Region, m.activity(f), statusOf(f), severityOf(f))
	e.Message = f.Reason
	e.Comment = comment(f.Waiver)
	if f.Known != nil {
		e.StartTime, e.StartTimeDT = millis(f.Known.Since), stamp(f.Known.Since)
	}
	i := &e.FindingInfo
	i.Title, i.Desc = f.Title, f.Reason
	i.CreatedTime, i.CreatedTimeDT = millis(f.FirstSeen), stamp(f.FirstSeen)
	i.FirstSeenTime, i.FirstSeenTimeDT = millis(f.FirstSeen), stamp(f.FirstSeen)
	i.LastSeenTime, i.LastSeenTimeDT = millis(f.LastSeen), stamp(f.LastSeen)
	e.Compliance = m.compliance(f)
	e.Resources = resources(f)
	e.Remediation = m.remediation(f)
	if text := string(f.Evidence); text != "" && text != "{}" && text != "null" {
		e.Evidences = []evidence{{"What " + f.Check + " rests on", f.Evidence}}
	}
	u := &e.Unmapped
	u.Subject, u.Severity, u.Fingerprint = f.Subject, f.Severity.String(), f.Fingerprint
	u.StatusSince, u.Waiver, u.Remediation = stamp(f.StatusSince), f.Waiver, f.Remediation
	if f.Known != nil {
		u.Known = &audit.Known{Status: f.Known.Status, Since: f.Known.Since.UTC()}
	}
	return e
}

// activity is what the run did to the finding.
func (m *mapper) activity(f *audit.Finding) value {
	switch takenAt := m.run.Header.TakenAt; {
	case !open(f.Status):
		return activityClose
	case m.open[f.ID]:
		return activityUpdate
	case f.Status == audit.StatusFail && f.Known != nil && f.Known.Since.Equal(takenAt):
		return activityCreate
	case f.Status == audit.StatusUnknown && !f.OpenFailure() && f.StatusSince.Equal(takenAt):
		return activityCreate
	default:
		return activityUpdate
	}
}

// open reports whether somebody has to look after a finding of that status.
func open(s audit.Status) bool { return s == audit.StatusFail || s == audit.StatusUnknown }

// statusOf is the state of the work on the finding. Nobody is said to be at
// work: of that the auditor knows nothing.
func statusOf(f *audit.Finding) value {
	switch {
	case f.Waived:
		return statusSuppressed
	case open(f.Status):
		return statusNew
	default:
		return statusResolved
	}
}

// severityOf is informational, "no action required", unless the finding is
// open.
func severityOf(f *audit.Finding) value {
	if !open(f.Status) {
		return severityInformational
	}
	switch f.Severity {
	case audit.Critical:
		return value{5, "Critical"}
	case audit.High:
		return value{4, "High"}
	case audit.Medium:
		return value{3, "Medium"}
	case audit.Low:
		return value{2, "Low"}
	default:
		return severityInformational
	}
}

// comment tells of the waiver of a finding.
func comment(w *audit.WaiverNote) string {
	if w == nil {
		return ""
	}
	return w.String()
}

func (m *mapper) analytic(check string) analytic {
	a := analytic{UID: check, Name: check, TypeID: 1, Type: "Rule"}
	if c := m.checks[check]; c != nil {
		a.Name, a.Desc = c.Title, c.Doc.Judges
	}
	return a
}

// remediation is how to mend the finding, with the pages that say so.
func (m *mapper) remediation(f *audit.Finding) *remediation {
	if f.Remediation == nil {
		return nil
	}
	r := &remediation{Desc: f.Remediation.Summary}
	if f.Remediation.CLI != "" {
		r.Desc += "\n" + f.Remediation.CLI
	}
	if c := m.checks[f.Check]; c != nil {
		r.References = slices.Clone(c.Doc.Sources)
	}
	return r
}

// millis is the time as OCSF has it; 0 is none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// stamp is the same time in RFC 3339; "" is none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.999Z07:00")
}
