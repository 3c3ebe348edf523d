package web_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

// tag is a tag of HTML as the templates write them: quoted attributes, no
// angle brackets within.
var tag = regexp.MustCompile(`<(/?)([a-zA-Z!][a-zA-Z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?|\s*/)*)\s*>`)

var (
	idOf   = regexp.MustCompile(`\sid="([^"]*)"`)
	inline = regexp.MustCompile(`\s(style|on[a-z]+)=`)
	// unseen are attributes that only go back to the server.
	unseen = regexp.MustCompile(`(<option|type="hidden" name="[a-z_]*") value="[^"]*"`)
)

var void = []string{"meta", "link", "input", "br", "path", "circle", "rect", "!doctype"}

// wantWellFormed fails unless every bracket belongs to a tag, every element is
// closed in order, ids are unique and nothing can run or be styled inline.
func wantWellFormed(t *testing.T, page string) {
	t.Helper()
	var open []string
	ids := map[string]bool{}
	rest := page
	for _, m := range tag.FindAllStringSubmatch(page, -1) {
		name := strings.ToLower(m[2])
		if id := idOf.FindStringSubmatch(m[3]); id != nil {
			if ids[id[1]] {
				t.Errorf("the id %s is there twice", id[1])
			}
			ids[id[1]] = true
		}
		if inline.MatchString(m[3]) || name == "style" || name == "script" && m[1] == "" && !strings.Contains(m[3], `src="`) {
			t.Errorf("%s is inline", m[0])
		}
		switch {
		case slices.Contains(void, name) || strings.HasSuffix(m[3], "/"):
		case m[1] == "":
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("%s closes %v", m[0], open)
		default:
			open = open[:len(open)-1]
		}
	}
	if rest = tag.ReplaceAllString(rest, ""); strings.ContainsAny(rest, "<>") {
		at := strings.IndexAny(rest, "<>")
		t.Errorf("a bracket that is no tag's: %.80q", rest[max(0, at-20):])
	}
	if len(open) > 0 {
		t.Errorf("not closed: %v", open)
	}
	page = unseen.ReplaceAllString(page, "")
	if at := strings.IndexFunc(page, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }); at >= 0 {
		t.Errorf("something that nobody sees: %.60q", page[max(0, at-30):])
	}
}

var link = regexp.MustCompile(`(?:href|src|action)="([^"]*)"`)

// linksOf are the addresses that a page leads to, its own fragments aside.
func linksOf(page string) (list []string) {
	for _, m := range link.FindAllStringSubmatch(page, -1) {
		if address := html.UnescapeString(m[1]); !strings.HasPrefix(address, "#") {
			list = append(list, address)
		}
	}
	return list
}

// browse asks as a browser does.
func (s served) browse(target string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// crawl follows every link from the overview on, through a proxy that takes
// the prefix off, and returns the pages by their address.
func crawl(t *testing.T, s served, prefix string, most int) map[string]string {
	t.Helper()
	pages, queue, asked := map[string]string{}, []string{prefix + "/"}, map[string]bool{}
	for len(queue) > 0 && len(asked) < most {
		address := queue[0]
		queue = queue[1:]
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if u.Fragment = ""; u.Host != "" || asked[u.String()] {
			continue
		}
		asked[u.String()] = true
		path, ok := strings.CutPrefix(u.String(), prefix)
		if !ok {
			t.Errorf("%s lacks the prefix", address)
			continue
		}
		w := s.browse(path)
		if w.Code != http.StatusOK {
			t.Errorf("%s answers %d", address, w.Code)
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue
		}
		checkPage(t, w)
		pages[path] = w.Body.String()
		queue = append(queue, linksOf(w.Body.String())...)
	}
	return pages
}

// checkPage holds what is so of every page.
func checkPage(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	if got := w.Header().Get("Content-Security-Policy"); got != policy {
		t.Errorf("the policy is %s", got)
	}
	for name, value := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
	} {
		if w.Header().Get(name) != value {
			t.Errorf("%s is %q", name, w.Header().Get(name))
		}
	}
	wantWellFormed(t, w.Body.String())
}

var (
	tables = regexp.MustCompile(`(?s)<table.*?</table>`)
	cells  = regexp.MustCompile(`<(th|td)((?:\s[^>]*)?)>`)
)

// TestHeadsStandAboveTheirNumbers holds that a column has its head on the side
// on which its cells are.
func TestHeadsStandAboveTheirNumbers(t *testing.T) {
	t.Parallel()
	h := published(t, runOf("run-3", 20, nil), func(c *chronicle, _ *web.Options) {
		c.changes = []audit.Change{{Kind: audit.Opened, Resource: "arn:aws:s3:::acme", AccountID: "000000000001", At: takenAt, RunID: "run-3"}}
	})
	columns := 0
	for _, target := range []string{"/", "/findings", "/runs", "/runs/run-3"} {
		for _, table := range tables.FindAllString(h.browse(target).Body.String(), -1) {
			head, body, _ := strings.Cut(table, "<tbody>")
			if strings.Contains(head, `class="hidden"`) {
				continue // it is not seen
			}
			row, _, _ := strings.Cut(body, "</tr>")
			heads, first := cells.FindAllStringSubmatch(head, -1), cells.FindAllStringSubmatch(row, -1)
			for i := range min(len(heads), len(first)) {
				columns++
				if strings.Contains(heads[i][2], "number") != strings.Contains(first[i][2], "number") {
					t.Errorf("%s: below %s there is %s", target, heads[i][0], first[i][0])
				}
			}
		}
	}
	if columns < 20 {
		t.Errorf("%d columns looked at", columns)
	}
}
