package report

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
)

// waiverLog are the waivers of the period, as runs found them in their file.
type waiverLog struct {
	byID  map[string]*waiverTime
	order []string // the last run's first, in the order of its file
	next  int64    // when the run after the one at hand was made; never of the last one
}

func newWaiverLog() waiverLog { return waiverLog{byID: map[string]*waiverTime{}, next: never} }

// waiverTime is a waiver, as the last run that had it has it.
type waiverTime struct {
	audit.WaiverUse
	since   int64
	removed int64 // by the run that had it no more; never if the last one has it
}

// add takes the waivers of a run; runs come the latest first.
func (w *waiverLog) add(uses []audit.WaiverUse, taken int64) {
	for i := range uses {
		id := uses[i].Waiver.ID()
		had := w.byID[id]
		if had == nil {
			had = &waiverTime{WaiverUse: uses[i], removed: w.next}
			w.byID[id], w.order = had, append(w.order, id)
		}
		had.since = taken
	}
	w.next = taken
}

// waivers are those of the period; where that is not kept, those of the last
// run of the history.
func (b *builder) waivers() []Waiver {
	list := []Waiver{}
	if b.last == nil {
		return list
	}
	if b.log.unread == nil {
		for i := range b.last.Waivers {
			list = append(list, b.waiver(&b.last.Waivers[i]))
		}
		return list
	}
	for _, id := range b.log.waivers.order {
		w := b.log.waivers.byID[id]
		result := b.waiver(&w.WaiverUse)
		result.Since = timeOf(max(w.since, b.period.from))
		if w.removed != never {
			result.Removed = timeOf(w.removed)
		}
		if end := w.Waiver.Expires.End(); end.Before(b.Until) { // no run since has said so yet
			result.State, result.Findings = audit.WaiverExpired, 0
		}
		list = append(list, result)
	}
	return list
}

func (b *builder) waiver(u *audit.WaiverUse) Waiver {
	return Waiver{
		ID: u.Waiver.ID(), Waiver: u.Waiver, State: u.State, Findings: u.Findings,
		Left: max(0, Duration(u.Waiver.Expires.End().Sub(b.Until))),
	}
}
