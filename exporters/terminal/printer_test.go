package terminal_test

import (
	"bytes"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// TestPieces wraps between pieces only, and paints runs of one style once.
func TestPieces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		options terminal.Options
		want    string
	}{
		{terminal.Options{Width: 30}, "  one two\n    a-piece-that-is-never-broken-even-here\n    three\n"},
		{terminal.Options{Width: 100}, "  one two a-piece-that-is-never-broken-even-here three\n"},
		{terminal.Options{Width: 100, Color: true}, "  \x1b[31mone two\x1b[0m a-piece-that-is-never-broken-even-here \x1b[2mthree\x1b[0m\n"},
	} {
		var b bytes.Buffer
		p := terminal.New(&b, c.options)
		p.Pieces(2, 4, terminal.Red.Of("one"), terminal.Red.Of("two"), terminal.Plain.Of("a-piece-that-is-never-broken-even-here"), terminal.Dim.Of("three"))
		if err := p.Flush(); err != nil || b.String() != c.want {
			t.Errorf("%+v: %q, want %q (%v)", c.options, b.String(), c.want, err)
		}
	}
}
