package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const reportsToS3 = `
reports:
  - {name: daily, schedule: 0 6 * * *, to: {s3: {bucket: acme-audit-reports, prefix: quilt/, region: us-east-1}}}
  - {name: weekly, schedule: 0 6 * * 1, to: {s3: {bucket: acme-audit-reports, prefix: quilt/, region: us-east-1}}}
  - {name: monthly, schedule: 0 6 1 * *, to: {s3: {bucket: acme-board, region: us-east-1}}}
  - {name: here, schedule: 0 6 1 * *, to: {directory: reports}}
`

// TestReportPermissions: where reports go to S3 a statement of its own allows
// to put them there, and nobody who reads an account gets it.
func TestReportPermissions(t *testing.T) {
	t.Parallel()
	file := writeConfig(t, fakeConfig+reportsToS3)
	const putOnly = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "QuiltAuditorPutsReports",
      "Effect": "Allow",
      "Action": [
        "s3:PutObject"
      ],
      "Resource": "arn:aws:s3:::acme-audit-reports/quilt/quilt-auditor-report-*"
    },
    {
      "Sid": "QuiltAuditorPutsReports2",
      "Effect": "Allow",
      "Action": [
        "s3:PutObject"
      ],
      "Resource": "arn:aws:s3:::acme-board/quilt-auditor-report-*"
    }
  ]
}
`
	if diff := cmp.Diff(putOnly, string(printed(t, "--config.file", file, "--for", "reports"))); diff != "" {
		t.Errorf("for reports (-want +got):\n%s", diff)
	}
	for kind := range accountKinds {
		args := []string{"--config.file", file, "--for", kind}
		without := printed(t, "--config.file", writeConfig(t, fakeConfig), "--for", kind)
		if diff := cmp.Diff(string(without), string(printed(t, args...))); diff != "" {
			t.Errorf("%s accounts: reports make a difference (-without +with):\n%s", kind, diff)
		}
	}
	all := string(printed(t, "--config.file", file))
	if strings.Count(all, `"Sid"`) != 3 || strings.Count(all, "s3:PutObject") != 2 {
		t.Errorf("for all:\n%s", all)
	}
}

// Where no report goes to S3 nothing is to be allowed.
func TestNoReportPermissions(t *testing.T) {
	t.Parallel()
	local := writeConfig(t, fakeConfig+"reports: [{schedule: 0 6 1 * *, to: {directory: reports}}]\n")
	for _, args := range [][]string{{"--for", "reports"}, {"--for", "reports", "--config.file", local}} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), append([]string{"permissions"}, args...), nil, nil, &stdout, &stderr); code != exitError || stdout.Len() > 0 || !strings.Contains(stderr.String(), "no report of the configuration goes to an S3 bucket") {
			t.Errorf("%q: exit code %d\n%s%s", args, code, stdout.String(), stderr.String())
		}
	}
	if all := printed(t, "--config.file", local); bytes.Contains(all, []byte("Put")) {
		t.Errorf("for all:\n%s", all)
	}
}
