package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// findingsBody is a page of findings.
type findingsBody struct {
	Form     findingsForm
	Findings []findingRow
	// Count is how many there are, where Counted.
	Count   int
	Counted bool
	First   string // address of the first page, "" if this is the first
	Next    string // address of the next page, "" if there is none
	Notice  string
	All     string // address of the same findings as JSON lines, "" if there is none
}

// findingRow is a finding in a list.
type findingRow struct {
	audit.Finding
	Name  string // of the resource
	Since sinceWhen
}

// findingsForm is what can be chosen, and what is.
type findingsForm struct {
	Given    map[string]string
	Checks   []string
	Accounts []audit.HeaderAccount // none where there are too many to choose from
}

// maxChoices is how many accounts there are to choose from in a form.
const maxChoices = 200

// findingsPage serves a page of the last run's findings.
func (h *handler) findingsPage(w http.ResponseWriter, r *http.Request) {
	l, err := parseListing(r.URL.RawQuery)
	if err != nil {
		h.showProblem(w, r, badQuery(err))
		return
	}
	h.ofLast(w, r, func(ctx context.Context, run *audit.Run) error {
		body, err := h.listed(ctx, run, &l)
		if errors.Is(err, errCursor) {
			h.showProblem(w, r, badQuery(fmt.Errorf("cursor %w", err)))
			return nil
		}
		if err != nil {
			return err
		}
		h.show(w, r, http.StatusOK, "findings", view{Title: "Findings", Section: "findings", Last: &run.Header, Body: body})
		return nil
	})
}

func badQuery(err error) problem {
	return problem{http.StatusBadRequest, "The address asks for what there is not: " + err.Error() + ".", "Choose anew."}
}

// listed is the page that the listing asks for, of that run.
func (h *handler) listed(ctx context.Context, run *audit.Run, l *listing) (*findingsBody, error) {
	body := &findingsBody{Form: h.form(run, l)}
	body.Count, body.Counted = l.count(run)
	l.RunID = run.Header.RunID
	list, next, err := h.chosen(ctx, run, l, body)
	if err != nil {
		return nil, err
	}
	for i := range list {
		body.Findings = append(body.Findings, rowOf(&list[i]))
	}
	address, given := h.prefix()+"/findings?", maps.Clone(l.Given)
	if given.Has("sort") {
		given.Set("sort", body.Form.Given["sort"]) // the cursor is of that order
	}
	if l.cursor != "" {
		body.First = address + given.Encode()
	}
	if next != "" {
		query := maps.Clone(given)
		query.Set("cursor", next)
		body.Next = address + query.Encode()
	}
	if l.Text == "" {
		query := maps.Clone(l.Given)
		query.Del("sort")
		body.All = h.prefix() + "/api/v1/findings?" + query.Encode()
	}
	return body, nil
}

// chosen reads the findings of the page.
func (h *handler) chosen(ctx context.Context, run *audit.Run, l *listing, body *findingsBody) ([]audit.Finding, string, error) {
	if l.Sort == byAccount {
		return h.inOrder(ctx, l)
	}
	index := h.Index.of(run)
	if index == nil || !l.outstandingOnly() {
		body.Notice = "Sorted by account: only what is outstanding can be sorted by severity or age."
		body.Form.Given["sort"] = string(byAccount)
		if l.outstandingOnly() {
			body.Notice = "Sorted by account: this run is not sorted yet."
		}
		return h.inOrder(ctx, l)
	}
	if index.dropped > 0 {
		body.Notice = "These are the " + number(len(index.entries)) + " worst; sorted by account there are all."
	}
	list, next, err := index.page(l)
	if err != nil {
		return nil, "", err
	}
	return h.whole(ctx, run, list), next, nil
}

// whole reads what the index does not hold of the findings. Where the history
// cannot tell they stay brief.
func (h *handler) whole(ctx context.Context, run *audit.Run, list []audit.Finding) []audit.Finding {
	history := h.History()
	if history == nil {
		return list
	}
	places := make([]audit.Position, len(list))
	for i := range list {
		places[i] = list[i].Position()
	}
	read, err := history.At(ctx, run.Header.RunID, places)
	if err != nil {
		return list
	}
	byID := make(map[string]*audit.Finding, len(read))
	for i := range read {
		byID[read[i].ID] = &read[i]
	}
	for i := range list {
		if f := byID[list[i].ID]; f != nil {
			list[i] = *f
		}
	}
	return list
}

// inOrder reads a page in the order of the run.
func (h *handler) inOrder(ctx context.Context, l *listing) (list []audit.Finding, next string, err error) {
	q := l.Query
	if l.cursor != "" {
		if err := setCursor(&q, l.cursor); err != nil {
			return nil, "", err
		}
	}
	findings := h.Findings.Findings(ctx, q)
	if l.Text != "" {
		findings = h.searched(ctx, q, l.Text)
	}
	if list, err = gathered(findings, q.Limit); err != nil || len(list) <= pageSize {
		return list, "", err
	}
	list = list[:pageSize]
	return list, encodeCursor(list[pageSize-1].Position()), nil
}

func (h *handler) form(run *audit.Run, l *listing) findingsForm {
	f := findingsForm{Given: map[string]string{"sort": string(l.Sort), "q": l.Text}}
	for name := range l.Given {
		f.Given[name] = l.Given.Get(name)
	}
	for i := range h.Checks {
		f.Checks = append(f.Checks, h.Checks[i].ID)
	}
	f.Checks = append(f.Checks, run.Header.Checks...)
	slices.Sort(f.Checks)
	f.Checks = slices.Compact(f.Checks)
	if len(run.Header.Accounts) <= maxChoices {
		f.Accounts = run.Header.Accounts
	}
	return f
}

func rowOf(f *audit.Finding) findingRow {
	return findingRow{Finding: *f, Name: nameOf(f.Resource), Since: sinceOf(f)}
}

// nameOf is the part of an ARN that people know the resource by.
func nameOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if name := parts[len(parts)-1]; name != "root" || len(parts) < 6 {
		return name
	}
	return "account " + parts[4]
}
