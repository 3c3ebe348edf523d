package policy

import (
	"slices"
	"strings"
)

// Place is a text in a policy that deserves attention, and where it stands.
type Place struct {
	Statement int    // from 0
	Sid       string // of that statement
	Element   string // such as Principal or Resource
	Text      string
}

// UniqueIDPrincipals returns the unique ids (AROA..., AIDA...) that the policy
// names as principals. AWS puts them in the place of the ARN of a role or user
// that was deleted; creating it again does not restore the grant ("AWS JSON
// policy elements: Principal").
func UniqueIDPrincipals(d *Document) []Place {
	return d.places(func(element, text string) []string {
		if strings.HasSuffix(element, "Principal") && uniqueID(text) {
			return []string{text}
		}
		return nil
	})
}

// placeholders are the stand-ins of Quilt's cross-account guide and of the
// policy examples that AWS publishes.
var placeholders = []string{
	"CONTROL-ACCOUNT-ID", "CONTROL_ACCOUNT", "123456789012", "your-data-bucket", "bucket-in-data-account",
	"your-topic-name", "<BUCKET>", "<PREFIX>",
}

// Placeholders returns what was left of an example that somebody copied.
// 123456789012 is one as well: it passes AWS's validation only because it looks
// like an account.
func Placeholders(d *Document) []Place {
	return d.places(func(_, text string) []string { return placeholdersIn(text) })
}

func placeholdersIn(text string) []string {
	var out []string
	for _, p := range placeholders {
		if strings.Contains(text, p) {
			out = append(out, p)
		}
	}
	return out
}

// places collects what pick finds in the texts of all statements, each once
// per element.
func (d *Document) places(pick func(element, text string) []string) []Place {
	var out []Place
	for i := range d.Statements {
		s := &d.Statements[i]
		s.texts(func(element, text string) {
			for _, found := range pick(element, text) {
				place := Place{Statement: i, Sid: s.Sid, Element: element, Text: found}
				if !slices.Contains(out, place) {
					out = append(out, place)
				}
			}
		})
	}
	return out
}

// texts visits the values of a statement, in the order of the grammar.
func (s *Statement) texts(visit func(element, text string)) {
	for _, p := range s.Principals {
		visit("Principal", p.Value)
	}
	for _, p := range s.NotPrincipals {
		visit("NotPrincipal", p.Value)
	}
	for _, list := range []struct {
		element string
		texts   []string
	}{
		{"Action", s.Actions},
		{"NotAction", s.NotActions},
		{"Resource", s.Resources},
		{"NotResource", s.NotResources},
	} {
		for _, text := range list.texts {
			visit(list.element, text)
		}
	}
	for _, c := range s.Conditions {
		for _, text := range c.Values {
			visit("Condition", text)
		}
	}
}
