package policy

import (
	"errors"
	"fmt"
	"strings"
)

// validateFor checks what the grammar demands of a statement of one kind of
// document: who names principals, and what a resource control policy leaves out
// ("SCP syntax" and "RCP syntax", AWS Organizations User Guide).
func (s *Statement) validateFor(kind Kind) error {
	named, not := s.Principals != nil, s.NotPrincipals != nil
	switch {
	case kind == RCP:
		return s.validateRCP()
	case kind.namesPrincipals():
		return exactlyOne("Principal", named, not)
	case named || not:
		return fmt.Errorf("%s names no Principal", kind.withArticle())
	default:
		return nil
	}
}

// namesPrincipals reports whether the statements of such documents say whom
// they are about.
func (k Kind) namesPrincipals() bool { return k == Resource || k == Endpoint || k == RCP }

func (k Kind) withArticle() string {
	if k == Identity {
		return "an identity policy"
	}
	return "a " + k.String() + " policy"
}

// validateRCP holds a statement against the narrower grammar of resource
// control policies: everybody is meant, and only RCPFullAWSAccess allows.
func (s *Statement) validateRCP() error {
	if s.NotPrincipals != nil || len(s.Principals) != 1 || s.Principals[0].Kind != "*" {
		return errors.New(`a resource control policy has the Principal "*" only`)
	}
	if s.NotActions != nil {
		return errors.New("a resource control policy has no NotAction")
	}
	if s.Effect == Allow && !s.fullAccess() {
		return errors.New("a resource control policy only denies, but for RCPFullAWSAccess")
	}
	for _, text := range append(append([]string{}, s.Resources...), s.NotResources...) {
		if text != "*" && strings.Count(text, ":") < arnParts-1 {
			return fmt.Errorf("resource %q is not a complete ARN", text)
		}
	}
	return nil
}

// fullAccess reports whether the statement is that of RCPFullAWSAccess, the
// policy of AWS that every resource control policy stands beside.
func (s *Statement) fullAccess() bool {
	return len(s.Conditions) == 0 && len(s.Actions) == 1 && s.Actions[0] == "*" &&
		len(s.Resources) == 1 && s.Resources[0] == "*"
}
