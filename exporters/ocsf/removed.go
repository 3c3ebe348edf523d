package ocsf

import "github.com/quilt-auditor/quilt-auditor/audit"

const removedReason = "The resource is gone, or no longer in the configuration: the finding was removed, not resolved."

// removed closes a finding of which nothing is known any more but where it
// was.
func (m *mapper) removed(c *audit.Change) *event {
	e := m.event(c.FindingID, c.Check, c.AccountID, c.Region, activityClose, statusArchived, severityInformational)
	e.Message = removedReason
	e.FindingInfo.Title, e.FindingInfo.Desc = e.FindingInfo.Analytic.Name, removedReason
	var controls []audit.Control
	if known := m.checks[c.Check]; known != nil {
		controls = known.Controls
	}
	e.Compliance = compliance{
		Control: c.Check, StatusID: 99, Status: "Removed", StatusCode: string(audit.Removed),
		StatusDetails: []string{removedReason}, Standards: standards(controls), ControlParameters: m.parameters(),
	}
	e.Resources = resources(&audit.Finding{AccountID: c.AccountID, Region: c.Region, Resource: c.Resource, Subject: c.Subject})
	e.Unmapped.Subject = c.Subject
	return e
}
