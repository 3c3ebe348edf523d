package config

import (
	gocmp "cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
)

// minimal is the least valid file.
const minimal = `control: {account_id: "111122223333"}
accounts:
  - {id: "444455556666", buckets: [acme-raw]}
`

// exampleFramework is the one in the example.
const exampleFramework = "21-cfr-11"

// tested are the options with what the program gives beside them.
func tested(o Options) Options {
	o.File, o.CheckIDs, o.Frameworks = "quilt.yaml", checkIDs, []string{"cis", exampleFramework}
	o.CheckSchedule = func(spec, timezone string) error {
		_, err := schedule.Parse(spec, timezone)
		return gocmp.Or(errors.Unwrap(err), err) // without the specification before it
	}
	return o
}

// compared leaves out what only the digest is made of.
var compared = cmpopts.IgnoreUnexported(Config{})

// byDefault is what a file that says nothing of the daemon gives.
func byDefault(c Config) *Config {
	c.Schedule, c.Timezone = "*/15 * * * *", "UTC"
	c.Storage = Storage{Path: "/var/lib/quilt-auditor", Keep: 400 * Day}
	c.Exports = []Export{{Format: "json", Path: "/var/lib/quilt-auditor/findings.ndjson"}}
	return &c
}

func mustLoad(t *testing.T, data string, o Options) *Config {
	t.Helper()
	cfg, warnings, err := load([]byte(data), tested(o))
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	if len(warnings) > 0 {
		t.Errorf("warnings: %v", warnings)
	}
	return cfg
}

func TestLoadDefaults(t *testing.T) {
	t.Parallel()
	got := mustLoad(t, minimal, Options{})
	want := byDefault(Config{
		Control:  Control{AccountID: "111122223333"},
		Profile:  "quilt-2024",
		Accounts: []Account{{ID: "444455556666", Buckets: []Bucket{{Name: "acme-raw"}}}},
	})
	if diff := cmp.Diff(want, got, compared); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}

func TestLoadEveryKey(t *testing.T) {
	t.Parallel()
	got := mustLoad(t, string(Example()), Options{})
	secret := NewSecret("change-me-1f6b2c")
	role := func(account string) string { return "arn:aws:iam::" + account + ":role/QuiltAuditor" }
	want := &Config{
		Control: Control{
			AccountID: "111122223333", RoleARN: role("111122223333"), ExternalID: secret, Regions: []string{"us-east-1"},
			Principals: []string{"arn:aws:iam::111122223333:role/QuiltRegistry", "arn:aws:iam::111122223333:role/QuiltIndexer"},
			Context:    map[string][]string{"aws:SourceVpce": {"vpce-0a1b2c3d4e5f67890"}},
		},
		Organization: &Organization{AccountID: "999988887777", RoleARN: role("999988887777"), ExternalID: secret},
		Profile:      "quilt-2024",
		Profiles:     map[string][]string{"read-only": {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"}},
		Accounts: []Account{
			{
				ID: "444455556666", Name: "genomics", RoleARN: role("444455556666"), ExternalID: secret,
				Regions: []string{"us-east-1", "us-west-2"},
				Buckets: []Bucket{
					{Name: "acme-genomics-raw"},
					{Name: "acme-shared", Prefixes: []string{"projects/"}, Profile: "read-only"},
				},
			},
			{
				ID: "777788889999", Name: "imaging", RoleARN: role("777788889999"), ExternalID: secret,
				Regions: []string{"us-east-1"},
				Discover: &Discover{
					Include: []string{"acme-*"}, Exclude: []string{"*-scratch"}, Tags: map[string]string{"quilt": "true"},
				},
			},
		},
		PrefixRoles: []PrefixRole{{
			RoleARN: "arn:aws:iam::111122223333:role/QuiltAlice", Bucket: "acme-genomics-raw",
			Prefixes: []string{"projects/alice/"}, Access: AccessReadWrite,
		}},
		Schedule: "*/15 * * * *", Timezone: "UTC",
		Checks:  Checks{Disable: []string{}, Params: map[string]any{}},
		Storage: Storage{Path: "/var/lib/quilt-auditor", Keep: 400 * Day},
		Exports: []Export{
			{Format: "json", Path: "/var/lib/quilt-auditor/findings.ndjson"},
			{Format: "json", Directory: "/var/lib/quilt-auditor/runs", Keep: 90 * Day},
		},
		Reports: []Report{
			{
				Name: "monthly", Schedule: "0 6 1 * *", Period: Window{month: true}, Formats: []string{"html", "csv"},
				To: Destination{Directory: "/var/lib/quilt-auditor/reports"}, Keep: 1100 * Day,
			},
			{
				Name: "gxp-genomics", Schedule: "30 6 * * 1", Period: Window{period: 7 * Day}, Formats: []string{"html"},
				Framework: exampleFramework, Account: "444455556666",
				To: Destination{S3: &BucketDestination{
					Bucket: "acme-audit-reports", Prefix: "quilt/", Region: "us-east-1", AccountID: "555566667777",
					RoleARN: "arn:aws:iam::555566667777:role/QuiltAuditorReports", ExternalID: secret,
				}},
			},
		},
	}
	if diff := cmp.Diff(want, got, compared); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}

// What the example writes lies where a service in a container may write.
func TestExampleWritesWhereTheHistoryIs(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, string(Example()), Options{})
	for _, path := range c.paths() {
		if *path != "" && *path != c.Storage.Path && !strings.HasPrefix(*path, c.Storage.Path+"/") {
			t.Errorf("%s is not under %s", *path, c.Storage.Path)
		}
	}
}

func TestLoadDiscoverDefault(t *testing.T) {
	t.Parallel()
	got := mustLoad(t, `control: {account_id: "111122223333"}
accounts: [{id: "444455556666", regions: [us-east-1], discover: {}}]`, Options{})
	if diff := cmp.Diff(&Discover{Include: []string{"*"}}, got.Accounts[0].Discover); diff != "" {
		t.Errorf("discover (-want +got):\n%s", diff)
	}
}

func TestLoadFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "quilt.yaml")
	_, _, err := Load(Options{File: file})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "quilt-auditor config example > "+file) {
		t.Errorf("a missing file: got %v, want fs.ErrNotExist and what to do", err)
	}
	if _, _, err := Load(Options{}); err == nil || !strings.Contains(err.Error(), "--config.file") {
		t.Errorf("no file named: got %v, want the flag's name", err)
	}
	if _, _, err := Load(Options{File: t.TempDir()}); err == nil {
		t.Error("a directory: got no error")
	}
	if err := os.WriteFile(file, []byte(minimal), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, _, err := Load(Options{File: file})
	if err != nil || cfg.Accounts[0].Buckets[0].Name != "acme-raw" {
		t.Errorf("got %+v, error %v", cfg, err)
	}
}

