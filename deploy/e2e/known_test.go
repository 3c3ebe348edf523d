//go:build prometheus

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// wantCounts: the first line is what the auditor itself says.
func wantCounts(t *testing.T, s *server, demo *process, posture *dashboard, chosen map[string]string) {
	t.Helper()
	until(t, "the dashboard counts what the auditor counts", func() error {
		page, err := get(demo.base() + "/metrics")
		if err != nil {
			return err
		}
		parser := expfmt.NewTextParser(model.LegacyValidation)
		families, err := parser.TextToMetricFamilies(strings.NewReader(string(page)))
		if err != nil {
			return err
		}
		want := 0.0
		for _, m := range families["quilt_auditor_open_findings"].GetMetric() {
			labels := map[string]string{}
			for _, pair := range m.GetLabel() {
				labels[pair.GetName()] = pair.GetValue()
			}
			if labels["severity"] == "high" && labels["waived"] == "false" {
				want += m.GetGauge().GetValue()
			}
		}
		got, err := s.one(substituted(posture.panel(t, "Open, high").Targets[0].Expr, chosen))
		if err == nil && (got != want || want == 0) {
			err = fmt.Errorf("%v are open and %v are shown", want, got)
		}
		return err
	})
}

// wantUnknown: once the auditor is gone, what nobody can know any more has no
// value, and what its last run found is shown still.
func wantUnknown(t *testing.T, s *server, all map[string]*dashboard, chosen map[string]string) {
	t.Helper()
	value := func(name, title string) ([]sample, error) {
		return s.instant(substituted(all[name].panel(t, title).Targets[0].Expr, chosen))
	}
	until(t, "the auditor is shown as down", func() error {
		found, err := value("auditor", "Scraped")
		if err == nil && (len(found) != 1 || found[0].Value.value != 0) {
			err = fmt.Errorf("it is %v", found)
		}
		return err
	})
	s.untilEvaluated()
	for _, gone := range []string{"Not judged", "Buckets", "Findings without a series"} {
		if found, err := value("posture", gone); err != nil || len(found) > 0 {
			t.Errorf("%s is %v (%v) while nobody can know it", gone, found, err)
		}
	}
	for _, kept := range []string{"Open, critical", "Open, high", "Accounts not entered", "Oldest open failure", "Accounts", "Open failures by account, check and severity"} {
		if found, err := value("posture", kept); err != nil || !shows(found) {
			t.Errorf("%s is %v (%v), not what the last run found", kept, found, err)
		}
	}
	if found, err := value("posture", "Accounts"); err != nil || !slices.ContainsFunc(found, func(s sample) bool { return s.Metric["name"] == "genomics" }) {
		t.Errorf("accounts have lost their names: %v (%v)", found, err)
	}
}
