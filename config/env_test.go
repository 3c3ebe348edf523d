package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

func TestLoadLayers(t *testing.T) {
	t.Parallel()
	file := "control: {account_id: \"111122223333\", external_id: from-file, role_arn: \"arn:aws:iam::111122223333:role/File\", regions: [us-east-1]}\n" +
		"accounts: [{id: \"444455556666\", buckets: [acme-raw]}]\nprofile: quilt-2022\n"
	environ := []string{
		"PATH=/bin", "QUILT_AUDITOR_CONTROL__EXTERNAL_ID=from-env", "QUILT_AUDITOR_PROFILE=quilt-2022.12",
		"QUILT_AUDITOR_CONTROL__ROLE_ARN=arn:aws:iam::111122223333:role/Env", "QUILT_AUDITOR_ORGANIZATION__ACCOUNT_ID=001234567012",
		"QUILT_AUDITOR_SCHEDULE=CRON_TZ=Europe/Berlin 30 2 * * *", "QUILT_AUDITOR_STORAGE__PATH=history", "QUILT_AUDITOR_STORAGE__KEEP=1w",
		"QUILT_AUDITOR_WAIVERS_FILE=./from-env.yaml",
	}
	given := pflag.NewFlagSet("test", pflag.ContinueOnError)
	given.String("profile", "not-given", "")
	given.String("control.role_arn", "", "")
	given.StringSlice("control.regions", nil, "")
	given.String("log.level", "info", "")
	given.String("organization.role_arn", "not-given", "")
	given.String("storage.keep", "", "")
	if err := given.Parse([]string{"--control.role_arn=arn:aws:iam::111122223333:role/Flag", "--control.regions=us-west-1,us-west-2", "--log.level=debug", "--storage.keep=2w"}); err != nil {
		t.Fatal(err)
	}
	got := mustLoad(t, file, Options{Environ: environ, Flags: given})
	want := &Config{
		Control: Control{
			AccountID: "111122223333", ExternalID: NewSecret("from-env"),
			RoleARN: "arn:aws:iam::111122223333:role/Flag", Regions: []string{"us-west-1", "us-west-2"},
		},
		Organization: &Organization{AccountID: "001234567012"},
		Profile:      "quilt-2022.12",
		Accounts:     []Account{{ID: "444455556666", Buckets: []Bucket{{Name: "acme-raw"}}}},
		Schedule:     "CRON_TZ=Europe/Berlin 30 2 * * *",
		Timezone:     "UTC",
		WaiversFile:  "from-env.yaml",
		Storage:      Storage{Path: "history", Keep: 14 * Day},
		Exports:      []Export{{Format: "json", Path: "history/findings.ndjson"}},
	}
	if diff := cmp.Diff(want, got, compared); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}

