package report

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Framework is the control matrix of a published standard. It says what the
// checks came to that relate to a control, and how they relate; whether the
// control is met is for an auditor to say.
type Framework struct {
	Name      string    `json:"name"`
	Title     string    `json:"title"`
	Version   string    `json:"version"`
	Publisher string    `json:"publisher"`
	Source    string    `json:"source"`
	Note      string    `json:"note,omitempty"`
	Controls  []Control `json:"controls"` // in the order of the framework
}

// Control is one control of a framework.
type Control struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Checks relate to the control, by ID; of a control without any the report
	// says nothing.
	Checks []Relating `json:"checks"`
	// Sums are over the findings of the Checks whose relation somebody has
	// published, each once: those that are informative do not weigh in.
	Sums
}

// Relating is a check that relates to a control.
type Relating struct {
	Check    string         `json:"check"`
	Relation audit.Relation `json:"relation"`
}
