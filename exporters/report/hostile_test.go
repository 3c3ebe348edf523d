package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	goldtext "github.com/yuin/goldmark/text"

	model "github.com/quilt-auditor/quilt-auditor/audit/report"
)

// nothing is the report of a period without any run.
func nothing() *model.Report {
	r := made()
	return &model.Report{
		SchemaVersion: r.SchemaVersion,
		Identity: model.Identity{
			Product: "quilt-auditor", Version: "1.2.0", GeneratedAt: until(), Period: r.Identity.Period,
			Configs: []model.InUse{}, Rules: []model.InUse{}, Profiles: []model.InUse{}, Snapshots: []model.Snapshot{},
		},
	}
}

// hostile is a shorter report with the text wherever text comes from outside.
func hostile(s string) *model.Report {
	r := made()
	r.Completeness.Bins, r.Series.Points, r.Checks, r.Frameworks = r.Completeness.Bins[:2], r.Series.Points[:2], r.Checks[:1], r.Frameworks[:1]
	r.Changes, r.Failures = r.Changes[:2], r.Failures[1:4]
	r.Identity.Version = s
	for i := range r.Completeness.ByAccount {
		r.Completeness.ByAccount[i].Name = s
	}
	for i := range r.Completeness.Unread {
		u := &r.Completeness.Unread[i]
		u.Operation, u.ErrorCode, u.MissingPermission, u.Region = s, s, s, s
	}
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string has a JSON form
	}
	object := json.RawMessage(`{` + string(quoted) + `:` + string(quoted) + `,"long":[` + string(quoted) + `,"` + strings.Repeat("x", 100) + `"]}`)
	for i := range r.Failures {
		f := &r.Failures[i]
		f.Title, f.Resource, f.Subject.Subject, f.Region, f.OpenedRun, f.EndedRun = s, "arn:aws:s3:::"+s, s, s, s, s
		if d := f.Detail; d != nil {
			d.Reason, d.Evidence, d.Witness, d.DecidedBy, d.Fingerprint = s, object, object, object, s
			d.Remedy = &model.Remedy{Kind: "change", Summary: s, CLI: s}
			if d.Waiver != nil {
				d.Waiver.Owner, d.Waiver.Reason, d.Waiver.Ticket = s, s, s
			}
		}
	}
	for i := range r.Unknowns {
		u := &r.Unknowns[i]
		u.Reason, u.Operation, u.ErrorCode, u.MissingPermission = s, s, s, s
		for k := range u.Examples {
			u.Examples[k].Resource = s
		}
	}
	for i := range r.Changes {
		r.Changes[i].Resource, r.Changes[i].Subject = "arn:aws:s3:::"+s, s
	}
	for i := range r.Waivers {
		w := &r.Waivers[i]
		w.Owner, w.Reason, w.Ticket, w.Bucket, w.Resource, w.Check = s, s, s, s, s, s
	}
	return r
}

// attacks are texts that mean something to some format.
func attacks() []string {
	return []string{
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</style><style>*{display:none}</style>", "</pre></table><h1>all is well</h1>", "<!--", "]]>", "</title>", "&lt;b&gt;&#96;",
		"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1", "\t=1", "'=1",
		"\u202egnp.exe", "\u2066x", "\u200b", "\x00\x1b[2J", "a\r\n\r\nb", "\u2028", "\ufeff",
		"| a | b |\n| --- | --- |", "`", "```\n# heading", "\\`|\\|", "[x](https://evil.example)", "![x](https://evil.example/p.png)", "https://evil.example www.evil.example", "@octocat closes #1", "- [ ] task",
		"1. one", "# heading", "> quote", "---", "***bold***", "</code></details>", "{{.Secret}}", "url(https://evil.example)", " ", "x\n---\n",
	}
}

// structureOf is what an HTML page is made of: its elements.
func structureOf(t testing.TB, page string) []string {
	t.Helper()
	var list []string
	for _, n := range nodes(t, page) {
		list = append(list, n.Data)
	}
	return list
}

// htmlIsInert holds that hostile text changes nothing of a page but what is
// shown, and that all that is shown can be seen.
func htmlIsInert(t testing.TB, attack string, want []string) {
	t.Helper()
	page := written(t, "html", hostile(attack))
	if got := structureOf(t, page); !slices.Equal(got, want) {
		t.Errorf("%q makes %d elements in place of %d", attack, len(got), len(want))
	}
	selfContained(t, page)
	visible(t, attack, page)
}