// Messages name the variable or the flag that holds the wrong value.
func TestLoadProblemSources(t *testing.T) {
	t.Parallel()
	given := pflag.NewFlagSet("test", pflag.ContinueOnError)
	given.StringSlice("control.regions", nil, "")
	given.String("profile", "", "")
	given.String("control.account_id", "not-given", "")
	if err := given.Parse([]string{"--control.regions=us-east-1,nowhere,us-east-1", "--profile=old"}); err != nil {
		t.Fatal(err)
	}
	_, _, err := load([]byte("control: {account_id: \"1\", regions: [eu-west-1, eu-west-2, eu-west-3]}\naccounts: [{id: \"2\", buckets: [acme-raw]}]\n"), Options{
		File: "quilt.yaml", Flags: given,
		Environ: []string{
			"QUILT_AUDITOR_CONTROL__ACCOUNT_ID=12", "QUILT_AUDITOR_CONTROL__EXTERNAL_ID=hunter 2", "QUILT_AUDITOR_ORGANIZATION__ROLE_ARN=",
			"QUILT_AUDITOR_STORAGE__KEEP=90", "QUILT_AUDITOR_STORAGE__PATH=", "QUILT_AUDITOR_SCHEDULE=@daily", "QUILT_AUDITOR_TIMEZONE=Mars",
		},
		CheckSchedule: tested(Options{}).CheckSchedule,
	})
	want := strings.TrimSpace(`
quilt.yaml:1: organization.account_id: missing: the account id, twelve digits
quilt.yaml:2: accounts[0].id: expected an account id of twelve digits, found "2"
--control.regions: control.regions[1]: expected a region such as us-east-1, found "nowhere"
--control.regions: control.regions[2]: "us-east-1" is already listed on --control.regions
--profile: unknown profile "old"; known: quilt-2022, quilt-2022.12, quilt-2024
QUILT_AUDITOR_CONTROL__ACCOUNT_ID: control.account_id: expected an account id of twelve digits, found "12"
QUILT_AUDITOR_CONTROL__EXTERNAL_ID: control.external_id: expected 2 to 1224 letters, digits or any of _+=,.@:/-
QUILT_AUDITOR_SCHEDULE: schedule: nickname "@daily" is not supported: write "0 0 * * *"
QUILT_AUDITOR_STORAGE__KEEP: storage.keep: expected a period such as 90d, 2w or 36h, found "90": each number needs its unit, w, d, h, m (minutes) or s, without spaces
QUILT_AUDITOR_STORAGE__PATH: storage.path: missing: the directory that holds the history
QUILT_AUDITOR_TIMEZONE: timezone: unknown time zone "Mars": use a name of the IANA time zone database, such as Europe/Berlin, America/New_York or UTC`)
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestLoadWarnings(t *testing.T) {
	t.Parallel()
	file := `control:
  account_id: "111122223333"
  role_arn: arn:aws:iam::111122223333:role/QuiltAuditor
organization:
  account_id: "999988887777"
  external_id: nobody-asks
accounts:
  - id: "111122223333"
    role_arn: arn:aws:iam::111122223333:role/QuiltAuditor
    discover: {}
`
	cfg, warnings, err := load([]byte(file), Options{File: "quilt.yaml", Environ: []string{
		"QUILT_AUDITOR_SERVICE_HOST=10.0.0.1", "QUILT_AUDITOR_CONTROL__EXTERNALID=hunter2", "QUILT_AUDITOR_CONTROL__REGIONS=us-east-1", "QUILT_AUDITOR_=x",
	}})
	if err != nil || cfg == nil {
		t.Fatalf("warnings must not be errors: %v", err)
	}
	var got []string
	for _, w := range warnings {
		got = append(got, w.String())
	}
	want := []string{
		"quilt.yaml:3: control.role_arn: no external_id beside this role; ask for one in its trust policy, so that nobody else can have it assumed",
		"quilt.yaml:6: organization.external_id: not used: there is no role_arn beside it",
		"quilt.yaml:8: accounts[0].id: also the control account: the identity side grants there, so a missing bucket policy is no fail",
		"quilt.yaml:9: accounts[0].role_arn: no external_id beside this role; ask for one in its trust policy, so that nobody else can have it assumed",
		"quilt.yaml:10: accounts[0].discover: no regions beside it: buckets of every region are discovered",
		"QUILT_AUDITOR_: ignored: no key has this variable",
		"QUILT_AUDITOR_CONTROL__EXTERNALID: ignored: no key has this variable; did you mean QUILT_AUDITOR_CONTROL__EXTERNAL_ID?",
		"QUILT_AUDITOR_CONTROL__REGIONS: ignored: control.regions is a list, which only the file can set",
		"QUILT_AUDITOR_SERVICE_HOST: ignored: no key has this variable",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestLoadDaemonWarnings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"schedule: CRON_TZ=Europe/Berlin 0 2 * * *":                                                                                                   "",
		"schedule: CRON_TZ=Europe/Berlin 0 2 * * *\ntimezone: UTC":                                                                                    "quilt.yaml:5: timezone: not used: schedule names its own time zone",
		"schedule: CRON_TZ=Europe/Berlin 0 2 * * *\ntimezone: UTC\nreports: [{schedule: 0 6 1 * *, to: {directory: a}}]":                              "",
		"storage: {keep: 62d}\nreports: [{schedule: 0 6 1 * *, period: month, to: {directory: a}}]":                                                   "",
		"storage: {keep: 61d}\nreports: [{schedule: 0 6 1 * *, period: month, to: {directory: a}}]":                                                   "quilt.yaml:5: reports[0].period: reaches back further than storage.keep, 61d: of what is older there is only what lasted",
		"storage: {keep: 29d}\nreports: [{schedule: 0 6 1 * *, to: {directory: a}}]":                                                                  "quilt.yaml:5: reports[0].period: reaches back further than storage.keep, 29d: of what is older there is only what lasted",
		"reports: [{schedule: 0 6 1 * *, to: {directory: a}, keep: 3m}]":                                                                              "quilt.yaml:4: reports[0].keep: only the files of the last 3m stay; m stands for minutes",
		"reports: [{schedule: 0 6 1 * *, to: {s3: {bucket: bbb, region: us-east-1, role_arn: 'arn:aws:iam::111122223333:role/R', external_id: x1}}}]": "",
		"reports: [{schedule: 0 6 1 * *, to: {s3: {bucket: bbb, region: us-east-1, role_arn: 'arn:aws:iam::111122223333:role/R'}}}]":                  "quilt.yaml:4: reports[0].to.s3.role_arn: no external_id beside this role; ask for one in its trust policy, so that nobody else can have it assumed",
		"organization: {account_id: '999988887777', role_arn: &r 'arn:aws:iam::999988887777:role/R', external_id: x1}\nreports: [{schedule: 0 6 1 * *, to: {s3: {bucket: bbb, region: us-east-1, role_arn: *r, external_id: x1}}}]": "quilt.yaml:5: reports[0].to.s3.role_arn: also a role that audits; give reports one of their own, so that this one stays read-only",
		"exports: [{format: json, directory: a, keep: 1d}]":              "",
		"exports: [{format: json, directory: a, keep: 3m}]":              "quilt.yaml:4: exports[0].keep: only the files of the last 3m stay; m stands for minutes",
		"exports: [{format: json, directory: a}]\nwaivers_file: nowhere": "",
	} {
		cfg, warnings, err := load([]byte(minimal+text), tested(Options{}))
		if err != nil || cfg == nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		got := ""
		for _, w := range warnings {
			got += w.String()
		}
		if got != want {
			t.Errorf("%q: warning %q, want %q", text, got, want)
		}
	}
}
