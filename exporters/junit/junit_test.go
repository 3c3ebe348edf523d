package junit_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/exportertest"
	"github.com/quilt-auditor/quilt-auditor/exporters/junit"
)

var update = flag.Bool("update", false, "write the golden files")

func write(w io.Writer, run *audit.Run) error { return junit.Write(w, exportertest.Version, run) }

func TestWrite(t *testing.T) {
	t.Parallel()
	exportertest.Golden(t, write, "testdata/full.xml", *update)
	exportertest.Errors(t, write)
	exportertest.Streams(t, write)
}

type ending struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type counts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
}

type testcase struct {
	Name      string  `xml:"name,attr"`
	ClassName string  `xml:"classname,attr"`
	Skipped   *ending `xml:"skipped"`
	Error     *ending `xml:"error"`
	Failure   *ending `xml:"failure"`
}

type testsuite struct {
	counts
	Name    string     `xml:"name,attr"`
	Skipped int        `xml:"skipped,attr"`
	Cases   []testcase `xml:"testcase"`
	Stderr  string     `xml:"system-err"`
}

type testsuites struct {
	XMLName xml.Name `xml:"testsuites"`
	counts
	Suites []testsuite `xml:"testsuite"`
}

// read is what encoding/xml reads of the run; all its counts are right.
func read(t testing.TB, run *audit.Run) testsuites {
	t.Helper()
	var all testsuites
	decoder := xml.NewDecoder(strings.NewReader(exportertest.Text(t, write, run)))
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		t.Errorf("behind the root comes %v", err)
	}
	var sum counts
	for _, s := range all.Suites {
		var have counts
		skipped := 0
		for _, c := range s.Cases {
			have.Tests++
			switch {
			case c.Failure != nil:
				have.Failures++
			case c.Error != nil:
				have.Errors++
			case c.Skipped != nil:
				skipped++
			}
		}
		if have != s.counts || skipped != s.Skipped {
			t.Errorf("suite %s has %+v and %d skipped, and says %+v and %d", s.Name, have, skipped, s.counts, s.Skipped)
		}
		sum.Tests, sum.Failures, sum.Errors = sum.Tests+have.Tests, sum.Failures+have.Failures, sum.Errors+have.Errors
	}
	if sum != all.counts {
		t.Errorf("the suites have %+v, all says %+v", sum, all.counts)
	}
	return all
}

// endings are how the cases of the checks end.
func endings(all testsuites) map[string]string {
	list := map[string]string{}
	for _, s := range all.Suites[1:] {
		for _, c := range s.Cases {
			how := "passed"
			switch {
			case c.Failure != nil:
				how = "failure " + c.Failure.Type + ": " + c.Failure.Message
			case c.Error != nil:
				how = "error " + c.Error.Type + ": " + c.Error.Message
			case c.Skipped != nil:
				how = "skipped " + c.Skipped.Type + ": " + c.Skipped.Message
			}
			list[c.ClassName+" "+c.Name] = how
		}
	}
	return list
}

func TestEndings(t *testing.T) {
	t.Parallel()
	run := exportertest.Full()
	got := endings(read(t, run))
	if len(got) != len(run.Findings) {
		t.Errorf("%d cases of %d findings", len(got), len(run.Findings))
	}
	for _, f := range run.Findings {
		want := map[audit.Status]string{
			audit.StatusPass: "passed", audit.StatusFail: "failure " + f.Severity.String() + ": " + f.Reason,
			audit.StatusUnknown: "error unknown: " + f.Reason, audit.StatusNotApplicable: "skipped not_applicable: " + f.Reason,
		}[f.Status]
		if f.Waived {
			want = "skipped waived: Waived until 2027-01-31 by " + f.Waiver.Owner
		}
		name := strings.TrimSuffix(fmt.Sprintf("%s %s %s %s", f.Check, f.AccountID, f.Resource, f.Subject), " ")
		if !strings.HasPrefix(got[name], want) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}

// TestTheRunItself holds that a run that saw too little is never green.
func TestTheRunItself(t *testing.T) {
	t.Parallel()
	whole := exportertest.Full()
	whole.Header.Result = audit.Complete
	cut := exportertest.Full()
	cut.LeftOut.Everything, cut.Findings, cut.Tallies = true, nil, nil
	for name, tt := range map[string]struct {
		run   *audit.Run
		fails string
	}{
		"complete":  {whole, ""},
		"partial":   {exportertest.Full(), "Account 777788889999: denied."},
		"cut short": {cut, "cut short before it could judge"},
	} {
		suite := read(t, tt.run).Suites[0]
		if !strings.Contains(suite.Stderr, "s3:GetBucketPolicy failed with AccessDenied, 3 times, in account 444455556666, us-east-1.") {
			t.Errorf("%s: what could not be read is %q", name, suite.Stderr)
		}
		switch e := suite.Cases[0].Error; {
		case tt.fails == "" && e != nil:
			t.Errorf("%s: %+v", name, e)
		case tt.fails != "" && (e == nil || !strings.Contains(e.Text, tt.fails)):
			t.Errorf("%s: %+v, want %q", name, e, tt.fails)
		}
	}
}

func TestFailuresSayHowToMend(t *testing.T) {
	t.Parallel()
	text := exportertest.Text(t, write, exportertest.Full())
	for _, want := range []string{"Witness: {", "s3:GetObjectTagging", "Fix: Add", "aws s3api put-bucket-policy", "Last known: fail, since 2026-11-20."} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q", want)
		}
	}
}

func FuzzWrite(f *testing.F) {
	f.Add("acme ]]>&\x00\x0b\xff\ufffe</testcase>")
	f.Fuzz(func(t *testing.T, text string) {
		run := exportertest.Hostile(text)
		cases := 0
		for _, s := range read(t, run).Suites[1:] {
			cases += len(s.Cases)
		}
		if cases != len(run.Findings) {
			t.Errorf("%d cases of %d findings", cases, len(run.Findings))
		}
	})
}

func BenchmarkWrite(b *testing.B) { exportertest.Benchmark(b, write) }
