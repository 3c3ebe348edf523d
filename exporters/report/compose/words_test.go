package compose

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
)

func TestPercents(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		parts []int64
		want  string
	}{
		{[]int64{1, 0, 0}, "100.0 %, 0 %, 0 %"},
		{[]int64{1, 1, 1}, "33.4 %, 33.3 %, 33.3 %"},
		{[]int64{999_999, 1}, "99.9 %, 0.1 %"}, // never all of it, never nothing
		{[]int64{1, 999_999, 1}, "0.1 %, 99.8 %, 0.1 %"},
		{[]int64{0, 0}, "–, –"},
		{[]int64{2, 1, 1}, "50.0 %, 25.0 %, 25.0 %"},
		{nil, ""},
	} {
		if got := strings.Join(percents(tt.parts...), ", "); got != tt.want {
			t.Errorf("%d are %s, want %s", tt.parts, got, tt.want)
		}
	}
}

// TestPercentsAddUp holds it for many random parts: their sum, that 0 stands
// for nothing alone, and that none is off by more than the least parts need.
func TestPercentsAddUp(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		parts := make([]int64, 2+random.IntN(6))
		for i := range parts {
			parts[i] = random.Int64N(1 << random.IntN(50))
		}
		var whole int64
		for _, p := range parts {
			whole += p
		}
		if whole == 0 {
			continue
		}
		sum := 0
		for i, s := range percents(parts...) {
			tenths, err := strconv.Atoi(strings.NewReplacer(".", "", " %", "").Replace(s))
			if err != nil {
				t.Fatal(err)
			}
			sum += tenths
			exact := 1000 * float64(parts[i]) / float64(whole)
			if (tenths == 0) != (parts[i] == 0) || float64(tenths)-exact > 1 || exact-float64(tenths) > float64(len(parts)) {
				t.Fatalf("of %d, %d is %s", parts, parts[i], s)
			}
		}
		if sum != 1000 {
			t.Fatalf("%d add up to %d", parts, sum)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0", time.Millisecond: "1 s", 59 * time.Second: "59 s", time.Minute: "1 min", 95 * time.Minute: "1 h 35 min", 2 * time.Hour: "2 h",
		47 * time.Hour: "47 h", 48 * time.Hour: "2 d", 75 * time.Hour: "3 d 3 h", 90 * 24 * time.Hour: "90 d", 1200 * 24 * time.Hour: "1,200 d",
	} {
		if got := span(report.Duration(d)); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
	const day = 24 * 60 * 60 * 1000
	for t1, want := range map[report.FindingTime]string{70_000 * 90 * day: "6,300,000 d", 29*day + day/2: "29 d 12 h", 0: "0"} {
		if got := together(t1); got != want {
			t.Errorf("%d ms are %q, want %q", t1, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := count(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

func TestPretty(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 80)
	for in, want := range map[string]string{
		`{"a": 1, "b": [1, 2]}`:                    `{"a":1,"b":[1,2]}`,
		`["` + long + `", {"b":2,"a":"},:]\""}]`:   "[\n  \"" + long + "\",\n  {\"b\":2,\"a\":\"},:]\\\"\"}\n]",
		`{"key":"` + long + `","empty":{},"n":[]}`: "{\n  \"key\": \"" + long + "\",\n  \"empty\": {},\n  \"n\": []\n}",
		`[1,"` + long + `",2,true,"b"]`:            "[\n  1, \"" + long + "\",\n  2, true, \"b\"\n]",
		`"` + long + long + `"`:                    `"` + long + long + `"`,
		`{`:                                        "", ``: "", `null`: "null",
	} {
		if got := pretty(json.RawMessage(in)); got != want {
			t.Errorf("%s is laid out as\n%s\nwant\n%s", in, got, want)
		}
	}
}

// FuzzPretty holds that laying out changes nothing but white space.
func FuzzPretty(f *testing.F) {
	f.Add(`{"a":[1,{"b":"` + strings.Repeat("y", 90) + `","c":[true,null,-1.5e3]}],"":{"\\\"":"]"}}`)
	f.Fuzz(func(t *testing.T, in string) {
		var before, after any
		if json.Unmarshal([]byte(in), &before) != nil {
			return
		}
		if err := json.Unmarshal([]byte(pretty(json.RawMessage(in))), &after); err != nil || !cmp.Equal(before, after) {
			t.Errorf("%q is laid out as %q: %v", in, pretty(json.RawMessage(in)), err)
		}
	})
}