func visible(t testing.TB, attack, page string) {
	t.Helper()
	if !utf8.ValidString(page) {
		t.Errorf("%q makes what is not UTF-8", attack)
	}
	if i := strings.IndexFunc(page, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' && r != '\t' }); i >= 0 {
		t.Errorf("%q leaves %q", attack, page[i:min(len(page), i+4)])
	}
}

// blocks are the blocks of a Markdown page, and what of it links.
func blocks(t testing.TB, page string) []string {
	t.Helper()
	source := []byte(page)
	var list []string
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM))
	err := ast.Walk(markdown.Parser().Parse(goldtext.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		_, raw := n.(*ast.RawHTML) // <code> of ours
		switch n.(type) {
		case *ast.Link, *ast.AutoLink, *ast.Image, *extast.TaskCheckBox, *ast.HTMLBlock:
			raw = false
		default:
			raw = raw || n.Type() != ast.TypeBlock
		}
		if entering && !raw {
			list = append(list, n.Kind().String())
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestMarkdownIsParsedAsMeant holds that nothing of the marks that Markdown is
// written with is left in what is shown.
func TestMarkdownIsParsedAsMeant(t *testing.T) {
	t.Parallel()
	source := []byte(written(t, "md", made()))
	kinds := map[string]int{}
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(goldtext.NewReader(source))
	err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		kinds[n.Kind().String()]++
		if words, ok := n.(*ast.Text); ok && n.Parent().Kind() != ast.KindCodeSpan && strings.ContainsAny(string(words.Segment.Value(source)), "*`|#") {
			t.Errorf("shown: %s", words.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]int{"Heading": 34, "Table": 17, "FencedCodeBlock": 6, "ThematicBreak": 1, "Blockquote": 1, "HTMLBlock": 0, "Link": 0} {
		if kinds[kind] != want {
			t.Errorf("%d of %s, want %d", kinds[kind], kind, want)
		}
	}
}

func markdownIsInert(t testing.TB, attack string, want []string) {
	t.Helper()
	page := written(t, "md", hostile(attack))
	if got := blocks(t, page); !slices.Equal(got, want) {
		t.Errorf("%q makes %d blocks in place of %d", attack, len(got), len(want))
	}
	visible(t, attack, page)
}

// csvIsInert holds that no cell is taken for a formula, and that every row has
// every cell.
func csvIsInert(t testing.TB, attack string) {
	t.Helper()
	table := written(t, "csv", hostile(attack))
	rows := csv.NewReader(strings.NewReader(table))
	n := 0
	for ; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%q: %v", attack, err)
		}
		for _, cell := range row {
			if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " ")); cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
				t.Errorf("%q makes the cell %q", attack, cell)
			}
		}
	}
	if n != 1+3 {
		t.Errorf("%q makes %d rows", attack, n)
	}
}

func jsonIsInert(t testing.TB, attack string) {
	t.Helper()
	var r model.Report
	if err := json.NewDecoder(bytes.NewBufferString(written(t, "json", hostile(attack)))).Decode(&r); err != nil {
		t.Errorf("%q: %v", attack, err)
	}
	if utf8.ValidString(attack) && r.Identity.Version != attack {
		t.Errorf("%q is read back as %q", attack, r.Identity.Version)
	}
}

// FuzzHostileText holds, also without fuzzing, that no text from outside is
// more than text in any format.
func FuzzHostileText(f *testing.F) {
	for _, attack := range attacks() {
		f.Add(attack)
	}
	elements, kinds := structureOf(f, written(f, "html", hostile("plain"))), blocks(f, written(f, "md", hostile("plain")))
	f.Fuzz(func(t *testing.T, attack string) {
		if attack == "" {
			return // what is empty is left out
		}
		htmlIsInert(t, attack, elements)
		markdownIsInert(t, attack, kinds)
		csvIsInert(t, attack)
		jsonIsInert(t, attack)
	})
}

func TestNothing(t *testing.T) {
	t.Parallel()
	page := written(t, "html", nothing())
	if n := strings.Count(page, "No run speaks for this period"); n != 7 || strings.Contains(page, "NaN") || strings.Contains(page, "compliant</") {
		t.Errorf("a period without runs is shown, %d times, as\n%s", n, page[strings.Index(page, "<main>"):])
	}
	if rows := strings.Count(written(t, "csv", nothing()), "\n"); rows != 1 {
		t.Errorf("%d lines of CSV, want the header", rows)
	}
	written(t, "md", nothing())
}
