package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// maxHistory is how many changes of a finding are shown.
const maxHistory = 100

// findingBody is the page of one finding.
type findingBody struct {
	audit.Finding
	Name     string
	Account  string // its name, "" if it has none
	Since    sinceWhen
	Facts    facts
	Policies policies
	Trails   policies // the selectors of these
	Diff     []diffLine
	Document string // of the remediation, laid out
	File     string // that the command reads it from, "" for none
	Advice   advice
	JSON     string // the evidence, laid out
	Changes  []audit.Change
	Older    bool // there are changes before these
	// NoChanges says why there are none, where that is not because nothing
	// changed.
	NoChanges string
	Doc       *audit.Check // nil if the catalogue lacks it
}

// sinceWhen is since when a finding has been what.
type sinceWhen struct {
	What string
	At   time.Time
}

func sinceOf(f *audit.Finding) sinceWhen {
	if f.OpenFailure() {
		return sinceWhen{"open", f.Known.Since}
	}
	return sinceWhen{word(f.Status), f.StatusSince}
}

// findingPage serves the page of one finding of the last run.
func (h *handler) findingPage(w http.ResponseWriter, r *http.Request) {
	hint, err := parseHint(r.URL.RawQuery)
	if err != nil {
		h.showProblem(w, r, badQuery(err))
		return
	}
	h.ofLast(w, r, func(ctx context.Context, run *audit.Run) error {
		f, err := h.found(ctx, run, r.PathValue("id"), hint)
		if err != nil {
			return err
		}
		if f == nil {
			h.showProblem(w, r, problem{http.StatusNotFound, "The last run has no such finding.", "Its bucket or role may be gone, or no longer in the configuration."})
			return nil
		}
		title := word(f.Status) + ": " + nameOf(f.Resource) + ", " + f.Check
		h.show(w, r, http.StatusOK, "finding", view{Title: title, Section: "findings", Last: &run.Header, Body: h.shown(ctx, run, f)})
		return nil
	})
}

// parseHint reads where a finding is to be looked for first.
func parseHint(raw string) (q audit.Query, err error) {
	_, err = parse(raw, &q, []parameter[audit.Query]{
		{"bucket", func(q *audit.Query, v string) error { q.Bucket = v; return nil }},
		{"check", func(q *audit.Query, v string) error { q.Check = v; return nil }},
		{"account_id", func(q *audit.Query, v string) error { q.AccountID = v; return nil }},
	})
	return q, err
}

// found is the finding with that ID, nil if there is none: where the hint
// says, else among what is outstanding, else wherever the history finds it.
func (h *handler) found(ctx context.Context, run *audit.Run, id string, hint audit.Query) (*audit.Finding, error) {
	if hint.Bucket != "" || hint.AccountID != "" && hint.Check != "" {
		if f, err := h.among(ctx, run, id, hint); f != nil || err != nil {
			return f, err
		}
	}
	if x := h.Index.of(run); x != nil {
		if at, ok := x.find(id); ok {
			return h.at(ctx, run, id, at)
		}
	}
	history := h.History()
	if history == nil {
		return nil, nil
	}
	at, there, err := history.Find(ctx, run.Header.RunID, id)
	if err != nil || !there {
		return nil, err
	}
	return h.at(ctx, run, id, at)
}

// at is the finding with that ID at that place.
func (h *handler) at(ctx context.Context, run *audit.Run, id string, at audit.Position) (*audit.Finding, error) {
	bucket := (&audit.Finding{Resource: at.Resource, Subject: at.Subject}).Bucket()
	return h.among(ctx, run, id, audit.Query{AccountID: at.AccountID, Check: at.Check, Bucket: bucket})
}

// among is the finding with that ID if the query selects it, else nil.
func (h *handler) among(ctx context.Context, run *audit.Run, id string, q audit.Query) (*audit.Finding, error) {
	q.RunID = run.Header.RunID
	for f, err := range h.Findings.Findings(ctx, q) {
		if err != nil {
			return nil, err
		}
		if f.ID == id {
			return &f, nil
		}
	}
	return nil, nil
}

// shown gathers what the page of a finding shows. What cannot be read of its
// policies and its history is left out: the finding is what matters.
func (h *handler) shown(ctx context.Context, run *audit.Run, f *audit.Finding) *findingBody {
	body := &findingBody{Finding: *f, Name: nameOf(f.Resource), Since: sinceOf(f), Facts: factsOf(f.Evidence), JSON: laidOut(f.Evidence), Doc: h.check(f.Check)}
	for _, a := range run.Header.Accounts {
		if a.ID == f.AccountID {
			body.Account = a.Name
		}
	}
	if m := f.Remediation; m != nil {
		body.Diff, body.Document, body.File = diffLines(m.Diff), laidOut(m.Document), fileOf(m.CLI)
	}
	body.Advice = adviceOn(f, body.Facts.Unread)
	body.Policies = h.policiesOf(ctx, run, f, &body.Facts)
	body.Trails = h.selectorsOf(ctx, run, body.Facts.OwnerSide)
	history := h.History()
	if history == nil {
		body.NoChanges = "The history is not open."
		return body
	}
	changes, err := gathered(history.ChangesOf(ctx, f.Position(), maxHistory+1), maxHistory+1)
	if err != nil {
		h.Log.Error("reading the history of a finding", zap.Error(err))
		body.NoChanges = "The history could not be read; the log says why."
	}
	body.Changes, body.Older = changes[:min(len(changes), maxHistory)], len(changes) > maxHistory
	return body
}

// commandFile is the file that a command of the AWS CLI reads.
var commandFile = regexp.MustCompile(`file://([A-Za-z0-9._-]+)`)

func fileOf(command string) string {
	if m := commandFile.FindStringSubmatch(command); m != nil {
		return m[1]
	}
	return ""
}

// check is the check with that ID in the catalogue, nil if there is none.
func (h *handler) check(id string) *audit.Check {
	for i := range h.Checks {
		if h.Checks[i].ID == id {
			return &h.Checks[i]
		}
	}
	return nil
}

// laidOut is the JSON with a member a line, or as it is if it is none.
func laidOut(raw json.RawMessage) string {
	var b bytes.Buffer
	if len(raw) == 0 || json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}
