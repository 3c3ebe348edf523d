package csv_test

import (
	stdcsv "encoding/csv"
	"flag"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/csv"
	"github.com/quilt-auditor/quilt-auditor/exporters/exportertest"
)

var update = flag.Bool("update", false, "write the golden files")

func TestWrite(t *testing.T) {
	t.Parallel()
	exportertest.Golden(t, csv.Write, "testdata/full.csv", *update)
	exportertest.Errors(t, csv.Write)
	exportertest.Streams(t, csv.Write)
}

// table is what encoding/csv reads of the run.
func table(t testing.TB, run *audit.Run) []map[string]string {
	t.Helper()
	text := exportertest.Text(t, csv.Write, run)
	if !utf8.ValidString(text) {
		t.Error("not UTF-8")
	}
	rows, err := stdcsv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for i, name := range rows[0] {
			cells[name] = row[i]
		}
		list = append(list, cells)
	}
	return list
}

// TestRows holds the cells of the table against the findings.
func TestRows(t *testing.T) {
	t.Parallel()
	run := exportertest.Full()
	rows := table(t, run)
	for i, f := range run.Findings {
		want := map[string]string{
			"id": f.ID, "check": f.Check, "status": string(f.Status), "severity": f.Severity.String(), "account_id": f.AccountID,
			"resource": f.Resource, "subject": f.Subject, "bucket": f.Bucket(), "reason": f.Reason, "run_result": "partial",
			"taken_at": "2026-11-22T00:00:00Z", "waived": map[bool]string{true: "true", false: "false"}[f.Waived],
		}
		got := map[string]string{}
		for name := range want {
			got[name] = rows[i][name]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("row %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestLinesEndAsInRFC4180(t *testing.T) {
	t.Parallel()
	text := exportertest.Text(t, csv.Write, exportertest.Full())
	if lines := strings.Count(text, "\r\n"); lines != strings.Count(text, "\n") || lines != 1+len(exportertest.Full().Findings) || !strings.HasSuffix(text, "\r\n") {
		t.Errorf("%d lines end in CR LF, %d in LF", lines, strings.Count(text, "\n"))
	}
}

// TestGuard holds what a cell becomes that a spreadsheet would run.
func TestGuard(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain": "plain", "a=b": "a=b", "": "",
		"=HYPERLINK(\"http://x\",A1)": "'=HYPERLINK(\"http://x\",A1)",
		"+1":                          "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t'=1", "\r=1": `'\r=1`, "\n=1": "'\n'=1", "x;=1+1;y": "x;'=1+1;y",
		"  =1": "'  =1", "＝1": "'＝1", "'quoted": "''quoted",
		"a\"b,c": "a\"b,c", "two\nlines": "two\nlines", "\x1b[2J\u202e\xff": `\x1b[2J\u202e\xff`,
	} {
		run := exportertest.Full()
		run.Findings[0].Reason = text
		if got := table(t, run)[0]["reason"]; got != want {
			t.Errorf("%q stands as %q, want %q", text, got, want)
		}
	}
}

func FuzzWrite(f *testing.F) {
	f.Add("=cmd|' /C calc'!A0")
	f.Add("\"\r\n\t;,'\xff")
	f.Fuzz(func(t *testing.T, text string) {
		run := exportertest.Hostile(text)
		rows := table(t, run)
		if len(rows) != len(run.Findings) {
			t.Fatalf("%d rows of %d findings", len(rows), len(run.Findings))
		}
		for _, row := range rows {
			for name, cell := range row {
				if first := strings.TrimLeft(cell, " "); first != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(first)[0]) {
					t.Errorf("%s holds %q", name, cell)
				}
			}
		}
	})
}

func BenchmarkWrite(b *testing.B) { exportertest.Benchmark(b, csv.Write) }
