package main

import (
	"encoding/json"
	"io"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/batch"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// allowsAnswer is what policy allows has to say.
type allowsAnswer struct {
	question *batch.Question
	files    *policyFiles
	results  []explained
}

// explained is the answer for one action and what explains it.
type explained struct {
	batch.Result
	Explanation policy.Explanation `json:"explanation"`
}

func newAllowsAnswer(q *batch.Question, files *policyFiles, results []batch.Result) *allowsAnswer {
	a := &allowsAnswer{question: q, files: files}
	for _, r := range results {
		ask := q.Ask
		ask.Action = r.Action
		a.results = append(a.results, explained{r, policy.Explain(ask, q.Layers, r.Answer)})
	}
	return a
}

// granted reports whether every action is.
func (a *allowsAnswer) granted() bool {
	for _, r := range a.results {
		if r.Kind != policy.Granted {
			return false
		}
	}
	return true
}

func (a *allowsAnswer) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Results    []explained `json:"results"`
		AbsentKeys []string    `json:"absent_keys"`
	}{a.results, a.absentKeys()})
}
