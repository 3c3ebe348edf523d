package web

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMarked(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text  string
		marks []int
		want  []string // what is marked
	}{
		"a list":               {`{"Version":"x","Statement":[{"Sid":"a"} , {"Sid":"b]}"}]}`, []int{0, 1}, []string{`{"Sid":"a"}`, `{"Sid":"b]}"}`}},
		"one":                  {`{"Statement":{"Sid":"a"},"Version":"x"}`, []int{0}, []string{`{"Sid":"a"}`}},
		"behind others":        {`{"Id":{"Statement":[1]},"Statement":[{"Sid":"a"}]}`, []int{0}, []string{`{"Sid":"a"}`}},
		"with its indentation": {"{\n  \"Statement\": [\n    {\n      \"Sid\": \"a\"\n    }\n  ]\n}", []int{0}, []string{"    {\n      \"Sid\": \"a\"\n    }"}},
		"beyond the end":       {`{"Statement":[{"Sid":"a"}]}`, []int{1}, nil},
		"none":                 {`{"Version":"x"}`, []int{0}, nil},
		"no policy":            {`[{"Statement":[1]}]`, []int{0}, nil},
		"no JSON":              {`{"Statement":[{"Sid"`, []int{0}, nil},
		"empty":                {``, []int{0}, nil},
	} {
		marks := map[int][]string{}
		for _, m := range tt.marks {
			marks[m] = []string{"why", "why"}
		}
		var text strings.Builder
		var got []string
		for _, s := range statements.marked(tt.text, marks, "p") {
			text.WriteString(s.Text)
			if s.Mark != "" {
				got = append(got, s.Text)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || text.String() != tt.text {
			t.Errorf("%s: the text became %s; marked (-want +got):\n%s", name, text.String(), diff)
		}
	}
}

// FuzzMarked holds that marking loses nothing, and that each marked statement
// is JSON.
func FuzzMarked(f *testing.F) {
	f.Add(`{"Statement":[{"Sid":"a"},{"Sid":"b"}]}`)
	f.Add("{\"Statement\": {\"Sid\": \"\\u202e\"} }")
	f.Fuzz(func(t *testing.T, text string) {
		shown, _ := readable(text)
		var whole strings.Builder
		for _, s := range statements.marked(shown, map[int][]string{0: {"a"}, 1: {"b"}}, "p") {
			whole.WriteString(s.Text)
			if s.Mark != "" && !json.Valid([]byte(s.Text)) {
				t.Errorf("%q is marked", s.Text)
			}
		}
		if whole.String() != shown {
			t.Errorf("%q became %q", shown, whole.String())
		}
	})
}

func TestDiffLines(t *testing.T) {
	t.Parallel()
	got := diffLines("diff a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n--- cut\n+++ add\n\n")
	want := []diffLine{{"place", "", "@@ -1,2 +1,2 @@"}, {"same", " ", "same"}, {"cut", "-", "-- cut"}, {"add", "+", "++ add"}, {"same", " ", ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNumbersAndAges(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := number(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		0: "0 s ago", 119 * time.Second: "119 s ago", 2 * time.Minute: "2 min ago", 119 * time.Minute: "119 min ago", 47 * time.Hour: "47 h ago",
		48 * time.Hour: "2 days ago", 1500 * 24 * time.Hour: "1,500 days ago", -time.Second: "in the future",
	} {
		if got := age(now, now.Add(-d)); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}

func TestTrend(t *testing.T) {
	t.Parallel()
	at := func(h int) time.Time { return time.Date(2026, 11, 22, h, 0, 0, 0, time.UTC) }
	got := newTrend([]point{{at(0), 4}, {at(5), 8}, {at(10), 2}})
	want := &trend{Line: "M0 80.0H354.0V0.0H708.0V120.0H720", Area: "M0 80.0H354.0V0.0H708.0V120.0H720V160H0z", From: at(0), To: at(10), First: 4, Now: 2, Least: 2, Most: 8}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if newTrend([]point{{at(0), 4}}) != nil {
		t.Error("one point is no trend")
	}
	var many []point
	for i := range 10_000 {
		many = append(many, point{at(0).Add(time.Duration(i) * time.Minute), i})
	}
	few := thinned(many)
	if len(few) > trendPoints || len(few) < trendPoints/2 || few[0] != many[0] || few[len(few)-1] != many[len(many)-1] {
		t.Errorf("%d points from %v to %v", len(few), few[0], few[len(few)-1])
	}
}

// TestSelectorsAreMarked has the list that counts in one or the other place.
func TestSelectorsAreMarked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"TrailARN":"x","EventSelectors":[{"a":1},{"a":2}]}`:                          `{"a":2}`,
		`{"EventSelectors":null,"AdvancedEventSelectors":[{"Name":"a"},{"Name":"b"}]}`: `{"Name":"b"}`,
		`{"AdvancedEventSelectors":[],"EventSelectors":[{"a":1},{"a":2}]}`:             `{"a":2}`,
		`{"Statement":[1,2]}`: "",
	} {
		got := ""
		for _, s := range selectors.marked(text, map[int][]string{1: {"why"}}, "p") {
			if s.Mark != "" {
				got += s.Text
			}
		}
		if got != want {
			t.Errorf("of %s there is %s marked, want %s", text, got, want)
		}
	}
}
