package web

import (
	"context"
	"net/http"
	"strings"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// checkBody is a check with what the last run says of it.
type checkBody struct {
	audit.Check
	Ran     bool // the last run asked it
	Tallied tallied
	// Standards are its controls by standard.
	Standards []standard
}

// standard is controls of one standard that a check relates to alike.
type standard struct {
	Name     string
	Relation audit.Relation
	IDs      []string
}

// checksPage serves the catalogue.
func (h *handler) checksPage(w http.ResponseWriter, r *http.Request) {
	run := h.lastIfAny(r)
	list := make([]checkBody, len(h.Checks))
	for i := range h.Checks {
		list[i] = h.bodyOf(&h.Checks[i], run)
	}
	h.show(w, r, http.StatusOK, "checks", view{Title: "Checks", Section: "checks", Last: headOf(run), Body: list})
}

// checkPage serves the documentation of one check.
func (h *handler) checkPage(w http.ResponseWriter, r *http.Request) {
	c := h.check(r.PathValue("id"))
	if c == nil {
		h.showProblem(w, r, problem{http.StatusNotFound, "There is no such check.", "Look at the checks that there are."})
		return
	}
	run := h.lastIfAny(r)
	h.show(w, r, http.StatusOK, "check", view{Title: c.ID, Section: "checks", Last: headOf(run), Body: h.bodyOf(c, run)})
}

// lastIfAny is the last run, nil if there is none or it cannot be read:
// documentation is served all the same.
func (h *handler) lastIfAny(r *http.Request) *audit.Run {
	ctx, cancel := context.WithTimeout(r.Context(), pageTime)
	defer cancel()
	run, _, err := h.lastRun(ctx, false)
	if err != nil {
		h.Log.Error("reading the last run for the checks", zap.Error(err))
		return nil
	}
	return run
}

func headOf(run *audit.Run) *audit.Header {
	if run == nil {
		return nil
	}
	return &run.Header
}

func (h *handler) bodyOf(c *audit.Check, run *audit.Run) checkBody {
	b := checkBody{Check: *c, Standards: standards(c.Controls)}
	if run == nil {
		return b
	}
	for _, id := range run.Header.Checks {
		b.Ran = b.Ran || id == c.ID
	}
	for i := range run.Tallies {
		if t := &run.Tallies[i]; t.Check == c.ID {
			b.Tallied.add(t)
		}
	}
	return b
}

// standards gathers controls of one standard and relation that stand together.
func standards(controls []audit.Control) (list []standard) {
	for _, c := range controls {
		name := strings.TrimSpace(c.Standard + " " + c.Version)
		if n := len(list); n == 0 || list[n-1].Name != name || list[n-1].Relation != c.Relation {
			list = append(list, standard{Name: name, Relation: c.Relation})
		}
		list[len(list)-1].IDs = append(list[len(list)-1].IDs, c.ID)
	}
	return list
}
