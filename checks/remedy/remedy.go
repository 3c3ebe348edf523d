// Package remedy writes the parts of a remediation that a person applies: the
// command and the difference.
package remedy

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Command joins the words to one line for a POSIX shell, quoting those that
// need it: names come from AWS and from files, and may hold anything.
func Command(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		if w != "" && strings.IndexFunc(w, special) < 0 {
			quoted[i] = w
			continue
		}
		quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
}

// special reports whether the character may mean something to a shell.
func special(c rune) bool {
	switch {
	case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		return false
	default:
		return !strings.ContainsRune("_@%+=:,./-", c)
	}
}

// Pretty indents a JSON document as people write it; what is no JSON stays as
// it is.
func Pretty(text string) string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(strings.TrimSpace(text)), "", "  "); err != nil {
		return text
	}
	b.WriteByte('\n')
	return b.String()
}
