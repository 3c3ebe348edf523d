package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// How many rows the overview has of what there may be many.
const (
	maxAccounts = 10
	maxRecent   = 12
	maxWaivers  = 5
)

// overviewBody is the front page.
type overviewBody struct {
	NotReady string // why; "" if ready
	Broken   bool   // the last run could not be read
	Run      *audit.Run
	Posture  posture
	Recent   []audit.Change
	Trend    *trend
	Waivers  []audit.WaiverUse // that end soon or are of no use
	Pressing int               // more of these
}

// overviewPage serves the front page. It is served whatever is broken: it is
// where a person looks first.
func (h *handler) overviewPage(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), pageTime)
	defer cancel()
	body := &overviewBody{}
	if err := h.Ready(); err != nil {
		body.NotReady = err.Error()
	}
	v := view{Title: "Overview", Section: "overview", Body: body}
	switch run, ok, err := h.lastRun(ctx, false); {
	case err != nil:
		h.Log.Error("reading the last run for the front page", zap.Error(err))
		body.Broken = true
	case ok:
		v.Last, body.Run = &run.Header, run
		body.Posture = h.postureOf(run)
		body.Waivers = h.pressing(run.Waivers)
		body.Pressing = max(0, len(body.Waivers)-maxWaivers)
		body.Waivers = body.Waivers[:len(body.Waivers)-body.Pressing]
		h.lately(ctx, run, body)
	}
	h.show(w, r, http.StatusOK, "overview", v)
}

// lately fills in what happened before the run. What cannot be read is left
// out.
func (h *handler) lately(ctx context.Context, run *audit.Run, body *overviewBody) {
	history := h.History()
	if history == nil {
		return
	}
	var err error
	if body.Trend, err = h.trend(ctx, run); err == nil {
		body.Recent, err = gathered(history.LatestChanges(ctx, run.Header.TakenAt.Add(-trendTime), maxRecent), maxRecent)
	}
	if err != nil {
		h.Log.Error("reading what changed lately", zap.Error(err))
	}
}

// posture is what the findings of a run come to.
type posture struct {
	Open     openCount // not waived
	Waived   openCount
	Severity []severityCount
	Checks   []tallied
	Accounts []tallied
	Hidden   int // accounts that are left out
}

// openCount counts open failures, and tells since when the oldest is open.
type openCount struct {
	Open   int
	Oldest time.Time
}

func (c *openCount) add(t *audit.Tally) {
	c.Open += t.Open
	if t.Open > 0 && (c.Oldest.IsZero() || t.OldestOpen.Before(c.Oldest)) {
		c.Oldest = t.OldestOpen
	}
}

type severityCount struct {
	Severity audit.Severity
	openCount
}

// tallied counts the findings of a check or an account.
type tallied struct {
	ID, Name string
	Severity audit.Severity // of the check
	Access   audit.Access   // to the account
	Buckets  int
	openCount
	Counts audit.Counts
}

func (c *tallied) add(t *audit.Tally) {
	if !t.Waived {
		c.openCount.add(t)
	} else {
		c.Counts.Waived += t.Findings
	}
	switch t.Status {
	case audit.StatusFail:
		c.Counts.Fail += t.Findings
	case audit.StatusUnknown:
		c.Counts.Unknown += t.Findings
	case audit.StatusPass:
		c.Counts.Pass += t.Findings
	case audit.StatusNotApplicable:
		c.Counts.NotApplicable += t.Findings
	}
}

func (h *handler) postureOf(run *audit.Run) (p posture) {
	severities := map[audit.Severity]*openCount{}
	for _, s := range audit.Severities() {
		severities[s] = &openCount{}
	}
	for i := range run.Tallies {
		t := &run.Tallies[i]
		if t.Waived {
			p.Waived.add(t)
			continue
		}
		p.Open.add(t)
		if c := severities[t.Severity]; c != nil {
			c.add(t)
		}
	}
	for _, s := range audit.Severities() {
		p.Severity = append(p.Severity, severityCount{s, *severities[s]})
	}
	p.Checks = h.byCheck(run)
	p.Accounts = byAccounts(run)
	p.Hidden = max(0, len(p.Accounts)-maxAccounts)
	p.Accounts = p.Accounts[:len(p.Accounts)-p.Hidden]
	return p
}

// byCheck sums up the tallies of each check of the run and of the catalogue.
func (h *handler) byCheck(run *audit.Run) (list []tallied) {
	place := map[string]int{}
	at := func(id string) *tallied {
		i, ok := place[id]
		if !ok {
			i, place[id] = len(list), len(list)
			list = append(list, tallied{ID: id, Name: id})
			if c := h.check(id); c != nil {
				list[i].Name, list[i].Severity = c.Title, c.Severity
			}
		}
		return &list[i]
	}
	for _, id := range run.Header.Checks {
		at(id)
	}
	for i := range run.Tallies {
		at(run.Tallies[i].Check).add(&run.Tallies[i])
	}
	slices.SortStableFunc(list, func(a, b tallied) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// byAccounts sums up the tallies of each account, those with the most to look
// after first.
func byAccounts(run *audit.Run) (list []tallied) {
	place := map[string]int{}
	for _, a := range run.Header.Accounts {
		place[a.ID] = len(list)
		list = append(list, tallied{ID: a.ID, Name: a.Name, Access: a.Access, Buckets: a.Buckets})
	}
	for i := range run.Tallies {
		t := &run.Tallies[i]
		if _, ok := place[t.AccountID]; !ok {
			place[t.AccountID] = len(list)
			list = append(list, tallied{ID: t.AccountID})
		}
		list[place[t.AccountID]].add(t)
	}
	slices.SortStableFunc(list, func(a, b tallied) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.Counts.Unknown, a.Counts.Unknown), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// waiverNotice is how long before its end a waiver is shown.
const waiverNotice = 14 * 24 * time.Hour

// pressing are the waivers that ended, end soon, or cover nothing any more.
func (h *handler) pressing(uses []audit.WaiverUse) (list []audit.WaiverUse) {
	for _, u := range uses {
		if u.State != audit.WaiverActive || u.Waiver.Expires.End().Sub(h.Now()) < waiverNotice {
			list = append(list, u)
		}
	}
	slices.SortStableFunc(list, func(a, b audit.WaiverUse) int { return a.Waiver.Expires.End().Compare(b.Waiver.Expires.End()) })
	return list
}
