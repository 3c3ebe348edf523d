package web_test

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// chronicle is a History in memory beside a history.
type chronicle struct {
	*history
	changes []audit.Change // the latest first
	buckets map[string]*snapshot.Bucket
	roles   map[string]*snapshot.Role
	trails  []snapshot.Trail
	cut     bool  // there are more steps than were asked for
	err     error // of everything
}

func (c *chronicle) At(_ context.Context, runID string, places []audit.Position) (list []audit.Finding, err error) {
	if runID != c.run.Header.RunID {
		return nil, audit.ErrSuperseded
	}
	for _, p := range places {
		for i := range c.run.Findings {
			if c.run.Findings[i].Position() == p {
				list = append(list, c.run.Findings[i])
			}
		}
	}
	return list, c.err
}

func (c *chronicle) Find(_ context.Context, _, id string) (audit.Position, bool, error) {
	for i := range c.run.Findings {
		if f := &c.run.Findings[i]; f.ID == id {
			return f.Position(), true, c.err
		}
	}
	return audit.Position{}, false, c.err
}

func (c *chronicle) Search(ctx context.Context, q audit.Query, text string) iter.Seq2[audit.Finding, error] {
	left := q.Limit
	q.Limit = 0
	return func(yield func(audit.Finding, error) bool) {
		for f, err := range c.Findings(ctx, q) {
			if err == nil && !strings.Contains(strings.ToLower(f.Resource+"\n"+f.Subject), strings.ToLower(text)) {
				continue
			}
			if left--; !yield(f, err) || left == 0 {
				return
			}
		}
	}
}

func (c *chronicle) RunWithID(_ context.Context, runID string) (audit.Recorded, bool, error) {
	for _, r := range c.recorded {
		if r.Header.RunID == runID {
			return r, true, c.err
		}
	}
	return audit.Recorded{}, false, c.err
}

func (c *chronicle) selected(is func(*audit.Change) bool) iter.Seq2[audit.Change, error] {
	return func(yield func(audit.Change, error) bool) {
		if c.err != nil {
			yield(audit.Change{}, c.err)
			return
		}
		for i := range c.changes {
			if is(&c.changes[i]) && !yield(c.changes[i], nil) {
				return
			}
		}
	}
}

func (c *chronicle) Changes(_ context.Context, since, until time.Time) iter.Seq2[audit.Change, error] {
	return c.selected(func(ch *audit.Change) bool { return !ch.At.Before(since) && ch.At.Before(until) })
}

func (c *chronicle) LatestChanges(_ context.Context, since time.Time, _ int) iter.Seq2[audit.Change, error] {
	return c.selected(func(ch *audit.Change) bool { return !ch.At.Before(since) })
}

func (c *chronicle) ChangesOf(_ context.Context, p audit.Position, _ int) iter.Seq2[audit.Change, error] {
	return c.selected(func(ch *audit.Change) bool {
		return ch.Check == p.Check && ch.Resource == p.Resource && ch.Subject == p.Subject
	})
}

func (c *chronicle) OpenSteps(_ context.Context, _ time.Time, _ int, step func(time.Time, int)) (bool, error) {
	for _, ch := range c.changes {
		step(ch.At, 1)
	}
	return c.cut, c.err
}

func (c *chronicle) ReadBucket(_ context.Context, _, _, arn string) (*snapshot.Bucket, error) {
	return c.buckets[arn], c.err
}

func (c *chronicle) ReadTrails(_ context.Context, _ string, arns []string) (list []snapshot.Trail, err error) {
	for _, t := range c.trails {
		if slices.Contains(arns, t.ARN) {
			list = append(list, t)
		}
	}
	return list, c.err
}

func (c *chronicle) ReadRole(_ context.Context, _, arn string) (*snapshot.Role, []snapshot.ManagedPolicy, error) {
	return c.roles[arn], nil, c.err
}
