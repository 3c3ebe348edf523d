package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

func start() time.Time { return time.Date(2026, time.August, 24, 0, 0, 0, 0, time.UTC) }

// drawn are the elements of a drawing with the classes of a name, which has to
// be XML.
func drawn(t *testing.T, svg, class string) []xml.StartElement {
	t.Helper()
	var list []xml.StartElement
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok && slices.Contains(strings.Fields(value(e, "class")), class) {
			list = append(list, e)
		}
	}
}

func value(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestSteps(t *testing.T) {
	t.Parallel()
	for greatest, want := range map[int][]int{
		1: {0, 1}, 3: {0, 1, 2, 3}, 4: {0, 1, 2, 3, 4}, 5: {0, 2, 4, 6}, 60: {0, 20, 40, 60}, 96: {0, 50, 100}, 10_001: {0, 5000, 10_000, 15_000},
	} {
		if got := steps(greatest); !slices.Equal(got, want) {
			t.Errorf("the marks up to %d are %d, want %d", greatest, got, want)
		}
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	for length, want := range map[time.Duration]string{
		time.Hour:          "24 Aug 00:00 … 24 Aug 01:00, 7",
		30 * time.Hour:     "24 Aug 00:00 … 25 Aug 06:00, 6",
		7 * day:            "24 Aug … 31 Aug, 8",
		90 * day:           "24 Aug … 16 Nov, 7",
		365 * day:          "24 Aug … 26 Jul, 7",
		10 * 365 * day:     "Aug 2026 … Aug 2036, 11",
		1000 * time.Second: "24 Aug 00:00 … 24 Aug 00:10, 2",
	} {
		list, layout := marks(start(), start().Add(length))
		got := list[0].Format(layout) + " … " + list[len(list)-1].Format(layout) + ", " + num(float64(len(list)))
		if got != want {
			t.Errorf("the marks of %s are %s, want %s", length, got, want)
		}
	}
	if list, _ := marks(start().Add(time.Minute), start().Add(7*day)); list[0] != start().Add(day) {
		t.Errorf("the first mark is %s, before the beginning", list[0])
	}
}

func TestAreas(t *testing.T) {
	t.Parallel()
	a := Areas{
		ID: "a", Title: "<title>", Description: `"desc" & more`, From: start(), Until: start().Add(10 * day),
		Series:    []Series{{"low", Low}, {"high", High}},
		Points:    []Point{{start(), []int{1, 0}}, {start().Add(5 * day), []int{1, 3}}, {start().Add(10 * day), []int{0, 3}}},
		Unwatched: []Span{{start().Add(day), start().Add(2 * day)}, {start().Add(-day), start().Add(-day / 2)}},
	}
	svg := a.SVG()
	var outlines []string
	for _, e := range drawn(t, svg, "area") {
		if d := value(e, "d"); d != "" {
			outlines = append(outlines, d)
		}
	}
	want := []string{ // 501 wide from 44, 200 high from 214, of 4
		"M44 164L294.5 164L294.5 164L545 164L545 214L545 214L545 214L545 214L545 214L294.5 214L294.5 214L44 214Z",
		"M44 164L294.5 164L294.5 14L545 14L545 64L545 64L545 214L545 214L545 164L294.5 164L294.5 164L44 164Z",
	}
	if !slices.Equal(outlines, want) {
		t.Errorf("the outlines are\n%s", strings.Join(outlines, "\n"))
	}
	gaps := drawn(t, svg, "unwatched")
	if len(gaps) != 3 || value(gaps[0], "x") != "94.1" || value(gaps[0], "width") != "50.1" || value(gaps[1], "width") != "0" {
		t.Errorf("the gaps are %v", gaps)
	}
	for _, want := range []string{"&lt;title&gt;", "&#34;desc&#34; &amp; more", ">low: 0<", ">high: 3<", ">no runs<"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the drawing does not say %s", want)
		}
	}
}

func TestAreasOfNothing(t *testing.T) {
	t.Parallel()
	for _, a := range []Areas{{ID: "a"}, {ID: "a", From: start(), Until: start()}, {ID: "a", From: start(), Until: start().Add(day), Points: []Point{{start(), nil}}}} {
		if svg := a.SVG(); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("nothing is drawn as %s", svg)
		}
		drawn(t, a.SVG(), "area")
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	c := Columns{
		ID: "c", Title: "t", Description: "d", From: start(), Until: start().Add(2 * day), Marked: 1,
		Series:  []Series{{"made", Compliant}, {"missed", NotObserved}},
		Columns: []Column{{start(), start().Add(day), []int{4, 0}}, {start().Add(day), start().Add(2 * day), []int{1, 3}}},
	}
	svg := c.SVG()
	columns := drawn(t, svg, "column")
	if len(columns) != 5 { // two of the legend
		t.Fatalf("%d columns in %s", len(columns), svg)
	}
	made, missed := columns[1], columns[2]
	if value(made, "y") != "164" || value(made, "height") != "50" || value(missed, "y") != "14" || value(missed, "height") != "150" || value(missed, "x") != value(made, "x") {
		t.Errorf("one made is %v, three missed upon it %v", made.Attr, missed.Attr)
	}
	if len(drawn(t, svg, "mark")) != 1 || !strings.Contains(svg, ">3</text>") || !strings.Contains(svg, ">missed: 3<") || !strings.Contains(svg, ">made: 5<") {
		t.Errorf("the numbers are missing in %s", svg)
	}
}

// TestManyMissedAreNotWritten holds that numbers do not cover one another.
func TestManyMissedAreNotWritten(t *testing.T) {
	t.Parallel()
	c := Columns{ID: "c", From: start(), Until: start().Add(100 * day), Series: []Series{{"missed", NotObserved}}}
	for i := range 100 {
		c.Columns = append(c.Columns, Column{start().Add(time.Duration(i) * day), start().Add(time.Duration(i+1) * day), []int{1}})
	}
	if n := len(drawn(t, c.SVG(), "mark")); n != 0 {
		t.Errorf("%d numbers are written", n)
	}
}

func TestBar(t *testing.T) {
	t.Parallel()
	parts := drawn(t, Bar([]Part{{Compliant, 0.5}, {Failing, 0}, {Unknown, 0.5}}), "part")
	if len(parts) != 2 || value(parts[0], "width") != "74.5" || value(parts[1], "x") != "75" || value(parts[1], "fill") != "url(#p-unknown)" {
		t.Errorf("the parts are %v", parts)
	}
}

// TestPatternsAreThere holds that each pattern that a drawing can name is
// defined, once.
func TestPatternsAreThere(t *testing.T) {
	t.Parallel()
	all := Patterns()
	for _, p := range []string{Critical, High, Medium, Low, Informational, Compliant, Failing, Unknown, NotApplicable, NotObserved} {
		if strings.Count(all, `id="`+p+`"`) != 1 {
			t.Errorf("pattern %s is not there once", p)
		}
	}
	drawn(t, all, "")
}
