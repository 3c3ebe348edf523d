package ocsf

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

type compliance struct {
	Control           string       `json:"control"`
	StatusID          int          `json:"status_id"`
	Status            string       `json:"status"`
	StatusCode        string       `json:"status_code"`
	StatusDetails     []string     `json:"status_details"`
	Standards         []string     `json:"standards"` // never empty: before 1.5 OCSF required them
	Requirements      []string     `json:"requirements,omitempty"`
	Checks            []check      `json:"checks,omitempty"`
	Assessments       []assessment `json:"assessments,omitempty"`
	ControlParameters []parameter  `json:"control_parameters,omitempty"`
}

// check is a published control. It has a status only where it asks the same as
// ours: nothing else may be said to be met, or not to be.
type check struct {
	UID       string   `json:"uid"`
	Name      string   `json:"name"`
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
		StatusDetails: []string{f.Reason}, Standards: standards(f.Controls), Assessments: assessments(f), ControlParameters: m.parameters(),
	}
	for _, k := range f.Controls {
		c.add(k, status)
	}
	return c
}

func (c *compliance) add(k audit.Control, status value) {
	standard := standardOf(k)
	name := standard + " " + k.ID
	published := check{UID: k.ID, Name: name, Standards: []string{standard}, Desc: relation(k.Relation)}
	if k.Relation == audit.Equals {
		published.StatusID, published.Status = status.id, status.caption
	}
	c.Checks = append(c.Checks, published)
	if k.Relation != audit.Informative {
		c.Requirements = append(c.Requirements, name)
	}
}

func standardOf(k audit.Control) string { return k.Standard + " " + k.Version }

// ownStandard is what a check enforces that no published control is about.
const ownStandard = productName + " checks"

// standards are those of the controls, without those that only our judgement
// has to do with the check, unless there are no others.
func standards(controls []audit.Control) (list []string) {
	judged := []string{}
	for _, k := range controls {
		into := &list
		if k.Relation == audit.Informative {
			into = &judged
		}
		if s := standardOf(k); !slices.Contains(*into, s) {
			*into = append(*into, s)
		}
	}
	switch {
	case len(list) > 0:
		return list
	case len(judged) > 0:
		return judged
	default:
		return []string{ownStandard}
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
