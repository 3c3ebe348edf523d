// Package junit writes a run as JUnit XML, in the form that Jenkins' xUnit
// plugin checks: a suite for each check, a test case for each resource that it
// judged. A failure is a failure, unknown is an error, and what is waived or
// does not apply is skipped, with the reason. The first suite is about the run
// itself, so that a run that saw too little is not green.
package junit

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

const productName = "quilt-auditor"

// writeBuffer is what is gathered before each write to the destination.
const writeBuffer = 64 << 10

// Write writes the run, whose Tallies it relies on; version is that of the
// product. It goes through the findings once for each check, so that they need
// not be in memory. The same arguments give the same bytes. An error is the
// destination's, or comes of reading findings that the run keeps elsewhere;
// what was written is then incomplete.
func Write(w io.Writer, version string, run *audit.Run) error {
	out := bufio.NewWriterSize(w, writeBuffer)
	d := &document{out: out, xml: xml.NewEncoder(out), run: run, version: version}
	d.xml.Indent("", " ")
	if err := d.write(); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the JUnit XML: %w", err)
	}
	return nil
}

// document is one in the making. The first error of the destination is kept
// until it is flushed.
type document struct {
	out     *bufio.Writer
	xml     *xml.Encoder
	run     *audit.Run
	version string
}

func (d *document) write() error {
	suites := suitesOf(d.run)
	all := d.aboutRun().total
	for _, s := range suites {
		all.add(s.total)
	}
	took := d.run.Header.EndedAt.Sub(d.run.Header.StartedAt)
	_, _ = d.out.WriteString(xml.Header)
	root := element("testsuites", append(attributes{{"name", productName}, {"time", fmt.Sprintf("%.3f", took.Seconds())}}, all.outer()...))
	if err := d.xml.EncodeToken(root); err != nil {
		return fmt.Errorf("write the JUnit XML: %w", err)
	}
	if err := d.runSuite(); err != nil {
		return fmt.Errorf("write the suite of the run as JUnit XML: %w", err)
	}
	for _, s := range suites {
		if err := d.checkSuite(s); err != nil {
			return err
		}
	}
	if err := d.xml.EncodeToken(root.End()); err != nil {
		return fmt.Errorf("write the JUnit XML: %w", err)
	}
	if err := d.xml.Close(); err != nil {
		return fmt.Errorf("write the JUnit XML: %w", err)
	}
	return nil
}

// attributes are those of an element, by name.
type attributes []struct{ name, value string }

func element(name string, list attributes) xml.StartElement {
	e := xml.StartElement{Name: xml.Name{Local: name}}
	for _, a := range list {
		e.Attr = append(e.Attr, xml.Attr{Name: xml.Name{Local: a.name}, Value: a.value})
	}
	return e
}
