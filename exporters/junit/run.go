package junit

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type properties struct {
	XMLName xml.Name   `xml:"properties"`
	List    []property `xml:"property"`
}

type output struct {
	XMLName xml.Name `xml:"system-err"`
	Text    string   `xml:",cdata"` // of visible characters alone
}

// about is the suite of the run itself.
type about struct {
	total  total
	single *testcase
	unread string
}

// aboutRun is a suite of one case, which passes if the run saw all that it was
// told to see.
func (d *document) aboutRun() about {
	h := &d.run.Header
	a := about{single: &testcase{Name: "the run is complete", ClassName: productName}, unread: unreadText(d.run.Unread)}
	if h.Result == audit.Complete {
		a.total.count(passed, 1)
		return a
	}
	a.total.count(broken, 1)
	a.single.Error = &ending{
		string(h.Result), "Not everything could be seen: an account could not be entered or listed, or the run was cut short.", "\n" + troubles(d.run),
	}
	return a
}

// troubles are the reasons why the run is not complete.
func troubles(run *audit.Run) string {
	var b strings.Builder
	if run.LeftOut.Everything {
		b.WriteString("The run was cut short before it could judge.\n")
	}
	for _, a := range run.Header.Accounts {
		if a.Access != audit.AccessOK {
			fmt.Fprintf(&b, "Account %s: %s.\n", a.ID, a.Access)
		}
	}
	return b.String()
}

// unreadText has a line for each thing that could not be read.
func unreadText(list []audit.Unread) string {
	var b strings.Builder
	for _, u := range list {
		place := strings.TrimSuffix("account "+u.AccountID+", "+u.Region, ", ")
		line := fmt.Sprintf("%s failed with %s, %d times, in %s.", u.Operation, u.ErrorCode, u.Count, place)
		if u.MissingPermission != "" {
			line += " The permission " + u.MissingPermission + " is missing."
		}
		b.WriteString(visible.Text(line) + "\n")
	}
	return b.String()
}

// runSuite writes the suite of the run.
func (d *document) runSuite() error {
	a, h := d.aboutRun(), &d.run.Header
	start := element("testsuite", append(attributes{{"name", productName}, {"timestamp", d.timestamp()}}, a.total.inner()...))
	if err := d.xml.EncodeToken(start); err != nil {
		return err
	}
	if err := d.xml.Encode(properties{List: []property{
		{"version", d.version},
		{"run_id", h.RunID},
		{"result", string(h.Result)},
		{"profile", visible.Text(h.Profile)},
		{"control_account_id", h.ControlAccountID},
		{"config_digest", h.ConfigDigest},
	}}); err != nil {
		return err
	}
	if err := d.xml.Encode(a.single); err != nil {
		return err
	}
	if a.unread != "" {
		if err := d.xml.Encode(output{Text: a.unread}); err != nil {
			return err
		}
	}
	return d.xml.EncodeToken(start.End())
}
