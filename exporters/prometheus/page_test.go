package prometheus

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

var update = flag.Bool("update", false, "write the golden files anew")

const golden = "testdata/page.prom"

func TestGoldenPage(t *testing.T) {
	t.Parallel()
	got := rendered(fullRun(), 10_000)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the page differs from %s (-want +got):\n%s", golden, diff)
	}
	seriesOf(t, got)
}

// A run out of the store has only the outstanding findings, and of these only
// what identifies them.
func TestStoredRunShowsTheSamePage(t *testing.T) {
	t.Parallel()
	stored := fullRun()
	stored.Findings = nil
	for _, f := range fullRun().Findings {
		if f.Outstanding() {
			stored.Findings = append(stored.Findings, f)
		}
	}
	if diff := cmp.Diff(rendered(fullRun(), 10_000), rendered(stored, 10_000)); diff != "" {
		t.Errorf("the page of the stored run differs (-fresh +stored):\n%s", diff)
	}
	if len(stored.Findings) == len(fullRun().Findings) {
		t.Error("the fixture has nothing but outstanding findings")
	}
}

func TestFixedFindingGoes(t *testing.T) {
	t.Parallel()
	run := fullRun()
	f := &run.Findings[0]
	labels := `{account_id="111122223333",bucket="acme-raw",check="iam-prefix-role-quilt-folder",region="",role="quilt/QuiltAlice",severity="medium",status="fail"}`
	before := seriesOf(t, rendered(run, 100))
	if _, shown := only(before, "finding_since_timestamp_seconds")[labels]; !shown {
		t.Fatalf("the open failure is not shown in %v", only(before, "finding_since_timestamp_seconds"))
	}
	f.Status, f.Known, f.StatusSince = audit.StatusPass, known(audit.StatusPass, takenAt), takenAt
	run.Tallies = tallies(run.Findings)
	after := seriesOf(t, rendered(run, 100))
	if _, shown := only(after, "finding_since_timestamp_seconds")[labels]; shown {
		t.Error("the fixed failure is still shown")
	}
	for name, want := range map[string]float64{
		`findings{account_id="111122223333",check="iam-prefix-role-quilt-folder",severity="medium",status="fail",waived="false"}`: 0,
		`findings{account_id="111122223333",check="iam-prefix-role-quilt-folder",severity="medium",status="pass",waived="false"}`: 1,
		`open_findings{account_id="111122223333",check="iam-prefix-role-quilt-folder",severity="medium",waived="false"}`:          0,
	} {
		if got, shown := after[namespace+name]; !shown || got != want {
			t.Errorf("%s is %v (%v), want %v", name, got, shown, want)
		}
	}
	oldest := namespace + `oldest_open_finding_timestamp_seconds{account_id="111122223333",check="iam-prefix-role-quilt-folder"}`
	if _, shown := after[oldest]; shown || before[oldest] == 0 {
		t.Errorf("%s: before %v, after %v", oldest, before[oldest], after[oldest])
	}
}

func TestRemovedAccountGoes(t *testing.T) {
	t.Parallel()
	run := fullRun()
	if !strings.Contains(rendered(run, 100), imaging) {
		t.Fatal("the account is not shown before")
	}
	run.Header.Accounts = run.Header.Accounts[:2]
	run.Findings = run.Findings[:len(run.Findings)-1]
	run.Tallies = tallies(run.Findings)
	if page := rendered(run, 100); strings.Contains(page, imaging) {
		t.Errorf("the removed account is still on the page:\n%s", page)
	}
}

func TestSeriesAtZero(t *testing.T) {
	t.Parallel()
	all := seriesOf(t, rendered(fullRun(), 100))
	for _, check := range []string{trails, roles, ownership, access} {
		for _, account := range []string{control, genomics, imaging} {
			labels := `{account_id="` + account + `",check="` + check + `",severity="` + severitiesOf(catalogue())[check].String() + `",`
			for _, name := range []string{
				"findings" + labels + `status="fail",waived="false"}`,
				"findings" + labels + `status="unknown",waived="false"}`,
				"open_findings" + labels + `waived="false"}`,
			} {
				if _, shown := all[namespace+name]; !shown {
					t.Errorf("%s is missing", name)
				}
			}
		}
	}
	for at := range all {
		if strings.Contains(at, "s3-not-enabled") {
			t.Errorf("%s is of a check that was not run", at)
		}
	}
	for _, state := range audit.WaiverStates() {
		if _, shown := all[namespace+`waivers{state="`+string(state)+`"}`]; !shown {
			t.Errorf("no series for %s waivers", state)
		}
	}
}

func TestSeverityOfARunGoesBeforeTheCatalogue(t *testing.T) {
	t.Parallel()
	run := fullRun()
	checks := map[string]audit.Severity{ownership: audit.Critical, trails: audit.Critical, roles: audit.Critical, access: audit.Critical}
	if page := string(render(newView(run, 100, checks))); strings.Contains(page, "critical") {
		t.Errorf("a check that has findings is shown with another severity:\n%s", page)
	}
}

