// Package audit is the core of the auditor: what a check is, what it says, and
// what a run of checks over a snapshot comes to. It is pure: it reads no
// clock, no disk and no network, so the same snapshot always gives the same
// run.
package audit

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Check is one rule, judged for each of its subjects. It is a plain value in
// an explicit list (package checks); its documentation is data on it.
type Check struct {
	// ID reads service-thing-property and is the same word in the
	// configuration, the findings, the metrics and the documentation.
	ID    string
	Title string
	Doc   Doc
	// Severity is how bad a failure is, unless its verdict says otherwise.
	Severity Severity
	// Controls maps the check to published controls. A check that supports
	// none says so by NoControls.
	Controls   []Control
	NoControls bool
	// AlwaysOn checks cannot be disabled: without them something in scope
	// could be silent.
	AlwaysOn bool
	// Reads are exactly the facts that Subjects and Eval look at. They drive
	// the collectors, the auditor's own IAM policy and the fault tests.
	Reads []snapshot.Fact
	// Subjects lists what the check judges in a snapshot, in stable order.
	Subjects func(*snapshot.Snapshot) []Subject
	// Eval judges one subject. It is pure. Evaluate fills in check and
	// subject, and turns a panic into an unknown verdict.
	Eval func(*snapshot.Snapshot, Subject) Verdict
}

// Doc is the documentation of a check; the catalogue page is made of it.
type Doc struct {
	Why     string   // what goes wrong for Quilt's users when it fails
	Judges  string   // what exactly passes, fails, is unknown or not applicable
	Fix     string   // how to repair a failure
	Sources []string // the pages that the check enforces
}

// Control is a published control that a check has to do with.
type Control struct {
	Standard string   `json:"standard"`
	Version  string   `json:"version"`
	ID       string   `json:"id"`
	Relation Relation `json:"relation"`
}

// ControlsOf lists controls of one standard that a check relates to alike.
func ControlsOf(standard, version string, relation Relation, ids ...string) []Control {
	controls := make([]Control, 0, len(ids))
	for _, id := range ids {
		controls = append(controls, Control{standard, version, id, relation})
	}
	return controls
}

// Relation says honestly how a check stands to a control.
type Relation string

// The relations: Equals means that check and control ask the same; Supports
// that the check is narrower; Stricter that it asks for more; Informative that
// the mapping is our judgement and nobody's publication.
const (
	Equals      Relation = "equals"
	Supports    Relation = "supports"
	Stricter    Relation = "stricter"
	Informative Relation = "informative"
)

// Subject is what a verdict is about.
type Subject struct {
	AccountID string
	Region    string // "" for what has no region
	Resource  string // ARN
	Key       string // tells several verdicts on one resource apart; often ""
}

var checkID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)

// Validate holds a catalogue against its own rules: unique well-formed IDs,
// full documentation, known facts, controls or the statement that there are
// none. It returns everything that is wrong, joined.
func Validate(checks []Check) error {
	var errs []error
	seen := map[string]bool{}
	for _, c := range checks {
		if seen[c.ID] {
			errs = append(errs, fmt.Errorf("check %q is there twice", c.ID))
		}
		seen[c.ID] = true
		if err := c.validate(); err != nil {
			errs = append(errs, fmt.Errorf("check %q: %w", c.ID, err))
		}
	}
	return errors.Join(errs...)
}

func (c *Check) validate() error {
	var errs []error
	wrong := func(is bool, what string) {
		if is {
			errs = append(errs, errors.New(what))
		}
	}
	wrong(!checkID.MatchString(c.ID), "the ID is not of the form service-thing-property")
	wrong(c.Title == "", "no title")
	wrong(c.Doc.Why == "" || c.Doc.Judges == "" || c.Doc.Fix == "" || len(c.Doc.Sources) == 0, "incomplete documentation")
	wrong(c.Severity < Informational || c.Severity > Critical, "no severity")
	wrong(len(c.Reads) == 0, "reads nothing")
	wrong(c.Subjects == nil || c.Eval == nil, "no Subjects or no Eval")
	wrong((len(c.Controls) == 0) != c.NoControls, "either Controls or NoControls must be set")
	known := map[snapshot.Fact]bool{}
	for _, f := range snapshot.Facts() {
		known[f] = true
	}
	for _, f := range c.Reads {
		wrong(!known[f], fmt.Sprintf("reads the unknown fact %q", f))
		delete(known, f)
	}
	for _, k := range c.Controls {
		wrong(k.Standard == "" || k.Version == "" || k.ID == "", "a control lacks standard, version or id")
		wrong(k.Relation != Equals && k.Relation != Supports && k.Relation != Stricter && k.Relation != Informative,
			fmt.Sprintf("control %s has no relation", k.ID))
	}
	return errors.Join(errs...)
}

// FactsOf returns every fact that the checks read, in reading order.
func FactsOf(checks []Check) []snapshot.Fact {
	read := map[snapshot.Fact]bool{}
	for _, c := range checks {
		for _, f := range c.Reads {
			read[f] = true
		}
	}
	var facts []snapshot.Fact
	for _, f := range snapshot.Facts() {
		if read[f] {
			facts = append(facts, f)
		}
	}
	return facts
}
