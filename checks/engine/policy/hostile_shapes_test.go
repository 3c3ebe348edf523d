package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// hostileShapes are lists of JSON strings to stand as Resource paths or as
// condition values. None covers every key, and all may be as long as size.
func hostileShapes(size int) map[string][]string {
	repeat := func(text string) string { return strings.Repeat(text, max(1, size/len(text))) }
	part := func(text string) string { return strings.Repeat(text, max(1, size/5/len(text))) } // of a few
	spread := func(text string, n int) []string {
		var out []string
		for i := range max(1, size/n) {
			out = append(out, fmt.Sprintf(text, i))
		}
		return out
	}
	return map[string][]string{
		"stars and letters":    {repeat("*a*b*c") + "x"},
		"question marks":       {part("?"), part("?*"), "x" + part("*?")},
		"stars":                {repeat("*") + "x"},
		"many subsequences":    spread("*a%d*b*c?", 36),
		"many lengths":         spread("???%d*a??", 36),
		"open variables":       {part("${"), part("${${$}"), part("x${aws:x"), "x${aws:x, '" + part("'")},
		"many variables":       {"x" + repeat("${aws:username}*")},
		"many defaults":        {"x" + repeat("${aws:none, '*?a'}*")},
		"many escapes":         {repeat("${*}${?}${$}")},
		"NUL and odd escapes":  {repeat(`\u0000*\uffff?`) + "x"},
		"astral characters":    {repeat(`\ud83d\ude00*?`)},
		"numbers":              {part("9"), "1e" + part("9"), "-" + part("0") + "1", "0x" + part("f"), "." + part("0") + "1"},
		"dates":                {"9999999999-99-99", "0000-00-00T00:00:00Z", "2026-02-30", "2026-01-01T00:00:00." + part("9") + "Z", part("1") + "-01-01"},
		"addresses":            {"1.2.3.4/" + part("9"), "::ffff:1.2.3.4/96", "fe80::1%" + part("e"), part(":"), part("1."), "1.2.3.4/-1"},
		"separators":           {part(":"), part("/") + "x", part("arn:") + "x"},
		"one long literal":     {repeat("literal")},
		"letters and brackets": {repeat(`[a-z]{2}(.*)+\\d^$|`)},
	}
}

// hostileTests are operators and keys that hostile values are put under.
var hostileTests = []struct{ operator, key string }{
	{"StringLike", "aws:UserAgent"},
	{"StringNotLike", "s3:prefix"},
	{"StringEqualsIgnoreCase", "aws:username"},
	{"ArnLike", "aws:SourceArn"},
	{"NumericLessThan", "s3:max-keys"},
	{"DateGreaterThan", "aws:CurrentTime"},
	{"NotIpAddress", "aws:SourceIp"},
	{"BinaryEquals", "s3:x"},
	{"Bool", "aws:SecureTransport"},
	{"Null", "aws:SourceVpc"},
	{"ForAllValues:StringLike", "aws:TagKeys"},
	{"ForAnyValue:ArnNotLike", "aws:CalledVia"},
}

var hostileKinds = []policy.Kind{policy.Identity, policy.Resource, policy.Endpoint, policy.SCP, policy.RCP}

// hostileStatement has one statement of the kind: an Allow that does not cover
// every key, but for resource control policies, which deny.
func hostileStatement(kind policy.Kind, element, list, condition string) string {
	effect, principal := "Allow", ""
	switch kind {
	case policy.Resource, policy.Endpoint:
		principal = `"Principal":"*",`
	case policy.RCP:
		effect, principal = "Deny", `"Principal":"*",`
	}
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":%q,%s"Action":["s3:*","*"],%q:[%s]%s}}`, effect, principal, element, list, condition)
}

// hostileLayers grant everything but for the document, in its place.
func hostileLayers(t testing.TB, d *policy.Document, kind policy.Kind) policy.Layers {
	t.Helper()
	l := policy.Layers{
		Identity: []*policy.Document{identityPolicy(t, `{"Effect":"Allow","Action":"*","Resource":"*"}`)},
		Bucket:   mustParse(t, `{"Version":"2012-10-17","Statement":`+allowEverything+`}`, policy.Resource),
	}
	switch kind {
	case policy.Identity:
		l.Identity, l.Boundary, l.Session = []*policy.Document{d}, d, d
	case policy.Resource:
		l.Bucket, l.RestrictPublicBuckets = d, true
	case policy.Endpoint:
		l.Endpoint = d
	case policy.SCP:
		l.SCPs = [][]*policy.Document{{d}, {d}}
	case policy.RCP:
		l.RCPs = [][]*policy.Document{{d}, {d}}
	}
	return l
}

