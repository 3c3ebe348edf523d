package web

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// searched are the findings of the query whose resource or subject has the
// text in it. What the history cannot search, because the query is about one
// bucket or because it does not have the run, is gone through.
func (h *handler) searched(ctx context.Context, q audit.Query, text string) iter.Seq2[audit.Finding, error] {
	history := h.History()
	if history == nil || q.Bucket != "" {
		return h.sifted(ctx, q, text)
	}
	return func(yield func(audit.Finding, error) bool) {
		for f, err := range history.Search(ctx, q, text) {
			if errors.Is(err, audit.ErrSuperseded) {
				h.sifted(ctx, q, text)(yield)
				return
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// sifted goes through all that the query selects.
func (h *handler) sifted(ctx context.Context, q audit.Query, text string) iter.Seq2[audit.Finding, error] {
	left := q.Limit
	q.Limit, text = 0, strings.ToLower(text)
	return func(yield func(audit.Finding, error) bool) {
		for f, err := range h.Findings.Findings(ctx, q) {
			if err == nil && !named(f.Resource, f.Subject, text) {
				continue
			}
			if !yield(f, err) || err != nil {
				return
			}
			if left--; left == 0 {
				return
			}
		}
	}
}
