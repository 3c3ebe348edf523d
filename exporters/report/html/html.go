// Package html writes a report as one HTML file that needs nothing else: style
// and charts are in it, there are no scripts, and its content policy, which it
// carries itself, allows its own style sheet by digest and nothing else. On
// paper it is a document with numbered pages.
package html

import (
	"bufio"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/exporters/report/chart"
	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

//go:embed page.html
var pageHTML string

//go:embed blocks.html
var blocksHTML string

//go:embed page.css
var pageCSS string

// maxWhole is how many rows a table has, at most, that no page break divides.
const maxWhole = 12

// MediaType is the media type of what is written.
const MediaType = "text/html; charset=utf-8"

// page is what the template is executed with.
type page struct {
	*document.Document
	Policy   string
	Style    template.CSS
	Patterns template.HTML
}

// Write writes the document. The same document gives the same bytes. An error
// is the destination's; what was written is then incomplete.
func Write(w io.Writer, d *document.Document) error {
	style := pageCSS + running(d.Running)
	sum := sha256.Sum256([]byte(style))
	out := bufio.NewWriter(w)
	err := templates().Execute(out, page{
		Document: d,
		Policy:   "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
		Style:    template.CSS(style),
		Patterns: template.HTML(chart.Patterns()),
	})
	if err != nil {
		return fmt.Errorf("write the HTML: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the HTML: %w", err)
	}
	return nil
}

// markup is what has a meaning between two tags; the rest, such as the many
// quotes of JSON, can stand as it is.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// lines is text as it stands between two tags, line by line.
func lines(text string) template.HTML { return template.HTML(markup.Replace(visible.Lines(text))) }

func templates() *template.Template {
	return template.Must(template.Must(template.New("page").Funcs(template.FuncMap{
		"number":  func(i int) int { return i + 1 },
		"shown":   visible.Text,
		"lines":   lines,
		"drawing": func(svg string) template.HTML { return template.HTML(svg) },
		"kind":    kind,
		"class":   class,
		"small":   func(rows [][]document.Cell) bool { return len(rows) <= maxWhole },
	}).Parse(pageHTML)).Parse(blocksHTML))
}

// class is the attribute for the cells of a column.
func class(c document.Column) template.HTMLAttr {
	name := [...]string{document.Numbers: "n", document.Short: "s", document.Long: "l", document.Drawn: ""}[c.Kind]
	if name == "" {
		return ""
	}
	return template.HTMLAttr(` class="` + name + `"`)
}

// kind names the type of a block, or of a span, for the template.
func kind(v any) string {
	switch v := v.(type) {
	case document.Paragraph:
		return "paragraph"
	case document.Note:
		return "note"
	case document.Heading:
		return "heading"
	case document.List:
		return "list"
	case document.Figures:
		return "figures"
	case document.Facts:
		return "facts"
	case *document.Table:
		return "table"
	case *document.Chart:
		return "chart"
	case *document.Entry:
		return "entry"
	case *document.Lines:
		return "lines"
	case document.Kind:
		return [...]string{document.Plain: "plain", document.Strong: "strong", document.Link: "link", document.Time: "time", document.Prose: "prose", document.Code: "code"}[v]
	default:
		panic(fmt.Sprintf("the page has no form for %T", v))
	}
}
