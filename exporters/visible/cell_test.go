package visible_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

func TestCell(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                          "",
		"plain; text - and = signs": "plain; text - and = signs",
		"=1":                        "'=1",
		" @x":                       "' @x",
		"'quoted":                   "''quoted",
		"x;=1+1;y":                  "x;'=1+1;y",
		"x;  -1;+2;@3;＝4":           "x;  '-1;'+2;'@3;'＝4",
		"x\n=1\t=2":                 "x\n'=1\t'=2",
		`x;"=1;" "=2`:               `x;"'=1;" "'=2`,
		";=1":                       ";'=1",
		"x;'=1":                     "x;'=1",
	} {
		if got := visible.Cell(in); got != want {
			t.Errorf("Cell(%q) is %q, want %q", in, got, want)
		}
	}
}

// FuzzCell reads the cell in a row with each separator that spreadsheets use,
// also where what is written for another one is not quoted for this one.
func FuzzCell(f *testing.F) {
	f.Add("x;=cmd|' /C calc'!A0;y")
	f.Add("x,\";\"\"=1;\t@2\n+3\n\"-4")
	f.Fuzz(func(t *testing.T, text string) {
		var row strings.Builder
		w := csv.NewWriter(&row)
		if err := w.Write([]string{"a", visible.Cell(text), "z"}); err != nil {
			t.Fatal(err)
		}
		if w.Flush(); w.Error() != nil {
			t.Fatal(w.Error())
		}
		for _, separators := range []string{"\n;", "\n\t", "\n;\t"} {
			for _, cell := range strings.FieldsFunc(row.String(), func(r rune) bool { return strings.ContainsRune(separators, r) }) {
				if bare := strings.TrimLeft(cell, ` "`); bare != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(bare)[0]) {
					t.Errorf("%q: separated by %q there is the cell %q", text, separators, cell)
				}
			}
		}
	})
}