// FuzzLoad: any bytes give a valid configuration or problems of that file,
// with lines, and the same ones each time.
func FuzzLoad(f *testing.F) {
	f.Add(Example())
	f.Add([]byte(minimal))
	f.Add([]byte("a: &a {<<: *a}\naccounts: [*a, {<<: [*a, {b: 1}]}]"))
	f.Add([]byte("? ? a\n: !!int 111122223333"))
	f.Add([]byte(minimal + "reports: [{schedule: 0 6 1 * *, to: {directory: r}}, {name: b, schedule: 0 0 * * *, period: month, keep: 36h, to: {s3: {bucket: bbb, region: eu-west-1}}}]"))
	f.Add([]byte(minimal + "schedule: CRON_TZ=Asia/Kathmandu 0 2 * * 1-5\nstorage: {keep: 1w2d12h}\nexports: [{format: json, directory: ../runs}, {format: json, path: a/../b, keep: 1d}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o := tested(Options{})
		cfg, _, err := load(data, o)
		again, _, errAgain := load(data, o)
		if fmt.Sprint(err) != fmt.Sprint(errAgain) || !cmp.Equal(cfg, again, compared) {
			t.Fatalf("two readings differ: %v, %v", err, errAgain)
		}
		if err == nil {
			if whole(t, cfg, o); Digest(cfg) != Digest(again) {
				t.Fatalf("a configuration with two digests: %+v", cfg)
			}
			return
		}
		wellFormed(t, err, "quilt.yaml")
	})
}

// wellFormed fails the test unless the error is a list of problems, each in
// one line with its place.
func wellFormed(t *testing.T, err error, source string) {
	t.Helper()
	var all *Error
	if !errors.As(err, &all) || len(all.Problems) == 0 {
		t.Fatalf("got a %T: %v", err, err)
	}
	for _, p := range all.Problems {
		if p.Source != source || p.Line < 1 || p.Message == "" || strings.ContainsAny(p.String(), "\n\r") {
			t.Fatalf("not a line with its place: %q", p.String())
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, buckets := range []int{100, 5000} {
		data := []byte("control: {account_id: \"111122223333\"}\naccounts:\n  - id: \"444455556666\"\n    buckets:\n")
		for i := range buckets {
			data = fmt.Appendf(data, "      - {name: acme-%d, prefixes: [a/, b/]}\n", i)
		}
		b.Run(fmt.Sprintf("buckets=%d", buckets), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := load(data, Options{File: "quilt.yaml", CheckIDs: checkIDs}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
