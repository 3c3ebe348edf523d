package junit

import (
	"encoding/xml"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

type testcase struct {
	XMLName   xml.Name `xml:"testcase"`
	Name      string   `xml:"name,attr"`
	ClassName string   `xml:"classname,attr"`
	Skipped   *ending  `xml:"skipped"`
	Error     *ending  `xml:"error"`
	Failure   *ending  `xml:"failure"`
}

// ending is how a test case ended that did not pass.
type ending struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"` // of visible characters alone
}

// outcome is a way in which a test case can end.
type outcome int

const (
	passed outcome = iota
	failure
	broken // an error, in the words of JUnit
	skipped
)

func outcomeOf(s audit.Status, waived bool) outcome {
	switch {
	case s == audit.StatusPass:
		return passed
	case waived || s == audit.StatusNotApplicable:
		return skipped
	case s == audit.StatusFail:
		return failure
	default:
		return broken
	}
}

func caseOf(f *audit.Finding) *testcase {
	name := f.AccountID + " " + f.Resource
	if f.Subject != "" {
		name += " " + f.Subject
	}
	c := &testcase{Name: visible.Text(name), ClassName: visible.Text(f.Check)}
	switch outcomeOf(f.Status, f.Waived) {
	case failure:
		c.Failure = &ending{f.Severity.String(), visible.Text(f.Reason), details(f)}
	case broken:
		c.Error = &ending{string(f.Status), visible.Text(f.Reason), details(f)}
	case skipped:
		c.Skipped = skippedBy(f)
	}
	return c
}

// skippedBy says why a case is skipped: its waiver, or that the check does not
// apply.
func skippedBy(f *audit.Finding) *ending {
	if !f.Waived || f.Waiver == nil {
		return &ending{string(f.Status), visible.Text(f.Reason), ""}
	}
	return &ending{"waived", visible.Text(f.Waiver.String()), details(f)}
}

// details are the reason, the witness and the way to mend it.
func details(f *audit.Finding) string {
	var b strings.Builder
	line := func(label, text string) {
		if text != "" {
			b.WriteString(label + visible.Lines(text) + "\n")
		}
	}
	b.WriteString("\n")
	line("", f.Reason)
	if f.Status == audit.StatusUnknown && f.Known != nil {
		line("Last known: ", string(f.Known.Status)+", since "+f.Known.Since.UTC().Format("2006-01-02")+".")
	}
	line("Witness: ", string(f.Witness()))
	if r := f.Remediation; r != nil {
		line("Fix: ", r.Summary)
		line("", r.CLI)
		line("", r.Diff)
	}
	return b.String()
}
