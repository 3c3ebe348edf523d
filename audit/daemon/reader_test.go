package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// readings hold what daemons serve, one after the other over the same land,
// against the ledger.
type readings struct {
	*setting
	land   *land
	ledger *ledger
	life   *life

	faults sync.Mutex      // held to change what exporters that try again may meet
	broken map[string]bool // operations of the store
	panics string          // operation of the store, "" for none

	mu       sync.Mutex
	exported map[string]exported // by run
	// How often what was served came from where.
	fromStore, fromDelta, fromMemory, inDoubt int
}

// exported is what an exporter got of a run when it was first given it.
type exported struct {
	findings []audit.Finding
	err      error
}

func newReadings(s *setting, seed uint64) *readings {
	r := &readings{setting: s, land: newLand(rand.New(rand.NewPCG(seed, 7))), broken: map[string]bool{}, exported: map[string]exported{}}
	r.ledger = &ledger{t: s.t, checks: r.land.checks(), waivers: r.land.waivers(time.Now().Add(36 * time.Hour))}
	s.disk.fails(func(_ context.Context, operation string) error {
		r.faults.Lock()
		defer r.faults.Unlock()
		if operation == r.panics {
			panic(secret)
		}
		if r.broken[operation] {
			return fmt.Errorf("%s: %w", operation, errDisk)
		}
		return nil
	})
	return r
}

// begins starts a daemon.
func (r *readings) begins() {
	p := r.planned(never{}, r.exporter())
	p.Declared, p.Checks, p.Waivers, p.Discoverer, p.Collector = r.land.declared(), r.ledger.checks, r.ledger.waivers, r.land, r.land
	r.ledger.starts(!r.broken["open"])
	r.life = r.begin(p)
	synctest.Wait()
	r.check()
}

func (r *readings) exporter() *sink {
	s := newSink("json")
	s.does(func(_ context.Context, run *audit.Run) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		list, err := listOf(run.All())
		if _, again := r.exported[run.Header.RunID]; !again {
			r.exported[run.Header.RunID] = exported{list, err}
		}
		return err
	})
	return s
}

// runs has the daemon audit once, and holds what it serves meanwhile and
// afterwards against the ledger.
func (r *readings) runs() {
	judged := false
	r.land.judging = func() {
		judged = true
		r.ledger.asks(!r.broken["open"], !r.broken["prior"] && !r.broken["last"] && r.panics != "prior")
		r.check()
	}
	if err := r.life.Start(); err != nil {
		r.t.Error(err)
	}
	synctest.Wait()
	r.land.judging = nil
	id := fmt.Sprint("run-", r.ids.Load())
	if !judged {
		h := audit.Header{RunID: id, StartedAt: time.Now()}
		r.ledger.cutShort(h, r.ledger.open && r.panics != "record" && !r.broken["record"])
		r.check()
		return
	}
	took, doubt := r.recording()
	doubt = doubt && r.ledger.read
	if doubt {
		r.inDoubt++
	}
	run := r.ledger.ends(reading{id, r.land.last}, took, doubt)
	r.check()
	r.checkExported(run)
	r.checkPage(run)
}

// recording tells whether the store takes a run, and whether that panics.
func (r *readings) recording() (took, doubt bool) {
	switch {
	case r.panics == "keep":
		return false, true
	case r.broken["keep"]:
		return false, false
	case r.panics == "record":
		return false, true
	case r.broken["record"]:
		return false, false
	default:
		return true, r.panics == "recorded"
	}
}

func listOf(findings iter.Seq2[audit.Finding, error]) ([]audit.Finding, error) {
	list := []audit.Finding{}
	var failure error
	for f, err := range findings {
		if failure != nil {
			return nil, errors.New("something is yielded after an error")
		}
		if failure = err; err == nil {
			list = append(list, f)
		}
	}
	return list, failure
}

// differ tells how lists of findings differ, "" if they do not.
func differ(want, got []audit.Finding) string {
	if reflect.DeepEqual(want, got) { // much quicker
		return ""
	}
	return cmp.Diff(want, got, same)
}

