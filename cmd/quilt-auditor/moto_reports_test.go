//go:build moto

package main_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/sqlite"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// Where reports go, which is no account that is audited.
const (
	reportAccount = "555566667777"
	reportBucket  = "acme-audit-reports"
)

const reportsConfig = ownershipOnly + `
schedule: 0 0 29 2 *
storage: {path: history}
reports:
  - {name: local, schedule: DAILY, period: 3d, formats: [html, json], to: {directory: reports}}
  - name: remote
    schedule: DAILY
    period: 3d
    formats: [html, json]
    to:
      s3:
        bucket: acme-audit-reports
        prefix: quilt/
        region: us-east-1
        account_id: "555566667777"
        role_arn: arn:aws:iam::555566667777:role/QuiltAuditorReports
        external_id: s3cr3t-per-organization
`

// testReports: a report that is due arrives in the bucket, whole, once, and is
// what it is on disk; a daemon that is killed on the way leaves nothing.
func testReports(t *testing.T, l *lab) {
	l.admit(t, control, genomics)
	l.moto.bucket(t, reportAccount, bucketSpec{name: reportBucket})
	l.moto.role(t, reportAccount, roleSpec{name: "QuiltAuditorReports"})
	l.gate.trust("arn:aws:iam::"+reportAccount+":role/QuiltAuditorReports", externalID)
	due := time.Now().UTC().AddDate(0, 0, -2).Truncate(24 * time.Hour)
	config := writeFile(t, "config.yaml", strings.ReplaceAll(reportsConfig, "DAILY", due.Format(`"4 15 2 1 *"`)))
	remember(t, filepath.Join(filepath.Dir(config), "history"), due.Add(-24*time.Hour))

	reached, release := l.gate.hold("s3:PutObject")
	d := l.daemon(t, config)
	<-reached
	d.kill(t)
	release()
	names := []string{"quilt-auditor-report-%s-" + due.Format("2006-01-02T150405Z") + ".html", "quilt-auditor-report-%s-" + due.Format("2006-01-02T150405Z") + ".json"}
	if _, err := l.report(t, fmt.Sprintf(names[1], "remote")); !missing(err) {
		t.Errorf("a report of a daemon that was killed before: %v", err)
	}

	d = l.daemon(t, config)
	for _, name := range names {
		object := l.arrives(t, fmt.Sprintf(name, "remote"))
		file, err := os.ReadFile(filepath.Join(filepath.Dir(config), "reports", fmt.Sprintf(name, "local")))
		if err != nil || string(file) != object || len(file) < 500 {
			t.Errorf("%s: %d bytes on disk, %d in the bucket, %v", name, len(file), len(object), err)
		}
	}
	d.kill(t)
	l.puts(t, 2)
}

// remember makes a history of the sample estate that begins at that time.
func remember(t *testing.T, dir string, began time.Time) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), dir)
	must(t, "opening the history", err)
	prior := audit.NewPrior(0)
	for n := range testdata.Cycle {
		at := began.Add(time.Duration(n) * time.Hour)
		var ids []string
		for _, c := range checks.All() {
			ids = append(ids, c.ID)
		}
		read, err := testdata.Drifted(n, at, ids)
		must(t, "the estate", err)
		run := audit.Settle(audit.Settlement{
			RunID: fmt.Sprintf("00000000-0000-4000-8000-%012d", n), Snapshot: read, Checks: checks.All(),
			Verdicts: audit.Evaluate(read, checks.All()), Prior: prior, Times: audit.Times{StartedAt: at, EndedAt: at.Add(time.Minute)},
		})
		digest, err := store.Keep(t.Context(), read)
		must(t, "keeping a snapshot", err)
		must(t, "recording a run", store.Record(t.Context(), run, digest))
		prior.Advance(run, true)
	}
	must(t, "closing the history", store.Close())
}

// service is the program as it serves.
type service struct {
	*exec.Cmd
	said *strings.Builder
}

func (l *lab) daemon(t *testing.T, config string) *service {
	t.Helper()
	d := &service{l.command(t, "serve", "--config.file", config, "--web.listen-address", "127.0.0.1:0"), &strings.Builder{}}
	d.Stdout, d.Stderr = d.said, d.said
	must(t, "starting the daemon", d.Start())
	return d
}

// kill ends it at once, and holds what it said against the rules.
func (d *service) kill(t *testing.T) {
	t.Helper()
	must(t, "killing the daemon", d.Process.Kill())
	_ = d.Wait() // ended by a signal
	for _, canary := range []string{externalID, baseSecret, "DATA RACE", "panic"} {
		if strings.Contains(d.said.String(), canary) {
			t.Errorf("the daemon said %q:\n%s", canary, d.said)
		}
	}
}

// report is an object of the bucket, whose type and checksum are sound.
func (l *lab) report(t *testing.T, name string) (string, error) {
	t.Helper()
	out, err := l.moto.s3(t, reportAccount, "us-east-1").GetObject(t.Context(), &s3.GetObjectInput{
		Bucket: aws.String(reportBucket), Key: aws.String("quilt/" + name), ChecksumMode: s3types.ChecksumModeEnabled,
	})
	if err != nil {
		return "", err
	}
	defer func() { _ = out.Body.Close() }() // it was only read
	content, err := io.ReadAll(out.Body)    // which fails if the checksum is another
	if media := aws.ToString(out.ContentType); !strings.HasPrefix(media, map[bool]string{true: "text/html", false: "application/json"}[strings.HasSuffix(name, "html")]) {
		t.Errorf("%s is of type %s", name, media)
	}
	if aws.ToString(out.ChecksumSHA256) == "" {
		t.Errorf("%s has no checksum", name)
	}
	return string(content), err
}

func missing(err error) bool {
	_, ok := errors.AsType[*s3types.NoSuchKey](err)
	return ok
}

// arrives waits for a report.
func (l *lab) arrives(t *testing.T, name string) string {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		content, err := l.report(t, name)
		if err == nil {
			return content
		}
		if !missing(err) || time.Now().After(deadline) {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// puts wants the bucket to have so many objects, and nothing anywhere else to
// have been written: the gate has let nothing else pass.
func (l *lab) puts(t *testing.T, objects int) {
	t.Helper()
	out, err := l.moto.s3(t, reportAccount, "us-east-1").ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(reportBucket)})
	must(t, "listing the reports", err)
	if len(out.Contents) != objects {
		t.Errorf("%d objects in the bucket, want %d", len(out.Contents), objects)
	}
}
