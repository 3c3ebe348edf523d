package daemon_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// mood is how the world treats a daemon for a while.
type mood struct {
	slow    time.Duration // of collecting
	boom    string        // where there is a panic, "" nowhere
	fails   string        // which operation of the store fails, "" none
	ignores bool          // the stop, while collecting
}

func (m *mood) at(place string) {
	if m.boom == place {
		panic(secret)
	}
}

// chaos drives daemons by random events.
type chaos struct {
	*setting
	random *rand.Rand
	mood   atomic.Pointer[mood]
	reads  *reads
	life   *life
	sink   *sink
}

// reads is a Collector that notes what each run read: nothing if the account
// was shut.
type reads struct {
	*estate
	of map[time.Time]map[string]audit.Status
}

func (r *reads) Collect(ctx context.Context, takenAt time.Time, scope snapshot.Scope, facts []snapshot.Fact) (*snapshot.Snapshot, error) {
	s, err := r.estate.Collect(ctx, takenAt, scope, facts)
	if err != nil {
		return nil, err
	}
	var read map[string]audit.Status
	if _, err := s.Scope.Accounts[0].Listing.Get(); err == nil {
		read = map[string]audit.Status{}
		for i := range s.Buckets {
			read[strings.TrimPrefix(s.Buckets[i].ARN, bucketARN)] = statusOf(&s.Buckets[i])
		}
	}
	r.of[takenAt] = read
	return s, nil
}

func newChaos(s *setting, seed uint64) *chaos {
	c := &chaos{setting: s, random: rand.New(rand.NewPCG(seed, 1)), reads: &reads{s.estate, map[time.Time]map[string]audit.Status{}}, sink: newSink("json")}
	c.mood.Store(&mood{})
	s.estate.discover = func(context.Context) error { c.mood.Load().at("discover"); return nil }
	s.estate.collect = func(ctx context.Context) error {
		m := c.mood.Load()
		m.at("collect")
		if m.ignores {
			time.Sleep(m.slow)
			return nil
		}
		return taking(m.slow)(ctx)
	}
	s.estate.subjects = func() { c.mood.Load().at("subjects") }
	s.page.publish = func(context.Context, *audit.Run) error { c.mood.Load().at("page"); return nil }
	c.sink.publish = func(context.Context, *audit.Run) error { c.mood.Load().at("sink"); return nil }
	s.disk.fault = func(_ context.Context, operation string) error {
		m := c.mood.Load()
		m.at(operation)
		if m.fails == operation {
			return fmt.Errorf("%s: %w", operation, errDisk)
		}
		return nil
	}
	return c
}

func (c *chaos) plan() *plan {
	p := c.planned([]daemon.Schedule{never{}, minutely{}, minutely{}}[c.random.IntN(3)], c.sink)
	p.Collector = c.reads
	return p
}

// happens does something.
func (c *chaos) happens() {
	operations := []string{"open", "prior", "keep", "record", "prune", "last", "findings", "runs"}
	places := append([]string{"discover", "collect", "subjects", "page", "sink", "recorded"}, operations...)
	switch c.random.IntN(12) {
	case 0, 1:
		_ = c.life.Start()
	case 2:
		c.life.uses(c.plan())
	case 3:
		c.life.end()
		if c.witness.busy() {
			time.Sleep(200 * time.Second) // the run ignored the stop; in truth the process would be gone
		}
		time.Sleep(time.Duration(c.random.IntN(600)) * time.Second)
		c.life = c.begin(c.plan())
	case 4:
		c.mood.Store(&mood{slow: time.Duration(c.random.IntN(200)) * time.Second, ignores: c.random.IntN(4) == 0})
	case 5:
		c.mood.Store(&mood{boom: places[c.random.IntN(len(places))]})
	case 6, 7:
		c.mood.Store(&mood{fails: operations[c.random.IntN(len(operations))]})
	case 8:
		c.mood.Store(&mood{})
	case 9:
		c.estate.closes(c.random.IntN(3) == 0)
	default:
		statuses := append(audit.Statuses(), "")
		c.estate.becomes(string(rune('a'+c.random.IntN(6))), statuses[c.random.IntN(len(statuses))])
	}
	time.Sleep(time.Duration(c.random.IntN(90)) * time.Second)
}

func TestChaos(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(_ *testing.T, s *setting) {
				s.hasty = true
				c := newChaos(s, seed)
				c.life = c.begin(c.plan())
				for range 400 {
					c.happens()
				}
				c.calms()
				c.checkChanges()
			})
		})
	}
}

// calms lets a last run see everything, and holds the store to it.
func (c *chaos) calms() {
	c.mood.Store(&mood{})
	c.life.end()
	time.Sleep(time.Hour) // what ignored the stop is over
	c.estate.closes(false)
	p := c.planned(never{})
	p.Collector = c.reads
	c.life = c.begin(p)
	c.life.audits()
	c.life.audits() // a bucket has to be missing twice
	c.life.end()
	got := map[string]audit.Status{}
	for _, r := range c.disk.rows {
		f := c.disk.finding(r)
		got[f.Bucket()] = f.Status
	}
	if diff := cmp.Diff(c.estate.buckets, got); diff != "" {
		c.t.Errorf("the store (-want +got):\n%s", diff)
	}
	a := c.witness.account()
	if a.Results["success"] < 20 || len(c.disk.changes) < 50 {
		c.t.Errorf("hardly anything happened: %+v, %d changes", a, len(c.disk.changes))
	}
}

// checkChanges replays the history: what it tells of each finding follows one
// from the other, rests on what the run read, and comes to what the store has.
func (c *chaos) checkChanges() {
	open := map[string]bool{}
	for _, change := range c.disk.changes {
		bucket := strings.TrimPrefix(change.Resource, bucketARN)
		read, listed := c.reads.of[change.At][bucket]
		ok := true
		switch change.Kind {
		case audit.Opened:
			ok = !open[bucket] && read == audit.StatusFail
			open[bucket] = true
		case audit.Resolved:
			ok = open[bucket] && (read == audit.StatusPass || read == audit.StatusNotApplicable)
			delete(open, bucket)
		case audit.Changed:
			ok = !open[bucket] && read == change.To
		case audit.Regained:
			ok = read == change.To && open[bucket] == (read == audit.StatusFail)
		case audit.Blinded:
			ok = !listed || read == audit.StatusUnknown
		case audit.Removed:
			ok = !listed && c.reads.of[change.At] != nil
			delete(open, bucket)
		}
		if !ok {
			c.t.Errorf("%s %s in %s, which read %q, open before: %v", bucket, change.Kind, change.RunID, read, open[bucket])
		}
	}
	failing := map[string]bool{}
	for _, r := range c.disk.rows {
		if f := c.disk.finding(r); f.OpenFailure() {
			failing[f.Bucket()] = true
		}
	}
	if !maps.Equal(open, failing) {
		c.t.Errorf("open by the changes %v, by the findings %v", open, failing)
	}
}
