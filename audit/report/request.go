package report

import (
	"context"
	"iter"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Request says what the report is to be about.
type Request struct {
	Version     string // of the product
	GeneratedAt time.Time
	// Since and Until are the period; Since is before Until.
	Since, Until time.Time
	// AccountID limits the report to findings of that account, "" to none.
	AccountID string
	// Framework is the name of one of Frameworks, to which, and to the checks
	// that relate to it, the report is limited; "" for all.
	Framework  string
	Frameworks []audit.Framework
	// Checks are the catalogue: what there is to say of each check.
	Checks []audit.Check
	// Schedule tells which runs are planned now; nil if that is not known, and
	// then nothing was planned.
	Schedule Schedule
	// Parse reads the schedule of an earlier run, as audit.Recorded has it. Of a
	// run that has none, or one that it fails on, Schedule is taken; nil: of all.
	Parse func(text string) (Schedule, error)
}

// Schedule says when runs are due; schedule.Schedule is one.
type Schedule interface {
	// String is the spec.
	String() string
	// Slots yields the slots after from up to and including to.
	Slots(from, to time.Time) iter.Seq[time.Time]
	// Next is the first slot after an instant, the zero Time if there is none.
	Next(after time.Time) time.Time
	// Interval is the longest time between two slots.
	Interval() time.Duration
}

// History is what a report is made from: the reading half of an audit.Store.
type History interface {
	Last(ctx context.Context) (*audit.Run, bool, error)
	Findings(ctx context.Context, q audit.Query) iter.Seq2[audit.Finding, error]
	Runs(ctx context.Context, limit int) iter.Seq2[audit.Recorded, error]
	Changes(ctx context.Context, since, until time.Time) iter.Seq2[audit.Change, error]
	Moments(ctx context.Context, since, until time.Time) iter.Seq2[audit.Moment, error]
}
