package document_test

import (
	"html"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/exporters/report/document"
	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

func TestCut(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "abc": "abc", "äöü": "äöü", "äöüx": "äöü … (1 more characters)", strings.Repeat("a", 10): "aaa … (7 more characters)"} {
		if got := document.Cut(in, 3); got != want {
			t.Errorf("%q is cut to %q, want %q", in, got, want)
		}
	}
}

// TestSizeIsEnough holds that no text takes more bytes than its size, however
// much of it has to be escaped.
func TestSizeIsEnough(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"plain", `<>&'"+`, "\u202e\u200b\u0000\n\t", "\U000e0001\U0010ffff", "\xff\xfe", "äöü日本", "\ufeff"} {
		size := document.Quote(s).Size()
		if took := len("<bdi>") + len(html.EscapeString(visible.Text(s))) + len("</bdi>"); took > size {
			t.Errorf("%q takes %d bytes, its size is %d", s, took, size)
		}
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	row := func(int) []document.Cell { return []document.Cell{{Text: document.Say("x")}} }
	one := document.Size(row(0))
	for _, tt := range []struct {
		room        document.Room
		rows, shown int
	}{
		{document.Room{Rows: 3, Bytes: 10_000}, 2, 2},
		{document.Room{Rows: 3, Bytes: 10_000}, 3, 3},
		{document.Room{Rows: 3, Bytes: 10_000}, 5, 3},
		{document.Room{Rows: 3, Bytes: 2*one + 1}, 5, 2},
		{document.Room{Rows: 3, Bytes: 2 * one}, 5, 2},
		{document.Room{}, 1, 0},
		{document.Room{}, 0, 0},
	} {
		table := (&document.Table{}).Fill(tt.room, tt.rows, row)
		if len(table.Rows) != tt.shown || table.LeftOut != tt.rows-tt.shown {
			t.Errorf("of %d rows in %+v, %d are shown and %d left out", tt.rows, tt.room, len(table.Rows), table.LeftOut)
		}
	}
}
