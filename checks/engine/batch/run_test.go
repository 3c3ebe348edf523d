package batch_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/batch"
)

// answer is a line of output.
type answer struct {
	ID      json.RawMessage   `json:"id"`
	Error   string            `json:"error"`
	Results []json.RawMessage `json:"results"`
}

// run answers all of the input.
func run(tb testing.TB, input string, workers int) (lines []string, sum batch.Summary) {
	tb.Helper()
	var out bytes.Buffer
	sum, err := batch.Run(tb.Context(), strings.NewReader(input), &out, workers)
	if err != nil {
		tb.Fatal(err)
	}
	text, ended := strings.CutSuffix(out.String(), "\n")
	if text == "" {
		return nil, sum
	}
	if !ended {
		tb.Fatalf("the output does not end a line: %q", text)
	}
	return strings.Split(text, "\n"), sum
}

// answered is the answer to one line.
func answered(tb testing.TB, line string) answer {
	tb.Helper()
	lines, _ := run(tb, line+"\n", 1)
	if len(lines) != 1 {
		tb.Fatalf("%d lines of output for one of input: %q", len(lines), lines)
	}
	var out answer
	if err := json.Unmarshal([]byte(lines[0]), &out); err != nil {
		tb.Fatalf("%q: %v", lines[0], err)
	}
	return out
}

// TestOrder answers lines that take very different times, with errors among
// them, by many workers.
func TestOrder(t *testing.T) {
	t.Parallel()
	e := estate{rand.New(rand.NewPCG(3, 3)), 5}
	var input strings.Builder
	const lines = 3000
	wrong := 0
	for i := range lines {
		switch {
		case i%7 == 3:
			fmt.Fprintf(&input, `{"id":"q%d","bogus":1}`+"\n", i)
			wrong++
		case i%500 == 11: // longer than the reader's buffer
			fmt.Fprintf(&input, `{"id":"q%d","bogus":"%s"}`+"\n", i, strings.Repeat("x", 200_000))
			wrong++
		default:
			input.WriteString(e.line(i) + "\n")
		}
	}
	got, sum := run(t, input.String(), 8)
	if sum != (batch.Summary{Lines: lines, Failed: wrong}) {
		t.Errorf("%+v, want %d lines, %d wrong", sum, lines, wrong)
	}
	if len(got) != lines {
		t.Fatalf("%d lines, want %d", len(got), lines)
	}
	for i, line := range got {
		if !strings.HasPrefix(line, fmt.Sprintf(`{"id":"q%d",`, i)) {
			t.Fatalf("line %d is %.100s", i, line)
		}
	}
	alone, _ := run(t, input.String(), 1)
	if diff := cmp.Diff(alone, got); diff != "" {
		t.Errorf("eight workers differ from one (-one +eight)\n%s", diff)
	}
}

// TestInteractive asks one question after the other, each only when the one
// before it was answered.
func TestInteractive(t *testing.T) {
	t.Parallel()
	in, ask := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := batch.Run(t.Context(), in, out, 4)
		ended <- err
	}()
	lines := bufio.NewScanner(answers)
	for i := range 50 {
		if _, err := fmt.Fprintf(ask, "%s\n", line(t, fmt.Sprintf(`"id":%d`, i))); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), fmt.Sprintf(`{"id":%d,"results":[`, i)) {
			t.Fatalf("answer %d: %q", i, lines.Text())
		}
	}
	_ = ask.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestLastLineNeedsNoBreak(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]int{"": 0, "{}": 1, "{}\n": 1, "{}\n\n{}": 3, "\n": 1, "{}\r\n{}\r\n": 2} {
		if got, sum := run(t, input, 2); len(got) != want || sum.Lines != want {
			t.Errorf("%q: %d lines, counted %d, want %d", input, len(got), sum.Lines, want)
		}
	}
}

func TestLongLine(t *testing.T) {
	t.Parallel()
	long := `{"id":"` + strings.Repeat("x", batch.MaxLine) + `"}`
	fits := `{"id":"` + strings.Repeat("x", batch.MaxLine-len(`{"id":""}`)-1) + `"}`
	got, sum := run(t, long+"\n"+fits+"\n"+line(t, `"id":2`)+"\n"+long, 2)
	if len(got) != 4 || sum.Failed != 3 {
		t.Fatalf("%d lines, %d wrong", len(got), sum.Failed)
	}
	for _, i := range []int{0, 3} {
		if want := fmt.Sprintf(`{"id":null,"error":"the line is longer than %d bytes"}`, batch.MaxLine); got[i] != want {
			t.Errorf("line %d is %.100s, want %s", i, got[i], want)
		}
	}
	if !strings.HasSuffix(got[1], `xxx","error":"principal: missing"}`) || !strings.HasPrefix(got[2], `{"id":2,"results":[`) {
		t.Errorf("the lines after it: %.100s, %.100s", got[1], got[2])
	}
}

// endless gives the same text for ever and counts what was taken.
type endless struct {
	text  string
	taken int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.text)
	e.taken += n
	return n, nil
}

type failing struct{ after int }

var errFull = errors.New("no space left")

func (f *failing) Write(p []byte) (int, error) {
	if f.after--; f.after < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestFailures of input and output end the batch. What was read by then is
// answered if it can be, and not much more is read than is written.
func TestFailures(t *testing.T) {
	t.Parallel()
	in := &endless{text: line(t, "") + "\n"}
	sum, err := batch.Run(t.Context(), in, &failing{after: 3}, 2)
	if !errors.Is(err, errFull) || sum.Lines == 0 {
		t.Errorf("%+v, %v", sum, err)
	}
	var out bytes.Buffer
	errBroken := errors.New("broken")
	input := io.MultiReader(strings.NewReader(line(t, "")+"\n"+line(t, "")+"\nhalf a line"), iotest.ErrReader(errBroken))
	if sum, err = batch.Run(t.Context(), input, &out, 2); !errors.Is(err, errBroken) || sum.Lines != 2 || strings.Count(out.String(), "\n") != 2 {
		t.Errorf("%+v, %v: %q", sum, err, out.String())
	}
}

// TestCancel ends a batch that waits for input which does not come.
func TestCancel(t *testing.T) {
	t.Parallel()
	in, ask := io.Pipe()
	defer func() { _ = ask.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	out := writerFunc(func(p []byte) (int, error) {
		cancel()
		return len(p), nil
	})
	go func() { _, _ = fmt.Fprintln(ask, line(t, "")) }()
	if sum, err := batch.Run(ctx, in, out, 2); !errors.Is(err, context.Canceled) || sum.Lines != 1 {
		t.Errorf("%+v, %v", sum, err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestBacklogIsBounded: while nobody takes the answers, no more is read than
// the parcels that can be on their way.
func TestBacklogIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		in := &endless{text: strings.Repeat(line(t, "")+"\n", 100)}
		release, ended := make(chan struct{}), make(chan error)
		go func() {
			_, err := batch.Run(t.Context(), in, writerFunc(func([]byte) (int, error) {
				<-release
				return 0, errFull
			}), 2)
			ended <- err
		}()
		synctest.Wait()
		if in.taken > 256<<10 {
			t.Errorf("%d bytes were read for no answer", in.taken)
		}
		close(release)
		if err := <-ended; !errors.Is(err, errFull) {
			t.Error(err)
		}
	})
}
