package policy

import "strings"

// singleRoll is what a list of principals says about a role, taken apart: by
// which names it mentions the role whatever the session, and which sessions.
type singleRoll struct {
	rest     singleNames
	sessions map[string]bool
}

// singleManyCallers is from how many on rolls are made. A hostile policy can name
// thousands of sessions of one role, which are compared with one another else.
const singleManyCallers = 8

// listed says by which of the caller's names the Principal or NotPrincipal of
// the statement of that number mentions it.
func (run *singleRun) listed(c singleCaller, s *Statement, number int) singleNames {
	list := s.Principals
	if s.NotPrincipals != nil {
		list = s.NotPrincipals
	}
	if run.rolls == nil {
		return c.listedIn(list)
	}
	if run.rolls[number] == nil {
		run.rolls[number] = c.roll(list)
	}
	names := run.rolls[number].rest
	names.session = singleIf(run.rolls[number].sessions[c.session])
	return names
}

// roll is for a session of a role.
func (c singleCaller) roll(list []Principal) *singleRoll {
	c.session = ""
	roll := &singleRoll{rest: c.listedIn(list), sessions: map[string]bool{}}
	for _, p := range list {
		if p.Kind == "AWS" && strings.Contains(p.Value, ":sts::") {
			roll.sessions[p.Value] = true
		}
	}
	return roll
}
