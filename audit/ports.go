package audit

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Discoverer fills the scope that a configuration declares with what AWS
// tells: who the auditor is in each account, the listings, the places of
// buckets, the discovered ones. What cannot be read becomes a failed Reading
// in the scope; the only error is that ctx is done. The declared scope is not
// changed. Calls do not overlap.
type Discoverer interface {
	Discover(ctx context.Context, declared snapshot.Scope) (snapshot.Scope, error)
}

// Collector reads the facts of what is in scope. What cannot be read becomes
// a failed Reading in the snapshot; the only error is that ctx is done. takenAt
// is when the run began to read, discovery included. Calls do not overlap.
type Collector interface {
	Collect(ctx context.Context, takenAt time.Time, scope snapshot.Scope, facts []snapshot.Fact) (*snapshot.Snapshot, error)
}

// Exporter publishes a run somewhere. It does not change the run and keeps no
// part of it after it returned. An error concerns this exporter only; the
// caller counts it and goes on.
type Exporter interface {
	// Format is the exporter's name in metrics and logs, such as "json".
	Format() string
	// Publish returns once the run is published, or ctx is done. Publishing
	// the same run again is harmless.
	Publish(ctx context.Context, run *Run) error
}

// Store keeps runs, findings, changes and snapshots. It has one writer: it is
// opened, and closed, by the package that implements it, which refuses a
// second writer on the same data. All methods but the two that write can be
// called at any time, from several goroutines, also during a write, and see
// the state of one recorded run. Errors say what was being done and what to
// do next; after an error of a write the store holds what it held before.
type Store interface {
	Reader

	// Prior returns what Settle has to know of the findings that the store
	// holds. It is read once after opening; Prior.Advance keeps it current.
	Prior(ctx context.Context) (*Prior, error)

	// Keep writes a snapshot and returns its content hash. It is apart from
	// Record so that Record is quick. A snapshot that no Record names
	// afterwards, because the program was ended, is dropped in time.
	Keep(ctx context.Context, s *snapshot.Snapshot) (digest string, err error)

	// Record adds the run in one transaction: its header, its Unread, Tallies
	// and Collected and its waivers, all that is in its Delta and nothing else of its findings,
	// and that its snapshot is the one with that digest ("" for none). A run
	// that left everything out is listed and changes nothing else. A run whose
	// ID is there already is refused.
	Record(ctx context.Context, run *Run, snapshotDigest string) error

	// Prune drops what happened before that time and is of no use any more:
	// runs and their changes, never the last run; and every snapshot but those
	// of the last run, of the runs that a finding is unchanged since, and of
	// the runs left that changed something. It is to be called after Record.
	Prune(ctx context.Context, before time.Time) error
}

// Reader is the reading half of a Store, for what serves and reports.
type Reader interface {
	// Last returns the last run that did not leave everything out, without
	// Findings, Changes and Delta, with all else; false if there is none yet.
	// It reads a few rows, however many findings there are.
	Last(ctx context.Context) (*Run, bool, error)

	// Findings yields the findings of the last run that match, in the order of
	// a run, reading as it goes: ending the loop early ends the reading. After
	// an error nothing more is yielded. All are of one run, also while a new
	// one is being recorded.
	Findings(ctx context.Context, q Query) iter.Seq2[Finding, error]

	// Runs yields the recorded runs, the latest first, at most limit (0: all).
	Runs(ctx context.Context, limit int) iter.Seq2[Recorded, error]

	// Changes yields the changes with since <= At < until, the oldest first.
	Changes(ctx context.Context, since, until time.Time) iter.Seq2[Change, error]

	// Moments yields the changes with since <= At < until that opened a finding
	// or made it unknown, the oldest first, with the finding as it was then.
	Moments(ctx context.Context, since, until time.Time) iter.Seq2[Moment, error]

	// Snapshot returns the snapshot of a run; false if the run is not known
	// or its snapshot is not kept any more.
	Snapshot(ctx context.Context, runID string) (*snapshot.Snapshot, bool, error)
}

// ErrSuperseded is the answer to a Query whose run is not the last one.
var ErrSuperseded = errors.New("the run is not the last one any more")

// Recorded is a run in the list of runs.
type Recorded struct {
	Header         Header
	LeftOut        LeftOut
	Changes        int
	SnapshotDigest string // "" if its snapshot is not kept
	// Schedule is that of the Run; "" also if it is not kept.
	Schedule string
	// Unread and Waivers are those of the Run; nil if they are not kept.
	Unread  []Unread
	Waivers []WaiverUse
}

// Recorded is the run as the list of runs has it.
func (r *Run) Recorded(snapshotDigest string) Recorded {
	return Recorded{
		Header: r.Header, LeftOut: r.LeftOut, Changes: len(r.Changes), SnapshotDigest: snapshotDigest, Schedule: r.Schedule,
		Unread: append([]Unread{}, r.Unread...), Waivers: append([]WaiverUse{}, r.Waivers...),
	}
}

// Query selects findings; the zero Query selects all. A member that is empty
// selects nothing by itself.
type Query struct {
	// RunID, if set, is the run that the findings have to be of: once the last
	// run is another one, the answer is ErrSuperseded.
	RunID     string
	Check     string
	Status    Status
	Severity  Severity
	AccountID string
	Bucket    string // by name, as Finding.Bucket has it
	Waived    *bool
	// Outstanding leaves out what Finding.Outstanding is false of.
	Outstanding bool
	Limit       int // 0: no limit
	// Brief findings hold what identifies them, severity, statuses, ages and
	// Waived; Title, Reason, Fingerprint, Evidence, Remediation, Controls and
	// Waiver are not read.
	Brief bool
	After *Position // only findings behind this place
}

// Matches reports whether the query selects the finding; RunID, Limit and
// Brief aside.
func (q *Query) Matches(f *Finding) bool {
	return (q.Check == "" || q.Check == f.Check) &&
		(q.Status == "" || q.Status == f.Status) &&
		(q.Severity == 0 || q.Severity == f.Severity) &&
		(q.AccountID == "" || q.AccountID == f.AccountID) &&
		(q.Bucket == "" || q.Bucket == f.Bucket()) &&
		(q.Waived == nil || *q.Waived == f.Waived) &&
		(!q.Outstanding || f.Outstanding()) &&
		(q.After == nil || q.After.Compare(f.Position()) < 0)
}

// Position is a place in the order of a run's findings. It stays valid from
// run to run, also when the finding that stood there is gone.
type Position struct {
	AccountID string `json:"account_id"`
	Resource  string `json:"resource"`
	Check     string `json:"check"`
	Subject   string `json:"subject"`
}

// Compare is negative if p stands before other, 0 if they are the same place,
// positive if p stands behind it; by bytes.
func (p Position) Compare(other Position) int {
	return cmp.Or(
		cmp.Compare(p.AccountID, other.AccountID),
		cmp.Compare(p.Resource, other.Resource),
		cmp.Compare(p.Check, other.Check),
		cmp.Compare(p.Subject, other.Subject),
	)
}
