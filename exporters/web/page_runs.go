package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Limits of what pages of runs show.
const (
	defaultListed = 50
	maxListed     = 2000
	maxChanges    = 500
)

// runsBody is the list of runs.
type runsBody struct {
	Runs []audit.Recorded
	More string // address of a longer list, "" if this is the longest, or all
}

// runsPage serves the recorded runs, the latest first.
func (h *handler) runsPage(w http.ResponseWriter, r *http.Request) {
	most := defaultListed
	_, err := parse(r.URL.RawQuery, &most, []parameter[int]{
		{"limit", func(n *int, v string) (err error) { *n, err = limit(v, maxListed); return err }},
	})
	if err != nil {
		h.showProblem(w, r, badQuery(err))
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), pageTime)
	defer cancel()
	runs, err := gathered(h.Findings.Runs(ctx, most+1), most+1)
	if err != nil {
		h.failed(w, r, err)
		return
	}
	body := &runsBody{Runs: runs}
	if len(runs) > most {
		body.Runs = runs[:most]
		if most < maxListed {
			body.More = h.prefix() + "/runs?limit=" + strconv.Itoa(min(maxListed, 8*most))
		}
	}
	v := view{Title: "Runs", Section: "runs", Body: body}
	if len(runs) > 0 {
		v.Last = &runs[0].Header
	}
	h.show(w, r, http.StatusOK, "runs", v)
}

// runBody is the page of one run.
type runBody struct {
	audit.Recorded
	IsLast   bool
	Unread   []audit.Unread // of the last run only
	Limited  []audit.HeaderAccount
	List     []audit.Change
	NoList   string // why there is no list of changes
	LeftOver int    // changes that are not in the list
}

// runPage serves the page of one run.
func (h *handler) runPage(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), pageTime)
	defer cancel()
	last, _, err := h.lastRun(ctx, false)
	if err != nil {
		h.failed(w, r, err)
		return
	}
	rec, there, err := h.recorded(ctx, r.PathValue("run_id"))
	switch {
	case err != nil:
		h.failed(w, r, err)
		return
	case !there:
		h.showProblem(w, r, problem{http.StatusNotFound, "There is no such run.", "Runs are kept for as long as storage.keep says."})
		return
	}
	body := &runBody{Recorded: rec}
	body.Limited = slices.DeleteFunc(slices.Clone(rec.Header.Accounts), func(a audit.HeaderAccount) bool { return a.Access == audit.AccessOK })
	v := view{Title: "Run " + rec.Header.RunID, Section: "runs", Body: body}
	if last != nil {
		v.Last = &last.Header
	}
	if last != nil && last.Header.RunID == rec.Header.RunID {
		body.IsLast, body.Unread = true, last.Unread
	}
	if err := h.changesIn(ctx, body); err != nil {
		h.failed(w, r, err)
		return
	}
	h.show(w, r, http.StatusOK, "run", v)
}

// recorded is the run with that ID. One that the store could not take is
// among the latest.
func (h *handler) recorded(ctx context.Context, runID string) (audit.Recorded, bool, error) {
	if history := h.History(); history != nil {
		if rec, there, err := history.RunWithID(ctx, runID); there || err != nil {
			return rec, there, err
		}
	}
	for rec, err := range h.Findings.Runs(ctx, defaultListed) {
		if err != nil || rec.Header.RunID == runID {
			return rec, err == nil, err
		}
	}
	return audit.Recorded{}, false, nil
}

// changesIn reads the changes of the run.
func (h *handler) changesIn(ctx context.Context, body *runBody) error {
	history := h.History()
	if history == nil {
		body.NoList = "The history is not open."
		return nil
	}
	at := body.Header.TakenAt
	for c, err := range history.Changes(ctx, at, at.Add(1)) {
		if err != nil {
			return err
		}
		if c.RunID != body.Header.RunID {
			continue
		}
		if len(body.List) == maxChanges {
			break
		}
		body.List = append(body.List, c)
	}
	body.LeftOver = max(0, body.Changes-len(body.List))
	return nil
}

// startRunPage begins a run for a person.
func (h *handler) startRunPage(w http.ResponseWriter, r *http.Request) {
	if why := h.refused(r); why != "" {
		h.showProblem(w, r, problem{http.StatusForbidden, "No run was begun: " + why + ".", "Runs begin by the schedule all the same."})
		return
	}
	switch status, what := h.begin(); status {
	case http.StatusAccepted:
		w.Header().Set("Location", h.prefix()+"/runs")
		w.WriteHeader(http.StatusSeeOther)
	default:
		h.showProblem(w, r, problem{status, "No run was begun: " + what + ".", "Look at the runs."})
	}
}
