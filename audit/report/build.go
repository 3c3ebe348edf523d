package report

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// ProductName is what the report calls the program.
const ProductName = "quilt-auditor"

// attempts is how often a report is begun anew because a run was recorded
// while it was made.
const attempts = 5

// Build makes the report. A history without any run gives a report that says
// so. It fails on a Request that makes no sense, with ErrRequest, on what the
// history fails with, and if ctx is done.
func Build(ctx context.Context, h History, r Request) (*Report, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		report, err := build(ctx, h, &r)
		if err == nil {
			return report, nil
		}
		if !errors.Is(err, audit.ErrSuperseded) || attempt == attempts {
			return nil, fmt.Errorf("making the report from %s to %s: %w", r.Since.Format(time.RFC3339), r.Until.Format(time.RFC3339), err)
		}
	}
}

// ErrRequest is the error of Build on a Request that makes no sense.
var ErrRequest = errors.New("no report can be made")

func (r *Request) validate() error {
	if !r.Since.Before(r.Until) {
		return fmt.Errorf("%w: the period ends at %s, not after its start at %s", ErrRequest, r.Until.Format(time.RFC3339), r.Since.Format(time.RFC3339))
	}
	if r.Framework == "" || slices.ContainsFunc(r.Frameworks, func(f audit.Framework) bool { return f.Name == r.Framework }) {
		return nil
	}
	var names []string
	for _, f := range r.Frameworks {
		names = append(names, f.Name)
	}
	return fmt.Errorf("%w: there is no framework %q; there are: %s", ErrRequest, r.Framework, strings.Join(names, ", "))
}

// builder gathers what goes into a report.
type builder struct {
	*Request
	history History
	period  span
	known   span       // the part of it that the history reaches
	last    *audit.Run // nil if there is none
	log     *runLog
	checks  map[string]*checked
	// changes are all that the history has up to the last run, and byFinding
	// those of each finding that is not done yet.
	changes   []audit.Change
	byFinding map[string][]*audit.Change
	failures  []failed
	spells    []spell
	buckets   map[string]judged
	series    *seriesTally
}

// build makes a report of one state of the history.
func build(ctx context.Context, h History, r *Request) (*Report, error) {
	b := &builder{Request: r, history: h, period: r.span(), byFinding: map[string][]*audit.Change{}, buckets: map[string]judged{}}
	b.checks = b.catalogue()
	last, _, err := h.Last(ctx)
	if err != nil {
		return nil, err
	}
	b.last = last
	if b.log, err = readRuns(ctx, h, r, last); err != nil {
		return nil, err
	}
	b.known = b.log.known()
	b.series = newSeries(b.period, b.known)
	if last != nil && !b.known.empty() {
		for _, step := range []func(context.Context) error{b.readChanges, b.readFindings, b.readMoments, b.readOpen} {
			if err := step(ctx); err != nil {
				return nil, err
			}
		}
	}
	return b.report(), nil
}

// lastAt is when the last run was made.
func (b *builder) lastAt() int64 { return instantOf(b.last.Header.TakenAt) }

// current reports whether the end of the period is as the last run has it.
func (b *builder) current() bool { return b.last != nil && b.lastAt() < b.period.until }

// wants reports whether findings of the check are in the report.
func (b *builder) wants(check, accountID string) bool {
	if b.AccountID != "" && b.AccountID != accountID {
		return false
	}
	c := b.checks[check]
	return c != nil || b.Framework == "" // without a framework, also those of checks that are no more
}

// readChanges reads what happened, up to the last run.
func (b *builder) readChanges(ctx context.Context) error {
	for c, err := range b.history.Changes(ctx, time.Time{}, b.last.Header.TakenAt.Add(1)) {
		if err != nil {
			return err
		}
		b.changes = append(b.changes, c)
	}
	for i := range b.changes {
		c := &b.changes[i]
		b.byFinding[c.FindingID] = append(b.byFinding[c.FindingID], c)
	}
	return nil
}

// readFindings goes through all findings there are, and those there were.
func (b *builder) readFindings(ctx context.Context) error {
	for f, err := range b.history.Findings(ctx, audit.Query{RunID: b.last.Header.RunID, Brief: true}) {
		if err != nil {
			return err
		}
		changes := b.byFinding[f.ID]
		delete(b.byFinding, f.ID)
		b.finding(Subject{f.ID, f.Check, f.AccountID, f.Region, f.Resource, f.Subject}, changes, &f)
	}
	for _, id := range slices.Sorted(maps.Keys(b.byFinding)) {
		changes := b.byFinding[id]
		c := changes[len(changes)-1]
		b.finding(Subject{c.FindingID, c.Check, c.AccountID, c.Region, c.Resource, c.Subject}, changes, nil)
	}
	b.byFinding = nil
	return nil
}

// finding takes one finding into account.
func (b *builder) finding(s Subject, changes []*audit.Change, now *audit.Finding) {
	if !b.wants(s.Check, s.AccountID) {
		return
	}
	lost := b.lastAt()
	if b.last.LeftOut.Has(s.Check, s.AccountID) {
		lost = forever
	}
	t := timelineOf(changes, b.bounded(now), lost)
	if !t.seen(b.known) {
		return
	}
	observed := b.log.observed(s.Check, s.AccountID)
	waived := now != nil && now.Waived && b.current()
	b.check(s.Check).add(t, b.period, b.known, observed, s, waived)
	b.series.add(t)
	b.bucket(s, t)
	for _, e := range t.failures() {
		b.failure(s, t, e, observed, now)
	}
	b.unknown(s, t, observed)
}

// bounded is the finding with no time in it later than the last run: there is
// one where the clock was set back.
func (b *builder) bounded(now *audit.Finding) *audit.Finding {
	last := b.last.Header.TakenAt
	if now == nil || !now.FirstSeen.After(last) && !now.StatusSince.After(last) && (now.Known == nil || !now.Known.Since.After(last)) {
		return now
	}
	f := *now
	f.FirstSeen, f.StatusSince = earlier(f.FirstSeen, last), earlier(f.StatusSince, last)
	if f.Known != nil {
		f.Known = &audit.Known{Status: f.Known.Status, Since: earlier(f.Known.Since, last)}
	}
	return &f
}

func earlier(a, b time.Time) time.Time {
	if a.After(b) {
		return b
	}
	return a
}

// seen reports whether the period has something of the finding.
func (t timeline) seen(period span) bool {
	return slices.ContainsFunc(t, func(s state) bool { return s.from < period.until && s.until >= period.from })
}

// judged is what the findings of a bucket are at the end.
type judged struct{ known, unknown bool }

func (b *builder) bucket(s Subject, t timeline) {
	end := t.at(b.period.until)
	if end == nil || !s.onBucket() {
		return
	}
	j := b.buckets[s.AccountID+s.Resource]
	if end.status == audit.StatusUnknown {
		j.unknown = true
	} else {
		j.known = true
	}
	b.buckets[s.AccountID+s.Resource] = j
}

// onBucket reports whether the resource of the finding is a bucket.
func (s *Subject) onBucket() bool {
	f := audit.Finding{Resource: s.Resource}
	return f.Bucket() != ""
}
