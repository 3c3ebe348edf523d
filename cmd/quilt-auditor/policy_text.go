package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

func (a *allowsAnswer) writeText(w io.Writer, options terminal.Options) error {
	t := answerText{Printer: terminal.New(w, options), answer: a}
	t.question()
	for _, alike := range a.alike() {
		t.End()
		t.result(alike)
	}
	t.absentKeys()
	return t.Flush()
}

// alike puts results together that differ in the action alone.
func (a *allowsAnswer) alike() [][]explained {
	var out [][]explained
	places := map[string]int{}
	for _, r := range a.results {
		key := "not granted: " + a.question.Layers.Likeness(r.Action)
		if r.Kind == policy.Granted { // where there is no witness, for which the level counts
			key = fmt.Sprint(grants(r.Explanation))
		}
		place, known := places[key]
		if !known {
			place = len(out)
			places[key] = place
			out = append(out, nil)
		}
		out[place] = append(out[place], r)
	}
	return out
}

// grants tells explanations of grants apart.
func grants(e policy.Explanation) []string {
	var out []string
	for _, l := range e.Layers {
		out = append(out, fmt.Sprintf("%s %q %v", layerName(l), l.Says, l.Statements))
	}
	return out
}

// answerText writes an answer for a person.
type answerText struct {
	*terminal.Printer
	answer *allowsAnswer
}

// question says what is answered.
func (t *answerText) question() {
	ask := &t.answer.question.Ask
	who := shown(ask.Principal)
	if ask.Principal == "*" {
		who = "anybody"
	}
	where := fmt.Sprintf("on %s of bucket %s, account %s", keysAsked(ask.Keys), ask.Bucket, ask.BucketAccount)
	t.Pieces(0, 2, slices.Concat(words(terminal.Bold, who), words(terminal.Plain, where))...)
}

func keysAsked(k policy.Keys) string {
	switch {
	case k.Exact != "":
		return "key " + shown(k.Exact)
	case k.Prefix != "" && k.Suffix != "":
		return "every key that begins with " + shown(k.Prefix) + " and ends with " + shown(k.Suffix)
	case k.Prefix != "":
		return "every key that begins with " + shown(k.Prefix)
	case k.Suffix != "":
		return "every key that ends with " + shown(k.Suffix)
	default:
		return "every key"
	}
}

// result writes the answer for actions that are alike.
func (t *answerText) result(alike []explained) {
	r := alike[0]
	symbol, look := answerMark(r.Kind)
	line := []terminal.Span{look.Of(symbol + " " + string(r.Kind) + ":")}
	for i, other := range alike {
		name := other.Action
		if i+1 < len(alike) {
			name += ","
		}
		line = append(line, terminal.Bold.Of(name))
	}
	t.Pieces(0, 2, line...)
	switch r.Kind {
	case policy.Conditional:
		t.Pieces(2, 2, words(terminal.Yellow, cmp.Or(r.Sentence, "it depends on "+strings.Join(r.DependsOn, ", ")))...)
	case policy.Undecided:
		t.Pieces(2, 2, words(terminal.Yellow, "it cannot be told: "+r.Reason)...)
	}
	t.request(r.Kind, r.Explanation.Request)
	t.layers(r.Explanation.Layers)
}

func answerMark(kind policy.AnswerKind) (symbol string, look terminal.Style) {
	switch kind {
	case policy.Granted:
		return "✓", terminal.Green
	case policy.Refused:
		return "✗", terminal.Red
	default:
		return "?", terminal.Yellow
	}
}

// request shows the witness, if there is one.
func (t *answerText) request(kind policy.AnswerKind, w *policy.Witness) {
	if w == nil {
		return
	}
	title := "This request is refused:"
	if kind == policy.Conditional {
		title = "This request, for one, is refused:"
	}
	t.Pieces(2, 2, words(terminal.Plain, title)...)
	t.field("principal", "", w.Principal)
	t.field("resource", "", w.Resource)
	label := "carries"
	for _, key := range slices.Sorted(maps.Keys(w.Context)) {
		if len(w.Context[key]) > 0 {
			t.field(label, shown(key)+" =", w.Context[key]...)
			label = ""
		}
	}
	if missing := t.answer.missingKeys(w); len(missing) > 0 {
		t.field("without", "", missing...)
	}
}

// field shows one part of a request.
func (t *answerText) field(label, name string, values ...string) {
	line := append([]terminal.Span{terminal.Dim.Of(fmt.Sprintf("%-9s", label))}, words(terminal.Plain, name)...)
	t.Pieces(4, 6, append(line, pieces(terminal.Plain, values)...)...)
}

// absentKeys says which keys no request was taken to carry.
func (t *answerText) absentKeys() {
	keys := t.answer.absentKeys()
	if len(keys) == 0 {
		return
	}
	t.End()
	t.Pieces(0, 2, words(terminal.Dim, "Requests are taken to carry no "+strings.Join(keys, ", ")+
		", which the policies ask for. Say otherwise with --context, --unknown or --any.")...)
}
