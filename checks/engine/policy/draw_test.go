package policy_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// Random policies and questions over a small world: few names, short keys,
// condition keys whose interesting values are listed.

const (
	sessionARN = "arn:aws:sts::111122223333:assumed-role/Indexer/s1"
	userARN    = "arn:aws:iam::111122223333:user/alice"
	ownerRoot  = "arn:aws:iam::444455556666:root"
	// originIdentity is as what CloudFront asks.
	originIdentity = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABCDEFGHIJKL"
	// federatedARN is a session that some user asked for.
	federatedARN = "arn:aws:sts::111122223333:federated-user/fay"
)

// worldKeys are the condition keys in play with the values that are tried.
// They hold a member of every class that drawn conditions tell apart.
var worldKeys = map[string][]string{
	"aws:SourceVpce":      {"v1", "v2", "V1", "w", "v12", "a", "A", "b", "v*", "v?", "*1", "${aws:username}"},
	"aws:PrincipalOrgID":  {"o-1", "o-2", "true"},
	"s3:prefix":           {"", "a", "ab", "b", "zz", "a*", "?b*", "*", "${*}"},
	"aws:SecureTransport": {"true", "false"},
	"s3:max-keys":         {"0", "5", "7", "10", "11"},
	"aws:SourceIp":        {"10.0.0.1", "10.1.0.1", "11.0.0.1", "2001:db8::1"},
	"aws:CurrentTime":     {"2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2025-12-31T00:00:00Z"},
	"aws:SourceArn":       {"arn:aws:sns:us-east-1:1:t", "arn:aws:sns:us-east-1:1:u", "arn:aws:sns:us-east-1:2:t", "arn:aws:sqs:us-east-1:1:t", "arn:aws:ec2:us-east-1:2:x"},
	"aws:username":        {"a", "b", "z"},
	"s3:signature":        {"YWJj", "YQ==", "eA=="},
	"aws:PrincipalTag/t":  {"", "x", "true", "z"},
}

