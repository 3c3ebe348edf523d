package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// Lengths at which what a policy says is cut short for a person.
const (
	maxPieces = 60 // of a statement's text
	maxValues = 6  // of an element
)

// layers says what each layer makes of the request, or of all of them; the
// layers that have no say, in one line each kind.
func (t *answerText) layers(layers []policy.LayerOutcome) {
	quiet := map[policy.Says][]string{}
	for _, l := range layers {
		if _, _, telling := verdict(l.Says); telling {
			t.layer(l)
		} else {
			quiet[l.Says] = append(quiet[l.Says], layerName(l))
		}
	}
	for _, says := range []policy.Says{policy.SaysNotNeeded, policy.SaysNoLimit, policy.SaysNotAsked} {
		if len(quiet[says]) > 0 {
			label, look, _ := verdict(says)
			t.Pieces(2, 4, words(look, label+": "+strings.Join(quiet[says], ", "))...)
		}
	}
}

func (t *answerText) layer(l policy.LayerOutcome) {
	says, look, _ := verdict(l.Says)
	line := append(words(terminal.Bold, layerName(l)+":"), words(look, says)...)
	for i, s := range l.Statements {
		if i > 0 {
			line = words(look, "and")
		}
		t.Pieces(2, 4, append(line, words(look, "by "+t.place(l, s))...)...)
		t.statement(l, s)
	}
	if len(l.Statements) == 0 {
		t.Pieces(2, 4, line...)
	}
	switch {
	case l.Says == policy.SaysUndetermined && len(l.Statements) > 0:
		t.elements(l.Statements[0], "unknown")
	case l.Says == policy.SaysImplicit && l.Nearest != nil:
		t.Pieces(4, 6, words(terminal.Plain, "nearest to it is "+t.place(l, *l.Nearest))...)
		t.statement(l, *l.Nearest)
		t.elements(*l.Nearest, "false")
	}
}

func layerName(l policy.LayerOutcome) string {
	name, known := map[policy.Layer]string{
		policy.LayerIdentity: "identity policies", policy.LayerBoundary: "boundary", policy.LayerSession: "session policy",
		policy.LayerSCP: "SCPs", policy.LayerRCP: "RCPs", policy.LayerEndpoint: "endpoint policy",
		policy.LayerBucketPolicy: "bucket policy", policy.LayerPublicAccess: "Block Public Access",
	}[l.Layer]
	if !known {
		name = string(l.Layer)
	}
	if l.Level != nil {
		name += fmt.Sprintf(" of level %d", *l.Level)
	}
	return name
}

// verdict puts into words what a layer says, and reports whether it had a say.
func verdict(s policy.Says) (text string, look terminal.Style, telling bool) {
	switch s {
	case policy.SaysAllow:
		return "allowed", terminal.Green, true
	case policy.SaysDeny:
		return "DENIED", terminal.Red, true
	case policy.SaysImplicit:
		return "not allowed", terminal.Red, true
	case policy.SaysUndetermined:
		return "cannot be told", terminal.Yellow, true
	case policy.SaysNotNeeded:
		return "need not allow it", terminal.Dim, false
	case policy.SaysNotAsked:
		return "not asked", terminal.Dim, false
	default:
		return "not in the way", terminal.Dim, false
	}
}

// place names a statement and its file.
func (t *answerText) place(l policy.LayerOutcome, s policy.StatementOutcome) string {
	name := fmt.Sprintf("statement %d", s.Statement)
	if s.Sid != "" {
		name += " (" + shown(s.Sid) + ")"
	}
	return name + " of " + shown(t.answer.files.of[t.answer.files.document(l.Layer, l.Level, s.Policy)].name)
}

// statement shows the text of a statement.
func (t *answerText) statement(l policy.LayerOutcome, s policy.StatementOutcome) {
	text := t.answer.files.of[t.answer.files.document(l.Layer, l.Level, s.Policy)].text
	var line []terminal.Span
	for _, piece := range layOut(statementText(text, s.Statement)) {
		if len(line) == maxPieces {
			line = append(line, terminal.Dim.Of("..."))
			break
		}
		line = append(line, terminal.Dim.Of(escapedJSON(piece)))
	}
	t.Pieces(4, 5, line...)
}

// elements shows those elements of a statement that come out as said.
func (t *answerText) elements(s policy.StatementOutcome, matches string) {
	for _, e := range s.Elements {
		if e.Matches != matches {
			continue
		}
		what := strings.ReplaceAll(e.Element, "_", " ")
		if e.Element == "condition" {
			what += " " + shown(e.Operator) + " " + shown(e.Key)
		}
		line := slices.Concat(words(terminal.Yellow, what+" wants"), pieces(terminal.Yellow, e.Wanted), words(terminal.Yellow, "and the request has"), pieces(terminal.Yellow, e.Given))
		if e.Note != "" {
			line = append(line, words(terminal.Yellow, "("+e.Note+")")...)
		}
		t.Pieces(4, 6, line...)
	}
}

// pieces lists some values, each of them unbroken.
func pieces(look terminal.Style, values []string) []terminal.Span {
	if len(values) == 0 {
		return []terminal.Span{look.Of("none")}
	}
	var out []terminal.Span
	for i, value := range values {
		if i == maxValues {
			out = append(out, words(look, fmt.Sprintf("and %d more", len(values)-i))...)
			break
		}
		text := shown(value)
		if i+1 < len(values) {
			text += ","
		}
		out = append(out, look.Of(text))
	}
	return out
}
