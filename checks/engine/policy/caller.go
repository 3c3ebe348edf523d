package policy

import "slices"

// caller is one principal of those that a question asks about. A role has
// unnamed sessions and an account unnamed principals; these stand for all that
// no policy names.
type caller struct {
	principal
	arn     string
	unnamed bool
	role    string // of a session: the ARN of its role, if that is known
}

// grip is how directly a Principal element takes hold of a caller. In the
// bucket's own account naming the account only defers to identity policies, and
// only naming the session, the user or everyone passes by a permissions boundary
// ("Policy evaluation logic", within a single account).
type grip uint8

const (
	gripNone grip = iota
	gripAccount
	gripRole
	gripDirect
)

// grips is the hold that a statement has on a caller, surely and possibly.
type grips struct{ sure, may grip }

// maxCallers bounds the named principals that are told apart.
const maxCallers = 64

// callers returns the principals to ask about: the asker, and those within it
// that the rules concerned name. It is false if there are too many.
func (a *asker) callers(rules []rule, concerned func(*rule) bool) ([]caller, bool) {
	return a.addCallers(nil, rules, concerned)
}

// addCallers is callers, appended to out, which is empty.
func (a *asker) addCallers(out []caller, rules []rule, concerned func(*rule) bool) ([]caller, bool) {
	first := caller{principal: a.principal, arn: a.arn, unnamed: a.form == formAccount || a.form == formRole}
	out = append(out, first)
	if !first.unnamed {
		return out, true
	}
	for i := range rules {
		if !concerned(&rules[i]) {
			continue
		}
		for k := range rules[i].statement.principals {
			p := &rules[i].statement.principals[k]
			if !a.includes(p) || slices.ContainsFunc(out, func(c caller) bool { return c.arn == p.text }) {
				continue
			}
			if len(out) == maxCallers {
				return nil, false
			}
			named := caller{principal: *p, arn: p.text}
			if a.form == formRole {
				named.role = a.arn
			}
			out = append(out, named)
		}
	}
	return out, true
}

// includes reports whether p names a part of what the asker stands for.
func (a *asker) includes(p *principal) bool {
	if p.partition != a.partition || p.account != a.account {
		return false
	}
	if a.form == formRole {
		return p.form == formSession && p.roleName() == a.roleName()
	}
	switch p.form {
	case formRole, formUser, formSession, formFederated:
		return true
	default:
		return false
	}
}

// concerns reports false if a statement names neither the asker nor a part of it.
func (a *asker) concerns(s *statement) bool {
	if s.principals == nil || s.notPrincipal {
		return true
	}
	whole := caller{principal: a.principal}
	for i := range s.principals {
		if _, certainty := whole.hold(&s.principals[i]); certainty != no || a.includes(&s.principals[i]) {
			return true
		}
	}
	return false
}

// hold returns the grip of one entry on the caller.
func (c *caller) hold(p *principal) (g grip, certainty tri) {
	switch p.form {
	case formEveryone:
		return gripDirect, yes
	case formNobody, formUniqueID:
		return gripNone, no
	case formUnclear:
		return gripDirect, open
	}
	if c.form == formEveryone {
		return gripNone, no
	}
	switch p.form {
	case formCanonical:
		return gripAccount, open
	case formProvider:
		return gripDirect, truthOrOpen(false, c.form != formUser && c.form != formFederated)
	}
	if p.account != c.account || p.partition != "" && p.partition != c.partition {
		return gripNone, no
	}
	switch p.form {
	case formAccount:
		return gripAccount, yes
	case formRoot:
		return gripAccount, open
	default:
		return c.holdNamed(p)
	}
}

// holdNamed is hold for an entry that names a principal of the caller's account.
func (c *caller) holdNamed(p *principal) (grip, tri) {
	switch {
	case c.unnamed && c.form == formAccount:
		return gripNone, no
	case p.form == c.form && p.name == c.name:
		if p.form == formRole {
			return gripRole, yes
		}
		return gripDirect, yes
	case c.form == formSession && p.form == formRole:
		return gripRole, truth(c.ofRole(p))
	case c.form == formFederated && p.form == formUser:
		return gripRole, open // its user's grants do not pass by boundary and session policy
	default:
		return gripNone, no
	}
}

// ofRole reports whether the session is one of the role. Session ARNs leave out
// the role's path; names of roles are unique in an account.
func (c *caller) ofRole(role *principal) bool {
	if c.role != "" {
		return c.role == role.text
	}
	return c.roleName() == role.roleName()
}

// gripsOf returns the hold that the statement's Principal or NotPrincipal has
// on the caller. Identity policies hold their caller.
func (c *caller) gripsOf(s *statement, boundary bool) grips {
	if s.principals == nil {
		return grips{gripDirect, gripDirect}
	}
	if s.notPrincipal {
		return c.gripsOfNot(s, boundary)
	}
	var out grips
	for i := range s.principals {
		g, certainty := c.hold(&s.principals[i])
		if certainty != no {
			out.may = max(out.may, g)
		}
		if certainty == yes {
			out.sure = max(out.sure, g)
		}
	}
	return out
}

// gripsOfNot is gripsOf for NotPrincipal ("AWS JSON policy elements:
// NotPrincipal"). A Deny spares only callers of whom the account and the role or
// user are listed, and never those with a permissions boundary. Whether a
// session must be listed as well is not settled; nor is whom an Allow leaves out
// if only a part is listed.
func (c *caller) gripsOfNot(s *statement, boundary bool) grips {
	l := c.listing(s.principals)
	hit := grips{gripDirect, gripDirect}
	switch {
	case s.deny && boundary:
		return hit
	case c.form == formFederated && !l.everyone && l.account && l.self:
		return grips{gripNone, gripDirect} // its user is not listed
	case l.everyone || l.account && l.self && (l.role || c.form != formSession):
		return grips{gripNone, gripNone}
	case s.deny && !l.vague && (!l.account && !l.vagueAccount || !l.role && !l.federator && (!l.self || c.form == formSession)):
		return hit
	case s.deny || l.account || l.role || l.self || l.vague || l.vagueAccount || l.federator:
		return grips{gripNone, gripDirect}
	default:
		return grips{gripRole, gripDirect}
	}
}

// listing says by which of a caller's names a list of principals mentions it.
type listing struct {
	everyone, account, role bool
	self                    bool // the session or user
	vague, vagueAccount     bool // possibly by another; possibly by the account
	federator               bool // possibly by the user who federated it
}

func (c *caller) listing(principals []principal) listing {
	var l listing
	for i := range principals {
		p := &principals[i]
		g, certainty := c.hold(p)
		l.everyone = l.everyone || p.form == formEveryone
		federates := c.form == formFederated && p.form == formUser && certainty == open
		l.federator = l.federator || federates
		l.vague = l.vague || certainty == open && g != gripAccount && !federates
		l.vagueAccount = l.vagueAccount || certainty == open && g == gripAccount
		if certainty == yes {
			l.account = l.account || g == gripAccount
			l.role = l.role || g == gripRole
			l.self = l.self || g == gripDirect
		}
	}
	return l
}