// same are findings or runs whose empty lists may be nil.
var same = cmp.Options{cmpopts.EquateEmpty(), cmp.Transformer("Rows", func(r audit.Rows) []audit.Row { return slices.Collect(r.All()) })}

func (r *readings) checkExported(run *audit.Run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	got, ok := r.exported[run.Header.RunID]
	if _, needsStore := r.ledger.serves(); needsStore && !r.ledger.whole && r.broken["findings"] {
		if !errors.Is(got.err, errDisk) {
			r.t.Errorf("run %s was exported without the store: %v", run.Header.RunID, got.err)
		}
		return
	}
	if diff := differ(run.Findings, got.findings); diff != "" || got.err != nil || !ok {
		r.t.Errorf("exported of run %s: %v (-want +got):\n%s", run.Header.RunID, got.err, diff)
	}
}

// checkPage holds what the page got against the run: what is outstanding in
// brief, or everything.
func (r *readings) checkPage(run *audit.Run) {
	r.page.mu.Lock()
	got := *r.page.runs[len(r.page.runs)-1]
	r.page.mu.Unlock()
	want := run.Findings
	if got.Elsewhere != nil {
		want = matching(want, audit.Query{Outstanding: true, Brief: true})
	}
	if diff := differ(want, got.Findings); diff != "" {
		r.t.Errorf("in memory of run %s (-want +got):\n%s", run.Header.RunID, diff)
	}
	if diff := cmp.Diff(run.Changes, got.Changes, same); diff != "" {
		r.t.Errorf("changes of run %s (-want +got):\n%s", run.Header.RunID, diff)
	}
}

// check holds everything that the daemon serves now against the ledger.
func (r *readings) check() {
	r.checkLast()
	r.checkRuns()
	run, _ := r.ledger.serves()
	for range 6 {
		q := r.land.query()
		switch {
		case r.land.random.IntN(8) == 0:
			q.RunID = "run-0"
		case run != nil && r.land.random.IntN(2) == 0:
			q.RunID = run.Header.RunID
		}
		r.checkFindings(q)
	}
	r.checkFindings(audit.Query{})
	r.checkPages(audit.Query{Limit: 3 + r.land.random.IntN(7), Outstanding: r.land.random.IntN(2) == 0})
}

func (r *readings) checkFindings(q audit.Query) {
	run, needsStore := r.ledger.serves()
	got, err := listOf(r.life.Findings(context.Background(), q))
	superseded := q.RunID != "" && (run == nil || q.RunID != run.Header.RunID)
	switch {
	case run == nil && !r.ledger.open:
		if err == nil || len(got) > 0 {
			r.t.Errorf("%+v without a store: %v, %v", q, got, err)
		}
	case superseded && r.ledger.current != nil, superseded && !r.broken["findings"]:
		if !errors.Is(err, audit.ErrSuperseded) || len(got) > 0 {
			r.t.Errorf("%+v of another run: %v, %v", q, got, err)
		}
	case needsStore && r.broken["findings"]:
		if !errors.Is(err, errDisk) || len(got) > 0 {
			r.t.Errorf("%+v with a store that fails: %v, %v", q, got, err)
		}
	case run == nil:
		if err != nil || len(got) > 0 {
			r.t.Errorf("%+v before the first run: %v, %v", q, got, err)
		}
	default:
		r.count(needsStore)
		want := matching(run.Findings, q)
		if diff := differ(want, got); diff != "" || err != nil {
			r.t.Errorf("%+v of %s: %v (-want +got):\n%s", q, run.Header.RunID, err, diff)
		}
		r.leaveEarly(q, want)
	}
}

func (r *readings) count(needsStore bool) {
	switch {
	case !needsStore:
		r.fromMemory++
	case r.ledger.current != nil:
		r.fromDelta++
	default:
		r.fromStore++
	}
}

