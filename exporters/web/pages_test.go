package web_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

// published serves the pages of a run, indexed, with a history.
func published(t *testing.T, run *audit.Run, adjust func(*chronicle, *web.Options)) served {
	t.Helper()
	c := &chronicle{history: &history{run: run, recorded: recordedRuns(3)}}
	index := web.NewIndex()
	if err := index.Publish(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	return serve(c.history, func(o *web.Options) {
		o.Index, o.Now = index, func() time.Time { return takenAt.Add(time.Hour) }
		o.Checks = []audit.Check{{ID: "s3-check-0", Title: "A check", Severity: audit.High, Doc: audit.Doc{Why: "Why.", Judges: "Judges.", Fix: "Fix.", Sources: []string{"https://docs.aws.amazon.com/x"}}, NoControls: true}}
		o.History = func() web.History { return c }
		if adjust != nil {
			adjust(c, o)
		}
	})
}

func TestPagesAnswer(t *testing.T) {
	t.Parallel()
	run := runOf("run-3", 200, nil)
	outstanding := run.Findings[slices.IndexFunc(run.Findings, func(f audit.Finding) bool { return f.Outstanding() })]
	passed := run.Findings[slices.IndexFunc(run.Findings, func(f audit.Finding) bool { return f.Status == audit.StatusPass })]
	h := published(t, run, nil)
	for target, want := range map[string]struct {
		status int
		has    string
	}{
		"/":                                   {200, "Open failures by severity"},
		"/findings":                           {200, "Next page"},
		"/findings?status=fail&sort=severity": {200, "fail"},
		"/findings?q=nowhere":                 {200, "No finding of the last run is like that."},
		"/findings?status=odd":                {400, "status cannot be &#34;odd&#34;: use fail"},
		"/findings?cursor=x":                  {400, "cursor is none that this version gave"},
		"/findings?sort=severity&outstanding=true&cursor=x": {400, "cursor is none that this version gave"},
		"/findings?sort=name":                               {400, "use severity, age or account"},
		"/findings?colour=red":                              {400, "unknown parameter"},
		"/findings?sort=age":                                {200, "only what is outstanding can be sorted"},
		"/findings?q=" + strings.Repeat("x", 201):           {400, "longer than 200 bytes"},
		"/findings/" + outstanding.ID:                       {200, outstanding.Check},
		"/findings/" + passed.ID:                            {200, passed.Check},
		"/findings/" + passed.ID + "?bucket=" + url.QueryEscape(passed.Bucket()): {200, passed.Check},
		"/findings/" + passed.ID + "?bucket=another":                             {200, passed.Check},
		"/findings/" + passed.ID + "?name=x":                                     {400, "unknown parameter"},
		"/findings/" + strings.Repeat("0", 32):                                   {404, "no such finding"},
		"/runs":                                                                  {200, "run-3"},
		"/runs?limit=2":                                                          {200, "More runs"},
		"/runs?limit=0":                                                          {400, "no number from 1 to 2000"},
		"/runs/run-3":                                                            {200, "sts:AssumeRole"},
		"/runs/run-2":                                                            {200, "kept of the last run only"},
		"/runs/run-9":                                                            {404, "no such run"},
		"/checks":                                                                {200, "s3-check-0"},
		"/checks/s3-check-0":                                                     {200, "Judges."},
		"/checks/s3-check-9":                                                     {404, "no such check"},
		"/nowhere":                                                               {404, "no such page"},
	} {
		w := h.browse(target)
		if w.Code != want.status || !strings.Contains(w.Body.String(), want.has) {
			t.Errorf("%s: status %d, lacks %q:\n%s", target, w.Code, want.has, w.Body)
		}
		checkPage(t, w)
		if head := h.do(http.MethodHead, target); target != "/nowhere" && head.Code != want.status {
			t.Errorf("HEAD %s: status %d", target, head.Code)
		}
	}
	if n := h.log.Len(); n > 0 {
		t.Errorf("logged %v", h.log.All())
	}
}

func TestPagesWhereSomethingIsAmiss(t *testing.T) {
	t.Parallel()
	none := serve(&history{}, func(o *web.Options) { o.Ready = func() error { return errors.New("no run has been published yet") } })
	broken := serve(&history{lastErr: errBroken}, nil)
	shut := published(t, runOf("run-3", 50, nil), func(_ *chronicle, o *web.Options) { o.History = func() web.History { return nil } })
	failing := published(t, runOf("run-3", 50, nil), func(c *chronicle, _ *web.Options) { c.err = errBroken })
	id := runOf("run-3", 50, nil).Findings[0].ID
	for _, tt := range []struct {
		name   string
		h      served
		target string
		status int
		has    string
		logs   bool
	}{
		{"none", none, "/", 200, "No run has been recorded", false},
		{"none", none, "/", 200, "no run has been published yet", false},
		{"none", none, "/findings", 503, "No run has been recorded yet.", false},
		{"none", none, "/findings/" + id, 503, "No run has been recorded yet.", false},
		{"none", none, "/runs", 200, "No run has been recorded yet.", false},
		{"none", none, "/runs/x", 404, "no such run", false},
		{"none", none, "/checks", 200, "Checks", false},
		{"broken", broken, "/", 200, "The last run could not be read.", true},
		{"broken", broken, "/findings", 500, "could not be read", true},
		{"broken", broken, "/runs/x", 500, "could not be read", true},
		{"broken", broken, "/checks", 200, "Checks", true},
		{"shut", shut, "/", 200, "Nothing that is known of.", false},
		{"shut", shut, "/findings?outstanding=true&sort=severity", 200, "s3-check-", false},
		{"shut", shut, "/findings?q=acme", 200, "s3-check-", false},
		{"shut", shut, "/runs/run-3", 200, "The history is not open.", false},
		{"shut", shut, "/findings/" + id + "?bucket=" + url.QueryEscape("acme-é&00000"), 200, "The history is not open.", false},
		{"failing", failing, "/", 200, "Nothing that is known of.", true},
		{"failing", failing, "/runs/run-3", 500, "could not be read", true},
		{"failing", failing, "/findings/" + id + "?bucket=" + url.QueryEscape("acme-é&00000"), 200, "The history could not be read", true},
	} {
		before := tt.h.log.Len()
		w := tt.h.browse(tt.target)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.has) || tt.logs != (tt.h.log.Len() > before) {
			t.Errorf("%s %s: status %d, logged %v, lacks %q:\n%s", tt.name, tt.target, w.Code, tt.h.log.All(), tt.has, w.Body)
		}
		if strings.Contains(w.Body.String(), errBroken.Error()) {
			t.Errorf("%s %s tells what only the log should", tt.name, tt.target)
		}
		checkPage(t, w)
	}
}

