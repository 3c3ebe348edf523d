package inventory

import (
	"path"
	"strings"
	"testing"
)

func TestGlob(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{"acme-*", "acme-raw", true},
		{"acme-*", "acme-", true},
		{"acme-*", "xacme-raw", false},
		{"*-scratch", "a-scratch-scratch", true},
		{"*-scratch", "a-scratch-2", false},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"*", "", true},
		{"", "", true},
		{"", "a", false},
		{"a*b*c", "aXbYbZc", true},
		{"[a]", "a", false},
		{"[a]", "[a]", true},
	}
	for _, test := range tests {
		if got := glob(test.pattern, test.text); got != test.want {
			t.Errorf("glob(%q, %q) = %v", test.pattern, test.text, got)
		}
	}
}

func FuzzGlob(f *testing.F) {
	f.Add("acme-*-?", "acme-raw-2")
	f.Add("**a", "aaa")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if strings.ContainsAny(pattern, `[]\/`) || strings.Contains(text, "/") || !ascii(pattern+text) {
			return // path.Match means something else there
		}
		want, err := path.Match(pattern, text)
		if err == nil && glob(pattern, text) != want {
			t.Errorf("glob(%q, %q) = %v, path.Match says %v", pattern, text, !want, want)
		}
	})
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}
