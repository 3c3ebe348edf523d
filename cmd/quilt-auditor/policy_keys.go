package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// absentKeys are the condition keys, sorted, that the policies ask for and the
// question does not mention: no request is taken to carry them.
func (a *allowsAnswer) absentKeys() []string {
	ask := &a.question.Ask
	mentioned := slices.Concat(ask.Unknown, ask.Any, slices.Collect(maps.Keys(ask.Context)))
	return slices.DeleteFunc(a.keys(), func(key string) bool { return holdsKey(mentioned, key) })
}

// missingKeys are those condition keys that the policies ask for and that a
// request could carry but does not.
func (a *allowsAnswer) missingKeys(w *policy.Witness) []string {
	open := slices.Concat(a.question.Ask.Unknown, a.question.Ask.Any)
	carried := slices.Collect(maps.Keys(w.Context))
	return slices.DeleteFunc(a.keys(), func(key string) bool { return !holdsKey(open, key) || holdsKey(carried, key) })
}

// keys are the condition keys that the policies ask for, each once, sorted.
func (a *allowsAnswer) keys() []string {
	out := []string{}
	for d := range a.files.of {
		for _, key := range conditionKeys(d) {
			if !holdsKey(out, key) {
				out = append(out, key)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return out
}

// holdsKey looks for a condition key, in whatever case.
func holdsKey(keys []string, key string) bool {
	return slices.ContainsFunc(keys, func(other string) bool { return strings.EqualFold(key, other) })
}

// conditionKeys are the keys of a policy's conditions and variables.
func conditionKeys(d *policy.Document) []string {
	var keys []string
	for i := range d.Statements {
		s := &d.Statements[i]
		texts := slices.Concat(s.Resources, s.NotResources)
		for _, c := range s.Conditions {
			keys = append(keys, c.Key)
			texts = append(texts, c.Values...)
		}
		if d.Version == policy.Version2012 {
			for _, text := range texts {
				keys = append(keys, variableKeys(text)...)
			}
		}
	}
	return keys
}

// variableKeys are the keys of the policy variables of a text, such as
// ${aws:username} and ${aws:PrincipalTag/team, 'none'}.
func variableKeys(text string) []string {
	var keys []string
	for {
		_, rest, found := strings.Cut(text, "${")
		variable, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return keys
		}
		key, _, _ := strings.Cut(variable, ",")
		if key = strings.TrimSpace(key); strings.Contains(key, ":") { // ${*}, ${?} and ${$} stand for themselves
			keys = append(keys, key)
		}
		text = after
	}
}
