package gfm_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/exporters/gfm"
)

func TestProse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                 "",
		"Plain words, (and) some: more.":   "Plain words, (and) some: more.",
		"It's a well-known state.":         "It's a well-known state.",
		"S3 did it 3 times.":               "S3 did it 3 times.",
		"account 111122223333 is shut":     "account 111122223333 is shut",
		"lacks s3:GetObject: no Allow":     "lacks `s3:GetObject`: no Allow",
		"ask @octocat, or mail a@b.c.":     "ask `@octocat`, or mail `a@b.c`.",
		"see https://evil.example/x.":      "see `https://evil.example/x`.",
		"www.evil.example":                 "`www.evil.example`",
		"closes #12 and GH-12":             "closes `#12` and `GH-12`",
		"commit 0123456789abcdef0123":      "commit `0123456789abcdef0123`",
		"*bold* _it_ ~gone~ <b> [x](y)":    "`*bold*` `_it_` `~gone~` `<b>` `[x](y`)",
		"![img](u) :smile: \\* &lt; - + #": "`![img](u`) `:smile`: <code>&#92;&#42;</code> `&lt`; `-` `+` `#`",
		"a|b `c`":                          "<code>a&#124;b</code> <code>&#96;c&#96;</code>",
		"one\ntwo":                         "<code>one&#92;ntwo</code>",
	} {
		if got := gfm.Prose(in); got != want {
			t.Errorf("prose(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestFence(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\nb\n":        "```sh\na\nb\n```",
		"```\n# hi":     "````sh\n```\n# hi\n````",
		"a ````` b `":   "``````sh\na ````` b `\n``````",
		"\x1b[2J\r\n\t": "```sh\n\\x1b[2J\\r\n\t\n```",
	} {
		if got := gfm.Fence("sh", in); got != want {
			t.Errorf("fence(%q) is %q, want %q", in, got, want)
		}
	}
}
