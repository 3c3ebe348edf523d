package main

import (
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/strictjson"
)

// statementText is the text of the statement at a place in a policy that is
// known to be well-formed.
func statementText(text string, place int) string {
	found := ""
	r, err := strictjson.New(text)
	if err != nil {
		return found
	}
	_ = r.Object(func(name string) error {
		if name != "Statement" || r.Peek() != '[' {
			value, err := r.Raw()
			if name == "Statement" {
				found = value
			}
			return err
		}
		i := -1
		return r.Array(func() error {
			value, err := r.Raw()
			if i++; i == place {
				found = value
			}
			return err
		})
	})
	return found
}

// layOut parts the text of a JSON value after its commas, with a space after
// each colon and no other white space outside of strings.
func layOut(json string) []string {
	var pieces []string
	var b strings.Builder
	quoted := false
	for i := 0; i < len(json); i++ {
		c := json[i]
		switch {
		case quoted && c == '\\':
			b.WriteByte(c)
			i++
			c = json[i]
		case c == '"':
			quoted = !quoted
		case !quoted && strings.IndexByte(" \t\r\n", c) >= 0:
			continue
		}
		b.WriteByte(c)
		switch {
		case quoted:
		case c == ':':
			b.WriteByte(' ')
		case c == ',':
			pieces = append(pieces, b.String())
			b.Reset()
		}
	}
	return append(pieces, b.String())
}
