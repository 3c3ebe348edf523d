package sqlite

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// storeHistory records a random sequence of runs, narrower ones, interrupted
// ones and ones that fail among them, and opens the store again now and then.
// At each step it holds what the runs in memory say.
func storeHistory(t *testing.T, open opener, seed uint64) {
	dir, w, prior := t.TempDir(), newWorld(seed), audit.NewPrior(0)
	s := open(t, dir)
	var changes []audit.Change
	var moments []audit.Moment
	var runs []audit.Recorded
	broken := false
	for range 20 {
		w.drift(20)
		out := audit.LeftOut{}
		if !broken { // a narrower run would hide from the store what it missed
			out = w.leaveOut()
		}
		settlement := w.settlement(t, out, prior)
		if w.chance(10) {
			cut := audit.Interrupted(settlement.RunID, settlement.Snapshot, settlement.Checks, settlement.Times)
			runs = record(t, s, cut, "", runs)
			continue
		}
		run := audit.Settle(settlement)
		if !broken {
			fromStore, err := s.Prior(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			settlement.Prior = fromStore
			same(t, "the run that follows from what the store knows", run, audit.Settle(settlement))
		}
		broken = w.chance(20)
		prior.Advance(run, !broken)
		if broken {
			continue
		}
		digest, err := s.Keep(t.Context(), settlement.Snapshot)
		if err != nil {
			t.Fatal(err)
		}
		runs = record(t, s, run, digest, runs)
		changes = append(changes, run.Delta.Changes...)
		moments = append(moments, momentsIn(run)...)
		if w.chance(20) {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, dir)
		}
		holds(t, s, run, runs, changes, w.now)
		same(t, "moments", moments, collect(t, s.Moments(t.Context(), time.Time{}, w.now.Add(1))))
	}
}

// momentsIn are those that recording the run keeps. A change of an earlier run,
// which could not be recorded, has nothing with it if the finding went on to
// be something else.
func momentsIn(run *audit.Run) (list []audit.Moment) {
	for _, c := range run.Delta.Changes {
		if c.Kind != audit.Opened && c.Kind != audit.Blinded {
			continue
		}
		m := audit.Moment{Change: c}
		at := slices.IndexFunc(run.Findings, func(f audit.Finding) bool {
			return f.ID == c.FindingID && f.AccountID == c.AccountID && f.Status == c.To
		})
		if at >= 0 {
			f := run.Findings[at]
			f.LastSeen = time.Time{}
			if c.Kind == audit.Opened && f.Known.Since.Equal(c.At) || c.Kind == audit.Blinded && f.StatusSince.Equal(c.At) {
				f.StatusSince = c.At
				m.Finding = &f
			}
		}
		list = append(list, m)
	}
	return list
}

func record(t *testing.T, s opened, run *audit.Run, digest string, runs []audit.Recorded) []audit.Recorded {
	t.Helper()
	if err := s.Record(t.Context(), run, digest); err != nil {
		t.Fatal(err)
	}
	return slices.Insert(runs, 0, run.Recorded(digest))
}

// holds compares all that the store tells after a run.
func holds(t *testing.T, s opened, run *audit.Run, runs []audit.Recorded, changes []audit.Change, now time.Time) {
	t.Helper()
	same(t, "findings", run.Findings, collect(t, s.Findings(t.Context(), audit.Query{})))
	same(t, "runs", runs, collect(t, s.Runs(t.Context(), 0)))
	same(t, "changes", changes, collect(t, s.Changes(t.Context(), time.Time{}, now.Add(1))))
	last, there, err := s.Last(t.Context())
	if err != nil || !there {
		t.Fatal(there, err)
	}
	want := *run
	want.Findings, want.Changes, want.Delta = nil, nil, audit.Delta{}
	same(t, "last", &want, last)
}

// storeQueries holds what queries select to Query.Matches, paging included.
func storeQueries(t *testing.T, open opener) {
	for seed := range uint64(4) {
		s, w, prior := open(t, t.TempDir()), newWorld(seed), audit.NewPrior(0)
		for i := range 4 {
			w.drift(40)
			out := audit.LeftOut{}
			if i == 3 {
				out = w.leaveOut()
			}
			run := audit.Settle(w.settlement(t, out, prior))
			if err := s.Record(t.Context(), run, ""); err != nil {
				t.Fatal(err)
			}
			prior.Advance(run, true)
			for range 30 {
				queryOnce(t, s, run, w.query(run))
			}
		}
	}
}

// query is a random one, about what there is and what there is not.
func (w *world) query(run *audit.Run) (q audit.Query) {
	some := audit.Finding{AccountID: "000000000000", Check: "none", Resource: "arn:aws:s3:::none", Status: "odd", Severity: audit.Critical}
	if len(run.Findings) > 0 && w.chance(90) {
		some = run.Findings[w.random.IntN(len(run.Findings))]
	}
	if w.chance(30) {
		q.Check = some.Check
	}
	if w.chance(30) {
		q.Status = some.Status
	}
	if w.chance(30) {
		q.Severity = some.Severity
	}
	if w.chance(30) {
		q.AccountID = some.AccountID
	}
	if w.chance(30) {
		q.Bucket = some.Bucket()
	}
	if w.chance(30) {
		q.Waived = &some.Waived
	}
	q.Outstanding, q.Brief = w.chance(20), w.chance(20)
	if w.chance(40) {
		at := some.Position()
		switch w.random.IntN(4) {
		case 0:
			at.Subject += "x" // a place where no finding stands
		case 1:
			at.Resource = at.Resource[:len(at.Resource)-1]
		}
		q.After = &at
	}
	return q
}