var findingLink = regexp.MustCompile(`<a class="title" href="/findings/([0-9a-f]{32})`)

// walked are the findings of every page, in order.
func walked(t *testing.T, h served, target string) (ids []string) {
	t.Helper()
	for pages := 0; target != ""; pages++ {
		if pages > 100 {
			t.Fatal("there is no end")
		}
		page := h.browse(target)
		if page.Code != http.StatusOK {
			t.Fatalf("%s: status %d", target, page.Code)
		}
		for _, m := range findingLink.FindAllStringSubmatch(page.Body.String(), -1) {
			ids = append(ids, m[1])
		}
		target = ""
		for _, m := range regexp.MustCompile(`<a rel="next" href="([^"]*)"`).FindAllStringSubmatch(page.Body.String(), 1) {
			target = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	return ids
}

func TestWalkingThePages(t *testing.T) {
	t.Parallel()
	run := runOf("run-3", 1200, nil)
	for i := range run.Findings {
		if f := &run.Findings[i]; f.Known != nil {
			f.Known.Since = takenAt.Add(-time.Duration(i*7919%50) * time.Hour)
		}
	}
	h := published(t, run, nil)
	severity := func(a, b audit.Finding) int { return int(b.Severity) - int(a.Severity) }
	since := func(f audit.Finding) time.Time {
		if f.OpenFailure() {
			return f.Known.Since
		}
		return f.StatusSince
	}
	age := func(a, b audit.Finding) int { return since(a).Compare(since(b)) }
	for target, want := range map[string]struct {
		is     func(*audit.Finding) bool
		orders []func(a, b audit.Finding) int
	}{
		"/findings":                                            {func(*audit.Finding) bool { return true }, nil},
		"/findings?status=pass&check=s3-check-1":               {func(f *audit.Finding) bool { return f.Status == audit.StatusPass && f.Check == "s3-check-1" }, nil},
		"/findings?q=00012":                                    {func(f *audit.Finding) bool { return strings.Contains(f.Resource, "00012") }, nil},
		"/findings?q=ACME&status=not_applicable":               {func(f *audit.Finding) bool { return f.Status == audit.StatusNotApplicable }, nil},
		"/findings?q=00012&bucket=acme-%C3%A9%26000":           {func(*audit.Finding) bool { return false }, nil},
		"/findings?outstanding=true&sort=severity":             {(*audit.Finding).Outstanding, []func(a, b audit.Finding) int{severity, age}},
		"/findings?outstanding=true&sort=age":                  {(*audit.Finding).Outstanding, []func(a, b audit.Finding) int{age}},
		"/findings?waived=true&outstanding=true&sort=severity": {func(f *audit.Finding) bool { return f.Waived && f.Outstanding() }, []func(a, b audit.Finding) int{severity, age}},
		"/findings?status=unknown&sort=severity&severity=high&account_id=000000000001": {func(f *audit.Finding) bool {
			return f.Status == audit.StatusUnknown && f.Severity == audit.High && f.AccountID == "000000000001"
		}, []func(a, b audit.Finding) int{severity, age}},
		"/findings?status=fail&sort=age&q=0001&waived=false": {func(f *audit.Finding) bool {
			return f.Status == audit.StatusFail && strings.Contains(f.Resource, "0001") && !f.Waived
		}, []func(a, b audit.Finding) int{age}},
	} {
		var expected []audit.Finding
		for i := range run.Findings {
			if want.is(&run.Findings[i]) {
				expected = append(expected, run.Findings[i])
			}
		}
		slices.SortStableFunc(expected, func(a, b audit.Finding) int {
			for _, order := range want.orders {
				if c := order(a, b); c != 0 {
					return c
				}
			}
			return 0
		})
		var ids []string
		for _, f := range expected {
			ids = append(ids, f.ID)
		}
		if diff := cmp.Diff(ids, walked(t, h, target)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}

func TestFindingsCountAndKeepTheirForm(t *testing.T) {
	t.Parallel()
	page := published(t, runOf("run-3", 200, nil), nil).browse("/findings?check=s3-check-1&status=unknown&account_id=000000000009&sort=age").Body.String()
	for _, want := range []string{
		`<option value="s3-check-1" selected>`, `<option value="unknown" selected>`, `<option value="000000000009" selected>`, `<option value="age" selected>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	if page := published(t, runOf("run-3", 200, nil), nil).browse("/findings?outstanding=true").Body.String(); !strings.Contains(page, `<span class="count">8</span>`) {
		t.Errorf("not counted by the tallies:\n%.600s", page)
	}
}

func TestAssetsAreKept(t *testing.T) {
	t.Parallel()
	h := published(t, runOf("run-3", 3, nil), nil)
	found := 0
	for _, address := range linksOf(h.browse("/").Body.String()) {
		if !strings.HasPrefix(address, "/assets/") {
			continue
		}
		found++
		if w := h.get(address); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "private, max-age=31536000, immutable" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: status %d, %v", address, w.Code, w.Header())
		}
		r := httptest.NewRequest(http.MethodGet, address, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		if w := httptest.NewRecorder(); true {
			if h.ServeHTTP(w, r); w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() == 0 {
				t.Errorf("%s is not compressed", address)
			}
		}
	}
	if found != 3 || h.get("/assets/style.css").Code != http.StatusNotFound {
		t.Errorf("%d assets", found)
	}
}

func TestStartingRunsFromAPage(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		lifecycle bool
		site      string
		err       error
		status    int
		has       string
	}{
		"begun":        {true, "same-origin", nil, 303, ""},
		"busy":         {true, "same-origin", web.ErrBusy, 409, "a run is going on already"},
		"fails":        {true, "same-origin", errBroken, 503, "could not be started"},
		"off":          {false, "same-origin", nil, 403, "--web.enable-lifecycle"},
		"another site": {true, "cross-site", nil, 403, "another site"},
	} {
		begun := 0
		h := published(t, runOf("run-3", 3, nil), func(_ *chronicle, o *web.Options) {
			o.Lifecycle, o.ExternalURL = tt.lifecycle, &url.URL{Scheme: "https", Host: "acme.example", Path: "/quilt/"}
			o.StartRun = func() error { begun++; return tt.err }
		})
		r := httptest.NewRequest(http.MethodPost, "/runs", nil)
		r.Header.Set("Sec-Fetch-Site", tt.site)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.has) || (begun == 1) == (tt.status == 403) {
			t.Errorf("%s: status %d, begun %d times: %s", name, w.Code, begun, w.Body)
		}
		if tt.status == 303 && w.Header().Get("Location") != "/quilt/runs" {
			t.Errorf("%s: leads to %s", name, w.Header().Get("Location"))
		}
		if button := strings.Contains(h.browse("/runs").Body.String(), "<button>Start a run now"); button != tt.lifecycle {
			t.Errorf("%s: button %v", name, button)
		}
	}
}

// TestPagesOfARunThatEnds has a new run end between reading its head and its
// findings.
func TestPagesOfARunThatEnds(t *testing.T) {
	t.Parallel()
	s := &history{run: runOf("run-1", 20, nil)}
	s.asked = func(n int) {
		if n == 1 {
			s.set(runOf("run-2", 10, nil))
		}
	}
	if got := len(walked(t, serve(s, nil), "/findings")); got != 10 {
		t.Errorf("%d findings, want those of the new run", got)
	}
}

// TestPagesBeforeARunIsPublished has a run in the store that the index does not
// have yet: what the index sorts is of the run before, all else of the new one.
func TestPagesBeforeARunIsPublished(t *testing.T) {
	t.Parallel()
	h := published(t, runOf("run-1", 20, nil), func(c *chronicle, _ *web.Options) { c.set(runOf("run-2", 10, nil)) })
	for target, want := range map[string]int{"/findings": 10, "/findings?outstanding=true&sort=severity": 10, "/findings?outstanding=true": 6} {
		if got := len(walked(t, h, target)); got != want {
			t.Errorf("%s: %d findings, want %d", target, got, want)
		}
	}
	if page := h.browse("/findings/" + finding(1).ID).Body.String(); !strings.Contains(page, "s3-check-1") {
		t.Errorf("the finding is not shown:\n%s", page)
	}
}

// TestIndexKeepsNothingOfTheRun has the run reused once it is published.
func TestIndexKeepsNothingOfTheRun(t *testing.T) {
	t.Parallel()
	run := runOf("run-3", 100, nil)
	h := published(t, run, nil)
	before := h.browse("/").Body.String()
	run.Header.Accounts[0].Name, run.Header.Checks[0], run.Tallies[0].Open = "another", "another", 999
	run.Header.Counts.Pass = 999
	if diff := cmp.Diff(before, h.browse("/").Body.String()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	if f := web.NewIndex().Format(); f != "pages" {
		t.Errorf("format %s", f)
	}
}

// TestTrendInventsNoHistory holds that nothing is drawn of the time before the
// oldest change that was looked at, unless there are no others.
func TestTrendInventsNoHistory(t *testing.T) {
	t.Parallel()
	for cut, from := range map[bool]string{false: "2026-10-23 00:00", true: "2026-11-20 00:00"} {
		h := published(t, runOf("run-3", 20, nil), func(c *chronicle, _ *web.Options) {
			c.cut = cut
			for i := range 3 {
				c.changes = append(c.changes, audit.Change{Kind: audit.Opened, To: audit.StatusFail, Resource: "arn:aws:s3:::acme", At: takenAt.AddDate(0, 0, -i), RunID: "run-1"})
			}
		})
		if page := h.browse("/").Body.String(); !strings.Contains(page, `aria-hidden="true"><span>`+from+`</span>`) {
			t.Errorf("cut %v: the trend does not begin at %s:\n%s", cut, from, page)
		}
	}
}

// TestFormShowsTheOrderInUse has an order asked for that is not to be had: form
// and links say the one in use.
func TestFormShowsTheOrderInUse(t *testing.T) {
	t.Parallel()
	for target, sort := range map[string]string{"/findings?sort=severity": "account", "/findings?sort=age&outstanding=true": "age"} {
		page := published(t, runOf("run-3", 300, nil), nil).browse(target).Body.String()
		if !strings.Contains(page, `<option value="`+sort+`" selected>`) || !regexp.MustCompile(`rel="next" href="[^"]*[?;]sort=`+sort+`"`).MatchString(page) {
			t.Errorf("%s: not sorted by %s:\n%.3000s", target, sort, page)
		}
	}
}

// TestRunsTellHowLongTheyTook holds that it is said alike on every page.
func TestRunsTellHowLongTheyTook(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		58 * time.Millisecond: "58 ms", 14*time.Second + 900*time.Millisecond: "14 s", 119 * time.Second: "119 s", 2 * time.Minute: "2 min", 90 * time.Minute: "90 min",
	} {
		run := runOf("run-3", 3, nil)
		run.Header.StartedAt, run.Header.EndedAt = takenAt, takenAt.Add(d)
		h := published(t, run, func(c *chronicle, _ *web.Options) { c.recorded[0].Header = run.Header })
		for _, target := range []string{"/", "/runs/run-3", "/runs"} {
			if page := h.browse(target).Body.String(); !strings.Contains(page, ">"+want+"</") {
				t.Errorf("%s does not say %s:\n%s", target, want, page)
			}
		}
	}
}
