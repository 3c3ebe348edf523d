package web

import (
	"context"
	"iter"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// History is what the pages ask of the store beyond what an audit.Reader
// answers; each answer is quick, however much is kept. What takes the ID of a
// run fails with audit.ErrSuperseded unless that is the last one.
type History interface {
	// At returns the findings at these places, whole, without those that are
	// not there.
	At(ctx context.Context, runID string, places []audit.Position) ([]audit.Finding, error)
	// Find tells where the finding with that ID stands.
	Find(ctx context.Context, runID, id string) (audit.Position, bool, error)
	// Search yields the findings that the query selects and whose resource or
	// subject has the text in it; Query.Bucket is not for use with it.
	Search(ctx context.Context, q audit.Query, text string) iter.Seq2[audit.Finding, error]
	// RunWithID returns any recorded run.
	RunWithID(ctx context.Context, runID string) (audit.Recorded, bool, error)
	// Changes yields the changes with since <= At < until, the oldest first.
	Changes(ctx context.Context, since, until time.Time) iter.Seq2[audit.Change, error]
	// LatestChanges yields the changes since then, the latest first.
	LatestChanges(ctx context.Context, since time.Time, limit int) iter.Seq2[audit.Change, error]
	// ChangesOf yields what happened to one finding, the latest first.
	ChangesOf(ctx context.Context, p audit.Position, limit int) iter.Seq2[audit.Change, error]
	// OpenSteps tells by how much the number of open failures grew in each run
	// that changed it, the latest first, as far back as limit openings and
	// endings reach; cut tells that there are more.
	OpenSteps(ctx context.Context, since time.Time, limit int, step func(at time.Time, by int)) (cut bool, err error)
	// ReadBucket returns what a run read of a bucket, nil if that is not kept.
	ReadBucket(ctx context.Context, runID, accountID, arn string) (*snapshot.Bucket, error)
	// ReadTrails returns what a run read of the trails with these ARNs, without
	// those that are not kept.
	ReadTrails(ctx context.Context, runID string, arns []string) ([]snapshot.Trail, error)
	// ReadRole returns what a run read of a role, nil if that is not kept, and
	// the managed policies that it read.
	ReadRole(ctx context.Context, runID, arn string) (*snapshot.Role, []snapshot.ManagedPolicy, error)
}

// gathered are at most limit values of a sequence.
func gathered[T any](values iter.Seq2[T, error], limit int) (list []T, err error) {
	for v, err := range values {
		if err != nil {
			return list, err
		}
		if list = append(list, v); len(list) == limit {
			break
		}
	}
	return list, nil
}
