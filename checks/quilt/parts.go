package quilt

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// Part is one request and its answer. Verdicts are built from parts: one that
// is refused fails the whole, else one that is open leaves it unknown.
type Part struct {
	Request Request
	Answer  policy.Answer
}

// Parts are the parts of one verdict.
type Parts []Part

// Refused are the parts that are refuted.
func (p Parts) Refused() Parts {
	return p.where(func(k policy.AnswerKind) bool { return k == policy.Refused })
}

// Open are the parts that are neither proved nor refuted.
func (p Parts) Open() Parts {
	return p.where(func(k policy.AnswerKind) bool { return k == policy.Conditional || k == policy.Undecided })
}

func (p Parts) where(is func(policy.AnswerKind) bool) Parts {
	n := 0
	for i := range p {
		if is(p[i].Answer.Kind) {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	some := make(Parts, 0, n)
	for i := range p {
		if is(p[i].Answer.Kind) {
			some = append(some, p[i])
		}
	}
	return some
}

// Actions are the actions of the parts, each once, in order.
func (p Parts) Actions() []string {
	var actions []string
	for i := range p {
		if action := p[i].Request.Action; !slices.Contains(actions, action) {
			actions = append(actions, action)
		}
	}
	return actions
}

// Callers names the callers of the parts, each once, in order.
func (p Parts) Callers() []string {
	var callers []string
	for i := range p {
		if i > 0 && p[i].Request.Caller == p[i-1].Request.Caller {
			continue
		}
		if name := p[i].Request.Caller.String(); !slices.Contains(callers, name) {
			callers = append(callers, name)
		}
	}
	return callers
}

// DependsOn are the condition keys that the open parts hang on, sorted.
func (p Parts) DependsOn() []string {
	var keys []string
	for _, part := range p {
		keys = append(keys, part.Answer.DependsOn...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// GrantedBy are the statements that grant the parts, each once.
func (p Parts) GrantedBy() []policy.DecidedBy {
	var statements []policy.DecidedBy
	seen := map[string]bool{}
	for _, part := range p {
		for _, d := range part.Answer.GrantedBy {
			if name := statementName(d); !seen[name] {
				seen[name] = true
				statements = append(statements, d)
			}
		}
	}
	return statements
}

func statementName(d policy.DecidedBy) string {
	name := string(d.Layer)
	if d.Policy != nil {
		name += fmt.Sprintf(" %d", *d.Policy)
	}
	if d.Statement != nil {
		name += fmt.Sprintf(" %d", *d.Statement)
	}
	return name
}

// Cause says for a person why the first part is refused.
func (p Parts) Cause() string {
	d := p[0].Answer.DecidedBy
	if d == nil {
		return "it is refused"
	}
	where := map[policy.Layer]string{
		policy.LayerBucketPolicy: "the bucket policy", policy.LayerIdentity: "the role's policies", policy.LayerBoundary: "the permissions boundary",
	}[d.Layer]
	switch {
	case d.Layer == policy.LayerPublicAccess:
		return "RestrictPublicBuckets is on and S3 deems the policy public, which voids every grant to other accounts"
	case d.Effect == policy.Implicit:
		return "no statement of " + where + " allows it"
	default:
		return Statement(*d) + " of " + where + " denies it"
	}
}

// Statement names a statement for a person: its place, and its Sid if it has
// one.
func Statement(d policy.DecidedBy) string {
	name := "a statement"
	if d.Statement != nil {
		name = fmt.Sprintf("statement %d", *d.Statement)
	}
	if d.Sid != "" {
		name += " (" + d.Sid + ")"
	}
	return name
}

// Enumerate lists the first few of the names for a person.
func Enumerate(names []string) string {
	const most = 4
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most-1], ", "), len(names)-most+1)
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}
