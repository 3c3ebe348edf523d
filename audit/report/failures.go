package report

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// failed is a Failure, and what is still to be asked of the history.
type failed struct {
	Failure
	from, until int64 // of the failure
	// now: it is open at the end, and the last run has it as it is.
	now bool
}

// failure takes a failure into the report, if the period has something of it.
func (b *builder) failure(s Subject, t timeline, e episode, observed *mask, now *audit.Finding) {
	first, last := &t[e.first], &t[e.last]
	if first.from >= b.known.until || last.until < b.known.from {
		return
	}
	f := failed{Failure: Failure{Subject: s, OpenedRun: first.openedRun}, from: max(first.from, first.since), until: last.until}
	if first.since != never {
		f.Opened = timeOf(first.since)
	}
	f.OpenedBefore = first.since < b.period.from
	var seen FindingTime
	for _, state := range t[e.first : e.last+1] {
		if state.status == audit.StatusFail {
			seen += observed.within(state.clip(b.period))
		}
	}
	within := b.period
	if first.since == never {
		within = b.known
	}
	open := span{f.from, last.until}.clip(within).length()
	f.OpenInPeriod, f.Unreadable = durationOf(open), durationOf(open-seen)
	end := min(last.until, b.period.until)
	if first.since != never {
		f.Open = Duration(end - first.since)
	}
	b.outcome(&f, t, e)
	if c := b.checks[s.Check]; c != nil && c.rule != nil {
		f.Title, f.Severity = c.rule.Title, c.rule.Severity
	}
	if now != nil && last.until == forever && now.OpenFailure() {
		f.now = b.current() && now.Status == audit.StatusFail
		f.Severity = now.Severity
	}
	b.failures = append(b.failures, f)
}

// outcome says how the failure stands at the end of the period.
func (b *builder) outcome(f *failed, t timeline, e episode) {
	last := &t[e.last]
	switch {
	case last.until < b.period.until && last.gone:
		f.Outcome, f.Ended, f.EndedRun = Removed, timeOf(last.until), last.goneRun
	case last.until < b.period.until:
		f.Outcome, f.Ended, f.EndedRun = Resolved, timeOf(last.until), t[e.last+1].run
	case t.at(b.period.until).status == audit.StatusUnknown:
		f.Outcome = Unreadable
	default:
		f.Outcome = StillOpen
	}
}

// readOpen reads what the last run found of the failures that are open.
func (b *builder) readOpen(ctx context.Context) error {
	byFinding := map[string]*failed{}
	for i := range b.failures {
		if f := &b.failures[i]; f.now {
			byFinding[f.FindingID] = f
		}
	}
	if len(byFinding) == 0 {
		return nil
	}
	q := audit.Query{RunID: b.last.Header.RunID, AccountID: b.AccountID, Status: audit.StatusFail}
	for found, err := range b.history.Findings(ctx, q) {
		if err != nil {
			return err
		}
		if f := byFinding[found.ID]; f != nil {
			f.describe(&found, OfLastRun)
		}
	}
	return nil
}

// describe puts what was found into the failure.
func (f *failed) describe(found *audit.Finding, of DetailOf) {
	d := &Detail{Of: of, Reason: found.Reason, Evidence: found.Evidence, Fingerprint: found.Fingerprint, Waiver: found.Waiver}
	var e struct {
		Witness   json.RawMessage `json:"witness"`
		DecidedBy json.RawMessage `json:"decided_by"`
	}
	if json.Unmarshal(found.Evidence, &e) == nil { // evidence is JSON, an object as a rule
		d.Witness, d.DecidedBy = e.Witness, e.DecidedBy
	}
	if r := found.Remediation; r != nil {
		d.Remedy = &Remedy{r.Kind, r.Summary, r.CLI}
	}
	f.Title, f.Severity, f.Detail = found.Title, found.Severity, d
}

// failureResults are the failures in their order.
func (b *builder) failureResults() []Failure {
	slices.SortFunc(b.failures, func(x, y failed) int { return cmp.Or(x.compare(&y.Subject), cmp.Compare(x.from, y.from)) })
	list := make([]Failure, len(b.failures))
	for i := range b.failures {
		f := &b.failures[i]
		f.Title, f.Severity = cmp.Or(f.Title, f.Check), cmp.Or(f.Severity, audit.Informational)
		list[i] = f.Failure
	}
	return list
}

// compare has subjects in the order of findings.
func (s *Subject) compare(o *Subject) int { return s.position().Compare(o.position()) }

func (s *Subject) position() audit.Position {
	return audit.Position{AccountID: s.AccountID, Resource: s.Resource, Check: s.Check, Subject: s.Subject}
}
