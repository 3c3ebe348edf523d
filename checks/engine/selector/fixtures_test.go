package selector_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

var foo = selector.Bucket{Partition: "aws", Name: "foo"}

// basic is a trail with one basic selector for S3 objects.
func basic(readWrite string, values ...string) string {
	return fmt.Sprintf(`{"EventSelectors":[{"ReadWriteType":%q,"IncludeManagementEvents":true,"DataResources":[{"Type":"AWS::S3::Object","Values":["%s"]}]}]}`,
		readWrite, strings.Join(values, `","`))
}

// advanced is a trail with one advanced selector for S3 objects and more fields.
func advanced(fields ...string) string {
	all := append([]string{`{"Field":"eventCategory","Equals":["Data"]}`, `{"Field":"resources.type","Equals":["AWS::S3::Object"]}`}, fields...)
	return `{"AdvancedEventSelectors":[{"Name":"n","FieldSelectors":[` + strings.Join(all, ",") + `]}]}`
}

// arn is a field selector on resources.ARN.
func arn(operator string, values ...string) string {
	return fmt.Sprintf(`{"Field":"resources.ARN",%q:["%s"]}`, operator, strings.Join(values, `","`))
}

func field(name, operator string, values ...string) string {
	return fmt.Sprintf(`{"Field":%q,%q:["%s"]}`, name, operator, strings.Join(values, `","`))
}

func cover(t testing.TB, b selector.Bucket, docs ...string) selector.Report {
	t.Helper()
	trails := make([]selector.Trail, len(docs))
	for i, d := range docs {
		trails[i] = selector.Trail{Name: fmt.Sprintf("trail-%d", i), Selectors: mustParse(t, d)}
	}
	return selector.Coverage(trails, b)
}

func show(r selector.Report) string {
	return fmt.Sprintf("read %s, write %s", r.Read.Level, r.Write.Level)
}

