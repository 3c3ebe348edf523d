package web_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"flag"
	"html"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

var update = flag.Bool("update", false, "write the golden files")

// landings are the front pages of every state.
func landings() map[string]served {
	notReady := func(o *web.Options) { o.Ready = func() error { return errors.New("no run has been published yet") } }
	clean := runOf("0190f0e0-0000-7000-8000-000000000001", 0, nil)
	clean.Header.Result, clean.Tallies = audit.Complete, nil
	clean.Header.Accounts, clean.Header.Counts = clean.Header.Accounts[:1], audit.Counts{Pass: 48}
	return map[string]served{
		"run":    serve(&history{run: runOf("0190f0e0-0000-7000-8000-000000000000", 120, nil), recorded: recordedRuns(1)}, nil),
		"clean":  serve(&history{run: clean}, func(o *web.Options) { o.ExternalURL = &url.URL{Scheme: "https", Host: "acme.example", Path: "/quilt/"} }),
		"none":   serve(&history{}, notReady),
		"broken": serve(&history{lastErr: errBroken}, nil),
	}
}

func TestLandingGolden(t *testing.T) {
	t.Parallel()
	for name, h := range landings() {
		path := "testdata/landing-" + name + ".html"
		w := h.get("/")
		if w.Code != http.StatusOK {
			t.Errorf("%s: status %d", name, w.Code)
		}
		if *update {
			if err := os.WriteFile(path, w.Body.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), w.Body.String()); diff != "" {
			t.Errorf("%s changed (-want +got); -update accepts it:\n%s", name, diff)
		}
		if logged := h.log.Len(); (logged == 1) != (name == "broken") {
			t.Errorf("%s: logged %v", name, h.log.All())
		}
	}
}

var href = regexp.MustCompile(`href="([^"]*)"`)

func TestLandingLinks(t *testing.T) {
	t.Parallel()
	all := landings()
	for name, h := range all {
		links := href.FindAllStringSubmatch(h.get("/").Body.String(), -1)
		if len(links) < 6 {
			t.Errorf("%s: %d links", name, len(links))
		}
		for _, link := range links {
			target, ok := html.UnescapeString(link[1]), true
			if name == "clean" { // a proxy takes its path off
				target, ok = strings.CutPrefix(target, "/quilt")
			}
			if w := all["run"].get(target); w.Code != http.StatusOK || !ok {
				t.Errorf("%s: %s answers %d: %s", name, link[1], w.Code, w.Body)
			}
		}
	}
}

// TestLandingPolicy holds that the policy allows the style sheet as it is
// served, and nothing else.
func TestLandingPolicy(t *testing.T) {
	t.Parallel()
	w := serve(&history{}, nil).get("/")
	_, rest, _ := strings.Cut(w.Body.String(), "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	want := "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	if got := w.Header().Get("Content-Security-Policy"); got != want {
		t.Errorf("policy is %s, want %s", got, want)
	}
	if style == "" || strings.Contains(w.Body.String(), "<script") || strings.Contains(w.Body.String(), "style=") {
		t.Error("the page has no style sheet, or what its policy forbids")
	}
}

func TestLandingTrustsNothing(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script><a href='javascript:alert(1)'>`
	run := runOf(evil, 3, nil)
	run.Header.Profile, run.Header.Result = evil, evil
	for i := range run.Header.Accounts {
		a := &run.Header.Accounts[i]
		a.ID, a.Name, a.Access = evil, evil, evil
	}
	h := serve(&history{run: run}, func(o *web.Options) {
		o.Version, o.Ready = evil, func() error { return errors.New(evil) }
	})
	w := h.get("/")
	page := w.Body.String()
	if w.Code != http.StatusOK || strings.Contains(page, "<script") || strings.Contains(page, "<a href='") || strings.Contains(page, `href="javascript`) {
		t.Errorf("status %d:\n%s", w.Code, page)
	}
	if strings.Count(page, "&lt;script") < 8 {
		t.Errorf("some of it is not shown:\n%s", page)
	}
}

func TestLandingListsSomeAccounts(t *testing.T) {
	t.Parallel()
	run := runOf("run-1", 3, nil)
	for range 5000 {
		run.Header.Accounts = append(run.Header.Accounts, audit.HeaderAccount{ID: "444455556666", Access: audit.AccessDenied})
	}
	page := serve(&history{run: run}, nil).get("/").Body.String()
	if listed := strings.Count(page, "?account_id="); listed != 20 || !strings.Contains(page, "and 4982 more") {
		t.Errorf("%d accounts are listed:\n%s", listed, page)
	}
}
