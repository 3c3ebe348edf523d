package repair

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// claim is what one requirement is about: all that the change may grant.
type claim struct {
	principal party
	action    string // as the question spells it
	level     policy.Level
	resource  string // the ARN pattern that names it
	pattern   globs.Pattern
	question  *policy.Question
	layers    *policy.Layers
	answer    policy.Answer // before the change
	// class is shared by the claims whose questions differ in the action alone.
	class int
}

// read reads a requirement. What it has in common with the last claim on the
// level, nil if there is none, is not worked out again.
func (c *claim) read(r *Requirement, level policy.Level, last *claim) error {
	q := &r.Question
	c.action, c.level, c.question, c.layers = q.Action, level, q, &r.Layers
	here := last != nil && last.question.Partition == q.Partition
	if here && last.question.Principal == q.Principal {
		c.principal = last.principal
	} else {
		var ok bool
		if c.principal, ok = partyOf(q.Principal, partition(q)); !ok {
			return impossible("%s is nobody whom a policy can name alone", q.Principal)
		}
	}
	if here && last.question.Bucket == q.Bucket && last.question.Keys == q.Keys {
		c.resource, c.pattern = last.resource, last.pattern
	} else {
		c.named(q)
	}
	return nil
}

// named writes down which resources the claim is about.
func (c *claim) named(q *policy.Question) {
	c.resource = "arn:" + partition(q) + ":s3:::" + q.Bucket
	k := q.Keys
	switch {
	case c.level == policy.BucketLevel:
		c.pattern = globs.Literal(q.Bucket)
	case k.Exact != "":
		c.pattern = globs.Literal(q.Bucket + "/" + k.Exact)
		c.resource += "/" + escaped(k.Exact)
	default:
		c.pattern = globs.Compile(
			globs.Part{Text: q.Bucket + "/" + k.Prefix}, globs.Part{Text: "*", Kind: globs.Wild}, globs.Part{Text: k.Suffix},
		)
		c.resource += "/" + escaped(k.Prefix) + "*" + escaped(k.Suffix)
	}
}

func partition(q *policy.Question) string {
	if q.Partition == "" {
		return "aws"
	}
	return q.Partition
}

// escaped writes literal text so that a pattern matches only it ("IAM policy
// elements: Variables and tags", special characters).
func escaped(text string) string {
	if !strings.ContainsAny(text, "*?$") {
		return text
	}
	return strings.NewReplacer("${", "${$}{", "*", "${*}", "?", "${?}").Replace(text)
}

// home says that the claim's caller is in the bucket's account, where identity
// policies, which are not read here, may grant on their own.
func (c *claim) home() bool { return c.principal.account == c.question.BucketAccount }

// party is a principal as policies name it.
type party struct {
	arn     string // of an account, its root
	account string
	kind    kind
}

// kind is how a condition or Principal element can single a party out.
type kind uint8

const (
	wholeAccount kind = iota
	named             // a role, user or federated user: aws:PrincipalArn is its ARN
	session           // of a role: no condition key of one value singles it out
)

// partyOf reads an account id or an ARN. It is false for what names nobody or
// everybody.
func partyOf(text, partition string) (party, bool) {
	if isAccount(text) {
		return party{arn: "arn:" + partition + ":iam::" + text + ":root", account: text}, true
	}
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[3] != "" || !isAccount(parts[4]) || strings.ContainsAny(text, "*?$") {
		return party{}, false
	}
	p := party{arn: text, account: parts[4], kind: named}
	of, name, _ := strings.Cut(parts[5], "/")
	switch service := parts[2]; {
	case service == "iam" && parts[5] == "root":
		p.kind = wholeAccount
	case name == "":
		return party{}, false
	case service == "sts" && of == "assumed-role":
		p.kind = session
	case service == "iam" && (of == "role" || of == "user"), service == "sts" && of == "federated-user":
	default:
		return party{}, false
	}
	return p, true
}

func isAccount(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// covers reports whether the entry of a Principal element names nobody outside
// the party.
func (p party) covers(entry policy.Principal, partition string) bool {
	e, ok := partyIn(entry, partition)
	return ok && p.includes(e)
}

// includes reports whether all of the other party is of this one.
func (p party) includes(o party) bool {
	return o.account == p.account && (p.kind == wholeAccount || o.arn == p.arn)
}

// partyIn is the party that the entry of a Principal element names. It is false
// if that is not plainly one.
func partyIn(entry policy.Principal, partition string) (party, bool) {
	if entry.Kind != "AWS" {
		return party{}, false
	}
	return partyOf(entry.Value, partition)
}

// names reports whether the entry names the whole party.
func (p party) names(entry policy.Principal, partition string) bool {
	e, ok := partyIn(entry, partition)
	return ok && e == p
}

// meets reports whether the entry may name somebody of the party: it is false
// only where it surely does not.
func (p party) meets(entry policy.Principal, partition string) bool {
	if entry.Kind == "Service" {
		return false
	}
	e, ok := partyOf(entry.Value, partition)
	if entry.Kind != "AWS" || !ok {
		return true
	}
	return e.account == p.account && (p.kind == wholeAccount || e.kind != named || p.kind == session || e.arn == p.arn)
}

// parties lists the principals of the claims, each once, in order.
func parties(claims []*claim) []party {
	var out []party
	for _, c := range claims {
		if !slices.Contains(out, c.principal) {
			out = append(out, c.principal)
		}
	}
	return out
}

// actionsOf lists the actions of the claims, each once, in order.
func actionsOf(claims []*claim) []string {
	var out []string
	for _, c := range claims {
		if !slices.ContainsFunc(out, func(a string) bool { return strings.EqualFold(a, c.action) }) {
			out = append(out, c.action)
		}
	}
	return out
}

// resourcesOf lists the resources of the claims, each once, sorted.
func resourcesOf(claims []*claim) []string {
	var out []string
	for _, c := range claims {
		if !slices.Contains(out, c.resource) {
			out = append(out, c.resource)
		}
	}
	slices.Sort(out)
	return out
}
