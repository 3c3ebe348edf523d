//go:build browser

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

// halted is the estate of the demo, audited only when it is told to.
type halted struct {
	*sample
	base chan string
	runs chan struct{}
}

func (s *halted) plan(ctx context.Context, page *prometheus.Exporter, l *zap.Logger) (*daemon.Plan, error) {
	plan, err := s.sample.plan(ctx, page, l)
	if err == nil {
		plan.Schedule = paced{time.Now(), 365 * 24 * time.Hour}
	}
	return plan, err
}

func (s *halted) listening(base string) { s.base <- base }

func (s *halted) ended(*audit.Run) { s.runs <- struct{}{} }

// pagesRuns is how many runs there are before the pages are looked at: enough
// for changes, an account that is shut out, and a bucket that is missed.
const pagesRuns = 5

// servePages serves the demo's estate after some runs, and returns where.
func servePages(t *testing.T) string {
	t.Helper()
	p := &program{stdout: io.Discard, stderr: io.Discard}
	s := &halted{&sample{program: p, dir: t.TempDir()}, make(chan string, 1), make(chan struct{}, pagesRuns)}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	o := &serviceOptions{addresses: []string{"127.0.0.1:0"}, lifecycle: true, maxFindings: 1000, log: logOptions{"error", "logfmt"}}
	go func() { served <- p.serve(ctx, o, s, nil) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	var base string
	select {
	case base = <-s.base:
	case err := <-served:
		t.Fatal(err)
	}
	for range pagesRuns - 1 {
		<-s.runs
		startRun(t, base)
	}
	<-s.runs
	return base
}

// startRun begins a run, as soon as the one before is really over.
func startRun(t *testing.T, base string) {
	t.Helper()
	for {
		reply, err := http.Post(base+"/api/v1/runs", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = reply.Body.Close()
		if reply.StatusCode == http.StatusAccepted {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// tab is a tab of a browser, and what the browser complained of.
type tab struct {
	context.Context
	t    *testing.T
	base string

	mu   sync.Mutex
	said []string
}

func newTab(t *testing.T, base string) *tab {
	t.Helper()
	profile, err := os.MkdirTemp("", "quilt-auditor-browser-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) }) // the browser may write to the end
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.UserDataDir(profile), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true), chromedp.WSURLReadTimeout(patience))
	allocated, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	// chromedp tells of events of newer browsers that it does not know.
	ctx, closeTab := chromedp.NewContext(allocated, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(closeTab)
	w := &tab{Context: ctx, t: t, base: base}
	chromedp.ListenTarget(ctx, w.listen)
	// What begins the browser ends it when its context does.
	if err := chromedp.Run(ctx, log.Enable(), network.Enable()); err != nil {
		t.Fatalf("starting Chromium (Debian package chromium): %v", err)
	}
	return w
}

// listen notes what the browser complains of, such as a breach of the content
// policy.
func (w *tab) listen(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		w.said = append(w.said, fmt.Sprint("console: ", e.Type, e.Args))
	case *runtime.EventExceptionThrown:
		w.said = append(w.said, e.ExceptionDetails.Error())
	case *log.EventEntryAdded:
		w.said = append(w.said, fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL))
	}
}

func (w *tab) do(actions ...chromedp.Action) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *tab) open(path string) { w.t.Helper(); w.do(chromedp.Navigate(w.base + path)) }

// until waits until the page is whole, its script included, and the expression
// is true, also while pages change.
func (w *tab) until(expression string) {
	w.t.Helper()
	expression = `document.readyState === "complete" && ` + expression
	ctx, cancel := context.WithTimeout(w, patience)
	defer cancel()
	for ; ; time.Sleep(20 * time.Millisecond) {
		var is bool
		if err := chromedp.Run(ctx, chromedp.Evaluate(expression, &is)); err == nil && is {
			return
		} else if ctx.Err() != nil {
			w.t.Fatalf("never true on %s: %s (%v)", w.where(), expression, err)
		}
	}
}

// arrives waits until another page, at a path that begins so and with such an
// element, is whole: what is asked of the page before it would be asked in vain.
func (w *tab) arrives(path, selector string) {
	w.t.Helper()
	w.until(fmt.Sprintf(`location.pathname.startsWith(%q) && document.querySelector(%q) !== null`, path, selector))
}

// where is the path and query of the page.
func (w *tab) where() string {
	w.t.Helper()
	var address string
	w.do(chromedp.Location(&address))
	return strings.TrimPrefix(address, w.base)
}

func (w *tab) text(selector string) (text string) {
	w.t.Helper()
	w.do(chromedp.Text(selector, &text, chromedp.ByQuery))
	return text
}

// focused is the selector's text if that has the focus, "" else.
func (w *tab) focused() (text string) {
	w.t.Helper()
	w.do(chromedp.Evaluate(`document.activeElement.id || document.activeElement.textContent`, &text))
	return text
}

// wantSilence fails if the browser complained of anything but the pages that
// are meant not to be there.
func (w *tab) wantSilence() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.said {
		if !strings.Contains(line, "the server responded with a status of 40") {
			w.t.Error(line)
		}
	}
}

func TestPagesByMouse(t *testing.T) {
	w := newTab(t, servePages(t))
	w.open("/")
	w.do(chromedp.Click(`nav[aria-label=Main] a[href^="/findings"]`, chromedp.ByQuery))
	w.arrives("/findings", "form[role=search] #check")
	w.do(
		chromedp.SetValue(`#status`, "fail", chromedp.ByQuery), chromedp.SetValue(`#check`, "s3-bucket-policy-required-actions", chromedp.ByQuery),
		chromedp.Click(`.go button`, chromedp.ByQuery),
	)
	w.until(`location.search.includes("status=fail") && document.querySelector(".findings") !== null`)
	for _, want := range []string{"status=fail", "check=s3-bucket-policy-required-actions", "sort=severity"} {
		if !strings.Contains(w.where(), want) {
			t.Errorf("the address %s does not keep %s", w.where(), want)
		}
	}
	var statuses []string
	w.do(chromedp.Evaluate(`[...document.querySelectorAll(".findings .status")].map(e => e.textContent)`, &statuses))
	if len(statuses) == 0 || slices.ContainsFunc(statuses, func(s string) bool { return s != "fail" }) {
		t.Errorf("statuses are %q", statuses)
	}
	w.do(chromedp.Click(`.findings a.title`, chromedp.ByQuery))
	w.arrives("/findings/", ".sentence")
	for _, want := range []string{"s3:GetObject", "What decides", "Repair", "put-bucket-policy", "History", "opened"} {
		if !strings.Contains(w.text("main"), want) {
			t.Errorf("the page of the finding lacks %q:\n%s", want, w.text("main"))
		}
	}
	w.do(chromedp.Click(`//a[text()="What this check judges"]`))
	w.arrives("/checks/", ".prose")
	if got := w.text("h1"); got != "s3-bucket-policy-required-actions" {
		t.Errorf("the check is %q", got)
	}
	w.do(chromedp.Click(`nav[aria-label=Main] a[href="/runs"]`, chromedp.ByQuery))
	w.arrives("/runs", ".cards")
	w.do(chromedp.Click(`.cards [data-row] a`, chromedp.ByQuery))
	w.arrives("/runs/", "#unread")
	if got := w.text("h1"); !strings.HasPrefix(got, "Run of ") {
		t.Errorf("the run is %q", got)
	}
	w.wantSilence()
}

func TestPagesByKeyboard(t *testing.T) {
	w := newTab(t, servePages(t))
	w.open("/")
	w.do(chromedp.KeyEvent(kb.Tab))
	if got := w.focused(); got != "Skip to the content" {
		t.Errorf("the first stop is %q", got)
	}
	w.do(chromedp.KeyEvent(kb.Enter))
	w.until(`location.pathname + location.hash === "/#main"`)
	w.do(chromedp.KeyEvent("/"))
	w.until(`document.activeElement.id === "q"`)
	w.do(chromedp.KeyEvent("acme-IMAGING"), chromedp.KeyEvent(kb.Enter))
	w.until(`location.search.includes("acme-IMAGING") && document.querySelector(".findings") !== null`)
	var places []string
	w.do(chromedp.Evaluate(`[...document.querySelectorAll(".findings .where")].map(e => e.textContent)`, &places))
	if len(places) == 0 || slices.ContainsFunc(places, func(s string) bool { return !strings.Contains(s, "acme-imaging") }) {
		t.Errorf("found %q", places)
	}
	row := func() (at int) {
		w.do(chromedp.Evaluate(`[...document.querySelectorAll("[data-row]")].findIndex(e => e.contains(document.activeElement))`, &at))
		return at
	}
	for i, step := range []struct {
		key  string
		want int
	}{{"j", 0}, {"j", 1}, {"j", 2}, {"k", 1}} {
		if w.do(chromedp.KeyEvent(step.key)); row() != step.want {
			t.Errorf("after key %d the focus is in row %d, want %d", i+1, row(), step.want)
		}
	}
	w.do(chromedp.KeyEvent("?"), chromedp.WaitVisible(`#keys`, chromedp.ByQuery), chromedp.KeyEvent(kb.Escape), chromedp.WaitNotVisible(`#keys`, chromedp.ByQuery))
	w.do(chromedp.KeyEvent(kb.Enter))
	w.arrives("/findings/", ".sentence")
	if got := w.text("h1"); !strings.Contains(got, "acme-imaging") {
		t.Errorf("opened %q", got)
	}
	w.wantSilence()
}

// TestPagesWithoutScripts goes by Tab and Enter alone.
func TestPagesWithoutScripts(t *testing.T) {
	w := newTab(t, servePages(t))
	w.do(emulation.SetScriptExecutionDisabled(true))
	w.open("/findings?outstanding=true&sort=severity&status=fail")
	for stop := 0; !strings.HasPrefix(w.focused(), "s3-"); stop++ {
		if stop == 40 {
			t.Fatal("the first finding is not among the first 40 stops")
		}
		w.do(chromedp.KeyEvent(kb.Tab))
	}
	w.do(chromedp.KeyEvent(kb.Enter))
	w.arrives("/findings/", ".sentence")
	var shown bool
	w.do(chromedp.Evaluate(`document.getElementById("keys-open").checkVisibility()`, &shown))
	if shown {
		t.Error("there is a button that only the script serves")
	}
	w.wantSilence()
}

// kinds are how pages are looked at.
var kinds = []struct {
	name          string
	width, height int64
	scheme        string
}{
	{"light", 1280, 900, "light"},
	{"dark", 1280, 900, "dark"},
	{"phone", 390, 844, "light"},
}

// TestPagesAreAccessible has axe look at every page, and sees that a phone
// has no need to scroll sideways. Screenshots are among the artifacts (go
// test -artifacts).
func TestPagesAreAccessible(t *testing.T) {
	axe, err := os.ReadFile(os.Getenv("AXE_CORE"))
	if err != nil {
		t.Fatalf("AXE_CORE has to name axe.min.js of axe-core 4.14.1: %v", err)
	}
	base := servePages(t)
	w := newTab(t, base)
	pages := pagesToSee(t, base)
	for _, kind := range kinds {
		w.do(
			emulation.SetDeviceMetricsOverride(kind.width, kind.height, 1, kind.width < 500),
			emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: kind.scheme}}),
		)
		for name, path := range pages {
			w.open(path)
			w.seen(kind.name+"-"+name, string(axe))
		}
	}
	w.wantSilence()
}

