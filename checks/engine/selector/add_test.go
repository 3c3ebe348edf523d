package selector_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

// addBucket adds bucket foo of aws to the document.
func addBucket(doc []byte) ([]byte, error) {
	s, err := selector.Parse(doc)
	if err != nil {
		return nil, fmt.Errorf("parsing the document: %w", err)
	}
	return s.AddBucket("aws", "foo")
}

func TestAddBucket(t *testing.T) {
	t.Parallel()
	const added = `{
      "ReadWriteType": "All",
      "IncludeManagementEvents": false,
      "DataResources": [
        {
          "Type": "AWS::S3::Object",
          "Values": [
            "arn:aws:s3:::foo/"
          ]
        }
      ],
      "ExcludeManagementEventSources": []
    }`
	const addedAdvanced = `{
      "Name": "Reads and writes of every object of foo",
      "FieldSelectors": [
        {
          "Field": "eventCategory",
          "Equals": [
            "Data"
          ]
        },
        {
          "Field": "resources.type",
          "Equals": [
            "AWS::S3::Object"
          ]
        },
        {
          "Field": "resources.ARN",
          "StartsWith": [
            "arn:aws:s3:::foo/"
          ]
        }
      ]
    }`
	for _, c := range []struct{ name, doc, want string }{
		{
			"into a selector of all S3 object events",
			`{"EventSelectors":[{"DataResources":[{"Values":["arn:aws:s3:::bar/"],"Type":"AWS::S3::Object"}],"ReadWriteType":"All","IncludeManagementEvents":true}],"TrailARN":"arn:t&<"}`,
			`{
  "TrailARN": "arn:t&<",
  "EventSelectors": [
    {
      "ReadWriteType": "All",
      "IncludeManagementEvents": true,
      "DataResources": [
        {
          "Type": "AWS::S3::Object",
          "Values": [
            "arn:aws:s3:::bar/",
            "arn:aws:s3:::foo/"
          ]
        }
      ]
    }
  ]
}`,
		},
		{
			"a trap stays beside the right value",
			basic("All", "arn:aws:s3:::foo/*"),
			`{
  "EventSelectors": [
    {
      "ReadWriteType": "All",
      "IncludeManagementEvents": true,
      "DataResources": [
        {
          "Type": "AWS::S3::Object",
          "Values": [
            "arn:aws:s3:::foo/*",
            "arn:aws:s3:::foo/"
          ]
        }
      ]
    }
  ]
}`,
		},
		{
			"writes only, an unknown member and a null",
			`{"EventSelectors":[{"Sampling":{"z":1.50,"a":[]},"ReadWriteType":"WriteOnly","IncludeManagementEvents":null,"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3"]}]}]}`,
			`{
  "EventSelectors": [
    {
      "ReadWriteType": "WriteOnly",
      "DataResources": [
        {
          "Type": "AWS::S3::Object",
          "Values": [
            "arn:aws:s3"
          ]
        }
      ],
      "Sampling": {
        "z": 1.50,
        "a": []
      }
    },
    ` + added + `
  ]
}`,
		},
		{"nothing at all", `{}`, "{\n  \"EventSelectors\": [\n    " + added + "\n  ]\n}"},
		{"an empty list", `{"EventSelectors":[]}`, "{\n  \"EventSelectors\": [\n    " + added + "\n  ]\n}"},
		{"an empty list of advanced selectors", `{"AdvancedEventSelectors":[],"EventSelectors":null}`, "{\n  \"AdvancedEventSelectors\": [\n    " + addedAdvanced + "\n  ]\n}"},
		{
			"advanced management events",
			`{"AdvancedEventSelectors":[{"FieldSelectors":[{"Equals":["Management"],"Field":"eventCategory"}],"Name":"m"}],"EventSelectors":[]}`,
			`{
  "EventSelectors": [],
  "AdvancedEventSelectors": [
    {
      "Name": "m",
      "FieldSelectors": [
        {
          "Field": "eventCategory",
          "Equals": [
            "Management"
          ]
        }
      ]
    },
    ` + addedAdvanced + `
  ]
}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := addBucket([]byte(c.doc))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
			checkAdded(t, []byte(c.doc), got)
		})
	}
}

// checkAdded holds a result of AddBucket to its promises for bucket foo of aws.
func checkAdded(t testing.TB, before, after []byte) {
	t.Helper()
	s, err := selector.Parse(after)
	if err != nil {
		t.Fatalf("the document made is not readable: %v", err)
	}
	if got := show(selector.Coverage([]selector.Trail{{Selectors: s}}, foo)); got != "read all, write all" {
		t.Errorf("the document made records %s:\n%s", got, after)
	}
	again, err := addBucket(after)
	if err != nil || !bytes.Equal(after, again) {
		t.Errorf("adding twice (error %v) gives another document:\n%s\n%s", err, after, again)
	}
	missing(t, "", tree(t, before), tree(t, after))
}

func tree(t testing.TB, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// missing reports what of before is not in after, in its place.
func missing(t testing.TB, path string, before, after any) {
	t.Helper()
	switch before := before.(type) {
	case nil:
	case map[string]any:
		o, _ := after.(map[string]any)
		for name, v := range before {
			missing(t, path+"."+name, v, o[name])
		}
	case []any:
		list, _ := after.([]any)
		if len(list) < len(before) {
			t.Errorf("%s lost elements", path)
			return
		}
		for i, v := range before {
			missing(t, fmt.Sprintf("%s[%d]", path, i), v, list[i])
		}
	default:
		if before != after {
			t.Errorf("%s was %v and is %v", path, before, after)
		}
	}
}

func TestAddBucketToRandomTrails(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		before := newMaker(seed).trail().json(t)
		after, err := addBucket(before)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		checkAdded(t, before, after)
		if t.Failed() {
			t.Fatalf("seed %d: %s", seed, before)
		}
	}
}

func TestAddBucketLimits(t *testing.T) {
	t.Parallel()
	values := func(n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = fmt.Sprintf("arn:aws:s3:::bucket-%d/", i)
		}
		return out
	}
	five := `{"EventSelectors":[` + strings.Repeat(`{"ReadWriteType":"ReadOnly"},`, 4) + `{"ReadWriteType":"All"}]}`
	for _, c := range []struct {
		name, doc string
		want      *selector.LimitError
	}{
		{"249 data resources", basic("All", values(249)...), nil},
		{"250 data resources", basic("All", values(250)...), &selector.LimitError{What: "data resources", Need: 251, Limit: 250}},
		{"250 data resources, this bucket among them", basic("All", append(values(249), "arn:aws:s3:::foo/")...), nil},
		{"250 data resources, of writes", basic("WriteOnly", values(250)...), &selector.LimitError{What: "data resources", Need: 251, Limit: 250}},
		{"five selectors", five, &selector.LimitError{What: "event selectors", Need: 6, Limit: 5}},
		{"497 values", advanced(arn("StartsWith", values(495)...)), nil},
		{"498 values", advanced(arn("StartsWith", values(496)...)), &selector.LimitError{What: "values in advanced event selectors", Need: 501, Limit: 500}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := addBucket([]byte(c.doc))
			var got *selector.LimitError
			if errors.As(err, &got); c.want == nil && err != nil || !cmp.Equal(c.want, got) {
				t.Errorf("error %v, want %v", err, c.want)
			}
		})
	}
}

func TestAddBucketRefuses(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		`{"EventSelectors":[],"Sampling":1}`,
		`{"EventSelectors":{}}`,
		`{"EventSelectors":[],"EventSelectors":[]}`,
		`{"EventSelectors":[{"ReadWriteType":"All"}],"AdvancedEventSelectors":[{"FieldSelectors":[]}]}`,
	} {
		if _, err := addBucket([]byte(doc)); !errors.Is(err, selector.ErrNotUnderstood) {
			t.Errorf("%s: error %v, want ErrNotUnderstood", doc, err)
		}
	}
}

func TestAddBucketLeavesDoubtfulSelectorsAlone(t *testing.T) {
	t.Parallel()
	doc := `{"EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::bar/"]},{"Type":"AWS::S3::Object","Values":["arn:aws:s3::"]}]}]}`
	got, err := addBucket([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(got), "ReadWriteType"); n != 1 {
		t.Errorf("the bucket is not in a selector of its own:\n%s", got)
	}
	checkAdded(t, []byte(doc), got)
}
