package selector_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

func rank(l selector.Level) int {
	return slices.Index([]selector.Level{selector.None, selector.Partial, selector.Unknown, selector.All}, l)
}

func TestAddingASelectorNeverLowersCoverage(t *testing.T) {
	t.Parallel()
	raised := 0
	for seed := range uint64(1000) {
		m := newMaker(seed)
		models, more := m.trails(), m.trail()
		before := selector.Coverage(parseAll(t, models), b)
		after := selector.Coverage(parseAll(t, append(models, more)), b)
		for _, r := range []struct{ before, after selector.Level }{
			{before.Read.Level, after.Read.Level}, {before.Write.Level, after.Write.Level},
		} {
			if rank(r.after) < rank(r.before) {
				t.Fatalf("seed %d: %s sinks to %s by adding %s", seed, r.before, r.after, more.json(t))
			}
			if rank(r.after) > rank(r.before) {
				raised++
			}
		}
	}
	if raised < 50 {
		t.Errorf("only %d levels rose: the test proves little", raised)
	}
}

// TestOrderDoesNotMatter turns around the trails, and the selectors in each.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(800) {
		models := newMaker(seed).trails()
		want := selector.Coverage(parseAll(t, models), b)
		slices.Reverse(models)
		for _, m := range models {
			slices.Reverse(m)
		}
		got := selector.Coverage(parseAll(t, models), b)
		if got.Read.Level != want.Read.Level || got.Write.Level != want.Write.Level ||
			!reflect.DeepEqual(got.Read.Witness, want.Read.Witness) || !reflect.DeepEqual(got.Write.Witness, want.Write.Witness) {
			t.Fatalf("seed %d: %+v, turned around %+v", seed, want, got)
		}
	}
}

// TestWhichTrailDoesNotMatter gives each selector a trail of its own.
func TestWhichTrailDoesNotMatter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(1000) {
		models := newMaker(seed).trails()
		var apart []trailModel
		for _, m := range models {
			for _, s := range m {
				apart = append(apart, trailModel{s})
			}
		}
		want, got := selector.Coverage(parseAll(t, models), b), selector.Coverage(parseAll(t, apart), b)
		if show(got) != show(want) || !reflect.DeepEqual(got.Read.Witness, want.Read.Witness) {
			t.Fatalf("seed %d: %s, apart %s", seed, show(want), show(got))
		}
	}
}

// TestRecordingSelectorsSuffice drops every selector that is not said to record.
func TestRecordingSelectorsSuffice(t *testing.T) {
	t.Parallel()
	for seed := range uint64(800) {
		models := newMaker(seed).trails()
		got := selector.Coverage(parseAll(t, models), b).Read
		if got.Level != selector.All {
			continue
		}
		kept := make([]trailModel, len(models))
		for _, p := range got.Recording {
			trail := int(p.Trail[0] - 'A')
			kept[trail] = append(kept[trail], models[trail][p.Selector])
		}
		if again := selector.Coverage(parseAll(t, kept), b).Read; again.Level != selector.All {
			t.Fatalf("seed %d: the selectors %+v alone come to %s", seed, got.Recording, again.Level)
		}
	}
}

// TestPrefixesAreNarrower compares the whole bucket with a part of it.
func TestPrefixesAreNarrower(t *testing.T) {
	t.Parallel()
	part := selector.Bucket{Partition: "aws", Name: "b", Prefixes: []string{"a", "b/"}}
	for seed := range uint64(800) {
		trails := parseAll(t, newMaker(seed).trails())
		whole, got := selector.Coverage(trails, b), selector.Coverage(trails, part)
		if whole.Read.Level == selector.All && got.Read.Level != selector.All {
			t.Fatalf("seed %d: the bucket is recorded, its part %s", seed, got.Read.Level)
		}
		if whole.Read.Level == selector.None && got.Read.Level != selector.None {
			t.Fatalf("seed %d: nothing of the bucket is recorded, of its part %s", seed, got.Read.Level)
		}
	}
}
