package quilt

import (
	"iter"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// Contexts is how many questions a request of the caller makes.
func (a *Asker) Contexts(c Caller) int { return len(a.carriedBy(c).contexts) }

// Questions are all that must be granted for the request to be: one question
// for each context that control.context leaves open.
func (a *Asker) Questions(r Request) iter.Seq[policy.Question] {
	return func(yield func(policy.Question) bool) {
		carried := a.carriedBy(r.Caller)
		for _, context := range carried.contexts {
			if !yield(a.question(r, carried, context)) {
				return
			}
		}
	}
}

// carriedBy is what requests of the caller carry.
func (a *Asker) carriedBy(c Caller) *carried {
	if c.AccountID == a.control {
		return &a.carried.home
	}
	return &a.carried.away
}
