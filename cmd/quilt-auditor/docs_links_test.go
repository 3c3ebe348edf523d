package main

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// document is a Markdown file: where it leads, and where one can lead into it.
type document struct {
	links   []string
	anchors map[string]bool
}

// TestLinks: every link of every document leads to a file of the repository,
// and to a heading that is there. Links to other sites are not followed.
func TestLinks(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	all := readDocuments(t, root)
	for path, d := range all {
		for _, link := range d.links {
			if problem := brokenLink(all, path, link); problem != "" {
				t.Errorf("%s: %s: %s", path, link, problem)
			}
		}
	}
	if index := filepath.Join(root, "docs", "README.md"); all[index] == nil {
		t.Errorf("there is no %s", index)
	}
	for path := range all { // whoever opens the index finds every page
		if filepath.Dir(path) == filepath.Join(root, "docs") && !leadsTo(all[filepath.Join(root, "docs", "README.md")], filepath.Base(path)) {
			t.Errorf("%s is not in docs/README.md", path)
		}
	}
}

func leadsTo(index *document, page string) bool {
	return index != nil && (page == "README.md" || slices.ContainsFunc(index.links, func(link string) bool {
		target, _, _ := strings.Cut(link, "#")
		return target == page
	}))
}

// brokenLink says what is wrong with a link of the document at path.
func brokenLink(all map[string]*document, path, link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return err.Error()
	}
	if u.Scheme != "" {
		return ""
	}
	target := path
	if u.Path != "" {
		target = filepath.Join(filepath.Dir(path), filepath.FromSlash(u.Path))
	}
	if _, err := os.Stat(target); err != nil {
		return "is not in the repository"
	}
	if u.Fragment == "" {
		return ""
	}
	if d := all[target]; d == nil || !d.anchors[u.Fragment] {
		return fmt.Sprintf("%s has no heading for #%s", target, u.Fragment)
	}
	return ""
}

func readDocuments(t *testing.T, root string) map[string]*document {
	t.Helper()
	all := map[string]*document{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == "node_modules" || entry.Name() == ".git"):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(path) != ".md":
			return nil
		}
		source, err := os.ReadFile(path)
		if err == nil {
			all[path] = parseDocument(source)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Errorf("only %d documents were found", len(all))
	}
	return all
}

func parseDocument(source []byte) *document {
	d := &document{anchors: map[string]bool{}}
	tree := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	_ = ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // never fails: the walker does not
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			d.links = append(d.links, string(n.Destination))
		case *ast.Image:
			d.links = append(d.links, string(n.Destination))
		case *ast.Heading:
			d.anchors[anchor(plainText(n, source))] = true
		}
		return ast.WalkContinue, nil
	})
	return d
}

func plainText(n ast.Node, source []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if leaf, ok := c.(*ast.Text); ok {
			b.Write(leaf.Segment.Value(source))
			continue
		}
		b.WriteString(plainText(c, source))
	}
	return b.String()
}

// anchor is the heading as GitHub makes an anchor of it.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, heading)
}
