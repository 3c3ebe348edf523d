package report

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
)

// state is how a finding stood for a while.
type state struct {
	span
	status audit.Status
	// failing: what was last known is a fail, since when it is known to be one
	// (never: not known), and by the run that opened it ("": not known).
	failing   bool
	since     int64
	openedRun string
	run       string // that made it so, "" if not known
	// born tells that nothing was known of the finding before, and gone that it
	// was removed at the end.
	born, gone bool
	goneRun    string
}

// timeline is how a finding stood, by time. Between two states that do not
// touch it was out of scope.
type timeline []state

// timelineOf makes the timeline of a finding of what happened to it, the
// oldest first, and of the finding as the last run has it, nil if that has not.
// lost is when it went if it has not and there is no change that says so: the
// last run, or forever if that left it out.
func timelineOf(changes []*audit.Change, now *audit.Finding, lost int64) timeline {
	var t timeline
	alive := false
	for i, c := range changes {
		at := instantOf(c.At)
		if !alive {
			if c.From != "" {
				t = append(t, before(c, firstSeen(changes[i:], now, t)))
				t.end(at)
			}
			alive = true
		} else {
			t.end(at)
		}
		if c.Kind == audit.Removed {
			t.remove(c)
			alive = false
			continue
		}
		t = append(t, after(c, t.open(at)))
		if c.From == "" {
			t[len(t)-1].born = true
		}
	}
	switch {
	case now != nil:
		return t.upTo(now, alive)
	case alive && lost != forever:
		t.end(max(lost, t[len(t)-1].from))
		t[len(t)-1].gone = true
	}
	return t
}

// end ends the state that lasts.
func (t timeline) end(at int64) { t[len(t)-1].until = at }

// open is the state that ended at that instant, nil if there is none.
func (t timeline) open(at int64) *state {
	if n := len(t); n > 0 && t[n-1].until == at && !t[n-1].gone {
		return &t[n-1]
	}
	return nil
}

func (t timeline) remove(c *audit.Change) {
	last := &t[len(t)-1]
	last.gone, last.goneRun = true, c.RunID
}

// firstSeen is when the finding came into scope that changes go on about.
func firstSeen(changes []*audit.Change, now *audit.Finding, t timeline) int64 {
	if c := changes[0]; !c.FirstSeen.IsZero() {
		return min(instantOf(c.FirstSeen), instantOf(c.At))
	}
	for _, c := range changes { // of an earlier version: a removal later on may know
		if !c.FirstSeen.IsZero() {
			return instantOf(c.FirstSeen)
		}
		if c.Kind == audit.Removed {
			now = nil
			break
		}
	}
	switch {
	case now != nil:
		return instantOf(now.FirstSeen)
	case len(t) > 0:
		return instantOf(changes[0].At)
	default:
		return never
	}
}

// before is the state that a change ended, if nothing else is known of it.
func before(c *audit.Change, from int64) state {
	s := state{span: span{from, forever}, status: c.From, since: never, born: from != never}
	switch {
	case c.Known != "":
		s.failing = c.Known == audit.StatusFail
	case c.Kind == audit.Resolved: // of an earlier version, as what follows
		s.failing = true
	case c.Kind == audit.Regained:
		s.failing = c.To == audit.StatusFail
	default:
		s.failing = c.From == audit.StatusFail
	}
	if s.failing {
		s.since = instantOf(c.KnownSince)
	}
	if s.since > instantOf(c.At) { // the clock was set back: nobody knows what was true then
		s.status, s.failing, s.since = audit.StatusUnknown, false, never
	}
	return s
}

// after is the state that a change began; prior is the one that it ended, nil
// for none.
func after(c *audit.Change, prior *state) state {
	s := state{span: span{instantOf(c.At), forever}, status: c.To, since: never, run: c.RunID}
	switch c.Kind {
	case audit.Opened:
		s.failing, s.since, s.openedRun = true, s.from, c.RunID
		return s
	case audit.Resolved, audit.Changed:
		return s
	}
	switch {
	case prior != nil && prior.failing:
		s.failing, s.since, s.openedRun = true, prior.since, prior.openedRun
	case c.Kind == audit.Regained && c.To == audit.StatusFail:
		s.failing, s.since = true, instantOf(c.KnownSince)
	}
	return s
}

// upTo completes the timeline with the finding as it is now.
func (t timeline) upTo(now *audit.Finding, alive bool) timeline {
	s := state{span: span{instantOf(now.FirstSeen), forever}, status: now.Status, since: never, failing: now.OpenFailure(), born: true}
	if s.failing {
		s.since = instantOf(now.Known.Since)
	}
	if n := len(t); n > 0 {
		last := &t[n-1]
		if alive && last.status == now.Status && last.failing == s.failing {
			t.knownSince(s.since)
			return t
		}
		if alive { // a change that is not in the history
			s.born, s.from = false, max(last.from, instantOf(now.StatusSince))
			t.end(s.from)
		} else {
			s.from = max(s.from, last.until)
		}
	}
	return append(t, s)
}

// knownSince tells the failure that is open now since when it is known.
func (t timeline) knownSince(since int64) {
	for i := len(t) - 1; i >= 0 && t[i].failing && t[i].since == never; i-- {
		t[i].since = since
	}
}

// at is the state just before an instant, nil if the finding was out of scope.
func (t timeline) at(instant int64) *state {
	for i := range t {
		if t[i].from < instant && instant <= t[i].until {
			return &t[i]
		}
	}
	return nil
}

// episode is one failure in a timeline: the states from place first up to and
// including place last.
type episode struct{ first, last int }

// failures are the episodes of the timeline.
func (t timeline) failures() (list []episode) {
	for i := range t {
		if !t[i].failing {
			continue
		}
		if n := len(list); n > 0 && list[n-1].last == i-1 && t[i-1].until == t[i].from && !t[i-1].gone {
			list[n-1].last = i
			continue
		}
		list = append(list, episode{i, i})
	}
	return list
}