func queryOnce(t *testing.T, s opened, run *audit.Run, q audit.Query) {
	t.Helper()
	var want []audit.Finding
	for i := range run.Findings {
		f := run.Findings[i]
		if !q.Matches(&f) {
			continue
		}
		if q.Brief {
			f.Title, f.Reason, f.Fingerprint, f.Evidence, f.Remediation, f.Controls, f.Waiver = "", "", "", nil, nil, nil, nil
		}
		want = append(want, f)
	}
	what := fmt.Sprintf("query %+v after %+v", q, q.After)
	same(t, what, want, collect(t, s.Findings(t.Context(), q)))
	// The same, three at a time.
	q.Limit = 3
	if len(want) > 12 {
		return
	}
	for page := range slices.Chunk(want, 3) {
		same(t, what+", page by page", page, collect(t, s.Findings(t.Context(), q)))
		at := page[len(page)-1].Position()
		q.After = &at
	}
}

// storeReadersSeeOneRun reads while runs are recorded: every reader sees all
// of one run.
func storeReadersSeeOneRun(t *testing.T, open opener) {
	s, w, prior := open(t, t.TempDir()), newWorld(9), audit.NewPrior(0)
	done := make(chan struct{})
	failed := make(chan error, 1)
	fail := func(err error) {
		select {
		case failed <- err:
		default:
		}
	}
	read := func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			since := map[time.Time]bool{}
			for f, err := range s.Findings(t.Context(), audit.Query{}) {
				if err != nil {
					fail(err)
					return
				}
				since[f.LastSeen] = true
			}
			if len(since) > 1 {
				fail(fmt.Errorf("findings of %d runs at once", len(since)))
			}
		}
	}
	ended := make(chan struct{})
	for range 3 {
		go func() { read(); ended <- struct{}{} }()
	}
	for i := range 20 {
		for _, thing := range w.things { // every finding is rewritten
			thing.detail, thing.status = i, audit.StatusPass
		}
		w.now = w.now.Add(time.Hour)
		run := audit.Settle(w.settlement(t, audit.LeftOut{}, prior))
		if err := s.Record(t.Context(), run, ""); err != nil {
			t.Fatal(err)
		}
		prior.Advance(run, true)
		if err := s.Prune(t.Context(), w.now); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	for range 3 {
		<-ended
	}
	select {
	case err := <-failed:
		t.Error(err)
	default:
	}
}

// pruned is a sequence of runs for storePrunes: what each changes is said by
// its name.
func storePrunes(t *testing.T, open opener) {
	s, w, prior := open(t, t.TempDir()), newWorld(1), audit.NewPrior(0)
	kept := map[string]string{} // run to digest of its snapshot
	step := func(change func()) string {
		w.now = w.now.Add(24 * time.Hour)
		change()
		runID, digest := keepAndRecord(t, s, w, prior)
		kept[runID] = digest
		return runID
	}
	one, two := w.things[0], w.things[1]
	first := step(func() {})                                          // most findings are unchanged since
	overwritten := step(func() { one.status = audit.StatusFail })     // none is, and it is old
	standing := step(func() { two.status = audit.StatusFail })        // one is, and it is old
	idle := step(func() {})                                           // changes nothing, and is old
	edge := w.now.Add(time.Hour)                                      // what is before is old
	changed := step(func() { one.status = audit.StatusPass })         // none is unchanged since
	quiet := step(func() {})                                          // changes nothing
	latest := step(func() { one.status = audit.StatusNotApplicable }) // the last one
	cut := w.settlement(t, audit.LeftOut{}, prior)
	if err := s.Record(t.Context(), audit.Interrupted("cut", cut.Snapshot, cut.Checks, cut.Times), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Keep(t.Context(), cut.Snapshot); err != nil { // and no run names it
		t.Fatal(err)
	}
	before := collect(t, s.Findings(t.Context(), audit.Query{}))
	if err := s.Prune(t.Context(), edge); err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, r := range collect(t, s.Runs(t.Context(), 0)) {
		listed = append(listed, r.Header.RunID)
	}
	same(t, "listed", []string{"cut", latest, quiet, changed}, listed)
	for id, want := range map[string]bool{first: true, overwritten: false, standing: true, idle: false, changed: true, quiet: false, latest: true} {
		if _, there, err := s.Snapshot(t.Context(), id); there != want || err != nil {
			t.Errorf("the snapshot of %s is there: %v, want %v; %v", id, there, want, err)
		}
	}
	for _, c := range collect(t, s.Changes(t.Context(), time.Time{}, w.now.Add(time.Hour))) {
		if c.At.Before(edge) {
			t.Errorf("a change of %s is left", c.RunID)
		}
	}
	same(t, "findings", before, collect(t, s.Findings(t.Context(), audit.Query{})))
	again, err := s.Prior(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	settlement := w.settlement(t, audit.LeftOut{}, prior)
	want := audit.Settle(settlement)
	settlement.Prior = again
	same(t, "what follows", want, audit.Settle(settlement))
	if err := s.Prune(t.Context(), w.now.Add(1000*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if runs := collect(t, s.Runs(t.Context(), 0)); len(runs) != 2 || runs[1].SnapshotDigest != kept[latest] {
		t.Errorf("of the last runs there are %+v", runs)
	}
}
