package junit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// total counts test cases by how they end.
type total struct{ tests, failures, errors, skipped int }

func (t *total) add(o total) {
	t.tests += o.tests
	t.failures += o.failures
	t.errors += o.errors
	t.skipped += o.skipped
}

// count counts n cases that end in one way.
func (t *total) count(as outcome, n int) {
	t.tests += n
	switch as {
	case failure:
		t.failures += n
	case broken:
		t.errors += n
	case skipped:
		t.skipped += n
	}
}

// outer are the counts that testsuites can have; inner those of testsuite.
func (t *total) outer() attributes {
	return attributes{{"tests", strconv.Itoa(t.tests)}, {"failures", strconv.Itoa(t.failures)}, {"errors", strconv.Itoa(t.errors)}}
}

func (t *total) inner() attributes {
	return append(t.outer(), attributes{{"skipped", strconv.Itoa(t.skipped)}}...)
}

// suite is what there is of one check.
type suite struct {
	check string
	total total
}

// suitesOf are those of all checks that ran or have findings, by ID.
func suitesOf(run *audit.Run) []suite {
	totals := map[string]*total{}
	for _, id := range run.Header.Checks {
		totals[id] = &total{}
	}
	for _, t := range run.Tallies {
		if totals[t.Check] == nil {
			totals[t.Check] = &total{}
		}
		totals[t.Check].count(outcomeOf(t.Status, t.Waived), t.Findings)
	}
	list := make([]suite, 0, len(totals))
	for _, id := range slices.Sorted(maps.Keys(totals)) {
		list = append(list, suite{id, *totals[id]})
	}
	return list
}

// checkSuite writes the suite of a check.
func (d *document) checkSuite(s suite) error {
	start := element("testsuite", append(attributes{{"name", s.check}, {"timestamp", d.timestamp()}}, s.total.inner()...))
	if err := d.xml.EncodeToken(start); err != nil {
		return fmt.Errorf("write the suite of check %s as JUnit XML: %w", s.check, err)
	}
	for f, err := range d.run.All() {
		if err != nil {
			return fmt.Errorf("read the findings of run %s: %w", d.run.Header.RunID, err)
		}
		if f.Check != s.check {
			continue
		}
		if err := d.xml.Encode(caseOf(&f)); err != nil {
			return fmt.Errorf("write finding %s of check %s as JUnit XML: %w", f.ID, f.Check, err)
		}
	}
	if err := d.xml.EncodeToken(start.End()); err != nil {
		return fmt.Errorf("write the suite of check %s as JUnit XML: %w", s.check, err)
	}
	return nil
}

// timestamp is when the run was taken, in UTC.
func (d *document) timestamp() string {
	return d.run.Header.TakenAt.UTC().Format("2006-01-02T15:04:05")
}
