package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	model "github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/audit/sqlite"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// reported is a service's directory: its configuration, and a history of the
// drifting estate with a run an hour for the day before the present hour.
type reported struct {
	t      *testing.T
	config string
	store  *sqlite.Store // still open, as that of a service that runs
	past   map[string][]audit.Finding
	first  time.Time
	until  string // the present hour, also once it is over
}

const hourly = `control: {account_id: "111122223333", role_arn: "arn:aws:iam::111122223333:role/QuiltAuditor"}
profile: quilt-2024
accounts:
  - {id: "444455556666", role_arn: "arn:aws:iam::444455556666:role/QuiltAuditor", regions: [us-east-1], buckets: [acme-genomics-raw]}
schedule: "0 * * * *"
storage: {path: history}
`

func newReported(t *testing.T) *reported {
	t.Helper()
	dir := t.TempDir()
	r := &reported{t: t, config: filepath.Join(dir, "quilt-auditor.yaml"), past: map[string][]audit.Finding{}}
	if err := os.WriteFile(r.config, []byte(hourly), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if r.store, err = sqlite.Open(t.Context(), filepath.Join(dir, "history")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	const runs = 24
	present := time.Now().UTC().Truncate(time.Hour)
	r.first, r.until = present.Add(-runs*time.Hour), present.Format(time.RFC3339)
	prior := audit.NewPrior(0)
	for n := range runs {
		r.record(n, prior)
	}
	return r
}

func (r *reported) record(n int, prior *audit.Prior) {
	r.t.Helper()
	at := r.first.Add(time.Duration(n) * time.Hour)
	s, err := testdata.Drifted(n, at, checkIDs(checks.All()))
	if err != nil {
		r.t.Fatal(err)
	}
	id := fmt.Sprintf("run-%02d", n)
	run := audit.Settle(audit.Settlement{
		RunID: id, Snapshot: s, Checks: checks.All(), Verdicts: audit.Evaluate(s, checks.All()), Prior: prior, Times: audit.Times{StartedAt: at, EndedAt: at},
	})
	digest, err := r.store.Keep(r.t.Context(), s)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.store.Record(r.t.Context(), run, digest); err != nil {
		r.t.Fatal(err)
	}
	prior.Advance(run, true)
	r.past[id] = run.Findings
}

// do runs the program and wants that exit code.
func (r *reported) do(want int, args ...string) (stdout, stderr string) {
	r.t.Helper()
	var out, errs bytes.Buffer
	if code := run(r.t.Context(), args, nil, nil, &out, &errs); code != want {
		r.t.Fatalf("%q: exit code %d, want %d: %s", args, code, want, &errs)
	}
	return out.String(), errs.String()
}

// report is what the command writes as json.
func (r *reported) report(args ...string) *model.Report {
	r.t.Helper()
	text, _ := r.do(exitClean, append([]string{"report", "--config.file", r.config, "--output", "json"}, args...)...)
	var result model.Report
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&result); err != nil {
		r.t.Fatal(err)
	}
	return &result
}

// TestReportBesideAService reports while a store is open for writing, and the
// report tells what the runs found.
func TestReportBesideAService(t *testing.T) {
	t.Parallel()
	r := newReported(t)
	whole := r.report("--since", "2d", "--until", r.until)
	c := whole.Completeness
	if c.Runs.Complete+c.Runs.Partial != 24 || c.Runs.Made != 24 || c.Runs.Missed != 0 || c.Runs.Planned != 48 || !whole.Identity.HistoryBegins.Equal(r.first) {
		t.Errorf("runs %+v, the history begins at %s", c.Runs, whole.Identity.HistoryBegins)
	}
	if c.Accounts.Expected != 3 || c.Accounts.ReadSometimes != 1 || whole.Total.Resolved == 0 || whole.Total.End.Open == 0 {
		t.Errorf("accounts %+v, total %+v", c.Accounts, whole.Total)
	}
	r.tells(whole)
	permissions := map[string]bool{}
	for _, u := range whole.Unknowns {
		permissions[u.MissingPermission] = true
	}
	if !permissions["sts:AssumeRole"] || !permissions["s3:GetBucketPolicy"] {
		t.Errorf("what could not be judged names the permissions %v", permissions)
	}
	one := r.report("--since", "2d", "--until", r.until, "--account", "777788889999", "--framework", "soc2")
	for _, f := range one.Failures {
		if f.AccountID != "777788889999" || f.Check == "s3-bucket-inventory" {
			t.Errorf("%s of %s is in the report", f.Check, f.AccountID)
		}
	}
	if len(one.Frameworks) != 1 || one.Frameworks[0].Name != "soc2" || len(whole.Frameworks) < 8 || len(one.Failures) == 0 || len(one.Failures) >= len(whole.Failures) {
		t.Errorf("%d frameworks, %d failures, of %d and %d", len(one.Frameworks), len(one.Failures), len(whole.Frameworks), len(whole.Failures))
	}
	for _, format := range reportFormats() {
		if text, _ := r.do(exitClean, "report", "--config.file", r.config, "--since", "2d", "--until", r.until, "--output", format); !strings.Contains(text, "acme-genomics-results") {
			t.Errorf("%s tells nothing of a bucket that fails", format)
		}
	}
}

// tells wants each failure with what the run found that opened it, or the last
// one.
func (r *reported) tells(whole *model.Report) {
	r.t.Helper()
	evidence := map[string]string{} // by run and finding
	for id, findings := range r.past {
		for i := range findings {
			evidence[id+findings[i].ID] = string(findings[i].Evidence)
		}
	}
	for _, f := range whole.Failures {
		from := f.OpenedRun
		if f.Detail != nil && f.Detail.Of == model.OfLastRun {
			from = whole.Identity.LastRun
		}
		if f.Detail == nil || evidence[from+f.FindingID] != compact(r.t, f.Detail.Evidence) || f.Detail.Reason == "" || f.Detail.Remedy == nil {
			r.t.Errorf("%s on %s, opened by %s: %+v", f.Check, f.Resource, f.OpenedRun, f.Detail)
		}
	}
}

func compact(t *testing.T, text json.RawMessage) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestSnapshotsOfAReportReproduceIt writes every snapshot that a report names,
// and audits it again.
func TestSnapshotsOfAReportReproduceIt(t *testing.T) {
	t.Parallel()
	r := newReported(t)
	list := r.report("--since", "6h", "--until", r.until).Identity.Snapshots
	if len(list) < 5 {
		t.Fatalf("the report rests on %d snapshots", len(list))
	}
	for _, s := range list {
		file := filepath.Join(t.TempDir(), "snapshot.json")
		r.do(exitClean, "report", "snapshot", "--config.file", r.config, "--run", s.RunID, "--out", file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(text); !s.Kept || s.SHA256 != "sha256:"+hex.EncodeToString(sum[:]) {
			t.Errorf("the file of %s has the sum %x, the report says %+v", s.RunID, sum, s)
		}
		stream, _ := r.do(exitFindings, "audit", "--snapshot", file, "--output", "json")
		if diff := cmp.Diff(verdicts(r.past[s.RunID]), replayedVerdicts(t, stream)); diff != "" {
			t.Errorf("%s (-then +now):\n%s", s.RunID, diff)
		}
	}
}

// verdicts are the findings without their ages. What the run had no verdict on
// cannot be judged again either.
func verdicts(findings []audit.Finding) map[string]string {
	list := map[string]string{}
	for i := range findings {
		f := &findings[i]
		if !strings.Contains(f.Reason, "The listing of the account lacks the bucket") && !strings.HasPrefix(f.Reason, "The account of the bucket could not be entered") {
			list[f.ID] = fmt.Sprintln(f.Check, f.Resource, f.Subject, f.Status, f.Reason, f.Fingerprint, string(f.Evidence))
		}
	}
	return list
}

func replayedVerdicts(t *testing.T, stream string) map[string]string {
	t.Helper()
	var findings []audit.Finding
	for line := range strings.Lines(stream) {
		var f struct {
			Type string `json:"type"`
			audit.Finding
		}
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		if f.Type == "finding" {
			findings = append(findings, f.Finding)
		}
	}
	return verdicts(findings)
}

func TestReportRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "quilt-auditor.yaml")
	if err := os.WriteFile(file, []byte(hourly), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &reported{t: t}
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"--since 30", exitUsage, `--since: expected a date such as 2026-10-01, a time such as 2026-10-01T06:00:00Z or a period such as 30d, 2w or 36h, found "30"`},
		{"--since -5d", exitUsage, `--since: expected a date`},
		{"--since 2026-13-01", exitUsage, `--since: expected a date`},
		{"--until yesterday", exitUsage, `--until: expected a date`},
		{"--until 2999-01-01", exitUsage, "--until 2999-01-01 is in the future"},
		{"--since 2026-10-02 --until 2026-10-01", exitUsage, "--since 2026-10-02T00:00:00Z is not before --until 2026-10-01T00:00:00Z"},
		{"--output pdf", exitUsage, `--output: there is no format "pdf"; there are: `},
		{"--framework iso", exitUsage, `--framework "iso": use 21-cfr-11, annex-11, cis, `},
		{"--account 12", exitUsage, `--account "12": expected the twelve digits`},
		{"--since 1d extra", exitUsage, "extra"},
		{"--config.file nowhere.yaml", exitError, "nowhere.yaml"},
		{"", exitError, "there is no history: a service that was started with this storage.path makes one"},
		{"snapshot --out x.json", exitUsage, "--run and --out are required"},
		{"snapshot --run x --out x.json", exitError, "there is no history"},
	} {
		args := append([]string{"report"}, strings.Fields(c.args)...)
		if !strings.Contains(c.args, "--config.file") {
			args = append(args, "--config.file", file)
		}
		if out, errs := r.do(c.code, args...); !strings.Contains(errs, c.want) || out != "" {
			t.Errorf("%q: %s, want %q", c.args, errs, c.want)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the directory holds %v, %v", entries, err)
	}
	if _, errs := (&reported{t: t}).do(exitUsage, "report"); !strings.Contains(errs, "--config.file is required") {
		t.Errorf("without a configuration: %s", errs)
	}
}

func TestReportOfARunThatIsNotKept(t *testing.T) {
	t.Parallel()
	r := newReported(t)
	if _, errs := r.do(exitError, "report", "snapshot", "--config.file", r.config, "--run", "run-99", "--out", "-"); !strings.Contains(errs, `no snapshot of run "run-99"`) {
		t.Error(errs)
	}
}