// TestPeersFixtures are trails of bucket foo that other tools judge wrongly.
func TestPeersFixtures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, doc, want string }{
		{"advanced, ARN StartsWith another bucket", advanced(arn("StartsWith", "arn:aws:s3:::other/")), "read none, write none"},
		{"advanced, readOnly false", advanced(field("readOnly", "Equals", "false")), "read none, write all"},
		{"advanced, all but the log bucket", advanced(arn("NotStartsWith", "arn:aws:s3:::logs/")), "read all, write all"},
		{"basic, the bucket", basic("All", "arn:aws:s3:::foo/"), "read all, write all"},
		{"basic, foo-bar only", basic("All", "arn:aws:s3:::foo-bar/"), "read none, write none"},
		{"basic, a prefix only", basic("All", "arn:aws:s3:::foo/raw/"), "read partial, write partial"},
		{"basic, all buckets", basic("All", "arn:aws:s3:::"), "read all, write all"},
		{"basic, all of S3, WriteOnly", basic("WriteOnly", "arn:aws:s3"), "read none, write all"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := show(cover(t, foo, c.doc)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestBasicForms(t *testing.T) {
	t.Parallel()
	gov := selector.Bucket{Partition: "aws-us-gov", Name: "foo"}
	for _, c := range []struct {
		name, doc, want string
		bucket          selector.Bucket
	}{
		{"all of S3", basic("All", "arn:aws:s3"), "read all, write all", foo},
		{"ReadOnly", basic("ReadOnly", "arn:aws:s3:::foo/"), "read all, write none", foo},
		{"reads and writes in two selectors", `{"EventSelectors":[
			{"ReadWriteType":"ReadOnly","DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::foo/"]}]},
			{"ReadWriteType":"WriteOnly","DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::"]}]}]}`, "read all, write all", foo},
		{"ReadWriteType absent", `{"EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::foo/"]}]}]}`, "read all, write all", foo},
		{"nulls of an SDK", `{"TrailARN":null,"AdvancedEventSelectors":null,"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":null,"ExcludeManagementEventSources":null,
			"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::foo/"]}]}],"ResultMetadata":{}}`, "read all, write all", foo},
		{"management events only", `{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":["kms.amazonaws.com"]}]}`, "read none, write none", foo},
		{"no selectors", `{}`, "read none, write none", foo},
		{"bucket without slash", basic("All", "arn:aws:s3:::foo"), "read none, write none", foo},
		{"beginning of the name without slash", basic("All", "arn:aws:s3:::fo"), "read none, write none", foo},
		{"literal star", basic("All", "arn:aws:s3:::foo/*"), "read partial, write partial", foo},
		{"star for all buckets", basic("All", "arn:aws:s3:::*"), "read none, write none", foo},
		{"Lambda", `{"EventSelectors":[{"DataResources":[{"Type":"AWS::Lambda::Function","Values":["arn:aws:lambda"]}]}]}`, "read none, write none", foo},
		{"the guide's type", `{"EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Bucket","Values":["arn:aws:s3:::foo/"]}]}]}`, "read none, write none", foo},
		{"another partition", basic("All", "arn:aws:s3:::foo/"), "read none, write none", gov},
		{"all of S3 in another partition", basic("All", "arn:aws:s3"), "read none, write none", gov},
		{"the bucket's partition", basic("All", "arn:aws-us-gov:s3"), "read all, write all", gov},
		{"a form that is not documented", basic("All", "arn:aws:s3::"), "read unknown, write unknown", foo},
		{"such a form beside a good one", basic("All", "arn:aws:s3::", "arn:aws:s3:::foo/"), "read all, write all", foo},
		{"unknown ReadWriteType", basic("Reads", "arn:aws:s3"), "read unknown, write unknown", foo},
		{"unknown member, reads only", `{"EventSelectors":[{"ReadWriteType":"ReadOnly","Sampling":1,"DataResources":[]}]}`, "read unknown, write none", foo},
		{"member twice", `{"EventSelectors":[{"ReadWriteType":"ReadOnly","ReadWriteType":"All","DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3"]}]}]}`, "read unknown, write unknown", foo},
		{"no values", `{"EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Object","Values":[]}]}]}`, "read unknown, write unknown", foo},
		{"no values for Lambda", `{"EventSelectors":[{"DataResources":[{"Type":"AWS::Lambda::Function","Values":[]}]}]}`, "read none, write none", foo},
		{"not an object", `{"EventSelectors":["all"]}`, "read unknown, write unknown", foo},
		{"not a list", `{"EventSelectors":"all"}`, "read unknown, write unknown", foo},
		{"unknown member of the answer", `{"EventSelectors":[],"Sampling":1}`, "read unknown, write unknown", foo},
		{"both kinds", `{"EventSelectors":[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3"]}]}],"AdvancedEventSelectors":[{"FieldSelectors":[]}]}`, "read unknown, write unknown", foo},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := show(cover(t, c.bucket, c.doc)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestAdvancedForms(t *testing.T) {
	t.Parallel()
	const all, none, partial, unknown = "read all, write all", "read none, write none", "read partial, write partial", "read unknown, write unknown"
	for _, c := range []struct{ name, doc, want string }{
		{"every bucket", advanced(), all},
		{"the bucket", advanced(arn("StartsWith", "arn:aws:s3:::foo/")), all},
		{"the bucket and those whose names go on", advanced(arn("StartsWith", "arn:aws:s3:::foo")), all},
		{"the bucket's ARN", advanced(arn("Equals", "arn:aws:s3:::foo")), none},
		{"its beginning by Equals", advanced(arn("Equals", "arn:aws:s3:::foo/")), none},
		{"one key", advanced(arn("Equals", "arn:aws:s3:::foo/k")), partial},
		{"literal star", advanced(arn("StartsWith", "arn:aws:s3:::foo/*")), partial},
		{"an end", advanced(arn("EndsWith", ".csv")), partial},
		{"an end and the rest", advanced(arn("EndsWith", ".csv"), `{"Field":"readOnly","Equals":["true","false"]}`), partial},
		{"NotEquals a bucket leaves nothing out", advanced(arn("NotEquals", "arn:aws:s3:::foo")), all},
		{"NotStartsWith the bucket", advanced(arn("NotStartsWith", "arn:aws:s3:::foo/")), none},
		{"selecting and deselecting", advanced(`{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::foo/","arn:aws:s3:::bar/"],"NotStartsWith":["arn:aws:s3:::foo/tmp/"]}`), partial},
		{"one selecting operator is enough", advanced(`{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::foo/"],"EndsWith":[".csv"]}`), all},
		{"readOnly both", advanced(field("readOnly", "Equals", "true", "false")), all},
		{"event source of S3", advanced(field("eventSource", "Equals", "s3.amazonaws.com")), all},
		{"another event source", advanced(field("eventSource", "Equals", "s3express.amazonaws.com")), none},
		{"API calls only", advanced(field("eventType", "Equals", "AwsApiCall")), partial},
		{"not the console's event types", advanced(field("eventType", "NotStartsWith", "AwsConsole")), all},
		{"console sessions only", advanced(field("sessionCredentialFromConsole", "Equals", "true")), partial},
		{"no console sessions", advanced(field("sessionCredentialFromConsole", "NotEquals", "true")), partial},
		{"a value that the console field does not take", advanced(field("sessionCredentialFromConsole", "Equals", "false")), unknown},
		{"one principal", advanced(field("userIdentity.arn", "Equals", "arn:aws:iam::111122223333:role/quilt")), partial},
		{"all but one principal", advanced(field("userIdentity.arn", "NotEquals", "arn:aws:iam::111122223333:role/quilt")), partial},
		{"access points", strings.ReplaceAll(advanced(), "AWS::S3::Object", "AWS::S3::AccessPoint"), none},
		{"the guide's type", strings.ReplaceAll(advanced(), "AWS::S3::Object", "AWS::S3::Bucket"), none},
		{"management events", strings.ReplaceAll(advanced(), `"Data"`, `"Management"`), none},
		{"unknown field", advanced(field("resources.owner", "Equals", "x")), unknown},
		{"unknown field, another bucket", advanced(field("resources.owner", "Equals", "x"), arn("StartsWith", "arn:aws:s3:::bar/")), none},
		{"unknown operator", advanced(field("eventName", "Matches", "Get")), unknown},
		{"unknown operator beside a known one", advanced(`{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::bar/"],"Matches":["x"]}`), unknown},
		{"field twice", advanced(arn("StartsWith", "arn:aws:s3:::foo/"), arn("StartsWith", "arn:aws:s3:::foo/")), unknown},
		{"field twice, the first of another bucket", advanced(arn("StartsWith", "arn:aws:s3:::bar/"), arn("StartsWith", "arn:aws:s3:::foo/")), unknown},
		{"readOnly of another value", advanced(field("readOnly", "Equals", "yes")), unknown},
		{"readOnly by NotEquals", advanced(field("readOnly", "NotEquals", "true")), unknown},
		{"two types", strings.Replace(advanced(), `"AWS::S3::Object"`, `"AWS::S3::Object","AWS::Lambda::Function"`, 1), unknown},
		{"no type", `{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]}]}]}`, unknown},
		{"no category", `{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"resources.type","Equals":["AWS::S3::Object"]}]}]}`, unknown},
		{"no operator", advanced(`{"Field":"eventName"}`), unknown},
		{"empty list", advanced(`{"Field":"eventName","Equals":[]}`), unknown},
		{"wrong type", advanced(`{"Field":"eventName","Equals":"GetObject"}`), unknown},
		{"field selector not an object", advanced(`7`), unknown},
		{"unknown member of the selector", `{"AdvancedEventSelectors":[{"Sampling":1,"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]}`, unknown},
		{"nulls of an SDK", advanced(`{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::foo/"],"Equals":null,"EndsWith":null,"NotEquals":null}`), all},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := show(cover(t, foo, c.doc)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
