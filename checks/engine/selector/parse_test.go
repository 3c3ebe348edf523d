package selector_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		``, ` `, `null`, `[]`, `"x"`, `{`, `{"EventSelectors":[1,]}`, `{} {}`, `{"a":01}`, "{\"a\":\"\xff\"}",
		strings.Repeat(`{"EventSelectors":`, 20_000),
		strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
	} {
		if _, err := selector.Parse([]byte(raw)); err == nil {
			t.Errorf("Parse(%.40q) is no error", raw)
		} else if !strings.HasPrefix(err.Error(), "reading event selectors: ") {
			t.Errorf("Parse(%.40q): %v does not say what was being done", raw, err)
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, doc string
		want      []selector.Problem
	}{
		{"none", basic("All", "arn:aws:s3:::foo/"), nil},
		{"basic", `{"EventSelectors":[{},{"ReadWriteType":"Some","IncludeManagementEvents":"yes","ExcludeManagementEventSources":"kms","DataResources":{},"X":1}]}`, []selector.Problem{
			{Selector: 1, Text: `member "X" is not known`},
			{Selector: 1, Text: `ReadWriteType "Some" is not All, ReadOnly or WriteOnly`},
			{Selector: 1, Text: `IncludeManagementEvents is neither true nor false`},
			{Selector: 1, Text: `ExcludeManagementEventSources is not a list`},
			{Selector: 1, Text: `DataResources is not a list`},
		}},
		{"data resources", `{"EventSelectors":[{"DataResources":[7,{"Type":1,"Values":["x"]},{"Type":"AWS::S3::Object","Values":["foo"]},{"Type":"AWS::S3::Object","Values":[""]}]}]}`, []selector.Problem{
			{Text: `EventSelectors[0].DataResources[0] is not an object`},
			{Text: `EventSelectors[0].DataResources[1] has no Type`},
			{Text: `EventSelectors[0].DataResources[2].Values holds "foo", not a form that CloudTrail documents`},
			{Text: `EventSelectors[0].DataResources[3] has no list of Values`},
		}},
		{"advanced", advanced(`{"Field":"eventName","Equals":["a"],"Equals":["b"]}`, `{"Field":"eventType","Equals":[1]}`, `{}`, `{"Field":"readOnly"}`), []selector.Problem{
			{Name: "n", Text: `AdvancedEventSelectors[0].FieldSelectors[2]: member "Equals" stands more than once`},
			{Name: "n", Text: `AdvancedEventSelectors[0].FieldSelectors[3].Equals is not a list of strings`},
			{Name: "n", Text: `AdvancedEventSelectors[0].FieldSelectors[4] filters on "", not a field that is known for data events`},
			{Name: "n", Text: `AdvancedEventSelectors[0].FieldSelectors[5] has no operator`},
		}},
		{"the document", `{"X":1,"EventSelectors":[]}`, []selector.Problem{{Selector: -1, Text: `member "X" is not known`}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, mustParse(t, c.doc).Problems()); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzParse gives any text to everything that reads one. What is accepted must
// keep the promises of AddBucket.
func FuzzParse(f *testing.F) {
	for _, doc := range []string{
		`{}`, `null`, basic("All", "arn:aws:s3:::foo/*", "arn:aws:s3"), basic("WriteOnly", "arn:aws:s3:::foo"),
		advanced(arn("StartsWith", "arn:aws:s3:::foo/"), field("eventName", "NotEquals", "HeadBucket")),
		`{"AdvancedEventSelectors":[{"Name":1,"FieldSelectors":[{"Field":"readOnly","Equals":["true"],"Equals":null}]}]}`,
		`{"EventSelectors":[null,{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3::"]}]}]}`,
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := selector.Parse(raw)
		if err != nil {
			return
		}
		trails := []selector.Trail{{Name: "t", Selectors: s}}
		report := selector.Coverage(trails, foo)
		for _, r := range []selector.Result{report.Read, report.Write} {
			if (r.Level == selector.None || r.Level == selector.Partial) && r.Witness == nil {
				t.Errorf("%s without a witness", r.Level)
			}
		}
		selector.Suspicious(trails, foo)
		if after, err := addBucket(raw); err == nil {
			checkAdded(t, raw, after)
		}
	})
}
