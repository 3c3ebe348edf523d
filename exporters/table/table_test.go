package table_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/table"
	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t testing.TB, run *audit.Run, opts terminal.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := table.Write(&b, run, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var runs = map[string]func() *audit.Run{
	"clean":      cleanRun,
	"everything": everythingRun,
	"hostile":    hostileRun,
	"empty":      func() *audit.Run { return &audit.Run{Header: audit.Header{Result: audit.Complete}} },
	"large":      func() *audit.Run { return largeRun(100) },
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, run := range runs {
		for _, width := range []int{40, 60, 80, 120} {
			golden(t, fmt.Sprintf("%s-%d", name, width), run(), terminal.Options{Width: width})
		}
	}
	golden(t, "everything-80-color", everythingRun(), terminal.Options{Width: 80, Color: true})
}

func golden(t *testing.T, name string, run *audit.Run, opts terminal.Options) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	got := render(t, run, opts)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got); -update accepts it:\n%s", name, diff)
	}
}

// TestLinesFit holds that a line is longer than the terminal only where it is
// a command or a single word that is not to be broken.
func TestLinesFit(t *testing.T) {
	t.Parallel()
	for name, run := range runs {
		for width := 20; width <= 130; width += 5 {
			for line := range strings.Lines(render(t, run(), terminal.Options{Width: width})) {
				line = strings.TrimSuffix(line, "\n")
				if strings.TrimRight(line, " ") != line {
					t.Errorf("%s at %d: blanks at the end of %q", name, width, line)
				}
				text := strings.TrimSpace(line)
				alone := strings.Count(text, " ") <= 1 // at most a mark beside it
				if name != "hostile" && utf8.RuneCountInString(line) > min(width, 120) && !alone && !strings.HasPrefix(text, "aws ") && width >= 40 {
					t.Errorf("%s at %d: too long: %q", name, width, line)
				}
			}
		}
	}
}

func TestCommandsAndARNsAreWhole(t *testing.T) {
	t.Parallel()
	run := everythingRun()
	for _, width := range []int{20, 40, 80, 200} {
		page := render(t, run, terminal.Options{Width: width})
		for _, f := range run.Findings {
			if f.Status == audit.StatusPass || f.Status == audit.StatusNotApplicable {
				continue
			}
			if !strings.Contains(page, f.Resource) {
				t.Errorf("at %d: %s is missing or broken", width, f.Resource)
			}
			if m := f.Remediation; m != nil && m.CLI != "" && !strings.Contains(page, "\n      "+m.CLI+"\n") {
				t.Errorf("at %d: the command is not whole and alone on its line: %s", width, m.CLI)
			}
		}
	}
}

// TestColorIsDecoration holds that without its colours a page in colour is the
// plain page, and that the plain page has no escape at all.
func TestColorIsDecoration(t *testing.T) {
	t.Parallel()
	for name, run := range runs {
		colored := render(t, run(), terminal.Options{Width: 80, Color: true})
		plain := render(t, run(), terminal.Options{Width: 80})
		if strings.Contains(plain, "\x1b") {
			t.Errorf("%s: an escape in the plain page", name)
		}
		for _, code := range []string{"0", "1", "2", "31", "32", "33", "36", "1;31"} {
			colored = strings.ReplaceAll(colored, "\x1b["+code+"m", "")
		}
		if colored != plain {
			t.Errorf("%s: colours change the text:\n%s", name, cmp.Diff(plain, colored))
		}
	}
}

func TestWidths(t *testing.T) {
	t.Parallel()
	run := everythingRun()
	if render(t, run, terminal.Options{}) != render(t, run, terminal.Options{Width: 80}) {
		t.Error("no width is not 80")
	}
	if render(t, run, terminal.Options{Width: 200}) != render(t, run, terminal.Options{Width: 120}) {
		t.Error("text is wider than 120")
	}
	if render(t, run, terminal.Options{Width: -3}) != render(t, run, terminal.Options{Width: 20}) {
		t.Error("a senseless width is not the least")
	}
}

// safe fails the test on any character that a terminal could act upon.
func safe(t *testing.T, page string) {
	t.Helper()
	if !utf8.ValidString(page) {
		t.Error("not UTF-8")
	}
	for _, r := range page {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Errorf("%U in the page", r)
		}
	}
}

func TestHostileTextIsShownNotObeyed(t *testing.T) {
	t.Parallel()
	page := render(t, hostileRun(), terminal.Options{Width: 80})
	safe(t, page)
	for _, shown := range []string{`\x1b[2J`, `\u202e`, `\u009b31m`, `\u2028`, `\xff`, `a\nb\r`, `é`, `漢字`} {
		if !strings.Contains(page, shown) {
			t.Errorf("%s is not shown", shown)
		}
	}
}

func FuzzUntrustedText(f *testing.F) {
	f.Add("\x1b[31m\u202e\xff", 80)
	f.Add("漢字 and e\u0301 and\ttabs", 20)
	f.Fuzz(func(t *testing.T, text string, width int) {
		run := everythingRun()
		for i := range run.Findings {
			g := &run.Findings[i]
			g.Resource, g.Reason, g.Title, g.Subject = text, text, text, text
			g.Remediation = &audit.Remediation{Summary: text, CLI: text}
		}
		for i := range run.Header.Accounts {
			run.Header.Accounts[i].Name = text
		}
		safe(t, render(t, run, terminal.Options{Width: width}))
	})
}

func TestWriteReportsTheWriter(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken pipe")
	r, w := io.Pipe()
	_ = r.CloseWithError(broken)
	if err := table.Write(w, everythingRun(), terminal.Options{}); !errors.Is(err, broken) {
		t.Errorf("error is %v, want the writer's", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	run := largeRun(50_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := table.Write(io.Discard, run, terminal.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
