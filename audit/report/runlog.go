package report

import (
	"cmp"
	"context"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// loggedRun is what the report needs of a run.
type loggedRun struct {
	id        string
	taken     int64
	judged    bool // it was not cut short
	complete  bool
	changes   int
	digest    string // of its snapshot
	config    string
	rules     string
	profile   string
	control   string
	buckets   int
	leftOut   audit.LeftOut
	schedule  string // "" if it is not kept
	table     *timetable
	standsFor span // the time for which its results stand
}

// runLog are the runs of the period and the one before it that its start rests
// on, by time.
type runLog struct {
	period span
	tables timetables
	// later is the timetable of the run after the one at hand, and after that of
	// the run after the period, which was made at afterAt; the present one, and
	// forever, if there is no such run.
	later, after *timetable
	afterAt      int64
	runs         []loggedRun
	// basis is the run whose snapshot has the verdicts of the start: the one
	// before the period or, if that one's is not kept, an earlier one since which
	// nothing changed.
	basis *loggedRun
	// begins is when the first run that judged was made, if the history does not
	// reach back before the period; never if it does.
	begins int64
	// oldest is when the first run that judged was made, of those that were read.
	oldest   int64
	accounts map[string]*accountLog
	checks   map[string]bool // that a run of the log went by
	narrower bool            // some run left something out
	all      mask            // the time for which any run speaks
	// unread is what the last one could not read, nil if that is not kept; then
	// neither are its waivers.
	unread  []audit.Unread
	waivers waiverLog
	masks   map[[2]string]*mask
}

// readRuns reads the runs up to the last one. They come the latest first.
func readRuns(ctx context.Context, h History, r *Request, last *audit.Run) (*runLog, error) {
	l := &runLog{
		tables: timetablesOf(r), period: r.span(), begins: forever, oldest: forever,
		accounts: map[string]*accountLog{}, checks: map[string]bool{}, masks: map[[2]string]*mask{}, waivers: newWaiverLog(),
	}
	l.later, l.after, l.afterAt = l.tables.now, l.tables.now, forever
	latest := never
	if last != nil {
		latest = instantOf(last.Header.TakenAt)
	}
	for rec, err := range h.Runs(ctx, 0) {
		if err != nil {
			return nil, err
		}
		if l.read(&rec, latest) {
			break
		}
	}
	slices.SortStableFunc(l.runs, func(a, b loggedRun) int { return cmp.Compare(a.taken, b.taken) })
	l.all = maskOf(l.spans(func(*loggedRun) bool { return true }))
	return l, nil
}

// read takes a run into the log; done tells that no earlier one is needed.
func (l *runLog) read(rec *audit.Recorded, latest int64) (done bool) {
	run := logged(rec)
	run.table = l.tables.of(rec.Schedule)
	if run.judged {
		l.oldest = run.taken
	}
	switch inPeriod := run.taken >= l.period.from; {
	case run.taken >= l.period.until, run.judged && run.taken > latest:
		if run.judged {
			l.later, l.after, l.afterAt = run.table, run.table, run.taken
		}
		return false // it is later than the period, or was recorded meanwhile
	case l.begins == never: // only the snapshot of the start is missing still
		if run.judged {
			l.basis = &run
		}
	case !run.judged && inPeriod:
		l.runs = append(l.runs, run)
		return false
	case run.judged:
		l.judged(rec, &run)
		if inPeriod {
			return false
		}
		l.begins, l.basis = never, &run
	}
	return l.basis != nil && (l.basis.digest != "" || l.basis.changes > 0)
}

// judged takes a run into the log that was not cut short.
func (l *runLog) judged(rec *audit.Recorded, run *loggedRun) {
	if l.begins == forever { // it is the last one
		l.unread = rec.Unread
	}
	run.standsFor = l.stands(run)
	l.begins, l.later = min(l.begins, run.taken), run.table
	l.account(rec, run)
	l.waivers.add(rec.Waivers, run.taken)
	for _, id := range rec.Header.Checks {
		l.checks[id] = true
	}
	l.narrower = l.narrower || len(run.leftOut.Checks)+len(run.leftOut.Accounts) > 0
	l.runs = append(l.runs, *run)
}

func logged(rec *audit.Recorded) loggedRun {
	h := &rec.Header
	run := loggedRun{
		id: h.RunID, taken: instantOf(h.TakenAt), judged: !rec.LeftOut.Everything, complete: h.Result == audit.Complete,
		changes: rec.Changes, digest: rec.SnapshotDigest, config: h.ConfigDigest, rules: h.ChecksDigest, profile: h.Profile,
		control: h.ControlAccountID, leftOut: rec.LeftOut, schedule: rec.Schedule,
	}
	for i := range h.Accounts {
		run.buckets += h.Accounts[i].Buckets
	}
	return run
}

// stands is the time for which the results of a run stand: until the next one,
// or the one that was due, by its own timetable or the one after it. Where the
// clock was set back since, it stands for nothing: what it found was replaced
// before.
func (l *runLog) stands(run *loggedRun) span {
	if run.taken >= l.begins {
		return span{run.taken, run.taken}
	}
	return span{run.taken, min(l.begins, max(run.table.due(run.taken), l.later.due(run.taken)))}
}

// spans are the times for which the runs stand that are asked for.
func (l *runLog) spans(which func(*loggedRun) bool) []span {
	var list []span
	for i := range l.runs {
		if run := &l.runs[i]; run.judged && which(run) {
			list = append(list, run.standsFor)
		}
	}
	return list
}

// observed is the time for which runs speak of findings of a check in an
// account.
func (l *runLog) observed(check, accountID string) *mask {
	if !l.narrower {
		return &l.all
	}
	key := [2]string{check, accountID}
	m, ok := l.masks[key]
	if !ok {
		own := maskOf(l.spans(func(r *loggedRun) bool { return !r.leftOut.Has(check, accountID) }))
		m = &own
		l.masks[key] = m
	}
	return m
}

// ofPeriod are the runs of the period.
func (l *runLog) ofPeriod() []loggedRun {
	i, _ := slices.BinarySearchFunc(l.runs, l.period.from, func(r loggedRun, at int64) int { return cmp.Compare(r.taken, at) })
	return l.runs[i:]
}

// last is the last run that judged, nil if there is none.
func (l *runLog) last() *loggedRun {
	for i := len(l.runs) - 1; i >= 0; i-- {
		if l.runs[i].judged {
			return &l.runs[i]
		}
	}
	return nil
}

// inUse lists what runs went by, each time that it changed.
func (l *runLog) inUse(of func(*loggedRun) string) []InUse {
	list := []InUse{}
	for i := range l.runs {
		run := &l.runs[i]
		if !run.judged {
			continue
		}
		if n := len(list); n == 0 || list[n-1].Value != of(run) {
			list = append(list, InUse{Value: of(run), From: timeOf(run.taken)})
		}
		list[len(list)-1].Runs++
	}
	return list
}

// snapshots are what the period rests on.
func (l *runLog) snapshots() []Snapshot {
	list := []Snapshot{}
	add := func(run *loggedRun) {
		if n := len(list); n == 0 || list[n-1].RunID != run.id {
			list = append(list, Snapshot{RunID: run.id, TakenAt: timeOf(run.taken), SHA256: run.digest, Kept: run.digest != "", Changes: run.changes})
		}
	}
	if l.basis != nil {
		add(l.basis)
	}
	inPeriod := l.ofPeriod()
	for i := range inPeriod {
		if run := &inPeriod[i]; run.judged && (run.changes > 0 || len(list) == 0) {
			add(run)
		}
	}
	if last := l.last(); last != nil && last.taken >= l.period.from {
		add(last)
	}
	return list
}

// known is the part of the period that the history reaches.
func (l *runLog) known() span {
	return span{max(l.period.from, min(l.begins, l.period.until)), l.period.until}
}

func (r *Request) span() span { return span{instantOf(r.Since), instantOf(r.Until)} }
