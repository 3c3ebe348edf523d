package ocsf

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

type compliance struct {
	Control           string      `json:"control"`
	StatusID          int         `json:"status_id"`
	Status            string      `json:"status"`
	StatusCode        string      `json:"status_code"`
	StatusDetails     []string    `json:"status_details"`
	Standards         []string    `json:"standards,omitempty"`
	Requirements      []string    `json:"requirements,omitempty"`
	Checks            []check     `json:"checks,omitempty"`
	ControlParameters []parameter `json:"control_parameters,omitempty"`
}

// check is a published control. It has a status only where it asks the same as
// ours: nothing else may be said to be met, or not to be.
type check struct {
	UID       string   `json:"uid"`
	Standards []string `json:"standards"`
	Desc      string   `json:"desc"`
	StatusID  int      `json:"status_id,omitempty"`
	Status    string   `json:"status,omitempty"`
}

type parameter struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// complianceStatus is the outcome of a check. Warning is what OCSF calls a
// check that "did not yield a result due to missing information".
func complianceStatus(s audit.Status) value {
	switch s {
	case audit.StatusPass:
		return value{1, "Pass"}
	case audit.StatusUnknown:
		return value{2, "Warning"}
	case audit.StatusFail:
		return value{3, "Fail"}
	default:
		return value{99, "Not Applicable"}
	}
}

func (m *mapper) compliance(f *audit.Finding) compliance {
	status := complianceStatus(f.Status)
	c := compliance{
		Control: f.Check, StatusID: status.id, Status: status.caption, StatusCode: string(f.Status),
		StatusDetails: []string{f.Reason}, ControlParameters: m.parameters(),
	}
	for _, k := range f.Controls {
		c.add(k, status)
	}
	return c
}

func (c *compliance) add(k audit.Control, status value) {
	standard := k.Standard + " " + k.Version
	published := check{UID: k.ID, Standards: []string{standard}, Desc: relation(k.Relation)}
	if k.Relation == audit.Equals {
		published.StatusID, published.Status = status.id, status.caption
	}
	c.Checks = append(c.Checks, published)
	if k.Relation == audit.Informative {
		return
	}
	c.Requirements = append(c.Requirements, standard+" "+k.ID)
	if !slices.Contains(c.Standards, standard) {
		c.Standards = append(c.Standards, standard)
	}
}

// relation says how our check stands to a control.
func relation(r audit.Relation) string {
	switch r {
	case audit.Equals:
		return "The check and this control ask the same."
	case audit.Supports:
		return "The check supports this control, which asks for more; it does not decide it."
	case audit.Stricter:
		return "The check asks for more than this control; it does not decide it."
	default:
		return "The check has to do with this control by our judgement; nobody has published that."
	}
}

// parameters are what the run required.
func (m *mapper) parameters() []parameter {
	h := &m.run.Header
	return slices.DeleteFunc([]parameter{{"profile", h.Profile}, {"control_account_id", h.ControlAccountID}},
		func(p parameter) bool { return p.Value == "" })
}
