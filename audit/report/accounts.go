package report

import (
	"maps"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// accountLog is an account as the runs of a runLog had it.
type accountLog struct {
	Account
	everOK, everBad bool
	// streak: no run later than the one at hand could read it.
	streak bool
}

// account notes the accounts of a run; runs come the latest first.
func (l *runLog) account(rec *audit.Recorded, run *loggedRun) {
	inPeriod := run.taken >= l.period.from
	if !inPeriod && run.standsFor.clip(l.period).empty() {
		return
	}
	first := len(l.accounts) == 0
	for i := range rec.Header.Accounts {
		h := &rec.Header.Accounts[i]
		if run.leftOutAccount(h.ID) {
			continue
		}
		a := l.accounts[h.ID]
		if a == nil {
			a = &accountLog{streak: true}
			a.Account = Account{ID: h.ID, Name: h.Name, Regions: h.Regions, Buckets: h.Buckets, Access: h.Access, Gone: !first}
			l.accounts[h.ID] = a
		}
		a.stood(h.Access, run, run.standsFor.clip(l.period), inPeriod)
	}
}

func (r *loggedRun) leftOutAccount(id string) bool { return slices.Contains(r.leftOut.Accounts, id) }

// stood notes what a run says of the access to the account.
func (a *accountLog) stood(access audit.Access, run *loggedRun, stood span, inPeriod bool) {
	count, sum := a.tally(access)
	if inPeriod {
		*count++
		a.Runs++
	}
	*sum += stood.duration()
	if access == audit.AccessOK {
		a.everOK, a.streak = true, false
		return
	}
	a.everBad = true
	if a.streak {
		a.FailingSince = timeOf(run.taken)
	}
}

// tally is where runs with such access, and their time, are counted.
func (a *accountLog) tally(access audit.Access) (*int, *Duration) {
	switch access {
	case audit.AccessOK:
		return &a.OK, &a.Time.OK
	case audit.AccessDenied:
		return &a.Denied, &a.Time.Denied
	case audit.AccessPartial:
		return &a.Partial, &a.Time.Partial
	default:
		return &a.Unreachable, &a.Time.Unreachable
	}
}

// accountsOf are the accounts of the period, all of them or the one that the
// report is limited to.
func (l *runLog) accountsOf(only string) (list []Account, counts AccountCounts) {
	list = []Account{}
	for _, id := range slices.Sorted(maps.Keys(l.accounts)) {
		a := l.accounts[id]
		if only != "" && id != only {
			continue
		}
		switch {
		case !a.everBad:
			counts.Read++
		case !a.everOK:
			counts.Failed++
		default:
			counts.ReadSometimes++
		}
		counts.Expected++
		t := &a.Time
		t.NotObserved = durationOf(l.period.length() - l.all.within(l.period))
		t.OutOfScope = l.period.duration() - t.OK - t.Denied - t.Unreachable - t.Partial - t.NotObserved
		if a.Regions == nil {
			a.Regions = []string{}
		}
		list = append(list, a.Account)
	}
	return list, counts
}
