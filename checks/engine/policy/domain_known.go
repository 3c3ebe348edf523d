package policy

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// knownDomains are the possibilities of open keys, remembered from one question
// to the next by the first of the conditions that ask for the key: questions
// about several actions are put to much the same statements.
type knownDomains map[*condition]knownDomain

// knownDomain is the possibilities that these conditions tell apart.
type knownDomain struct {
	conditions []*condition
	values     []keyValue
	had, spent globs.Budget // before it was made, and to make it
}

// maxKnownDomains bounds what is remembered.
const maxKnownDomains = 64

// of returns the possibilities that these conditions tell apart, listing them
// unless that was done. The work counts every time, so that an answer does
// not hang on what was asked before.
func (l *knownDomains) of(conditions []*condition, budget *globs.Budget, list func() []keyValue) []keyValue {
	known, ok := (*l)[conditions[0]]
	if ok && slices.Equal(known.conditions, conditions) && (known.complete() || known.had >= *budget) {
		if !budget.Spend(int(known.spent)) {
			return []keyValue{{state: unknown}}
		}
		return known.values
	}
	had := *budget
	values := list()
	if *l == nil || len(*l) >= maxKnownDomains {
		*l = knownDomains{}
	}
	(*l)[conditions[0]] = knownDomain{conditions, values, had, had - *budget}
	return values
}

// complete reports whether the work was enough.
func (l *knownDomain) complete() bool { return l.values[0].state != unknown }
