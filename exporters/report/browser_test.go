//go:build browser

package report_test

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var shots = flag.String("shots", "", "a directory for the pictures and the PDF, to look at")

// patience is for a browser that starts on a slow and busy machine.
const patience = 3 * time.Minute

// browser is a tab of a headless Chromium that shows the report, and what it
// complained of.
type browser struct {
	ctx        context.Context
	mu         sync.Mutex
	complaints []string
}

// open shows the report as a person opens the file.
func open(t *testing.T, html string) *browser {
	t.Helper()
	dir, err := os.MkdirTemp("", "report-browser-")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "report.html")
	if err := os.WriteFile(file, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.UserDataDir(filepath.Join(dir, "profile")),
		chromedp.Flag("headless", true), chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.WSURLReadTimeout(patience),
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		cancel()
		stop()
		_ = os.RemoveAll(dir) // what the browser still writes is in the system's temporary directory
	})
	b := &browser{ctx: ctx}
	chromedp.ListenTarget(ctx, b.listen)
	if err := chromedp.Run(ctx, cdplog.Enable(), runtime.Enable(), chromedp.Navigate("file://"+file), chromedp.WaitReady("footer")); err != nil {
		t.Fatalf("open the report in Chromium (Debian package chromium): %v", err)
	}
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *cdplog.EventEntryAdded:
		b.complaints = append(b.complaints, string(e.Entry.Level)+": "+e.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, "console: "+e.Type.String())
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+e.ExceptionDetails.Text)
	}
}

func (b *browser) run(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// shot takes a picture of the whole page, to look at, if it is asked for.
func (b *browser) shot(t *testing.T, name string, width int64, features ...*emulation.MediaFeature) {
	t.Helper()
	if *shots == "" {
		return
	}
	var picture []byte
	b.run(t,
		chromedp.EmulateViewport(width, 900), emulation.SetEmulatedMedia().WithFeatures(features),
		chromedp.FullScreenshot(&picture, 100),
	)
	keep(t, name, picture)
}

func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if *shots == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*shots, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestOpensUnderItsContentPolicy holds that Chromium has nothing to complain of,
// that the style sheet is used, and that nothing is wider than a phone.
func TestOpensUnderItsContentPolicy(t *testing.T) {
	b := open(t, written(t, "html", made()))
	var width, phone int
	var font, bar string
	b.run(t,
		chromedp.EmulateViewport(1280, 900),
		chromedp.Evaluate(`getComputedStyle(document.querySelector("caption")).fontWeight`, &font),
		chromedp.Evaluate(`getComputedStyle(document.querySelector(".bar rect")).strokeWidth`, &bar),
		chromedp.Evaluate(`document.documentElement.scrollWidth`, &width),
		chromedp.EmulateViewport(390, 844),
		chromedp.Evaluate(`document.documentElement.scrollWidth`, &phone),
	)
	if font != "600" || bar != "0.7px" {
		t.Errorf("the style sheet is not used: weight %s, stroke %s", font, bar)
	}
	if width > 1280 || phone > 390 {
		t.Errorf("the page is %d wide on 1280, and %d on 390", width, phone)
	}
	b.shot(t, "desktop.png", 1280)
	b.shot(t, "phone.png", 390)
	b.shot(t, "dark.png", 1280, &emulation.MediaFeature{Name: "prefers-color-scheme", Value: "dark"})
	b.run(t, emulation.SetEmulatedVisionDeficiency(emulation.SetEmulatedVisionDeficiencyTypeAchromatopsia))
	b.shot(t, "grey.png", 1280)
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.complaints) > 0 {
		t.Errorf("Chromium complains:\n%s", strings.Join(b.complaints, "\n"))
	}
}

// TestPolicyIsEnforced holds that the policy in the page is one: a script and a
// style that get into it are refused.
func TestPolicyIsEnforced(t *testing.T) {
	hostile := strings.Replace(written(t, "html", made()), "<footer>", `<p id="styled" style="color:red">x</p><script>document.title = "run"</script><footer>`, 1)
	b := open(t, hostile)
	var title, colour string
	b.run(t, chromedp.Title(&title), chromedp.Evaluate(`getComputedStyle(document.getElementById("styled")).color`, &colour))
	if title == "run" || colour == "rgb(255, 0, 0)" {
		t.Errorf("the policy lets scripts or styles in: title %q, colour %s", title, colour)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.complaints) < 2 {
		t.Errorf("Chromium complains of %q, want both", b.complaints)
	}
}

// TestPrints holds the report on paper: several pages with a title and a number
// on each, and the key figures.
func TestPrints(t *testing.T) {
	b := open(t, written(t, "html", made()))
	var pdf []byte
	b.run(t, chromedp.ActionFunc(func(ctx context.Context) error {
		var err error
		pdf, _, err = page.PrintToPDF().WithPaperWidth(8.27).WithPaperHeight(11.69).WithPrintBackground(false).Do(ctx)
		return err
	}))
	keep(t, "report.pdf", pdf)
	file := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Fatalf("read the PDF (Debian package poppler-utils): %v", err)
	}
	pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	if len(pages) < 6 {
		t.Errorf("the PDF has %d pages", len(pages))
	}
	for i, text := range pages {
		if want := "Page " + strconv.Itoa(i+1) + " of " + strconv.Itoa(len(pages)); !strings.Contains(text, want) {
			t.Errorf("page %d does not say %q", i+1, want)
		}
		if running := strings.Contains(text, "audit report, 2026-10-23 to 2026-11-22"); running != (i > 0) {
			t.Errorf("page %d has the running title: %t", i+1, running)
		}
	}
	whole := strings.Join(strings.Fields(string(out)), " ")
	for _, want := range []string{
		"2864", "of 2,880 planned", "4 accounts expected = 2 read by every run", "Failures open at the end",
		"F1", "acme-genomics-raw", "storage-team@acme.example", "s3:GetBucketPolicy", "quilt-auditor audit",
	} {
		if !strings.Contains(whole, want) && !strings.Contains(whole, strings.Replace(want, "2864", "2,864", 1)) {
			t.Errorf("the PDF does not say %q", want)
		}
	}
}
