// Package remedy writes the parts of a remediation that a person applies: the
// command and the difference.
package remedy

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

var safe = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// Command joins the words to one line for a POSIX shell, quoting those that
// need it: names come from AWS and from files, and may hold anything.
func Command(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		if safe.MatchString(w) {
			quoted[i] = w
			continue
		}
		quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
}

// Diff is the unified difference between two versions of a document; before
// is "" for a document that does not exist yet.
func Diff(name, before, after string) string {
	return string(diff.Diff("a/"+name, []byte(before), "b/"+name, []byte(after)))
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
