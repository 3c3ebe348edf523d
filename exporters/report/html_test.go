package report_test

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// nodes are all elements of a page, in their order.
func nodes(t testing.TB, page string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var list []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			list = append(list, n)
		}
	}
	return list
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// selfContained holds that a page loads, runs and leads to nothing, and that
// every ID is there once and every reference to one resolves.
func selfContained(t testing.TB, page string) {
	t.Helper()
	list := nodes(t, page)
	ids := map[string]int{}
	for _, n := range list {
		if id := attribute(n, "id"); id != "" {
			ids[id]++
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%d elements have the id %q", n, id)
		}
	}
	for _, n := range list {
		if slices.Contains([]string{"script", "img", "link", "iframe", "object", "embed", "form", "base", "audio", "video", "input", "foreignobject", "image", "use"}, n.Data) {
			t.Errorf("there is a <%s>", n.Data)
		}
		for _, a := range n.Attr {
			attributeIsHarmless(t, n, a, ids)
		}
	}
}

func attributeIsHarmless(t testing.TB, n *html.Node, a html.Attribute, ids map[string]int) {
	t.Helper()
	switch {
	case strings.HasPrefix(a.Key, "on"), slices.Contains([]string{"style", "src", "srcset", "action", "formaction", "data", "poster", "background", "ping"}, a.Key):
		t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
	case a.Key == "href":
		if id, ok := strings.CutPrefix(a.Val, "#"); !ok || ids[id] != 1 {
			t.Errorf("a link leads to %q", a.Val)
		}
	case strings.HasPrefix(a.Val, "url("):
		if id := strings.TrimSuffix(strings.TrimPrefix(a.Val, "url(#"), ")"); ids[id] != 1 {
			t.Errorf("%s=%q is nowhere", a.Key, a.Val)
		}
	case a.Key == "aria-labelledby":
		for id := range strings.FieldsSeq(a.Val) {
			if ids[id] != 1 {
				t.Errorf("aria-labelledby=%q is nowhere", a.Val)
			}
		}
	}
}

func TestHTMLIsSelfContained(t *testing.T) {
	t.Parallel()
	selfContained(t, written(t, "html", made()))
	selfContained(t, written(t, "html", nothing()))
}

// TestPolicyAllowsTheStyleSheet holds that the content policy has the digest of
// the one style sheet, which loads nothing.
func TestPolicyAllowsTheStyleSheet(t *testing.T) {
	t.Parallel()
	var policy string
	var styles []string
	for _, n := range nodes(t, written(t, "html", made())) {
		switch {
		case n.Data == "meta" && strings.EqualFold(attribute(n, "http-equiv"), "content-security-policy"):
			policy = attribute(n, "content")
		case n.Data == "style":
			if policy == "" {
				t.Error("the policy stands behind the style sheet")
			}
			styles = append(styles, text(n))
		}
	}
	if len(styles) != 1 {
		t.Fatalf("%d style sheets", len(styles))
	}
	sum := sha256.Sum256([]byte(styles[0]))
	want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
	if policy != want {
		t.Errorf("the policy is %s, want %s", policy, want)
	}
	if regexp.MustCompile(`(?i)url\(|@import|@font-face|expression`).MatchString(styles[0]) {
		t.Error("the style sheet loads something")
	}
}

// TestHTMLIsAccessible holds what those rely on who do not see the page:
// headings that go down one by one, tables with captions, scopes and as many
// cells as columns, charts with titles and descriptions, a language.
func TestHTMLIsAccessible(t *testing.T) {
	t.Parallel()
	level, tables, charts := 0, 0, 0
	for _, n := range nodes(t, written(t, "html", made())) {
		switch n.Data {
		case "html":
			if attribute(n, "lang") != "en" {
				t.Error("the page has no language")
			}
		case "h1", "h2", "h3", "h4", "h5":
			next := int(n.Data[1] - '0')
			if next > level+1 {
				t.Errorf("<%s> %q follows a heading of level %d", n.Data, text(n), level)
			}
			level = next
		case "table":
			tables++
			tableIsAccessible(t, n)
		case "svg":
			if attribute(n, "role") == "img" {
				charts++
				if len(strings.Fields(attribute(n, "aria-labelledby"))) != 2 {
					t.Error("a chart lacks title or description")
				}
			} else if attribute(n, "aria-hidden") != "true" {
				t.Error("a drawing is neither told nor hidden")
			}
		}
	}
	if tables < 10 || charts != 2 {
		t.Errorf("%d tables, %d charts", tables, charts)
	}
}

func tableIsAccessible(t *testing.T, table *html.Node) {
	t.Helper()
	caption, columns := "", 0
	for n := range table.Descendants() {
		switch n.Data {
		case "caption":
			caption = text(n)
		case "th":
			if scope := attribute(n, "scope"); scope == "col" {
				columns++
			} else if scope != "row" {
				t.Errorf("%s: the head %q has the scope %q", caption, text(n), scope)
			}
		case "tr":
			cells := 0
			for range n.ChildNodes() {
				cells++
			}
			if n.Parent.Data == "tbody" && cells != columns {
				t.Errorf("%s: a row of %d cells under %d columns", caption, cells, columns)
			}
		}
	}
	if caption == "" || columns == 0 {
		t.Errorf("a table has the caption %q and %d columns", caption, columns)
	}
}

// TestContentsNameEverySection holds the table of contents against the
// sections.
func TestContentsNameEverySection(t *testing.T) {
	t.Parallel()
	var contents, sections []string
	for _, n := range nodes(t, written(t, "html", made())) {
		if n.Data == "a" && inside(n, "nav") {
			contents = append(contents, strings.TrimPrefix(attribute(n, "href"), "#"))
		}
		if n.Data == "h2" && inside(n, "main") {
			sections = append(sections, attribute(n, "id"))
		}
	}
	if len(sections) != 9 || !slices.Equal(contents, sections) {
		t.Errorf("the contents are %q, the sections %q", contents, sections)
	}
}

func inside(n *html.Node, element string) bool {
	for a := range n.Ancestors() {
		if a.Data == element {
			return true
		}
	}
	return false
}