// leaveEarly ends the reading somewhere. If it went on all the same, the
// language would panic.
func (r *readings) leaveEarly(q audit.Query, want []audit.Finding) {
	left := r.land.random.IntN(len(want) + 1)
	got := []audit.Finding{}
	for f, err := range r.life.Findings(context.Background(), q) {
		if got = append(got, f); err != nil || len(got) > left {
			break
		}
	}
	if diff := differ(want[:min(left+1, len(want))], got); diff != "" {
		r.t.Errorf("%+v, the first %d (-want +got):\n%s", q, left+1, diff)
	}
}

// checkPages reads everything a page at a time.
func (r *readings) checkPages(q audit.Query) {
	run, needsStore := r.ledger.serves()
	if run == nil || needsStore && r.broken["findings"] {
		return
	}
	got := []audit.Finding{}
	for {
		page, err := listOf(r.life.Findings(context.Background(), q))
		if err != nil || len(page) > q.Limit {
			r.t.Errorf("%+v: %d findings, %v", q, len(page), err)
		}
		if len(page) == 0 || len(got) > len(run.Findings) {
			break
		}
		got = append(got, page...)
		at := page[len(page)-1].Position()
		q.After = &at
	}
	if diff := differ(matching(run.Findings, audit.Query{Outstanding: q.Outstanding}), got); diff != "" {
		r.t.Errorf("in pages of %d (-want +got):\n%s", q.Limit, diff)
	}
}

// wears changes what the store does.
func (r *readings) wears() {
	r.faults.Lock()
	defer r.faults.Unlock()
	random := r.land.random
	for _, operation := range []string{"open", "prior", "last", "keep", "record", "findings", "runs"} {
		if random.IntN(5) == 0 {
			r.broken[operation] = random.IntN(3) == 0
		}
	}
	if random.IntN(12) == 0 {
		clear(r.broken)
	}
	r.panics = ""
	if random.IntN(5) == 0 {
		r.panics = []string{"prior", "keep", "record", "recorded", "recorded"}[random.IntN(5)]
	}
}

// happens changes the land, the store and the daemon, and has it audit.
func (r *readings) happens() {
	random := r.land.random
	r.wears()
	if random.IntN(10) == 0 {
		r.ends()
		time.Sleep(time.Hour)
		r.begins()
	}
	r.land.drift()
	r.land.fails = random.IntN(12) == 0
	time.Sleep(time.Duration(1+random.IntN(7000)) * time.Second)
	r.runs()
}

// ends stops the daemon; what needs the store is an error afterwards.
func (r *readings) ends() {
	r.life.end()
	run, needsStore := r.ledger.serves()
	got, err := listOf(r.life.Findings(context.Background(), audit.Query{}))
	switch {
	case run == nil || needsStore:
		if err == nil || len(got) > 0 {
			r.t.Errorf("%d findings after the end, %v", len(got), err)
		}
	default:
		if diff := differ(run.Findings, got); diff != "" || err != nil {
			r.t.Errorf("after the end: %v (-want +got):\n%s", err, diff)
		}
	}
}

// What the daemon serves, exports and shows after every run, and while one
// goes on, is what a whole audit of everything read so far comes to: whatever
// the store did not take, could not tell or took unnoticed, and over
// restarts.
func TestWhatIsServed(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	sums := map[string]int{}
	t.Run("seeds", func(t *testing.T) {
		for seed := range uint64(14) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				bubble(t, func(_ *testing.T, s *setting) {
					r := newReadings(s, seed)
					r.begins()
					for range 20 {
						r.happens()
					}
					r.ends()
					mu.Lock()
					defer mu.Unlock()
					sums["from the store"] += r.fromStore
					sums["from the Delta"] += r.fromDelta
					sums["from memory"] += r.fromMemory
					sums["in doubt"] += r.inDoubt
				})
			})
		}
	})
	t.Log(sums)
	for _, what := range []string{"from the store", "from the Delta", "from memory", "in doubt"} {
		if sums[what] < 10 {
			t.Errorf("hardly anything %s: %v", what, sums)
		}
	}
}
