package policy

import (
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// Decide answers one question. The error means that the question itself makes
// no sense: an action that is not a concrete S3 action on a bucket or object,
// a malformed principal, account, bucket or key.
func Decide(q Question, layers Layers) (Answer, error) {
	var d Decider
	return d.Decide(q, layers)
}

// Decider answers questions one after the other, in the same memory. The zero
// value is ready. It is not for use by several goroutines at once.
type Decider struct {
	// Budget, if not nil, bounds the work of all its decisions together; each
	// takes what it uses, and no more than globs.DefaultBudget.
	Budget   *globs.Budget
	decision decision
}

// Decide is the function [Decide].
func (d *Decider) Decide(q Question, layers Layers) (Answer, error) {
	answer, err := d.decide(&q, &layers)
	if err != nil {
		return Answer{}, fmt.Errorf("deciding %s for %s on bucket %s: %w", q.Action, q.Principal, q.Bucket, err)
	}
	asked := d.decision.asked
	if answer.Witness != nil {
		d.decision.aside(answer.Witness, &layers)
		answer = d.shortened(answer, &layers)
	}
	return asked.confirm(answer, &layers), nil
}

func (d *Decider) decide(q *Question, layers *Layers) (Answer, error) {
	if len(layers.SCPs)+len(layers.RCPs) > 0 && strings.Contains(q.Principal, linkedSession) {
		return d.decideBothWays(q, layers)
	}
	return d.decideOnce(q, layers)
}

func (d *Decider) decideOnce(q *Question, layers *Layers) (Answer, error) {
	row, ok := actions.row(q.Action)
	if !ok {
		return Answer{}, actionError(q.Action)
	}
	a, err := q.asker()
	if err != nil {
		return Answer{}, err
	}
	level := actions[row].level
	if err := q.check(level, a, layers); err != nil {
		return Answer{}, err
	}
	d.decision.start(q, layers, a, level)
	d.decision.root = d.decision.freeRoot(row)
	if d.Budget == nil {
		return d.decision.run(layers, row)
	}
	given := max(0, min(*d.Budget, d.decision.budget))
	d.decision.budget = given
	answer, err := d.decision.run(layers, row)
	*d.Budget -= given - d.decision.budget
	return answer, err
}

func (d *decision) run(layers *Layers, row int) (Answer, error) {
	if d.blocked {
		return d.blockedAnswer(), nil
	}
	d.gather(layers, row)
	if !d.enumerateCallers() {
		return d.undecided(causes{reason: "the policies name too many principals of the account"}), nil
	}
	answer := d.answer()
	if d.env.garbled != "" {
		return Answer{}, fmt.Errorf("a value of %q is not valid UTF-8", d.env.garbled)
	}
	return answer, nil
}

// decision is one question on its way to an answer.
type decision struct {
	asked        Question
	question     *Question
	asker        asker
	target       target
	requirements []requirement
	bounded      bool    // there is a permissions boundary
	blocked      bool    // Block Public Access refuses everything
	tried        bool    // possibilities of open keys were tried
	routed       []*slot // open keys of which some exclude others
	filling      bool    // open keys that fill variables are tried
	effort       int     // the work of evaluating conditions on what is tried
	root         string  // the bucket owner's root user, see freeRoot
	public       publicity
	rules        []rule
	callers      []caller
	refreshed    *caller // that the rules are set for
	env          env
	budget       globs.Budget
	domains      knownDomains
	plain        []globs.Pattern // scratch
	room         room
}

// room is what most questions need of each list, so that none need grow.
type room struct {
	requirements [usualRequirements]requirement
	rules        [24]rule
	callers      [1]caller
	slots        [6]slot
}

const usualRequirements = 8

// start makes the decision ready for a question.
func (d *decision) start(q *Question, layers *Layers, a asker, level Level) {
	same := a.account == q.BucketAccount
	rules, plain := d.rules[:0], d.plain[:0]
	if rules == nil {
		rules = d.room.rules[:0]
	}
	d.asked, d.question = *q, &d.asked
	d.asker, d.target = a, q.target(level)
	d.bounded, d.blocked, d.tried, d.filling, d.effort = layers.Identity != nil && layers.Boundary != nil, false, false, false, 0
	d.refreshed, d.routed = nil, nil
	d.rules, d.plain, d.budget = rules, plain, globs.DefaultBudget
	d.env = env{question: d.question, asker: &d.asker, slots: d.room.slots[:0]}
	d.public = publicity{}
	if !same && layers.RestrictPublicBuckets {
		d.public = layers.publicity()
		d.blocked = d.public.certainty == yes
	}
	d.requirements = requirementsFor(d.room.requirements[:0], layers, &d.asker, same)
}

// enumerateCallers finds the principals to tell apart. Those that only an Allow
// names are granted no less than unnamed ones, so they count only if their ARN
// is asked for.
func (d *decision) enumerateCallers() bool {
	all := d.asksFor(keyPrincipalArn)
	naming := func(r *rule) bool { return all || r.statement.deny || r.statement.notPrincipal }
	callers, ok := d.asker.addCallers(d.room.callers[:0], d.rules, naming)
	if !ok {
		d.keep(d.locate)
		callers, ok = d.asker.callers(d.rules, naming)
	}
	d.callers = callers
	return ok
}

func (d *decision) asksFor(key string) bool {
	for i := range d.rules {
		for k := range d.rules[i].statement.conditions {
			if d.rules[i].statement.conditions[k].key == key {
				return true
			}
		}
	}
	return false
}
