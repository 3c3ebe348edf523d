package audit

import "sync/atomic"

// waiverTally is what is learnt of a waiver in a run.
type waiverTally struct {
	expired bool
	covers  atomic.Bool  // a finding in the accepted state, of the stream or left out
	misses  atomic.Bool  // a finding in another state
	count   atomic.Int64 // findings of the stream that are waived by it
}

// waive marks the finding as waived if it fails or is unknown and a waiver
// covers it.
func (t *Settling) waive(f *Finding) {
	if f.Status != StatusFail && f.Status != StatusUnknown {
		return
	}
	for i := range t.Waivers {
		w := &t.Waivers[i]
		if !w.Matches(f) {
			continue
		}
		if !t.accepts(w, f) {
			t.waivers[i].misses.Store(true)
			continue
		}
		t.waivers[i].covers.Store(true)
		if !t.waivers[i].expired && !f.Waived {
			f.Waived, f.Waiver = true, w.Note()
			t.waivers[i].count.Add(1)
		}
	}
}

// accepts reports whether the finding is in the state that the waiver is for.
// A failure that cannot be read for now is in the state that it was in.
func (t *Settling) accepts(w *Waiver, f *Finding) bool {
	if w.Fingerprint == "" || w.Fingerprint == f.Fingerprint {
		return true
	}
	key, ok := keyOf(f.ID)
	return ok && f.Status == StatusUnknown && w.Fingerprint == t.Prior.failFingerprint(key)
}

// useWaivers notes which waivers are about a finding that the run left out.
func (t *Settling) useWaivers(e *entry) {
	if s := e.status.status(); s != StatusFail && s != StatusUnknown {
		return
	}
	for i := range t.Waivers {
		w := &t.Waivers[i]
		if !w.matches(e.check.Value(), *e.subject) {
			continue
		}
		if w.Fingerprint == "" || e.waived {
			t.waivers[i].covers.Store(true)
		} else {
			t.waivers[i].misses.Store(true)
		}
	}
}

func (t *Settling) waiverUses() []WaiverUse {
	uses := make([]WaiverUse, len(t.Waivers))
	for i := range uses {
		tally := &t.waivers[i]
		uses[i] = WaiverUse{Waiver: t.Waivers[i], State: tally.state(), Findings: int(tally.count.Load())}
	}
	return uses
}

func (t *waiverTally) state() WaiverState {
	switch {
	case t.expired:
		return WaiverExpired
	case t.covers.Load():
		return WaiverActive
	case t.misses.Load():
		return WaiverLapsed
	default:
		return WaiverUnused
	}
}