func (w *tab) seen(name, axe string) {
	w.t.Helper()
	var picture []byte
	var wide bool
	var violations []struct {
		ID    string
		Nodes []struct{ HTML, FailureSummary string }
	}
	w.do(
		chromedp.FullScreenshot(&picture, 100),
		chromedp.Evaluate(`document.documentElement.scrollWidth > document.documentElement.clientWidth`, &wide),
		chromedp.Evaluate(axe+`;0`, nil),
		chromedp.Evaluate(`axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => r.violations)`, &violations,
			func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }),
	)
	if wide {
		w.t.Errorf("%s: has to be scrolled sideways", name)
	}
	for _, v := range violations {
		for _, n := range v.Nodes {
			w.t.Errorf("%s: %s: %s\n%s", name, v.ID, n.FailureSummary, n.HTML)
		}
	}
	if err := os.WriteFile(filepath.Join(w.t.ArtifactDir(), name+".png"), picture, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// pagesToSee are one page of every kind, and of findings one of every check
// that fails and one of every other status.
func pagesToSee(t *testing.T, base string) map[string]string {
	t.Helper()
	pages := map[string]string{
		"overview": "/", "findings": "/findings?outstanding=true&sort=severity", "all": "/findings", "none": "/findings?q=nowhere",
		"runs": "/runs", "checks": "/checks", "check": "/checks/s3-bucket-policy-excess-access", "lost": "/nowhere", "wrong": "/findings?status=odd",
	}
	reply, err := http.Get(base + "/api/v1/findings")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	for lines := json.NewDecoder(reply.Body); ; {
		var line struct {
			RunID string `json:"run_id"`
			audit.Finding
		}
		if err := lines.Decode(&line); err == io.EOF {
			return pages
		} else if err != nil {
			t.Fatal(err)
		}
		if line.RunID != "" {
			pages["run"] = "/runs/" + line.RunID
		}
		if line.ID != "" {
			name := "finding-" + string(line.Status)
			if line.Status == audit.StatusFail {
				name += "-" + line.Check
			}
			pages[name] = "/findings/" + line.ID + "?bucket=" + url.QueryEscape(line.Bucket())
		}
	}
}
