package selector_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

func TestUnionOfTrails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		docs []string
		want string
	}{
		{"one logs reads, another writes", []string{basic("ReadOnly", "arn:aws:s3"), advanced(field("readOnly", "Equals", "false"))}, "read all, write all"},
		{"one a beginning, another the rest", []string{advanced(arn("StartsWith", "arn:aws:s3:::foo/a")), advanced(arn("NotStartsWith", "arn:aws:s3:::foo/a"))}, "read all, write all"},
		{"the rest is another's", []string{advanced(arn("StartsWith", "arn:aws:s3:::foo/a")), advanced(arn("NotStartsWith", "arn:aws:s3:::foo/"))}, "read partial, write partial"},
		{"an end and all other ends", []string{advanced(arn("EndsWith", ".csv")), advanced(arn("NotEndsWith", ".csv"))}, "read all, write all"},
		{"names divided", []string{advanced(field("eventName", "StartsWith", "Get")), advanced(field("eventName", "NotStartsWith", "Get"))}, "read all, write all"},
		{"console and the rest", []string{advanced(field("sessionCredentialFromConsole", "Equals", "true")), advanced(field("sessionCredentialFromConsole", "NotEquals", "true"))}, "read all, write all"},
		{"principals divided: what of calls without one?", []string{advanced(field("userIdentity.arn", "StartsWith", "arn:aws:sts:")), advanced(field("userIdentity.arn", "NotStartsWith", "arn:aws:sts:"))}, "read unknown, write unknown"},
		{"divided by key for one name only", []string{advanced(field("eventName", "Equals", "GetObject"), arn("StartsWith", "arn:aws:s3:::foo/a")), advanced(arn("NotStartsWith", "arn:aws:s3:::foo/a"))}, "read partial, write partial"},
		{"a doubtful selector might close the gap", []string{advanced(arn("StartsWith", "arn:aws:s3:::foo/a")), advanced(field("resources.owner", "Equals", "x"))}, "read unknown, write unknown"},
		{"a doubtful selector does not matter", []string{basic("All", "arn:aws:s3"), advanced(field("resources.owner", "Equals", "x"))}, "read all, write all"},
		{"a doubtful selector cannot close the gap", []string{advanced(arn("StartsWith", "arn:aws:s3:::foo/a")), advanced(field("resources.owner", "Equals", "x"), arn("StartsWith", "arn:aws:s3:::foo/b"))}, "read partial, write partial"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := show(cover(t, foo, c.docs...)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// rest is the one selector of a trail made by advanced.
func rest(doc string) string {
	return strings.TrimSuffix(strings.TrimPrefix(doc, `{"AdvancedEventSelectors":[`), `]}`)
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, doc, want, read, write string }{
		{"GetObject only", advanced(field("eventName", "Equals", "GetObject")), "read partial, write none", "HeadObject", "PutObject"},
		{"all but HeadBucket", advanced(field("eventName", "NotEquals", "HeadBucket")), "read partial, write all", "HeadBucket", ""},
		{"all but DeleteObjects", advanced(field("eventName", "NotEquals", "DeleteObjects")), "read all, write partial", "", "DeleteObjects"},
		{"all but a name not known here", advanced(field("eventName", "NotEquals", "RenameObject")), "read unknown, write unknown", "RenameObject", "RenameObject"},
		{"HeadBucket by some keys", `{"AdvancedEventSelectors":[` + rest(advanced(field("eventName", "NotEquals", "HeadBucket"))) + `,` + rest(advanced(field("eventName", "Equals", "HeadBucket"), arn("StartsWith", "arn:aws:s3:::foo/a"))) + `]}`, "read unknown, write all", "HeadBucket", ""},
		{"HeadBucket by no key", `{"AdvancedEventSelectors":[` + rest(advanced(field("eventName", "NotEquals", "HeadBucket"))) + `,` + rest(advanced(field("eventName", "Equals", "HeadBucket"), arn("Equals", "arn:aws:s3:::foo/"))) + `]}`, "read unknown, write all", "HeadBucket", ""},
		{"every name known here for reads", advanced(field("eventName", "StartsWith", "Get", "Head", "List", "Select")), "read unknown, write none", "x", "PutObject"},
		{"every name by what they begin with", advanced(field("eventName", "NotStartsWith", "Q")), "read unknown, write unknown", "Q", "Q"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := cover(t, foo, c.doc)
			if show(got) != c.want {
				t.Errorf("%s, want %s", show(got), c.want)
			}
			for _, w := range []struct {
				got  *selector.Event
				want string
			}{{got.Read.Witness, c.read}, {got.Write.Witness, c.write}} {
				if w.got == nil && w.want != "" || w.got != nil && w.got.Name != w.want {
					t.Errorf("witness %v, want the name %q", w.got, w.want)
				}
			}
		})
	}
}

func TestWitnessAndReasons(t *testing.T) {
	t.Parallel()
	report := cover(t, foo,
		advanced(arn("StartsWith", "arn:aws:s3:::foo/a", "arn:aws:s3:::foo/x", "arn:aws:s3:::foo/y", "arn:aws:s3:::bar/")),
		advanced(arn("StartsWith", "arn:aws:s3:::bar/")),
		basic("WriteOnly", "arn:aws:s3"),
		advanced(field("resources.owner", "Equals", "me"), arn("StartsWith", "arn:aws:s3:::foo/b")))
	got := report.Read
	want := selector.Result{
		Level:     selector.Partial,
		Witness:   &selector.Event{Name: "GetObject", ReadOnly: true, ARN: "arn:aws:s3:::foo/z", Key: "z", Type: "AwsApiCall"},
		Recording: []selector.Place{{Trail: "trail-0", Name: "n"}},
		Reasons: []selector.Reason{
			{Place: selector.Place{Trail: "trail-0", Name: "n"}, Field: "resources.ARN"},
			{Place: selector.Place{Trail: "trail-2"}, Field: "readOnly"},
			{Place: selector.Place{Trail: "trail-3", Name: "n"}, Field: "resources.ARN"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reads (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(selector.Result{Level: selector.All, Recording: []selector.Place{{Trail: "trail-2"}}}, report.Write); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestUnknownNamesWhatWasNotUnderstood(t *testing.T) {
	t.Parallel()
	got := cover(t, foo, advanced(field("resources.owner", "Equals", "me"))).Read
	want := []selector.Reason{{
		Place:    selector.Place{Trail: "trail-0", Name: "n"},
		Problems: []string{`AdvancedEventSelectors[0].FieldSelectors[2] filters on "resources.owner", not a field that is known for data events`},
	}}
	if diff := cmp.Diff(want, got.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	if got.Witness == nil || got.Witness.Name != "GetObject" {
		t.Errorf("witness %v, want a GetObject that may not be recorded", got.Witness)
	}
}

func TestWitnessOfCallers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ doc, want string }{
		{advanced(field("userIdentity.arn", "Equals", "arn:aws:iam::111122223333:role/quilt")), "GetObject arn:aws:s3:::foo/x, by arn:aws:sts::000000000000:assumed-role/other/session"},
		{advanced(field("userIdentity.arn", "NotEquals", "arn:aws:iam::111122223333:role/quilt")), "GetObject arn:aws:s3:::foo/x, by arn:aws:iam::111122223333:role/quilt"},
		{advanced(field("userIdentity.arn", "StartsWith", "arn:aws:")), "GetObject arn:aws:s3:::foo/x, by a caller without an ARN"},
		{advanced(field("sessionCredentialFromConsole", "NotEquals", "true")), "GetObject arn:aws:s3:::foo/x, from a console session"},
		{advanced(field("eventType", "Equals", "AwsApiCall")), "GetObject arn:aws:s3:::foo/x, eventType AwsServiceEvent"},
	} {
		if got := cover(t, foo, c.doc).Read.Witness; got == nil || got.String() != c.want {
			t.Errorf("%s:\nwitness %v\nwant    %s", c.doc, got, c.want)
		}
	}
}

func TestPrefixes(t *testing.T) {
	t.Parallel()
	raw := selector.Bucket{Partition: "aws", Name: "foo", Prefixes: []string{"raw/", "out/"}}
	for _, c := range []struct{ name, doc, want, key string }{
		{"both", basic("All", "arn:aws:s3:::foo/raw/", "arn:aws:s3:::foo/out/"), "read all, write all", ""},
		{"one", basic("All", "arn:aws:s3:::foo/raw/"), "read partial, write partial", "out/"},
		{"neither", basic("All", "arn:aws:s3:::foo/tmp/"), "read none, write none", "raw/"},
		{"all but the folder's own key", advanced(arn("NotEquals", "arn:aws:s3:::foo/out/")), "read partial, write partial", "out/"},
		{"all but listings", advanced(field("eventName", "NotStartsWith", "ListObject")), "read unknown, write unknown", "raw/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := cover(t, raw, c.doc)
			if show(got) != c.want {
				t.Errorf("%s, want %s", show(got), c.want)
			}
			if w := got.Read.Witness; w == nil && c.key != "" || w != nil && w.Key != c.key {
				t.Errorf("witness %v, want the key %q", w, c.key)
			}
		})
	}
}

// TestTooMuchWork gives selectors whose classes of keys are too many to go through.
func TestTooMuchWork(t *testing.T) {
	t.Parallel()
	var begin, end []string
	for i := range 250 {
		begin = append(begin, fmt.Sprintf("arn:aws:s3:::foo/%03d", i))
		end = append(end, fmt.Sprintf("%03d", i))
	}
	doc := advanced(`{"Field":"resources.ARN","StartsWith":["` + strings.Join(begin, `","`) + `"],"NotEndsWith":["` + strings.Join(end, `","`) + `"]}`)
	if got := cover(t, foo, doc); show(got) != "read unknown, write unknown" || got.Read.Witness != nil {
		t.Errorf("%s with witness %v, want unknown without", show(got), got.Read.Witness)
	}
	if got := cover(t, foo, doc, basic("All", "arn:aws:s3")); show(got) != "read all, write all" {
		t.Errorf("beside a selector of everything: %s, want all", show(got))
	}
}

// TestTooManySituations gives selectors that tell too many callers apart.
func TestTooManySituations(t *testing.T) {
	t.Parallel()
	var begin, end []string
	for i := range 120 {
		begin = append(begin, fmt.Sprintf("arn:aws:iam::%012d:", i))
		end = append(end, fmt.Sprintf("/%03d", i))
	}
	doc := advanced(`{"Field":"userIdentity.arn","StartsWith":["` + strings.Join(begin, `","`) + `"],"NotEndsWith":["` + strings.Join(end, `","`) + `"]}`)
	if got := show(cover(t, foo, doc)); got != "read unknown, write unknown" {
		t.Errorf("%s, want unknown", got)
	}
}

// TestFreshCharacter gives a selector that leaves no letter or digit to try.
func TestFreshCharacter(t *testing.T) {
	t.Parallel()
	var begin []string
	for r := '0'; r <= 'z'; r++ {
		if r != '\\' {
			begin = append(begin, "arn:aws:s3:::foo/"+string(r))
		}
	}
	got := cover(t, foo, advanced(arn("StartsWith", begin...))).Read
	if got.Level != selector.Partial || strings.ContainsAny(got.Witness.Key, "abcxyzABCXYZ0189") {
		t.Errorf("%s, witness %v", got.Level, got.Witness)
	}
}

func TestNothingToGoBy(t *testing.T) {
	t.Parallel()
	got := selector.Coverage([]selector.Trail{{Name: "unread"}, {Name: "empty", Selectors: &selector.Selectors{}}}, foo)
	if show(got) != "read none, write none" || got.Read.Witness.ARN != "arn:aws:s3:::foo/x" {
		t.Errorf("%s, witness %v", show(got), got.Read.Witness)
	}
}

func TestUnread(t *testing.T) {
	t.Parallel()
	unread := selector.Trail{Name: "hidden", Selectors: selector.Unread("AccessDenied")}
	got := selector.Coverage([]selector.Trail{unread, {Selectors: mustParse(t, basic("ReadOnly", "arn:aws:s3"))}}, foo)
	if show(got) != "read all, write unknown" {
		t.Errorf("%s, want read all, write unknown", show(got))
	}
	want := selector.Reason{Place: selector.Place{Trail: "hidden", Selector: -1}, Problems: []string{"AccessDenied"}}
	if len(got.Write.Reasons) == 0 || !cmp.Equal(want, got.Write.Reasons[0]) {
		t.Errorf("reasons %+v, want first %+v", got.Write.Reasons, want)
	}
}
