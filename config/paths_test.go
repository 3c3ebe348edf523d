package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// Relative paths are relative to the directory of the file, whichever layer
// gave them; the others stay.
func TestLoadResolvesPaths(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "conf", "quilt.yaml")
	if err := os.Mkdir(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	data := minimal + "waivers_file: in-file.yaml\nstorage: {path: in-file}\nexports: [{format: json, path: a//b/../c.ndjson}, {format: json, directory: ../runs/}, {format: json, path: /tmp/./x}]\nreports: [{schedule: 0 6 1 * *, to: {directory: r/../reports/}}]\n"
	if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	given := pflag.NewFlagSet("test", pflag.ContinueOnError)
	given.String("storage.path", "", "")
	if err := given.Parse([]string{"--storage.path=by-flag"}); err != nil {
		t.Fatal(err)
	}
	o := tested(Options{Environ: []string{"QUILT_AUDITOR_WAIVERS_FILE=by-env.yaml"}, Flags: given})
	o.File = file
	got, _, err := Load(o)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		filepath.Join(dir, "conf", "by-env.yaml"), filepath.Join(dir, "conf", "by-flag"),
		filepath.Join(dir, "conf", "a", "c.ndjson"), filepath.Join(dir, "runs"), "/tmp/x", filepath.Join(dir, "conf", "reports"),
	}
	held := []string{got.WaiversFile, got.Storage.Path, got.Exports[0].Path, got.Exports[1].Directory, got.Exports[2].Path, got.Reports[0].To.Directory}
	if diff := cmp.Diff(want, held); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestLoadExportsDefault(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]Export{
		"":                                   {{Format: "json", Path: "/var/lib/quilt-auditor/findings.ndjson"}},
		"storage: {path: history}":           {{Format: "json", Path: "history/findings.ndjson"}},
		"exports: []":                        {},
		"exports: [{format: json, path: a}]": {{Format: "json", Path: "a"}},
		"exports: [{format: json, directory: a}]":           {{Format: "json", Directory: "a", Keep: 90 * Day}},
		"exports: [{format: json, directory: a, keep: 2w}]": {{Format: "json", Directory: "a", Keep: 14 * Day}},
	} {
		if diff := cmp.Diff(want, mustLoad(t, minimal+text, Options{}).Exports); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestBelow(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		path, directory string
		want            bool
	}{
		{"/a/b", "/a", true},
		{"/a/b/c", "/a", true},
		{"/ab", "/a", false},
		{"/a", "/a/b", false},
		{"a/b", "a", true},
		{"../b", "a", false},
		{"a/..b", "a", true},
		{"/a/b", "a", false},
	} {
		if got := below(test.path, test.directory); got != test.want {
			t.Errorf("%s in %s: %t", test.path, test.directory, got)
		}
	}
}
