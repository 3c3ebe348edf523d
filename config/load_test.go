package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// minimal is the least valid file.
const minimal = `control: {account_id: "111122223333"}
accounts:
  - {id: "444455556666", buckets: [acme-raw]}
`

func mustLoad(t *testing.T, data string, o Options) *Config {
	t.Helper()
	o.File, o.CheckIDs = "quilt.yaml", checkIDs
	cfg, warnings, err := load([]byte(data), o)
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
	want := &Config{
		Control:  Control{AccountID: "111122223333"},
		Profile:  "quilt-2024",
		Accounts: []Account{{ID: "444455556666", Buckets: []Bucket{{Name: "acme-raw"}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
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
		Checks: Checks{Disable: []string{}, Params: map[string]any{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
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
	f.Fuzz(func(t *testing.T, data []byte) {
		o := Options{File: "quilt.yaml", CheckIDs: checkIDs}
		cfg, _, err := load(data, o)
		again, _, errAgain := load(data, o)
		if fmt.Sprint(err) != fmt.Sprint(errAgain) || !cmp.Equal(cfg, again) {
			t.Fatalf("two readings differ: %v, %v", err, errAgain)
		}
		if err == nil {
			if cfg.Actions("") == nil || Digest(cfg) != Digest(again) {
				t.Fatalf("a valid configuration without actions or with two digests: %+v", cfg)
			}
			return
		}
		var all *Error
		if !errors.As(err, &all) || len(all.Problems) == 0 {
			t.Fatalf("got a %T: %v", err, err)
		}
		for _, p := range all.Problems {
			if p.Source != "quilt.yaml" || p.Line < 1 || p.Message == "" || strings.ContainsAny(p.String(), "\n\r") {
				t.Fatalf("not a line with its place: %q", p.String())
			}
		}
	})
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
