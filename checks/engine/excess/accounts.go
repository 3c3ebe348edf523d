package excess

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// maxAccounts bounds the accounts that are asked about. A policy of 20 KB can
// name more than a thousand.
const maxAccounts = 64

// accounts looks for what the accounts are granted that the policy mentions.
func (f *finder) accounts() {
	for i, account := range f.mentioned() {
		if i == maxAccounts {
			f.doubts = append(f.doubts, Doubt{Who: account, Reason: "the policy mentions too many accounts"})
			return
		}
		var own *excerpt
		for k := range f.groups {
			g := f.groups[k]
			if g.public {
				if own == nil {
					own = f.naming(account)
				}
				g.excerpt = own
			}
			f.account(&g, account)
		}
	}
}

// excerpt is a part of the policy.
type excerpt struct {
	document *policy.Document
	places   []int // of its statements in the policy
}

// naming is the policy with no other Allows than those that name the account:
// what everybody is granted hides nothing that the account is granted besides.
func (f *finder) naming(account string) *excerpt {
	var out excerpt
	for i := range f.Policy.Statements {
		if s := &f.Policy.Statements[i]; s.Effect != policy.Allow || names(s, account) {
			out.places = append(out.places, i)
		}
	}
	out.document = f.Policy.Arrange(f.Policy, out.places...)
	return &out
}

// names reports whether the statement names the account as a principal, or asks
// for it in a condition.
func names(s *policy.Statement, account string) bool {
	asks := func(c policy.Condition) bool {
		key := strings.ToLower(c.Key)
		return (key == "aws:principalarn" || key == "aws:principalaccount") && !strings.Contains(c.Operator, "Not") &&
			slices.ContainsFunc(c.Values, func(value string) bool { return slices.Contains(writtenOut(value), account) })
	}
	return slices.ContainsFunc(s.Principals, func(p policy.Principal) bool { return accountOf(p.Value) == account }) || slices.ContainsFunc(s.Conditions, asks)
}

// mentioned are the accounts, other than the owner, that the policy names as a
// principal or in a condition on the principal; sorted.
func (f *finder) mentioned() []string {
	var out []string
	for i := range f.Policy.Statements {
		s := &f.Policy.Statements[i]
		for _, p := range slices.Concat(s.Principals, s.NotPrincipals) {
			out = append(out, accountOf(p.Value))
		}
	}
	out = append(out, f.callers().named...)
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(account string) bool { return account == "" || account == f.Owner })
}

// needs are those of the account's principals: what all of them need, and the
// needs of single ones.
func (f *finder) needs(account string) (whole Need, named []Need, known bool) {
	known = slices.Contains(f.Known, account)
	for _, n := range f.Needs {
		switch {
		case n.Account != account:
			continue
		case n.whole():
			whole.Actions = append(whole.Actions, n.Actions...)
		default:
			named = append(named, n)
		}
		known = true
	}
	return whole, named, known
}

// account asks what the account's principals are granted.
func (f *finder) account(g *group, account string) {
	whole, named, known := f.needs(account)
	beyond := without(g.actions, whole)
	if len(beyond) == 0 {
		return
	}
	if !mayAllow(f.documentOf(g), g.actions[0].Name, account) {
		return
	}
	w := who{principal: account}
	for _, n := range named {
		w.except = append(w.except, n.Principal)
	}
	found := f.ask(g, w)
	switch {
	case found.Kind == policy.Untold:
		f.doubt(account, beyond, found)
	case found.Kind == policy.Exists && !known:
		f.add(UnknownAccount, account, g.actions, found)
	case found.Kind == policy.Exists:
		f.excess(account, beyond, named, found)
	}
	if found.Kind == policy.Exists && found.Unnamed {
		return
	}
	for _, n := range named {
		f.named(g, n, without(beyond, n))
	}
}

// mayAllow reports false only if no Allow names both the action and somebody
// whom the account may hold.
func mayAllow(d *policy.Document, action, account string) bool {
	for i := range d.Statements {
		if s := &d.Statements[i]; s.Effect == policy.Allow && mayName(s, action) && mayBe(s, account) {
			return true
		}
	}
	return false
}

func mayName(s *policy.Statement, action string) bool {
	return s.NotActions != nil || slices.ContainsFunc(s.Actions, func(a string) bool { return strings.ContainsAny(a, "*?") || strings.EqualFold(a, action) })
}

func mayBe(s *policy.Statement, account string) bool {
	return s.NotPrincipals != nil || slices.ContainsFunc(s.Principals, func(p policy.Principal) bool {
		of := accountOf(p.Value)
		return p.Kind != service && (of == "" || of == account)
	})
}

// named asks what a principal with needs of its own is granted beyond them.
func (f *finder) named(g *group, n Need, beyond []policy.Action) {
	if len(beyond) == 0 {
		return
	}
	found := f.ask(g, who{principal: n.Principal})
	switch found.Kind {
	case policy.Untold:
		f.doubt(n.Principal, beyond, found)
	case policy.Exists:
		f.excess(n.Principal, beyond, nil, found)
	}
}

// excess sorts what a known account is granted: what its named principals
// need, what administers, and the rest.
func (f *finder) excess(name string, beyond []policy.Action, named []Need, found policy.Found) {
	var needed, rest []policy.Action
	for _, a := range beyond {
		if found.Unnamed && slices.ContainsFunc(named, func(n Need) bool { return n.has(a.Name) }) {
			needed = append(needed, a)
		} else {
			rest = append(rest, a)
		}
	}
	admin, other := split(rest)
	f.add(WholeAccount, name, needed, found)
	f.add(Administrative, name, admin, found)
	f.add(Beyond, name, other, found)
}

// without leaves out the actions that are needed.
func without(actions []policy.Action, n Need) []policy.Action {
	var out []policy.Action
	for _, a := range actions {
		if !n.has(a.Name) {
			out = append(out, a)
		}
	}
	return out
}
