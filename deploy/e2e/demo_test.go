//go:build deploy

package e2e

import (
	"fmt"
	"testing"
	"time"
)

// TestDemoAlerts follows the drift of the sample estate, which has its own
// pace: a bucket policy loses an action, and gets it back; meanwhile another
// account is shut, and opened. What alerts when is told by what was recorded,
// so that it does not matter how fast anybody looks.
func TestDemoAlerts(t *testing.T) {
	t.Parallel()
	am := startAlertmanager(t)
	s := startPrometheus(t, startDemo(t), copied(t, "prometheus/quilt-auditor.rules.yaml"), am.notifies()...)
	const imaging = "777788889999"
	lost := []string{"alertname", "QuiltAuditorMoreOpenFindings", "check", "s3-bucket-policy-required-actions", "account_id", genomics}
	entry := []string{"alertname", "QuiltAuditorOpenFinding", "check", "sts-account-access", "account_id", imaging}
	stays := []string{"alertname", "QuiltAuditorOpenFinding", "check", "s3-bucket-policy-required-actions", "account_id", imaging}

	am.untilTold([]string{"firing"}, stays...)
	first := time.Now()
	am.untilTold([]string{"firing", "resolved"}, lost...)
	am.untilTold([]string{"firing", "resolved"}, entry...)
	am.wantFires("after the account was shut", stays...)

	s.wantAllTheTime(first, stays[1], stays[3], stays[5])
	shut := fmt.Sprintf(`min_over_time(account:quilt_auditor_account_accessible:min{account_id=%q}[%ds])`, imaging, int(time.Since(first).Seconds()))
	if got, err := s.one(shut); err != nil || got != 0 {
		t.Errorf("%s is %v (%v): the account was never shut, and this proves nothing", shut, got, err)
	}
}
