package standard_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/checks/standard"
)

// TestFrameworksAndChecksHoldTogether wants every control that a check names in
// the data, and every framework of the data to be one that a check names.
func TestFrameworksAndChecksHoldTogether(t *testing.T) {
	t.Parallel()
	known := map[audit.Control]bool{}
	used := map[string]bool{}
	for _, f := range standard.Frameworks() {
		for _, c := range f.Controls {
			known[audit.Control{Standard: f.Title, Version: f.Version, ID: c.ID}] = true
		}
	}
	for _, check := range checks.All() {
		for _, c := range check.Controls {
			used[c.Standard] = true
			c.Relation = ""
			if !known[c] {
				t.Errorf("%s names %s %s %s, which no framework has", check.ID, c.Standard, c.Version, c.ID)
			}
		}
	}
	for _, f := range standard.Frameworks() {
		if !used[f.Title] {
			t.Errorf("no check relates to %s", f.Title)
		}
	}
}

func TestFrameworksAreComplete(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, f := range standard.Frameworks() {
		if f.Name == "" || f.Title == "" || f.Version == "" || f.Publisher == "" || f.Source == "" || len(f.Controls) == 0 {
			t.Errorf("incomplete: %+v", f)
		}
		if names[f.Name] {
			t.Errorf("%s is there twice", f.Name)
		}
		names[f.Name] = true
		ids := map[string]bool{}
		for _, c := range f.Controls {
			if c.ID == "" || c.Title == "" || ids[c.ID] {
				t.Errorf("%s: control %+v is incomplete or there twice", f.Name, c)
			}
			ids[c.ID] = true
		}
	}
	if !slices.IsSortedFunc(standard.Frameworks(), func(a, b audit.Framework) int { return cmp.Compare(a.Name, b.Name) }) {
		t.Error("not by name")
	}
}
