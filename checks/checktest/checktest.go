// Package checktest runs a check over cases that stand in txtar files: each
// case says how a small sound estate differs, and what the check must say of
// it. It serves the tests of package checks and of its subpackages.
package checktest

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

var update = flag.Bool("update", false, "rewrite what the cases expect")

// Updating reports whether the tests rewrite what they expect.
func Updating() bool { return *update }

// verdict is the form in which a case states what it expects.
type verdict struct {
	Resource    string             `json:"resource"`
	Key         string             `json:"key,omitempty"`
	Status      audit.Status       `json:"status"`
	Reason      string             `json:"reason"`
	Evidence    any                `json:"evidence"`
	Remediation *audit.Remediation `json:"remediation,omitempty"`
}

// Case is one txtar file.
type Case struct {
	Name    string
	path    string
	archive *txtar.Archive
}

// Cases returns the cases in testdata/ID beside the test, and fails the test
// where there are none.
func Cases(t testing.TB, dir string) []Case {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in %s (%v)", dir, err)
	}
	slices.Sort(paths)
	cases := make([]Case, 0, len(paths))
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, Case{strings.TrimSuffix(filepath.Base(path), ".txtar"), path, a})
	}
	return cases
}

// Run judges every case of testdata/ID and compares the verdicts with what the
// case wants. With -update it rewrites the wants: read the difference.
func Run(t *testing.T, check audit.Check) {
	t.Helper()
	for _, c := range Cases(t, filepath.Join("testdata", check.ID)) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			c.compare(t, marshal(t, c.judge(t, check)))
		})
	}
}

func (c Case) judge(t testing.TB, check audit.Check) []verdict {
	var got []verdict
	for _, v := range audit.Evaluate(c.Snapshot(t), []audit.Check{check}) {
		got = append(got, verdict{v.Subject.Resource, v.Subject.Key, v.Status, v.Reason, v.Evidence, v.Remediation})
		if v.Panic != nil {
			t.Errorf("the check panicked:\n%s", v.Panic.Stack)
		}
	}
	return got
}

func (c Case) compare(t *testing.T, got []byte) {
	i := slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == "want" })
	if *update {
		if i < 0 {
			c.archive.Files = append(c.archive.Files, txtar.File{Name: "want"})
			i = len(c.archive.Files) - 1
		}
		c.archive.Files[i].Data = got
		if err := os.WriteFile(c.path, txtar.Format(c.archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if i < 0 {
		t.Fatalf("%s has no section named want; -update writes it", c.path)
	}
	if diff := cmp.Diff(string(c.archive.Files[i].Data), string(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func marshal(t testing.TB, v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Snapshot builds the estate of the case: Sound, changed by the sections of
// the file. Sections that end in .json are decoded over the part of the estate
// that they name, so they hold only what differs.
func (c Case) Snapshot(t testing.TB) *snapshot.Snapshot {
	t.Helper()
	contents := Sound()
	for _, f := range c.archive.Files {
		if f.Name == "want" {
			continue
		}
		if err := apply(&contents, f.Name, f.Data); err != nil {
			t.Fatalf("%s: section %s: %v", c.path, f.Name, err)
		}
	}
	s, err := snapshot.New(contents)
	if err != nil {
		t.Fatalf("%s: %v", c.path, err)
	}
	return s
}
