package sqlite

import (
	"cmp"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// moments are the changes of a run of which is kept what was found. They are
// met by the rows of the run, which come in order.
type moments struct {
	changes []audit.Change
	order   []int // places in changes, those of one finding by age
	next    int   // in order
	kept    map[int]moment
}

// moment is what is kept of a finding with a change.
type moment struct {
	severity     audit.Severity
	waived       bool
	rule, detail int64 // pieces
	fingerprint  any
}

func momentsOf(changes []audit.Change) moments {
	m := moments{changes: changes, kept: map[int]moment{}}
	for i := range changes {
		if k := changes[i].Kind; k == audit.Opened || k == audit.Blinded {
			m.order = append(m.order, i)
		}
	}
	slices.SortFunc(m.order, func(a, b int) int {
		return cmp.Or(placeOf(&changes[a]).Compare(placeOf(&changes[b])), cmp.Compare(a, b))
	})
	return m
}

func placeOf(c *audit.Change) audit.Position {
	return audit.Position{AccountID: c.AccountID, Resource: c.Resource, Check: c.Check, Subject: c.Subject}
}

// meet goes on to the finding of a row and returns the place of the change
// that made it what it is; false if that is no change of the run.
func (m *moments) meet(f *audit.Finding) (at int, ok bool) {
	for here := f.Position(); m.next < len(m.order); m.next++ {
		c := &m.changes[m.order[m.next]]
		order := placeOf(c).Compare(here)
		if order > 0 {
			break
		}
		if order == 0 && begins(c, f) {
			return m.order[m.next], true
		}
	}
	return 0, false
}

// begins reports whether the finding is still what the change made it. With
// changes that a store could not take at their time it can be another by now.
func begins(c *audit.Change, f *audit.Finding) bool {
	if f.Status != c.To {
		return false
	}
	if c.Kind == audit.Opened {
		return f.Known.Since.Equal(c.At)
	}
	return f.StatusSince.Equal(c.At)
}

// keep counts the pieces of a row once more if it is one of the moments.
func (rw *rowWriter) keep(row *audit.Row, rule, detail int64) error {
	f := row.Finding
	at, ok := rw.moments.meet(f)
	if !ok {
		return nil
	}
	rw.moments.kept[at] = moment{f.Severity, f.Waived, rule, detail, packDigest(f.Fingerprint)}
	if err := rw.w.pieces.count(rule, 1); err != nil {
		return err
	}
	return rw.w.pieces.count(detail, 1)
}