// worldLists are the keys that can have several values; they are never open.
var worldLists = map[string][][]string{
	"aws:TagKeys":           {{"x"}, {"x", "y"}, {"y", "z"}},
	"aws:PrincipalOrgPaths": {{"o-1/r/"}, {"o-1/r/", "o-1/r/ou-2/"}},
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func drawCondition(r *rand.Rand) (operator, key string, values []string) {
	ifExists := pick(r, "", "", "IfExists")
	switch r.IntN(15) {
	case 0:
		return pick(r, "StringEquals", "StringNotEquals") + ifExists, pick(r, "aws:SourceVpce", "AWS:sourcevpce"), drawSome(r, "v1", "v2")
	case 1:
		return pick(r, "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase") + ifExists,
			"aws:SourceVpce", drawSome(r, "v*", "v?", "*1", "${aws:username}")
	case 2:
		return pick(r, "StringLike", "StringNotLike", "StringEquals") + ifExists, "s3:prefix", drawSome(r, "a*", "", "?b*", "*", "${*}")
	case 3:
		return pick(r, "Bool", "BoolIfExists", "Null"), "aws:SecureTransport", drawSome(r, "true", "false")
	case 4:
		return "Numeric" + pick(r, "Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals") + ifExists,
			"s3:max-keys", drawSome(r, "5", "10")
	case 5:
		return pick(r, "IpAddress", "NotIpAddress") + ifExists, "aws:SourceIp", drawSome(r, "10.0.0.0/8", "10.0.0.0/16", "2001:db8::/32")
	case 6:
		return "Date" + pick(r, "GreaterThan", "LessThanEquals", "NotEquals") + ifExists, "aws:CurrentTime", drawSome(r, "2026-01-01T00:00:00Z")
	case 7:
		return pick(r, "ArnLike", "ArnNotEquals", "ArnNotLike") + ifExists, "aws:SourceArn", drawSome(r, "arn:aws:sns:*:*:t", "arn:aws:s?s:*:1:*")
	case 8:
		return pick(r, "ArnLike", "ArnNotLike", "StringLike", "StringNotEquals") + ifExists, "aws:PrincipalArn",
			drawSome(r, roleARN, "arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:user/a*", localARN, ownerRoot)
	case 9:
		return pick(r, "StringEquals", "StringNotEquals") + ifExists, "aws:PrincipalAccount", drawSome(r, control, data)
	case 10:
		return pick(r, "", "ForAnyValue:", "ForAllValues:") + pick(r, "StringEquals", "StringNotEquals") + ifExists,
			"aws:TagKeys", drawSome(r, "x", "y")
	case 11:
		return pick(r, "ForAnyValue:StringLike", "ForAllValues:StringNotLike"), "aws:PrincipalOrgPaths", drawSome(r, "o-1/*", "*/ou-2/*")
	case 12:
		return "BinaryEquals" + ifExists, "s3:signature", drawSome(r, "YWJj", "YQ==")
	case 13:
		return pick(r, "Null", "StringNotEquals", "ForAnyValue:StringEquals", "ForAllValues:StringLike", "ForAllValues:StringNotEquals") + pick(r, "", "", ifExists),
			"aws:PrincipalTag/t", drawSome(r, "true", "", "x")
	default:
		return pick(r, "Null", "StringEquals", "ForAnyValue:StringEquals", "ForAllValues:StringLike"), "aws:PrincipalOrgID",
			drawSome(r, "true", "o-1")
	}
}

func drawSome(r *rand.Rand, from ...string) []string {
	out := []string{pick(r, from...)}
	if r.IntN(3) == 0 {
		out = append(out, pick(r, from...))
	}
	return out
}

func drawStatement(r *rand.Rand, kind policy.Kind) map[string]any {
	s := map[string]any{"Effect": pick(r, "Allow", "Allow", "Deny")}
	action, resource, principal := "Action", "Resource", "Principal"
	if r.IntN(12) == 0 {
		action = "NotAction"
	}
	if r.IntN(7) == 0 {
		resource = "NotResource"
	}
	if r.IntN(10) == 0 {
		principal = "NotPrincipal"
	}
	short := "arn:aws:s3:*"
	if kind == policy.RCP {
		short = "*" // AWS does not save others
	}
	s[action] = drawSome(r, "s3:GetObject", "s3:Get*", "s3:*", "*", "S3:getobject", "s3:ListBucket", "s3:G?tObject", "s3:PutObject")
	s[resource] = drawSome(r, "*", "arn:aws:s3:::foo/*", "arn:aws:s3:::foo/*", "arn:aws:s3:::foo", "arn:aws:s3:::foo*",
		"arn:aws:s3:::foo/a*", "arn:aws:s3:::foo/*b", "arn:aws:s3:::foo/?", "arn:aws:s3:::foo/??*", "arn:aws:s3:::foo/b?*",
		"arn:aws:s3:*:*:f?o/*", "arn:aws:s3:::bar/*", "arn:aws-cn:s3:::foo/*", "arn:aws:s3:::foo/${aws:username}*", "arn:aws:s3:::f*a",
		"arn:aws:s3:::foo/${aws:username, 'b'}*", "arn:aws:s3:::foo/a${*}*", pick(r, short, "arn:aws:s3:::foo/?b*", "arn:aws:s3:::foo/*"))
	switch kind {
	case policy.Resource, policy.Endpoint:
		s[principal] = drawPrincipal(r)
	case policy.RCP:
		s["Effect"], s["Principal"] = "Deny", "*"
		delete(s, "NotAction")
		s["Action"] = drawSome(r, "s3:*", "s3:GetObject", "s3:List*")
	}
	if r.IntN(5) < 2 {
		conditions := map[string]map[string][]string{}
		for range 1 + r.IntN(2) {
			operator, key, values := drawCondition(r)
			if conditions[operator] == nil {
				conditions[operator] = map[string][]string{}
			}
			conditions[operator][key] = values
		}
		s["Condition"] = conditions
	}
	return s
}

// broadAllow makes it likelier that something is granted.
func broadAllow(kind policy.Kind) map[string]any {
	s := map[string]any{"Effect": "Allow", "Action": "s3:*", "Resource": []string{"arn:aws:s3:::foo", "arn:aws:s3:::foo/*"}}
	switch kind {
	case policy.Resource:
		s["Principal"] = map[string]any{"AWS": []string{control, localARN}}
	case policy.Endpoint:
		s["Principal"] = "*"
	case policy.RCP:
		return map[string]any{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
	}
	return s
}

func drawPrincipal(r *rand.Rand) any {
	if r.IntN(4) == 0 {
		return "*"
	}
	if r.IntN(15) == 0 {
		return map[string][]string{"Service": {"logging.s3.amazonaws.com"}}
	}
	return map[string][]string{"AWS": drawSome(r, control, control, "arn:aws:iam::111122223333:root", roleARN, sessionARN,
		userARN, data, localARN, "*", "AROAEXAMPLEEXAMPLE123", "999999999999", originIdentity, federatedARN, linked, linkedRun)}
}

func drawDocument(t testing.TB, r *rand.Rand, kind policy.Kind, most int) *policy.Document {
	t.Helper()
	statements := make([]map[string]any, r.IntN(most+1))
	for i := range statements {
		statements[i] = drawStatement(r, kind)
	}
	if r.IntN(4) != 0 || len(statements) == 0 {
		statements = append(statements, broadAllow(kind))
	}
	text, err := json.Marshal(map[string]any{
		"Version": pick(r, policy.Version2012, policy.Version2012, policy.Version2008), "Statement": statements,
	})
	if err != nil {
		t.Fatal(err)
	}
	return mustParse(t, string(text), kind)
}

func drawLayers(t testing.TB, r *rand.Rand) policy.Layers {
	t.Helper()
	l := policy.Layers{
		RestrictPublicBuckets: r.IntN(6) == 0,
		Public:                pick(r, policy.PublicUnstated, policy.PublicUnstated, policy.StatedPublic, policy.StatedNotPublic),
	}
	if r.IntN(8) != 0 {
		l.Bucket = drawDocument(t, r, policy.Resource, 4)
	}
	if r.IntN(6) == 0 {
		l.RCPs = drawLevels(t, r, policy.RCP)
	}
	if r.IntN(6) == 0 {
		l.Endpoint = drawDocument(t, r, policy.Endpoint, 2)
	}
	if r.IntN(2) == 0 {
		return l
	}
	l.Identity = []*policy.Document{}
	for range r.IntN(3) {
		l.Identity = append(l.Identity, drawDocument(t, r, policy.Identity, 3))
	}
	if r.IntN(3) == 0 {
		l.Boundary = drawDocument(t, r, policy.Identity, 2)
	}
	if r.IntN(4) == 0 {
		l.Session = drawDocument(t, r, policy.Identity, 2)
	}
	if r.IntN(3) == 0 {
		l.SCPs = drawLevels(t, r, policy.SCP)
	}
	return l
}

// drawLevels draws one or two levels, which seldom have other than one policy.
func drawLevels(t testing.TB, r *rand.Rand, kind policy.Kind) (levels [][]*policy.Document) {
	t.Helper()
	for range 1 + r.IntN(2) {
		level := []*policy.Document{}
		for range pick(r, 1, 1, 1, 1, 1, 2, 0) {
			level = append(level, drawDocument(t, r, kind, 2))
		}
		levels = append(levels, level)
	}
	return levels
}

func drawQuestion(r *rand.Rand, anonymous bool) policy.Question {
	q := policy.Question{
		Principal: pick(r, control, control, roleARN, roleARN, roleARN, sessionARN, sessionARN, userARN, userARN, localARN, localARN, data, data,
			federatedARN, linked, linkedRun),
		Action: pick(r, "s3:GetObject", "s3:GetObject", "s3:GetObject", "s3:ListBucket", "s3:ListBucket", "s3:PutObject", "s3:PutBucketPolicy"),
		Bucket: "foo", BucketAccount: data, Context: map[string][]string{},
	}
	if anonymous && r.IntN(8) == 0 {
		q.Principal = "*"
	}
	switch r.IntN(4) {
	case 0:
		q.Keys = policy.Keys{Prefix: pick(r, "a", "b", "ab")}
	case 1:
		q.Keys = policy.Keys{Prefix: pick(r, "", "a"), Suffix: pick(r, "b", "a", "ab")}
	case 2:
		q.Keys = policy.Keys{Exact: pick(r, "a", "ab", "z", "bb")}
	}
	q.UnknownByDefault = r.IntN(3) == 0
	for _, key := range slices.Sorted(maps.Keys(worldLists)) {
		if r.IntN(3) == 0 {
			q.Context[key] = pick(r, worldLists[key]...)
		} else if q.UnknownByDefault {
			q.Absent = append(q.Absent, key)
		}
	}
	for _, key := range sortedKeys() {
		choice := r.IntN(6)
		if q.UnknownByDefault {
			choice = r.IntN(4)
		}
		switch choice {
		case 0, 1:
			q.Context[key] = []string{pick(r, worldKeys[key]...)}
		case 2:
			if len(q.Unknown) == 0 || len(q.Unknown) == 1 && r.IntN(6) == 0 {
				q.Unknown = append(q.Unknown, key)
			}
		case 3:
			if len(q.Any) < 1 || len(q.Any) < 3 && len(worldKeys[key]) <= 4 {
				q.Any = append(q.Any, key)
			}
		}
		if q.UnknownByDefault && q.Context[key] == nil && !slices.Contains(q.Unknown, key) && !slices.Contains(q.Any, key) {
			q.Absent = append(q.Absent, key)
		}
	}
	for _, key := range []string{"aws:PrincipalArn", "aws:PrincipalAccount"} {
		choice := r.IntN(8)
		if strings.Contains(q.Principal, ":assumed-role/") && choice == 0 {
			choice = 1 // a session's role can have any path, and none is sampled
		}
		switch choice {
		case 0:
			q.Any = append(q.Any, key)
		case 1:
			q.Unknown = append(q.Unknown, key)
		}
	}
	separate(&q)
	return q
}

// leaveOpen makes one of the keys that the policies ask for, or put into text,
// unknown.
func leaveOpen(r *rand.Rand, q *policy.Question, l policy.Layers) {
	var keys []string
	for _, d := range documentsOf(&l) {
		for _, s := range (*d).Statements {
			for _, c := range s.Conditions {
				if worldKeys[c.Key] != nil {
					keys = append(keys, c.Key)
				}
			}
			if strings.Contains(strings.Join(s.Resources, " "), "${aws:username") {
				keys = append(keys, "aws:username")
			}
		}
	}
	if len(keys) == 0 || len(q.Unknown) > 1 {
		return
	}
	key := pick(r, keys...)
	delete(q.Context, key)
	other := func(name string) bool { return name == key }
	q.Any, q.Absent = slices.DeleteFunc(q.Any, other), slices.DeleteFunc(q.Absent, other)
	if !slices.Contains(q.Unknown, key) {
		q.Unknown = append(q.Unknown, key)
	}
	separate(q)
}

// separate takes out what must hold for every value of a key that an unknown one
// excludes: an unknown key of statements that do not bear on the question counts
// as absent, so it does not decide what another can hold.
func separate(q *policy.Question) {
	q.Any = slices.DeleteFunc(q.Any, func(key string) bool {
		out := slices.ContainsFunc(q.Unknown, func(unknown string) bool { return policy.Excludes(key, unknown) })
		if out && q.UnknownByDefault {
			q.Absent = append(q.Absent, key)
		}
		return out
	})
}

// documentsOf lists where the layers hold a document.
func documentsOf(l *policy.Layers) (all []**policy.Document) {
	lists := append(append([][]*policy.Document{l.Identity}, l.SCPs...), l.RCPs...)
	for _, list := range lists {
		for i := range list {
			all = append(all, &list[i])
		}
	}
	for _, d := range []**policy.Document{&l.Boundary, &l.Session, &l.Endpoint, &l.Bucket} {
		if *d != nil {
			all = append(all, d)
		}
	}
	return all
}

func describeCase(t testing.TB, q policy.Question, l policy.Layers) string {
	t.Helper()
	return fmt.Sprintf("question %s\nlayers %s", asJSON(t, q), asJSON(t, l))
}
