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
	answer, err := decide(&q, &layers)
	if err != nil {
		return Answer{}, fmt.Errorf("deciding %s for %s on bucket %s: %w", q.Action, q.Principal, q.Bucket, err)
	}
	return q.confirm(answer, &layers), nil
}

func decide(q *Question, layers *Layers) (Answer, error) {
	row, ok := actions.find(strings.ToLower(q.Action))
	if !ok {
		return Answer{}, fmt.Errorf("%q is not an S3 action on a bucket or object", q.Action)
	}
	a, err := q.asker()
	if err != nil {
		return Answer{}, err
	}
	level := actions[row].level
	if err := q.check(level, a, *layers); err != nil {
		return Answer{}, err
	}
	d := newDecision(q, layers, a, level)
	if d.blocked {
		return d.blockedAnswer(), nil
	}
	d.gather(layers, row)
	if !d.enumerateCallers() {
		return d.undecided(causes{reason: "the policies name too many principals of the account"}), nil
	}
	return d.answer(), nil
}

// decision is one question on its way to an answer.
type decision struct {
	question     *Question
	asker        asker
	target       target
	requirements []requirement
	bounded      bool // there is a permissions boundary
	blocked      bool // Block Public Access refuses everything
	rules        []rule
	callers      []caller
	env          env
	budget       globs.Budget
	plain        []globs.Pattern // scratch
}

func newDecision(q *Question, layers *Layers, a asker, level Level) *decision {
	same := a.account == q.BucketAccount
	d := &decision{
		question: q,
		asker:    a,
		target:   q.target(level),
		bounded:  layers.Identity != nil && layers.Boundary != nil,
		blocked:  !same && layers.RestrictPublicBuckets && layers.Public == StatedPublic,
		env:      env{question: q, asker: a, slots: make([]slot, 0, usualSlots)},
		rules:    make([]rule, 0, layers.statements()),
		budget:   globs.DefaultBudget,
	}
	d.requirements = requirementsFor(layers, same)
	return d
}

// usualSlots is what most questions need, so that the list need not grow.
const usualSlots = 4

// maxReserved bounds the room that is made for rules beforehand.
const maxReserved = 24

// statements is how many statements there are, or as many as room is made for.
func (l *Layers) statements() int {
	n := 0
	for _, d := range l.Identity {
		n += len(d.Statements)
	}
	for _, d := range []*Document{l.Boundary, l.Bucket} {
		if d != nil {
			n += len(d.Statements)
		}
	}
	return min(n, maxReserved)
}

// requirement is a layer that must allow the request. Besides its own
// statements, those of the bucket policy count that have at least the grip.
type requirement struct {
	layer Layer
	grip  grip // gripNone: the bucket policy does not count
}

// requirementsFor applies "Policy evaluation logic". Across accounts every
// layer must allow by itself. Within the bucket's account the bucket policy may
// stand in for the identity policies if it names more than the account, and for
// the boundary if it names the session, the user or everyone.
func requirementsFor(layers *Layers, same bool) []requirement {
	asked, bounded := layers.Identity != nil, layers.Identity != nil && layers.Boundary != nil
	out := make([]requirement, 0, 3)
	identity, boundary, bucket := gripNone, gripNone, gripAccount
	if same {
		identity, boundary, bucket = gripRole, gripDirect, gripRole
	}
	if asked {
		out = append(out, requirement{LayerIdentity, identity})
	}
	if bounded {
		out = append(out, requirement{LayerBoundary, boundary})
	}
	if !asked || !same {
		out = append(out, requirement{LayerBucketPolicy, bucket})
	}
	return out
}

// counts reports whether the rule's Allow counts for the requirement.
func (r requirement) counts(rule *rule) tri {
	if rule.layer != LayerBucketPolicy {
		return truth(rule.layer == r.layer)
	}
	if r.grip == gripNone {
		return no
	}
	return truthOrOpen(rule.grips.sure >= r.grip, rule.grips.may >= r.grip)
}

// enumerateCallers finds the principals to tell apart. Those that only an Allow
// names are granted no less than unnamed ones, so they count only if their ARN
// is asked for.
func (d *decision) enumerateCallers() bool {
	all := d.asksFor(keyPrincipalArn)
	naming := func(r *rule) bool { return all || r.statement.deny || r.statement.notPrincipal }
	callers, ok := d.asker.callers(d.rules, naming)
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
