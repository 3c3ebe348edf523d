//go:build formats

package csv_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/exporters/csv"
	"github.com/quilt-auditor/quilt-auditor/exporters/exportertest"
)

// TestPythonReadsTheSame needs python3 in PATH and fails without it.
func TestPythonReadsTheSame(t *testing.T) {
	t.Parallel()
	const script = `import csv, io, json, sys
text = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="strict", newline="")
print(json.dumps([{k: v.replace("\r\n", "\n") for k, v in row.items()} for row in csv.DictReader(text, strict=True)]))`
	for _, text := range []string{"", "=1", "a,\"b\"\n\r\tc;'d", "\x00\x1b\u2028\ufeff\xff é 漢字"} {
		run := exportertest.Hostile(text)
		cmd := exec.CommandContext(t.Context(), "python3", "-c", script)
		cmd.Stdin = strings.NewReader(exportertest.Text(t, csv.Write, run))
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var got []map[string]string
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(table(t, run), got); diff != "" {
			t.Errorf("%q (-encoding/csv +python):\n%s", text, diff)
		}
	}
}
