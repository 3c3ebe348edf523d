package markdown_test

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"

	"github.com/quilt-auditor/quilt-auditor/exporters/exportertest"
)

// gfm is GitHub Flavored Markdown as goldmark, which is not ours, has it; HTML
// stays, as it does where pages are shown.
func gfm() goldmark.Markdown {
	return goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
}

// structure is what a page is made of: the kinds of its blocks and of all that
// links or is HTML, with what of it is ours.
func structure(t testing.TB, page string) string {
	t.Helper()
	source := []byte(page)
	var b strings.Builder
	err := ast.Walk(gfm().Parser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML:
			b.WriteString(string(n.Segments.Value(source)) + "\n") // <code> and what closes it
		case *ast.Link, *ast.AutoLink, *ast.Image, *extast.TaskCheckBox, *ast.HTMLBlock:
			b.WriteString(n.Kind().String() + "\n")
		default:
			if n.Type() == ast.TypeBlock {
				b.WriteString(n.Kind().String() + "\n")
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestParsedByGFM(t *testing.T) {
	t.Parallel()
	kinds := map[string]int{}
	for kind := range strings.Lines(structure(t, exportertest.Text(t, write, exportertest.Full()))) {
		kinds[strings.TrimSpace(kind)]++
	}
	for kind, want := range map[string]int{
		"Heading": 15, "Table": 4, "FencedCodeBlock": 3, "HTMLBlock": 2, "ThematicBreak": 1, "Link": 0, "AutoLink": 0, "List": 0,
	} {
		if kinds[kind] != want {
			t.Errorf("%d of %s, want %d", kinds[kind], kind, want)
		}
	}
}

// rendered is the page as HTML, without what stands in code.
func rendered(t testing.TB, page string) string {
	t.Helper()
	var b bytes.Buffer
	if err := gfm().Convert([]byte(page), &b); err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?s)<code[ >].*?</code>`).ReplaceAllString(b.String(), "")
}

// inert holds that hostile text changes nothing of a page but what is shown:
// no structure, no link, no HTML of its own, nothing outside of code that
// could be a mention.
func inert(t testing.TB, hostile string) {
	t.Helper()
	without := regexp.MustCompile(`</?code>\n`)
	page := exportertest.Text(t, write, exportertest.Hostile(hostile))
	plain := exportertest.Text(t, write, exportertest.Hostile("plain"))
	got := without.ReplaceAllString(structure(t, page), "")
	want := without.ReplaceAllString(structure(t, plain), "")
	if got != want && !strings.Contains(page, "… and ") {
		t.Errorf("%q makes\n%s\nin place of\n%s", hostile, got, want)
	}
	shown := rendered(t, page)
	if regexp.MustCompile(`(?i)<(a|img|script|iframe|style|input)[ />]`).MatchString(shown) || strings.ContainsAny(shown, "@") {
		t.Errorf("%q is shown as\n%s", hostile, shown)
	}
}

func TestHostileTextIsInert(t *testing.T) {
	t.Parallel()
	for _, hostile := range []string{
		"| a | b |\n| --- | --- |", "`", "``` \n# hi\n```", "\\`|\\|", "</code></details><script>alert(1)</script>", "<!--", "<details>", "&lt;&#96;",
		"[x](https://evil.example)", "![x](https://evil.example/p.png)", "https://evil.example www.evil.example a@b.example", "@octocat closes #1 GH-1",
		"- [ ] task", "1. one", "# heading", "> quote", "---", "***bold***", "~~gone~~", "\n\n/close\n", "a\r\n\r\n    code", " lead and trail ", "\x00\u202e",
		"[x]: https://evil.example\n[x]", "<https://evil.example>", "*a* _b_ **c** `d`", "plain \\", "\\", "`|`", "a`b``c```d````e",
	} {
		inert(t, hostile)
	}
}

// TestRandomTextIsInert does the same with texts made of what Markdown and
// HTML give a meaning to.
func TestRandomTextIsInert(t *testing.T) {
	t.Parallel()
	pieces := []string{
		"`", "``", "|", "\\", "<", ">", "</code>", "<b>", "&", "&lt;", ";", "#1", "@me", "*", "_", "~~", "[", "](", ")", "!", "https://x.y", "www.x.y",
		"a", "word", " ", "  ", "\n", "\r\n", "\t", "-", "+", "=", "1.", ":", "'", "\"", "\x00", "\u202e", "é", "\xff", "```", "<!--", "-->", "(", "/",
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		hostile := "x"
		for range 1 + random.IntN(12) {
			hostile += pieces[random.IntN(len(pieces))]
		}
		inert(t, hostile[1:]+"x")
	}
}
