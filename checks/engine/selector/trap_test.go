package selector_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

func TestSuspicious(t *testing.T) {
	t.Parallel()
	const values = "EventSelectors[0].DataResources[0].Values[0]"
	bucketType := func(doc string) string { return strings.ReplaceAll(doc, "AWS::S3::Object", "AWS::S3::Bucket") }
	inBasic := func(found string, cause selector.Cause, right string) []selector.Trap {
		return []selector.Trap{{Path: values, Found: found, Cause: cause, Right: right}}
	}
	inAdvanced := func(operator, found string, cause selector.Cause, right, rightOperator string) []selector.Trap {
		path := "AdvancedEventSelectors[0].FieldSelectors[2]." + operator + "[0]"
		return []selector.Trap{{Place: selector.Place{Name: "n"}, Path: path, Found: found, Cause: cause, Right: right, RightOperator: rightOperator}}
	}
	for _, c := range []struct {
		name, doc string
		want      []selector.Trap
	}{
		{"the right value", basic("All", "arn:aws:s3:::foo/"), nil},
		{"all of S3", basic("All", "arn:aws:s3", "arn:aws:s3:::"), nil},
		{"another bucket's trap", basic("All", "arn:aws:s3:::bar/*", "arn:aws:s3:::bar", "arn:aws-cn:s3:::bar/"), nil},
		{"star", basic("All", "arn:aws:s3:::foo/*"), inBasic("arn:aws:s3:::foo/*", selector.CauseWildcard, "arn:aws:s3:::foo/")},
		{"star after a prefix", basic("All", "arn:aws:s3:::foo/raw/*"), inBasic("arn:aws:s3:::foo/raw/*", selector.CauseWildcard, "arn:aws:s3:::foo/raw/")},
		{"star in the middle", basic("All", "arn:aws:s3:::foo/*/raw"), inBasic("arn:aws:s3:::foo/*/raw", selector.CauseWildcard, "arn:aws:s3:::foo/")},
		{"star in the name", basic("All", "arn:aws:s3:::fo*/"), inBasic("arn:aws:s3:::fo*/", selector.CauseWildcard, "arn:aws:s3:::foo/")},
		{"star for all buckets", basic("All", "arn:aws:s3:::*/*"), inBasic("arn:aws:s3:::*/*", selector.CauseWildcard, "arn:aws:s3:::")},
		{"question mark", basic("All", "arn:aws:s3:::fo?/"), inBasic("arn:aws:s3:::fo?/", selector.CauseWildcard, "arn:aws:s3:::foo/")},
		{"no slash", basic("All", "arn:aws:s3:::foo"), inBasic("arn:aws:s3:::foo", selector.CauseNoSlash, "arn:aws:s3:::foo/")},
		{"another partition", basic("All", "arn:aws-cn:s3:::foo/"), inBasic("arn:aws-cn:s3:::foo/", selector.CausePartition, "arn:aws:s3:::foo/")},
		{"another partition, all", basic("All", "arn:aws-cn:s3"), inBasic("arn:aws-cn:s3", selector.CausePartition, "arn:aws:s3")},
		{"another partition and star", basic("All", "arn:aws-cn:s3:::foo/*"), inBasic("arn:aws-cn:s3:::foo/*", selector.CauseWildcard, "arn:aws:s3:::foo/")},
		{"the guide's example", bucketType(basic("All", "arn:aws:s3:::foo/*")), []selector.Trap{
			{Path: "EventSelectors[0].DataResources[0].Type", Found: "AWS::S3::Bucket", Cause: selector.CauseType, Right: "AWS::S3::Object"},
			{Path: values, Found: "arn:aws:s3:::foo/*", Cause: selector.CauseWildcard, Right: "arn:aws:s3:::foo/"},
		}},
		{"the guide's type for another bucket", bucketType(basic("All", "arn:aws:s3:::bar/")), nil},
		{"advanced, the right value", advanced(arn("StartsWith", "arn:aws:s3:::foo/")), nil},
		{"advanced, no slash but StartsWith", advanced(arn("StartsWith", "arn:aws:s3:::foo")), nil},
		{"advanced, one key", advanced(arn("Equals", "arn:aws:s3:::foo/key")), nil},
		{"advanced, Equals the bucket", advanced(arn("Equals", "arn:aws:s3:::foo")), inAdvanced("Equals", "arn:aws:s3:::foo", selector.CauseNoSlash, "arn:aws:s3:::foo/", "StartsWith")},
		{"advanced, Equals the beginning", advanced(arn("Equals", "arn:aws:s3:::foo/")), inAdvanced("Equals", "arn:aws:s3:::foo/", selector.CauseEquals, "arn:aws:s3:::foo/", "StartsWith")},
		{"advanced, star", advanced(arn("StartsWith", "arn:aws:s3:::foo/*")), inAdvanced("StartsWith", "arn:aws:s3:::foo/*", selector.CauseWildcard, "arn:aws:s3:::foo/", "StartsWith")},
		{"advanced, star at an end", advanced(arn("EndsWith", "*.csv")), inAdvanced("EndsWith", "*.csv", selector.CauseWildcard, ".csv", "EndsWith")},
		{"advanced, another partition", advanced(arn("StartsWith", "arn:aws-us-gov:s3:::foo/")), inAdvanced("StartsWith", "arn:aws-us-gov:s3:::foo/", selector.CausePartition, "arn:aws:s3:::foo/", "StartsWith")},
		{"advanced, leaving out is no trap", advanced(arn("NotStartsWith", "arn:aws:s3:::foo/*")), nil},
		{"advanced, the guide's type", bucketType(advanced()), []selector.Trap{
			{Place: selector.Place{Name: "n"}, Path: "AdvancedEventSelectors[0].FieldSelectors[1].Equals[0]", Found: "AWS::S3::Bucket", Cause: selector.CauseType, Right: "AWS::S3::Object"},
		}},
		{"advanced, access points", strings.ReplaceAll(advanced(arn("StartsWith", "arn:aws:s3:::foo/*")), "AWS::S3::Object", "AWS::S3::AccessPoint"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := selector.Suspicious([]selector.Trail{{Selectors: mustParse(t, c.doc)}, {Name: "unread"}}, foo)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("traps (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTrapsSelectNothing holds the traps to their word, and the right values too.
func TestTrapsSelectNothing(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"arn:aws:s3:::foo/*", "arn:aws:s3:::foo", "arn:aws-cn:s3:::foo/", "arn:aws:s3:::*", "arn:aws:s3:::fo*"} {
		doc := basic("All", value)
		traps := selector.Suspicious([]selector.Trail{{Selectors: mustParse(t, doc)}}, foo)
		if len(traps) != 1 {
			t.Fatalf("%s: %d traps, want 1", value, len(traps))
		}
		if got := cover(t, foo, doc).Read.Level; got == selector.All {
			t.Errorf("%s is called a trap and records everything", value)
		}
		if got := cover(t, foo, basic("All", traps[0].Right)).Read.Level; got != selector.All {
			t.Errorf("%s, said to be right for %s, records %s", traps[0].Right, value, got)
		}
	}
}
