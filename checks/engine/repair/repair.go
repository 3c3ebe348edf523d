package repair

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// Change is a changed document.
type Change struct {
	// Text is the whole document, indented by two spaces; exactly what was given
	// if nothing had to change.
	Text string
	// Document is what Text says.
	Document *policy.Document
	// Edits say for a person, in order, what is changed; none if nothing is.
	Edits []string
	// Narrowed tells that a Deny was narrowed, which somebody may have meant for
	// those whom it spares now.
	Narrowed bool
}

// Document changes the text of a policy document so that every requirement of
// the goal is granted and nobody gets anything else. Empty text is a policy that
// does not exist yet. All of the text that is not changed stays as it is
// written, but for the white space; a single statement becomes a list. Changing
// the result again changes nothing.
//
// The error is an [*Impossible] if there is no such change, a [*SizeError] if the
// result would be too long, or says what is wrong with text or goal.
func Document(text string, goal Goal) (*Change, error) {
	change, err := document(text, goal)
	if err != nil {
		return nil, fmt.Errorf("repairing the policy: %w", err)
	}
	return change, nil
}

func document(text string, goal Goal) (*Change, error) {
	written := text
	if strings.TrimSpace(written) == "" {
		written = `{"Version":"` + policy.Version2012 + `","Statement":[]}`
	}
	before, err := newDraft(written, goal.kind(), goal.document(text))
	if err != nil {
		return nil, err
	}
	j, err := newJob(goal, before)
	if err != nil {
		return nil, err
	}
	if err := j.settled(); err != nil || len(j.wanting) == 0 {
		return &Change{Text: text, Document: before.document}, err
	}
	change, err := j.change(before)
	if err != nil {
		return nil, j.hopeless(before, err)
	}
	return change, nil
}

// hopeless says why there is no change, of which err is one reason.
func (j *job) hopeless(before *draft, err error) error {
	if j.world.budget < 0 {
		return impossible("to find one takes more work than a repair may: %s", globs.ErrBudget)
	}
	return cmp.Or(j.reachable(before), err)
}

// change mends what is refused.
func (j *job) change(before *draft) (*Change, error) {
	if j.blocked() {
		return nil, j.public(before)
	}
	after, err := j.allow(before)
	if err != nil {
		return nil, err
	}
	if after, err = j.narrow(after, after != before); err != nil {
		return nil, err
	}
	if err := j.check(before, after); err != nil {
		return nil, err
	}
	return &Change{Text: after.whole().indented(), Document: after.document, Edits: j.edits, Narrowed: j.narrowed}, nil
}

// job is one repair.
type job struct {
	goal    Goal
	claims  []*claim // all
	wanting []*claim // those that are refused
	parties []party  // who claims
	world   world
	engine  policy.Decider

	edits    []string
	narrowed bool // a Deny
}

// The work that a repair may put into decisions and searches: some three
// milliseconds for the policy of one bucket, and thirty for a caller's own, which
// may be about any bucket.
const (
	bucketBudget = 3 * globs.DefaultBudget / 10
	callerBudget = 3 * globs.DefaultBudget
)

func newJob(goal Goal, d *draft) (*job, error) {
	j := &job{goal: goal, world: world{partition: "aws", version: d.document.Version, budget: callerBudget, read: map[string]globs.Pattern{}}}
	if goal.Layer == policy.LayerBucketPolicy {
		j.world.budget = bucketBudget
	}
	j.engine.Budget = &j.world.budget
	if err := j.read(); err != nil {
		return nil, err
	}
	j.classify()
	j.parties = parties(j.claims)
	j.answer(d.document)
	return j, nil
}

// read reads the requirements.
func (j *job) read() error {
	var last [policy.ObjectLevel + 1]*claim
	all := make([]claim, len(j.goal.Requirements))
	j.claims = make([]*claim, len(all))
	for i := range all {
		r, c := &j.goal.Requirements[i], &all[i]
		level, ok := policy.ActionLevel(r.Question.Action)
		if !ok {
			return errors.New(r.Question.Action + " is not an action on a bucket or object")
		}
		if err := c.read(r, level, last[level]); err != nil {
			return err
		}
		if j.world.version != policy.Version2012 && strings.Contains(c.resource, "${") {
			return impossible("keys that hold * or ? can be named only in a policy of version " + policy.Version2012)
		}
		j.world.partition = partition(&r.Question)
		if j.goal.Layer == policy.LayerBucketPolicy {
			j.world.bucket = r.Question.Bucket
		}
		last[level], j.claims[i] = c, c
	}
	return nil
}

// answer decides the claims as the document is, unless somebody has done so.
func (j *job) answer(document *policy.Document) {
	var open []*claim
	for i, c := range j.claims {
		if known := j.goal.Requirements[i].Answer; known != nil {
			c.answer = *known
		} else {
			open = append(open, c)
		}
	}
	for i, answer := range j.answers(open, j.having(document)) {
		open[i].answer = answer
	}
	for _, c := range j.claims {
		if c.answer.Kind == policy.Refused {
			j.wanting = append(j.wanting, c)
		}
	}
}

// settled makes sure that nothing is open that a change would leave open.
func (j *job) settled() error {
	for _, c := range j.claims {
		if c.answer.Kind != policy.Granted && c.answer.Kind != policy.Refused {
			return j.unsettled(c, c.answer, nil)
		}
	}
	return nil
}

// claimsOf are the claims of the party, on the action if that is not "".
func (j *job) claimsOf(p party, action string) []*claim {
	var out []*claim
	for _, c := range j.claims {
		if c.principal == p && (action == "" || strings.EqualFold(c.action, action)) {
			out = append(out, c)
		}
	}
	return out
}

// blocked reports whether a claim is refused because the policy is public.
func (j *job) blocked() bool {
	return slices.ContainsFunc(j.wanting, func(c *claim) bool {
		by := c.answer.DecidedBy
		return by != nil && by.Layer == policy.LayerPublicAccess
	})
}

// reachable says, if no text of the document would do, why.
func (j *job) reachable(d *draft) error {
	become := func(layers policy.Layers) policy.Layers {
		layers = j.goal.put(layers, everything(d.kind))
		layers.Public = policy.StatedNotPublic
		return layers
	}
	for i, answer := range j.answers(j.wanting, become) {
		if c := j.wanting[i]; c.answer.DecidedBy != nil && c.answer.DecidedBy.Layer == policy.LayerPublicAccess {
			return j.public(d)
		} else if answer.Kind != policy.Granted {
			return j.unsettled(c, answer, nil)
		}
	}
	return nil
}

// note writes an edit down, once.
func (j *job) note(edit string) {
	if !slices.Contains(j.edits, edit) {
		j.edits = append(j.edits, edit)
	}
}