func TestCap(t *testing.T) {
	t.Parallel()
	age := func(d time.Duration, severity audit.Severity, status audit.Status, name string) audit.Finding {
		f := audit.Finding{Check: ownership, Severity: severity, Status: status, AccountID: genomics, Resource: bucket(name), StatusSince: ago(d)}
		if status == audit.StatusFail {
			f.Known = known(status, ago(d))
		}
		return f
	}
	fail, unknown := audit.StatusFail, audit.StatusUnknown
	run := &audit.Run{Findings: []audit.Finding{
		age(9, audit.Low, fail, "f-low"),
		age(1, audit.High, unknown, "e-unknown-new"),
		age(2, audit.High, unknown, "d-unknown-old"),
		age(1, audit.High, fail, "b-first"),
		age(1, audit.High, fail, "c-second"),
		age(5, audit.High, fail, "a-old"),
	}}
	order := []string{"a-old", "b-first", "c-second", "d-unknown-old", "e-unknown-new", "f-low"}
	for limit := -1; limit <= len(order)+1; limit++ {
		all := seriesOf(t, rendered(run, limit))
		shown, kept := only(all, "finding_since_timestamp_seconds"), min(max(limit, 0), len(order))
		if got := all[namespace+"findings_dropped{}"]; len(shown) != kept || int(got) != len(order)-kept {
			t.Errorf("at a cap of %d there are %d series and %v left out", limit, len(shown), got)
		}
		for i, name := range order {
			if has := strings.Contains(strings.Join(names(shown), " "), `"`+name+`"`); has != (i < kept) {
				t.Errorf("at a cap of %d, %s is shown: %v", limit, name, has)
			}
		}
	}
}

func names(of map[string]float64) []string {
	var list []string
	for name := range of {
		list = append(list, name)
	}
	return list
}

// Of findings with the same labels the oldest one is shown, in whatever order
// they come.
func TestSameLabels(t *testing.T) {
	t.Parallel()
	fail := audit.StatusFail
	of := func(partition, name string, d time.Duration) audit.Finding {
		return audit.Finding{Check: ownership, Severity: audit.High, Status: fail, AccountID: genomics, Resource: "arn:" + partition + ":s3:::" + name, Known: known(fail, ago(d))}
	}
	for _, findings := range [][]audit.Finding{
		{of("aws", "b", time.Hour), of("aws-cn", "b", 2*time.Hour)},
		{of("aws", "b", 2*time.Hour), of("aws-cn", "b", time.Hour)},
		{of("aws", "\xff", time.Hour), of("aws", "\xfe", 2*time.Hour)}, // the same once they are UTF-8
	} {
		got := only(seriesOf(t, rendered(&audit.Run{Findings: findings}, 100)), "finding_since_timestamp_seconds")
		if len(got) != 1 || got[names(got)[0]] != seconds(ago(2*time.Hour)) {
			t.Errorf("got %v", got)
		}
	}
}

func TestSameAccountOrWaiverTwice(t *testing.T) {
	t.Parallel()
	run := fullRun()
	run.Header.Accounts = append(run.Header.Accounts, audit.HeaderAccount{ID: genomics, Name: "other", Buckets: 1, Access: audit.AccessDenied})
	run.Collected = append(run.Collected, audit.Collected{Collector: "s3", AccountID: genomics})
	run.Tallies = append(run.Tallies, run.Tallies...)
	all := seriesOf(t, rendered(run, 100))
	for at, want := range map[string]float64{
		`account_info{account_id="444455556666",name="genomics \"raw\"\\\n"}`:          1,
		`account_accessible{account_id="444455556666"}`:                                0,
		`buckets{account_id="444455556666"}`:                                           12,
		`collector_success{account_id="444455556666",collector="s3"}`:                  0,
		`evaluated_ratio{account_id="444455556666",check="cloudtrail-data-events"}`:    0.5,
		`waiver_expiry_timestamp_seconds{check="s3-*",waiver="` + firstWaiver() + `"}`: 1801440000, // 2027-02-01
	} {
		if got, shown := all[namespace+at]; !shown || got != want {
			t.Errorf("%s is %v (%v), want %v", at, got, shown, want)
		}
	}
	if got := len(only(all, "account_info")); got != 3 {
		t.Errorf("account_info has %d series, want 3", got)
	}
}

func firstWaiver() string { return fullRun().Waivers[0].Waiver.ID() }

func TestRoleName(t *testing.T) {
	t.Parallel()
	for resource, want := range map[string]string{
		"arn:aws:iam::111122223333:role/QuiltAlice":          "QuiltAlice",
		"arn:aws-cn:iam::111122223333:role/quilt/team/Ann":   "quilt/team/Ann",
		"arn:aws:iam::111122223333:root":                     "",
		"arn:aws:iam::111122223333:user/role/Ann":            "",
		"arn:aws:s3:::role":                                  "",
		"arn:aws:s3:::b:role/x":                              "",
		"arn:aws:sts::111122223333:assumed-role/role/QuiltX": "",
		"":        "",
		":role/x": "",
	} {
		if got := roleName(resource); got != want {
			t.Errorf("%q: got %q, want %q", resource, got, want)
		}
	}
}
