//go:build formats

package junit_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/exportertest"
)

// These tests need xmllint in PATH and fail without it.

func TestValidBySchema(t *testing.T) {
	t.Parallel()
	empty := exportertest.Full()
	empty.Findings, empty.Tallies, empty.Unread, empty.Header.Checks = nil, nil, nil, nil
	for name, run := range map[string]*audit.Run{
		"full": exportertest.Full(), "empty": empty, "nothing": {}, "large": exportertest.Large(2000),
		"hostile": exportertest.Hostile("]]>&lt;\x00\x0b\x1b\xff\ufffe\U0001ffff</testcase>\r\n\t\"'"),
	} {
		if out, err := xmllint(t, exportertest.Text(t, write, run)); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	text := exportertest.Text(t, write, exportertest.Full())
	for old, to := range map[string]string{
		"<failure ": "<failed ", ` tests="`: ` test="`, `<testcase name=`: `<testcase title=`, ` time="2.5`: ` time="soon`, "</testsuites>": "",
	} {
		if _, err := xmllint(t, strings.ReplaceAll(text, old, to)); err == nil || !strings.Contains(text, old) {
			t.Errorf("a report with %s in place of %s is taken", to, old)
		}
	}
}

func xmllint(t *testing.T, report string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "xmllint", "--nonet", "--noout", "--schema", "testdata/junit-10.xsd", "-")
	cmd.Stdin = strings.NewReader(report)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