// hostileQuestion leaves open what can be left open.
func hostileQuestion() policy.Question {
	q := ask(roleARN, "s3:GetObject")
	q.UnknownByDefault = true
	q.Any = []string{"s3:prefix"}
	return q
}

// hostileTexts are documents of one kind made from the shapes.
func hostileTexts(kind policy.Kind, size int) map[string]string {
	out := map[string]string{}
	for name, values := range hostileShapes(size) {
		quoted := `"` + strings.Join(values, `","`) + `"`
		paths := `"arn:aws:s3:::foo/` + strings.Join(values, `","arn:aws:s3:::foo/`) + `"`
		out["resource: "+name] = hostileStatement(kind, "Resource", paths, "")
		for _, test := range hostileTests {
			condition := fmt.Sprintf(`,"Condition":{%q:{%q:[%s]}}`, test.operator, test.key, quoted)
			out[test.operator+": "+name] = hostileStatement(kind, "Resource", `"*"`, condition)
		}
	}
	return out
}

// manyParts are documents with very many statements, conditions or names.
func manyParts() map[string]string {
	each := func(n int, format string) string {
		var out []string
		for i := range n {
			out = append(out, fmt.Sprintf(format, i))
		}
		return strings.Join(out, ",")
	}
	doc := func(statements string) string { return `{"Version":"2012-10-17","Statement":[` + statements + `]}` }
	one := func(who, action, resource, condition string) string {
		return doc(fmt.Sprintf(`{"Effect":"Allow","Principal":{"AWS":[%s]},"Action":[%s],"Resource":[%s],"Condition":{%s}}`, who, action, resource, condition))
	}
	const everyone, all = `"*"`, `"*"`
	return map[string]string{
		"statements":            doc(each(1500, `{"Effect":"Allow","Principal":"*","Action":"s3:Get*","Resource":"arn:aws:s3:::foo/a%d*b"}`)),
		"denying statements":    doc(each(1500, `{"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"arn:aws:s3:::foo/a%d*b"}`)),
		"statements with keys":  doc(each(900, `{"Effect":"Allow","Principal":"*","Action":"s3:Get*","Resource":"*","Condition":{"StringLike":{"aws:k%d":"a*"}}}`)),
		"principals":            one(each(3000, `"arn:aws:iam::111122223333:role/r%d"`), all, all, ""),
		"sessions":              one(each(1000, `"arn:aws:sts::111122223333:assumed-role/Indexer/s%d"`), all, all, ""),
		"actions":               one(everyone, each(3000, `"s3:*a*b%d*"`), all, ""),
		"resources":             one(everyone, all, each(3000, `"arn:aws:s3:::foo/*a%d*b*"`), ""),
		"keys of one operator":  one(everyone, all, all, `"StringEquals":{`+each(900, `"aws:k%d":"v"`)+`}`),
		"values":                one(everyone, all, all, `"StringLike":{"aws:SourceVpce":[`+each(9000, `"v%d*"`)+`]}`),
		"values under any":      one(everyone, all, all, `"StringLike":{"s3:prefix":[`+each(3000, `"*a%d*b?"`)+`]}`),
		"numbers of one key":    one(everyone, all, all, `"NumericEquals":{"s3:max-keys":[`+each(9000, `%d.5`)+`]}`),
		"ranges":                one(everyone, all, all, `"IpAddress":{"aws:SourceIp":[`+each(3000, `"2001:db8:%x::/48"`)+`]}`),
		"keys in another case":  one(everyone, all, all, `"StringEquals":{"aws:SourceVpce":"a","AWS:SourceVpce":"b"}`),
		"a very long condition": one(everyone, all, all, `"StringEquals":{"aws:`+strings.Repeat("k", 200<<10)+`":"v"}`),
	}
}
