package daemon

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

var errRead = errors.New("cannot be read")

// stored yields findings on resources of those names, and then the error if
// there is one. It fails the test if it is to go on after it was told to stop,
// and counts that as a reading that ended.
func stored(t *testing.T, names string, err error, ended *int) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		defer func() { *ended++ }()
		for _, name := range strings.Fields(names) {
			if !yield(audit.Finding{ID: name, Resource: name, Status: audit.StatusPass}, nil) {
				return
			}
		}
		if err != nil && yield(audit.Finding{}, err) {
			t.Error("an error did not end the reading")
		}
	}
}

// overlay is a run that has b and e anew, and c no more.
func overlay() *audit.Run {
	row := func(name string) audit.Row {
		return audit.Row{Finding: &audit.Finding{ID: name, Resource: name, Status: audit.StatusFail}}
	}
	return &audit.Run{Delta: audit.Delta{Removed: []string{"c"}, Rows: audit.RowsOf(row("b"), row("e"))}}
}

// taken are the first findings, an error as "!".
func taken(findings iter.Seq2[audit.Finding, error], most int) string {
	var b strings.Builder
	for f, err := range findings {
		switch {
		case most == 0:
			return b.String()
		case err != nil:
			return b.String() + "!"
		default:
			b.WriteString(map[audit.Status]string{audit.StatusFail: "+"}[f.Status] + f.ID)
		}
		most--
	}
	return b.String()
}

func TestOverlayOfABaseThatFails(t *testing.T) {
	t.Parallel()
	tests := []struct {
		base, want string
		err        error
	}{
		{"", "+b+e", nil},
		{"", "!", errRead},
		{"a", "a!", errRead},
		{"a b", "a!", errRead},
		{"a c", "a+b!", errRead},
		{"a b c d", "a+bd!", errRead},
		{"a b c d", "a+bd+e", nil},
		{"a b c d e f", "a+bd+ef", nil},
		{"c", "+b+e", nil},
	}
	for _, test := range tests {
		ended := 0
		for most := range 8 {
			got := taken(selected(since(stored(t, test.base, test.err, &ended), overlay()), audit.Query{}), most)
			if want := first(test.want, most); got != want {
				t.Errorf("%s, %v, the first %d: %s, want %s", test.base, test.err, most, got, want)
			}
		}
		if ended != 8 {
			t.Errorf("%s, %v: %d readings came to an end", test.base, test.err, ended)
		}
	}
}

// first are the first findings as taken has them.
func first(text string, most int) string {
	for i, c := range text {
		if most == 0 {
			return text[:i]
		}
		if c != '+' {
			most--
		}
	}
	return text
}

func TestTheOtherBase(t *testing.T) {
	t.Parallel()
	superseded := fmt.Errorf("run x: %w", audit.ErrSuperseded)
	tests := []struct {
		findings, others       string
		err, otherErr          error
		want                   string
		read, othersRead, most int
	}{
		{"a b", "c d", nil, nil, "ab", 1, 0, 9},
		{"a b", "c d", errRead, nil, "ab!", 1, 0, 9},
		{"", "c d", superseded, nil, "cd", 1, 1, 9},
		{"", "c", superseded, errRead, "c!", 1, 1, 9},
		{"", "", superseded, superseded, "!", 1, 1, 9},
		{"a b", "c d", nil, nil, "a", 1, 0, 1},
		{"", "c d", superseded, nil, "c", 1, 1, 1},
	}
	for _, test := range tests {
		read, othersRead := 0, 0
		others := func(yield func(audit.Finding, error) bool) {
			if read != 1 {
				t.Error("two readings at once: both need a connection")
			}
			stored(t, test.others, test.otherErr, &othersRead)(yield)
		}
		got := taken(unlessSuperseded(stored(t, test.findings, test.err, &read), others), test.most)
		if got != test.want || read != test.read || othersRead != test.othersRead {
			t.Errorf("%+v: %s, read %d, others %d", test, got, read, othersRead)
		}
	}
}
