package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/sqlite"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/exporters/web"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// recordedEstate serves the sample estate after some runs, out of a real
// store, behind a proxy that takes /quilt off.
func recordedEstate(t *testing.T, runs int) served {
	t.Helper()
	store, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	var ids []string
	for _, c := range checks.All() {
		ids = append(ids, c.ID)
	}
	index, prior, at := web.NewIndex(), audit.NewPrior(0), takenAt
	for i := range runs {
		at = at.Add(15 * time.Minute)
		s, err := testdata.Drifted(i, at, ids)
		if err != nil {
			t.Fatal(err)
		}
		run := audit.Settle(audit.Settlement{
			RunID: fmt.Sprintf("run-%d", i), Snapshot: s, Checks: checks.All(), Verdicts: audit.Evaluate(s, checks.All()), Prior: prior, Times: audit.Times{StartedAt: at, EndedAt: at.Add(time.Second)},
		})
		digest, err := store.Keep(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Record(t.Context(), run, digest); err != nil {
			t.Fatal(err)
		}
		if err := index.Publish(t.Context(), run); err != nil {
			t.Fatal(err)
		}
		prior.Advance(run, true)
	}
	return serve(&history{}, func(o *web.Options) {
		o.Findings, o.History = store, func() web.History { return store }
		o.Index, o.Checks, o.Now = index, checks.All(), func() time.Time { return at.Add(time.Minute) }
		o.ExternalURL = &url.URL{Scheme: "https", Host: "acme.example", Path: "/quilt"}
	})
}

// TestEveryLinkLeadsSomewhere goes over all pages of the sample estate.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	h := recordedEstate(t, 2)
	pages := crawl(t, h, "/quilt", 2000)
	kinds := map[string]int{}
	marked, diffs, witnesses := 0, 0, 0
	for path, page := range pages {
		kind, id, _ := strings.Cut(strings.TrimPrefix(strings.SplitN(path, "?", 2)[0], "/"), "/")
		if id != "" {
			kind += "/"
		}
		kinds[kind]++
		marked += strings.Count(page, "<mark ")
		diffs += strings.Count(page, `class="add"`)
		witnesses += strings.Count(page, `class="request"`)
	}
	for _, kind := range []string{"", "findings", "findings/", "runs", "runs/", "checks", "checks/"} {
		if kinds[kind] == 0 {
			t.Errorf("no page is like /%s: %v", kind, kinds)
		}
	}
	if marked < 5 || diffs < 20 || witnesses < 5 {
		t.Errorf("%d marks, %d lines added, %d witnesses", marked, diffs, witnesses)
	}
	if h.log.Len() > 0 {
		t.Errorf("logged %v", h.log.All())
	}
}

// TestPagesOfAStore holds that the pages show what the store has, each finding
// once, whatever they are sorted by.
func TestPagesOfAStore(t *testing.T) {
	t.Parallel()
	h := recordedEstate(t, 2)
	all := readPage(t, h.get("/api/v1/findings")).findings
	outstanding := readPage(t, h.get("/api/v1/findings?outstanding=true")).findings
	for target, want := range map[string][]audit.Finding{
		"/findings": all, "/findings?outstanding=true&sort=severity": outstanding, "/findings?outstanding=true&sort=age": outstanding, "/findings?q=arn": all,
	} {
		var walk []string
		for next := target; next != ""; {
			page := h.browse(next).Body.String()
			for _, m := range regexp.MustCompile(`<a class="title" href="/quilt/findings/([0-9a-f]{32})`).FindAllStringSubmatch(page, -1) {
				walk = append(walk, m[1])
			}
			next = ""
			if m := regexp.MustCompile(`rel="next" href="/quilt([^"]*)"`).FindStringSubmatch(page); m != nil {
				next = strings.ReplaceAll(m[1], "&amp;", "&")
			}
		}
		seen := map[string]bool{}
		for _, id := range walk {
			seen[id] = true
		}
		for _, f := range want {
			if !seen[f.ID] {
				t.Errorf("%s: %s of %s is missing", target, f.Check, f.Resource)
			}
		}
		if len(walk) != len(want) || len(want) == 0 {
			t.Errorf("%s: %d findings, want %d", target, len(walk), len(want))
		}
	}
}

// TestFindingPagesTellTheirReason holds it of every finding, with a hint where
// it is and without.
func TestFindingPagesTellTheirReason(t *testing.T) {
	t.Parallel()
	h := recordedEstate(t, 2)
	for _, f := range readPage(t, h.get("/api/v1/findings")).findings {
		for _, target := range []string{"/findings/" + f.ID, "/findings/" + f.ID + "?bucket=" + f.Bucket()} {
			page := h.browse(target).Body.String()
			if !strings.Contains(page, "<code>"+f.ID+"</code>") || !strings.Contains(page, "<code>"+f.Fingerprint+"</code>") {
				t.Errorf("%s is not the page of %s on %s", target, f.Check, f.Resource)
			}
		}
	}
}
