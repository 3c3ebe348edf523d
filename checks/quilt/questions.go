package quilt

import "github.com/quilt-auditor/quilt-auditor/checks/engine/policy"

// Questions are all that must be granted for the request to be: one question
// for each context that control.context leaves open.
func (a *Asker) Questions(r Request) []policy.Question {
	carried := a.carriedBy(r.Caller)
	questions := make([]policy.Question, 0, len(carried.contexts))
	for _, context := range carried.contexts {
		questions = append(questions, a.question(r, carried, context))
	}
	return questions
}

// carriedBy is what requests of the caller carry.
func (a *Asker) carriedBy(c Caller) *carried {
	if c.AccountID == a.control {
		return &a.home
	}
	return &a.away
}
