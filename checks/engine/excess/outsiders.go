package excess

import (
	"slices"
	"strconv"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// outsiders are the accounts to ask about: those that are written out, and one
// for each class of others that conditions tell apart.
type outsiders struct {
	named     []string
	many, few []string // strangers, of large classes and of small ones
	// vague tells that there may be further classes.
	vague bool
}

// all are the strangers.
func (o *outsiders) all() []string { return slices.Concat(o.many, o.few) }

// maxStrangers bounds the strangers that are asked about.
const maxStrangers = 16

// callers are the outsiders who ask for themselves.
func (f *finder) callers() *outsiders {
	if f.byCaller == nil {
		f.byCaller = f.outsiders(callerKeys())
	}
	return f.byCaller
}

func (c *Case) outsiders(keys idKeys) *outsiders {
	t := c.telling(keys)
	out := outsiders{named: t.named, vague: t.vague}
	if len(t.tests) == 0 {
		out.many = []string{c.stranger(t.named)}
		return &out
	}
	all, ok := classes(t.tests)
	out.vague = out.vague || !ok || len(all) > maxStrangers
	for _, class := range all[:min(len(all), maxStrangers)] {
		c.sort(class, &out)
	}
	return &out
}

// sort takes an example of the class that nobody declared or wrote out. Where
// all ids of a small class are such, they are asked about by name.
func (c *Case) sort(class ids, out *outsiders) {
	at := slices.IndexFunc(class.examples, func(id string) bool { return c.unheard(id, out.named) })
	switch {
	case at >= 0 && class.few():
		out.few = append(out.few, class.examples[at])
	case at >= 0:
		out.many = append(out.many, class.examples[at])
	case class.count > uint64(len(class.examples)):
		out.vague = true
	default:
		out.named = append(out.named, class.examples...)
	}
}

// declared reports whether the account is known or has needs, or owns the bucket.
func (c *Case) declared(account string) bool {
	return account == c.Owner || slices.Contains(c.Known, account) || slices.ContainsFunc(c.Needs, func(n Need) bool { return n.Account == account })
}

// unheard reports whether nobody declared the account, and the policy does not
// mention it.
func (c *Case) unheard(account string, named []string) bool {
	return !c.declared(account) && !slices.Contains(named, account) && !c.mentions(account)
}

// stranger returns an account that nobody declared, and that the policy does
// not mention.
func (c *Case) stranger(named []string) string {
	for id := idCount - 1; ; id-- {
		if account := strconv.Itoa(id); c.unheard(account, named) {
			return account
		}
	}
}

// mentions reports whether the policy names the account as a principal.
func (c *Case) mentions(account string) bool {
	for i := range c.Policy.Statements {
		for _, list := range [][]policy.Principal{c.Policy.Statements[i].Principals, c.Policy.Statements[i].NotPrincipals} {
			if slices.ContainsFunc(list, func(p policy.Principal) bool { return strings.Contains(p.Value, account) }) {
				return true
			}
		}
	}
	return false
}
