package remedy_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/quilt-auditor/quilt-auditor/checks/remedy"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	const before = "{\n  \"a\": [\n    1\n  ],\n  \"b\": [\n    2\n  ]\n}\n"
	for name, c := range map[string]struct{ before, after, want string }{
		"same":      {before, before, ""},
		"new":       {"", "{}\n", "@@ -0,0 +1,1 @@\n+{}\n"},
		"gone":      {"{}\n", "", "@@ -1,1 +0,0 @@\n-{}\n"},
		"no end":    {"a", "b\n", "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n"},
		"line more": {before, strings.Replace(before, "2\n", "2,\n    3\n", 1), "@@ -3,6 +3,7 @@\n     1\n   ],\n   \"b\": [\n-    2\n+    2,\n+    3\n   ]\n }\n"},
	} {
		want := c.want
		if want != "" {
			want = "diff a/p.json b/p.json\n--- a/p.json\n+++ b/p.json\n" + want
		}
		if got := remedy.Diff("p.json", c.before, c.after); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// TestDiffIsGos compares it with the diff of Go's own tools.
func TestDiffIsGos(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	text := func(kinds int) []string {
		out := make([]string, r.IntN(24))
		for i := range out {
			out[i] = string(rune('a'+r.IntN(kinds))) + "\n"
		}
		return out
	}
	for range 20_000 {
		kinds := 1 + r.IntN(26)
		old := text(kinds)
		now := text(kinds)
		if r.IntN(3) > 0 { // an edit of the other
			first := r.IntN(len(old) + 1)
			last := first + r.IntN(len(old)-first+1)
			now = append(append(append([]string{}, old[:first]...), now...), old[last:]...)
		}
		before, after := strings.Join(old, ""), strings.TrimSuffix(strings.Join(now, ""), []string{"", "\n"}[r.IntN(2)])
		if got, want := remedy.Diff("x", before, after), string(diff.Diff("a/x", []byte(before), "b/x", []byte(after))); got != want {
			t.Fatalf("%q to %q:\n%s\nwant\n%s", before, after, got, want)
		}
	}
}
