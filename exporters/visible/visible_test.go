package visible_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                         "",
		"arn:aws:s3:::acme":        "arn:aws:s3:::acme",
		"é 漢字 — |`<&>\\":           "é 漢字 — |`<&>\\",
		"a\nb\r\tc":                `a\nb\r\tc`,
		"\x1b[2J\x07":              `\x1b[2J\a`,
		"\u009b31m":                `\u009b31m`,
		"x\u202etxt.exe\u2066":     `x\u202etxt.exe\u2066`,
		"a\u200bb\ufeffc\u2028d":   `a\u200bb\ufeffc\u2028d`,
		"no\u00a0break":            `no\u00a0break`,
		"\xff\xfe":                 `\xff\xfe`,
		"the replacement \ufffd":   "the replacement \ufffd",
		"\U000e0041 is a tag char": `\U000e0041 is a tag char`,
	} {
		if got := visible.Text(in); got != want {
			t.Errorf("Text(%q) is %q, want %q", in, got, want)
		}
	}
	if got := visible.Lines("a\n\tb\r\x1b"); got != "a\n\tb"+`\r\x1b` {
		t.Errorf("Lines gives %q", got)
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\u202e\x1b\xffb\nc")
	f.Fuzz(func(t *testing.T, s string) {
		hidden := func(r rune) bool { return !unicode.IsPrint(r) }
		text, lines := visible.Text(s), visible.Lines(s)
		if !utf8.ValidString(text) || strings.IndexFunc(text, hidden) >= 0 {
			t.Errorf("Text(%q) is %q", s, text)
		}
		if visible.Text(text) != text || visible.Lines(lines) != lines {
			t.Errorf("%q is escaped twice", s)
		}
		if utf8.ValidString(s) && strings.IndexFunc(s, hidden) < 0 && text != s {
			t.Errorf("Text(%q) is %q", s, text)
		}
	})
}
