package batch

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// Result is the answer for one action.
type Result struct {
	Action string `json:"action"`
	policy.Answer
}

// Answer decides the question for each action, in their order. Actions that
// the policies treat alike are decided once.
func (q *Question) Answer(d *policy.Decider) ([]Result, error) {
	results := make([]Result, len(q.Actions))
	decided := map[string]policy.Answer{}
	for i, action := range q.Actions {
		alike := ""
		if len(q.Actions) > 1 {
			alike = q.Layers.Likeness(action)
		}
		answer, known := decided[alike]
		if !known {
			var err error
			if answer, err = q.decide(d, action); err != nil {
				return nil, err
			}
			decided[alike] = answer
		}
		results[i] = Result{action, answer.For(action)}
	}
	return results, nil
}

func (q *Question) decide(d *policy.Decider, action string) (policy.Answer, error) {
	ask := q.Ask
	ask.Action = action
	answer, err := d.Decide(ask, q.Layers)
	if err != nil { // without the question itself: the line has it
		return policy.Answer{}, cmp.Or(errors.Unwrap(err), err)
	}
	return answer, nil
}

// brief leaves out of the witness what the question says: its action, and its
// principal, unless what is refused is one of many that it stands for.
func (q *Question) brief(r Result) Result {
	if r.Witness == nil {
		return r
	}
	w := *r.Witness
	w.Action = ""
	if w.Principal == q.Ask.Principal || strings.HasSuffix(w.Principal, ":root") {
		w.Principal = ""
	}
	r.Witness = &w
	return r
}

// worker answers line after line.
type worker struct {
	policies *policy.Cache
	decider  policy.Decider
}

// answer answers one line by one line, and reports whether it could.
func (w *worker) answer(out *bytes.Buffer, l line) bool {
	q, results, err := w.ask(l)
	out.WriteString(`{"id":`)
	if q.ID == nil {
		q.ID = json.RawMessage("null")
	}
	out.Write(q.ID)
	if err != nil {
		out.WriteString(`,"error":`)
		encode(out, err.Error())
	} else {
		out.WriteString(`,"results":`)
		encode(out, results)
	}
	out.WriteString("}\n")
	return err == nil
}

// ask reads and decides what one line asks. A panic, which is a defect of the
// engine, ends this line and not the batch.
func (w *worker) ask(l line) (q *Question, results []Result, err error) {
	q = &Question{}
	defer func() {
		if v := recover(); v != nil {
			w.decider = policy.Decider{}
			err = fmt.Errorf("the engine panicked, which is a defect of the auditor; please report it with the line: %v", v)
		}
	}()
	if l.err != nil {
		return q, nil, l.err
	}
	if q, err = Read(l.text, w.policies); err != nil {
		return q, nil, err
	}
	results, err = q.Answer(&w.decider)
	for i := range results {
		results[i] = q.brief(results[i])
	}
	return q, results, err
}

// encode appends the value as JSON, without a line break.
func encode(out *bytes.Buffer, value any) {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic(err) // strings, lists and maps of them: none that JSON cannot hold
	}
	out.Truncate(out.Len() - 1)
}
