package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// report is what is kept of the last run only.
type report struct {
	Unread    []audit.Unread    `json:"unread"`
	Tallies   []storedTally     `json:"tallies"`
	Collected []audit.Collected `json:"collected"`
	Waivers   []audit.WaiverUse `json:"waivers"`
	// Tallied: the tallies are of all findings that are kept, one by one.
	Tallied bool `json:"tallied"`
}

// storedTally has the severity as a number, as everywhere in the database.
type storedTally struct {
	audit.Tally
	Severity int `json:"severity"`
}

func reportOf(run *audit.Run, findings int) report {
	r := report{Unread: run.Unread, Collected: run.Collected, Waivers: run.Waivers}
	for _, t := range run.Tallies {
		r.Tallies = append(r.Tallies, storedTally{t, int(t.Severity)})
		findings -= t.Findings
	}
	r.Tallied = findings == 0
	return r
}

func (r *report) tallies() []audit.Tally {
	list := make([]audit.Tally, len(r.Tallies))
	for i, t := range r.Tallies {
		list[i] = t.Tally
		list[i].Severity = audit.Severity(t.Severity)
	}
	return list
}

// looked is a run, and what it did not look at.
type looked struct {
	TakenAt int64         `json:"taken_at"`
	LeftOut audit.LeftOut `json:"left_out,omitzero"`
}

// lookedWith puts a run before the earlier ones, the latest first, and leaves
// out those that tell nothing more: all that they looked at, it looked at too.
func lookedWith(run looked, earlier []looked) []looked {
	list := []looked{run}
	for _, e := range earlier {
		if !within(run.LeftOut.Checks, e.LeftOut.Checks) || !within(run.LeftOut.Accounts, e.LeftOut.Accounts) {
			list = append(list, e)
		}
	}
	return list
}

// looked reads the runs that last_seen follows from.
func (w *writing) looked() (list []looked, err error) {
	var text []byte
	if ok, err := w.one(`SELECT looked FROM last`, nil, &text); err != nil || !ok {
		return nil, err
	}
	return list, json.Unmarshal(text, &list)
}

func within(list, of []string) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(of, s) })
}

// lastRun is what reading findings takes of the last run that did not leave
// everything out. It is not changed.
type lastRun struct {
	seq     int64
	runID   string
	looked  []looked
	tallied bool // tallies are of all findings in the store
	tallies []audit.Tally
}

// seen is when there was last a verdict on such a finding.
func (l *lastRun) seen(check, accountID string) time.Time {
	for i := range l.looked {
		if !l.looked[i].LeftOut.Has(check, accountID) {
			return instant(l.looked[i].TakenAt)
		}
	}
	return time.Time{}
}

// leftOut is what the last run itself left out.
func (l *lastRun) leftOut() *audit.LeftOut { return &l.looked[0].LeftOut }

// last returns the last run, nil if there is none. Most of it is kept from
// read to read as long as the run is the last one.
func (r *reading) last() (*lastRun, error) {
	var seq int64
	if ok, err := r.one(`SELECT run FROM last`, nil, &seq); err != nil || !ok {
		return nil, err
	}
	if l := r.store.cached.Load(); l != nil && l.seq == seq {
		return l, nil
	}
	l := &lastRun{seq: seq}
	rep, err := r.report(l)
	if err != nil {
		return nil, fmt.Errorf("the last run cannot be read: %w", err)
	}
	l.tallied, l.tallies = rep.Tallied, rep.tallies()
	r.store.cached.Store(l)
	return l, nil
}

// report reads the rest of the last run.
func (r *reading) report(l *lastRun) (rep report, err error) {
	var body, looked []byte
	_, err = r.one(`SELECT r.run_id, l.report, l.looked FROM last l JOIN runs r ON r.seq = l.run`, nil, &l.runID, &body, &looked)
	if err != nil {
		return rep, err
	}
	if err := json.Unmarshal(looked, &l.looked); err != nil {
		return rep, err
	}
	return rep, unpackJSON(body, &rep)
}

// Last implements audit.Reader.
func (s *Reader) Last(ctx context.Context) (run *audit.Run, there bool, err error) {
	err = s.read(ctx, "reading the last run", func(r *reading) error {
		l := &lastRun{}
		if there, err = r.one(`SELECT run FROM last`, nil, &l.seq); err != nil || !there {
			return err
		}
		rep, err := r.report(l)
		if err != nil {
			return err
		}
		run = &audit.Run{Unread: rep.Unread, Tallies: rep.tallies(), Collected: rep.Collected, Waivers: rep.Waivers}
		return r.recorded(`WHERE r.seq = ?`, []any{l.seq}, func(rec audit.Recorded) error {
			run.Header, run.LeftOut, run.Schedule = rec.Header, rec.LeftOut, rec.Schedule
			return nil
		})
	})
	if err != nil || !there {
		return nil, false, err
	}
	return run, true, nil
}
