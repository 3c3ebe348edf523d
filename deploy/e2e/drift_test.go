//go:build deploy

package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

const (
	control  = "111122223333"
	genomics = "444455556666"
)

// estateConfig audits one bucket. Runs are those that the start makes up for
// and those that are asked for.
const estateConfig = `
control:
  account_id: "111122223333"
  regions: [us-east-1]
accounts:
  - id: "444455556666"
    name: genomics
    role_arn: arn:aws:iam::444455556666:role/QuiltAuditor
    external_id: an-external-id
    regions: [us-east-1]
    buckets: [acme-raw]
schedule: "0 0 29 2 *"
storage: {path: %s}
`

// drifted is what makes the one bucket fail: its Object Ownership is no longer
// set. shut is what shuts the auditor out of its account, and busy a request
// that AWS refuses once, because there were too many.
var (
	drifted = awsfake.Rule{Match: awsfake.Match{Operation: "GetBucketOwnershipControls"}, Fault: awsfake.NotFound}
	shut    = awsfake.Rule{Match: awsfake.Match{Account: genomics}, Fault: awsfake.AccessDenied}
	busy    = awsfake.Rule{Match: awsfake.Match{Operation: "GetBucketPolicy"}, Fault: awsfake.Throttle, Times: 1}
)

// estate is AWS with an auditor of it.
type estate struct {
	t *testing.T
	*process
	aws        *awsfake.Server
	prometheus *server
	runs       float64
}

// startEstate runs the auditor over a bucket that has nothing wrong.
func startEstate(t *testing.T) *estate {
	t.Helper()
	aws := awsfake.New(awsfake.Estate{
		Home: control,
		Accounts: []awsfake.Account{
			{ID: control},
			{ID: genomics, Roles: []awsfake.Role{{Name: "QuiltAuditor", Assumable: true, ExternalID: "an-external-id"}}},
		},
		Buckets: []awsfake.Bucket{{Name: "acme-raw", Owner: genomics, Ownership: awsfake.BucketOwnerEnforced, PublicAccessBlock: awsfake.BlockAll()}},
	})
	t.Cleanup(aws.Close)
	dir := t.TempDir()
	config := filepath.Join(dir, "quilt-auditor.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, estateConfig, dir), 0o600); err != nil {
		t.Fatal(err)
	}
	return &estate{t: t, aws: aws, process: start(t, auditorListens, aws.Env(), program(t),
		"serve", "--config.file", config, "--web.listen-address", "127.0.0.1:0", "--web.enable-lifecycle")}
}

// audit makes the estate so, has it audited, and waits until the alerts are
// those of that run.
func (e *estate) audit(rules ...awsfake.Rule) {
	e.t.Helper()
	e.aws.SetRules(rules...)
	until(e.t, "a run begins", func() error {
		response, err := http.Post(e.base()+"/api/v1/runs", "", http.NoBody)
		if err != nil {
			return err
		}
		_ = response.Body.Close()
		if response.StatusCode >= http.StatusMultipleChoices {
			return fmt.Errorf("it answers %s", response.Status)
		}
		return nil
	})
	e.audited()
}

// audited waits until another run has ended, and the alerts are those of it.
func (e *estate) audited() {
	e.t.Helper()
	e.runs++
	e.prometheus.untilValue(e.runs, `sum(quilt_auditor_runs_total{job="quilt-auditor"})`)
	e.prometheus.untilEvaluated()
}

// TestDriftedBucket: a bucket drifts, and the alert arrives. It is fixed while
// the account is shut: nobody can know, and the alert stays. It ends when the
// account is open again and the fix is seen.
func TestDriftedBucket(t *testing.T) {
	t.Parallel()
	e, am := startEstate(t), startAlertmanager(t)
	// An account that is not entered alerts after two runs of the usual
	// schedule, half an hour: too long for a test.
	e.prometheus = startPrometheus(t, e.process, copied(t, "prometheus/quilt-auditor.rules.yaml", replacement{"for: 30m", "for: 1s"}), am.notifies()...)
	e.audited()
	ownership := []string{"alertname", "QuiltAuditorOpenFinding", "check", "s3-object-ownership"}
	if sent, _ := am.alerts(ownership...); len(sent) > 0 {
		t.Fatalf("an alert is there before anything drifts: %v", sent)
	}

	e.audit(drifted, busy)
	wantAlert(t, am.untilFires(ownership...))
	am.untilTold([]string{"firing"}, ownership...)
	fires := time.Now()
	wantNumbers(t, e.prometheus)

	e.audit(drifted, shut)
	am.untilFires("alertname", "QuiltAuditorAccountNotEntered", "account_id", genomics)
	am.wantFires("while the account is shut", ownership...)
	wantInhibited(t, am)

	e.audit(shut)
	am.wantFires("while the account is shut and the bucket is fixed", ownership...)
	e.prometheus.wantAllTheTime(fires, "QuiltAuditorOpenFinding", "s3-object-ownership", genomics)

	e.audit()
	am.untilTold([]string{"firing", "resolved"}, ownership...)
	am.untilTold([]string{"firing", "resolved"}, "alertname", "QuiltAuditorAccountNotEntered")
	until(t, "Alertmanager has no such alert any more", func() error {
		if sent, inhibited := am.alerts(ownership...); len(sent)+len(inhibited) > 0 {
			return fmt.Errorf("it has %v and %v", sent, inhibited)
		}
		return nil
	})
}

// wantAlert: an alert says what somebody on call needs.
func wantAlert(t *testing.T, a alert) {
	t.Helper()
	want := map[string]string{
		"alertname": "QuiltAuditorOpenFinding", "job": "quilt-auditor", "check": "s3-object-ownership", "account_id": genomics,
		"severity": "warning", "finding_severity": "high",
	}
	if !maps.Equal(a.Labels, want) {
		t.Errorf("its labels are %v", a.Labels)
	}
	if !strings.Contains(a.Annotations["description"], "acme-raw since ") || !strings.HasSuffix(a.Annotations["runbook_url"], "/docs/runbooks/QuiltAuditorOpenFinding.md") {
		t.Errorf("its annotations are %v", a.Annotations)
	}
}

// wantInhibited: what follows from a shut account is not told beside it.
func wantInhibited(t *testing.T, am *pager) {
	t.Helper()
	until(t, "the alert about the account inhibits that about entering it", func() error {
		sent, inhibited := am.alerts("alertname", "QuiltAuditorOpenFinding", "check", "sts-account-access")
		if len(sent) != 0 || len(inhibited) != 1 {
			return fmt.Errorf("%v is sent, %v inhibited", sent, inhibited)
		}
		return nil
	})
}

// wantNumbers: the panels about AWS, whom the demo asks nothing, have numbers
// where AWS is asked and refuses what is too much.
func wantNumbers(t *testing.T, s *server) {
	t.Helper()
	d := dashboards(t)["auditor"]
	for title, legend := range map[string]string{
		"Requests by operation": "GetBucketPolicy", "Throttled by AWS": "GetBucketPolicy", "Answers that are errors, by code": "SlowDown", "Answer times by service": "s3",
	} {
		until(t, title+" has a number of "+legend, func() error {
			found, err := s.ask(d.panel(t, title).Targets[0], map[string]string{"job": "quilt-auditor"})
			for _, one := range found {
				above := slices.ContainsFunc(one.Values, func(p point) bool { return p.value > 0 })
				if above && slices.Contains(slices.Collect(maps.Values(one.Metric)), legend) {
					return nil
				}
			}
			return fmt.Errorf("it shows %v: %w", found, err)
		})
	}
}
