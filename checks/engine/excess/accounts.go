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
	mentioned := f.mentioned()
	for i, account := range mentioned {
		if i == maxAccounts {
			f.doubts = append(f.doubts, Doubt{Who: account, Reason: "the policy mentions too many accounts"})
			return
		}
		for k := range f.groups {
			if g := &f.groups[k]; !g.public {
				f.account(g, account)
			}
		}
	}
}

// mentioned are the accounts, other than the owner, that the policy names as a
// principal or in a condition on the principal; sorted.
func (f *finder) mentioned() []string {
	var out []string
	add := func(account string) {
		if account != "" && account != f.Owner && !slices.Contains(out, account) {
			out = append(out, account)
		}
	}
	for i := range f.Policy.Statements {
		s := &f.Policy.Statements[i]
		for _, p := range slices.Concat(s.Principals, s.NotPrincipals) {
			add(accountOf(p.Value))
		}
	}
	f.conditions(func(key, value string) {
		if key == "aws:principalarn" || key == "aws:principalaccount" {
			add(accountOf(value))
		}
	})
	slices.Sort(out)
	return out
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
	if !f.mayAllow(g.actions[0].Name, account) {
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
func (f *finder) mayAllow(action, account string) bool {
	for i := range f.Policy.Statements {
		if s := &f.Policy.Statements[i]; s.Effect == policy.Allow && mayName(s, action) && mayBe(s, account) {
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

// stranger returns an account that the policy does not mention.
func (c *Case) stranger() string {
	for _, digit := range "987654321" {
		account := strings.Repeat(string(digit), 12)
		if account != c.Owner && !c.mentions(account) {
			return account
		}
	}
	return "999999999998"
}

func (c *Case) mentions(account string) bool {
	found := slices.Contains(c.Known, account) || slices.ContainsFunc(c.Needs, func(n Need) bool { return n.Account == account })
	for i := range c.Policy.Statements {
		s := &c.Policy.Statements[i]
		found = found || slices.ContainsFunc(slices.Concat(s.Principals, s.NotPrincipals), func(p policy.Principal) bool { return strings.Contains(p.Value, account) })
	}
	c.conditions(func(_, value string) { found = found || strings.Contains(value, account) })
	return found
}

// likely returns accounts that a pattern for accounts matches, such as 1234*,
// and that the policy does not mention.
func (c *Case) likely() []string {
	var out []string
	c.conditions(func(key, value string) {
		if key == "aws:principalarn" {
			if parts := strings.SplitN(value, ":", 6); len(parts) == 6 {
				value = parts[4]
			}
		}
		if key != "aws:principalarn" && key != "aws:principalaccount" || value == "*" || !strings.ContainsAny(value, "*?") {
			return
		}
		filled := strings.ReplaceAll(value, "?", "9")
		if missing := 13 - len(filled); missing >= 0 {
			filled = strings.Replace(filled, "*", strings.Repeat("9", missing), 1)
		}
		filled = strings.ReplaceAll(filled, "*", "")
		if isAccount(filled) && filled != c.Owner && !slices.Contains(out, filled) && !c.mentions(filled) {
			out = append(out, filled)
		}
	})
	return out[:min(len(out), maxLikely)]
}

const maxLikely = 4
