package sqlite

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

var kills = flag.Int("kills", 50, "how often TestKilledAtRandom kills the program")

// killsAStore is after how many kills a new store is begun.
const killsAStore = 50

// recordOn records run after run of a world, where the store has come to, and
// says so: "begin" before each, "end" once Record has returned.
func recordOn(dir string) error {
	ctx := context.Background()
	s, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	prior, err := s.Prior(ctx)
	if err != nil {
		return err
	}
	recorded := 0
	for _, err := range s.Runs(ctx, 0) {
		if err != nil {
			return err
		}
		recorded++
	}
	// There is no test to fail in this process: a nil TB panics where it would.
	var none testing.TB = &testing.B{}
	w := newWorld(21)
	for ; ; recorded++ {
		for w.runs < recorded { // what the store has
			w.drift(20)
			w.runs++
		}
		w.drift(20)
		settlement := w.settlement(none, audit.LeftOut{}, prior)
		run := audit.Settle(settlement)
		fmt.Println("begin", run.Header.RunID)
		digest, err := s.Keep(ctx, settlement.Snapshot)
		if err != nil {
			return err
		}
		if err := s.Record(ctx, run, digest); err != nil {
			return err
		}
		fmt.Println("end", run.Header.RunID)
		prior.Advance(run, true)
		if err := s.Prune(ctx, time.Time{}); err != nil {
			return err
		}
	}
}

// expectation is what a store should hold after so many runs.
type expectation struct {
	w     *world
	prior *audit.Prior
	runs  []*audit.Run
}

// run is the run with that number, from 1.
func (e *expectation) run(t *testing.T, n int) *audit.Run {
	for len(e.runs) < n {
		e.w.drift(20)
		run := audit.Settle(e.w.settlement(t, audit.LeftOut{}, e.prior))
		e.prior.Advance(run, true)
		e.runs = append(e.runs, run)
	}
	return e.runs[n-1]
}

// TestKilledAtRandom kills a program that records runs, at random moments, and
// looks what is left: every run that was acknowledged, once, with its changes
// once, and at most one more.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(uint64(*kills), 3))
	var dir string
	var e *expectation
	acknowledged, lateRuns, recorded := 0, 0, 0
	for i := range *kills {
		if i%killsAStore == 0 {
			recorded += acknowledged
			dir, acknowledged = t.TempDir(), 0
			e = &expectation{w: newWorld(21), prior: audit.NewPrior(0)}
		}
		seen := killOne(t, dir, random)
		acknowledged = max(acknowledged, seen)
		n := survived(t, dir, e)
		if n < acknowledged || n > acknowledged+1 {
			t.Fatalf("kill %d: %d runs are left, %d were acknowledged", i, n, acknowledged)
		}
		lateRuns += n - acknowledged
		acknowledged = n
	}
	t.Logf("%d kills, %d runs recorded, %d of them not acknowledged any more", *kills, recorded+acknowledged, lateRuns)
}

// killOne starts the program, kills it at a random moment and returns the last
// run that it acknowledged.
func killOne(t *testing.T, dir string, random *rand.Rand) (last int) {
	t.Helper()
	a := start(t, "record", dir)
	wait := random.IntN(8) - 1 // lines to wait for; none: while it opens
	for range wait {
		last = max(last, acknowledgedBy(a.line(t)))
	}
	if wait >= 0 { // into the middle of what comes next
		spin(time.Duration(random.IntN(8000)) * time.Microsecond)
	} else {
		spin(time.Duration(random.IntN(60)) * time.Millisecond)
	}
	if err := errorsOf(a.Process.Signal(syscall.SIGKILL), a.in.Close()); err != nil {
		t.Fatal(err)
	}
	for a.out.Scan() {
		last = max(last, acknowledgedBy(a.out.Text()))
	}
	if err := a.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("it ended by itself: %v", err)
	}
	return last
}

func acknowledgedBy(line string) (n int) {
	if _, err := fmt.Sscanf(line, "end run-%d", &n); err != nil {
		return 0
	}
	return n
}

// spin passes some time: the moment is to be random, nothing depends on it.
func spin(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		continue
	}
}

// survived opens the store, holds what is in it to what should be, and returns
// how many runs are.
func survived(t *testing.T, dir string, e *expectation) int {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	checkDatabase(t, s)
	runs := collect(t, s.Runs(t.Context(), 0))
	n := len(runs)
	if n > 0 {
		last := e.run(t, n)
		same(t, "findings", last.Findings, collect(t, s.Findings(t.Context(), audit.Query{})))
		var changes []audit.Change
		for i, r := range runs {
			want := e.runs[n-1-i]
			same(t, "run", want.Header, r.Header)
			same(t, "changes of it", len(want.Changes), r.Changes)
			changes = append(changes, e.runs[i].Changes...)
		}
		same(t, "changes", changes, collect(t, s.Changes(t.Context(), time.Time{}, e.w.now.AddDate(1, 0, 0))))
		if _, there, err := s.Snapshot(t.Context(), last.Header.RunID); err != nil || !there {
			t.Fatalf("the snapshot of the last run: %v, %v", there, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return n
}
