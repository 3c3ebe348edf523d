package repair_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Random policies, requirements and requests over a small world.

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func some(r *rand.Rand, from ...string) []string {
	out := []string{pick(r, from...)}
	for r.IntN(2) == 0 && len(out) < 4 {
		if next := pick(r, from...); !slices.Contains(out, next) {
			out = append(out, next)
		}
	}
	return out
}

// written is a JSON list, or one string where there is one, some letters
// escaped.
func written(r *rand.Rand, all []string) string {
	var out []string
	for _, s := range all {
		text := fmt.Sprintf("%q", s)
		if r.IntN(6) == 0 {
			text = strings.Replace(text, "s", `\u0073`, 1)
		}
		out = append(out, text)
	}
	if len(out) == 1 && r.IntN(2) == 0 {
		return out[0]
	}
	return "[" + strings.Join(out, ", ") + "]"
}

var (
	people = []string{
		control, root, role, user, "arn:aws:iam::111122223333:role/Other", "arn:aws:sts::111122223333:assumed-role/Indexer/s1", other, owner,
		"arn:aws:iam::444455556666:role/Local", "AROAEXAMPLEEXAMPLE123", "arn:aws:iam::999999999999:user/bob",
	}
	verbs = []string{"s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:GetObjectTagging", "s3:DeleteObject"}
	paths = []string{"b", "b/*", "b*", "b/a/*", "b/a*", "b/*x", "b/?", "b/??*", "b/c/*", "*"}
)

func drawnPrincipal(r *rand.Rand) string {
	switch r.IntN(8) {
	case 0:
		return `"*"`
	case 1:
		return `{"Service":"logging.s3.amazonaws.com","AWS":` + written(r, some(r, people...)) + `}`
	case 2:
		return `{"AWS":"*"}`
	default:
		return `{"AWS":` + written(r, some(r, people...)) + `}`
	}
}

func drawnCondition(r *rand.Rand) string {
	one := func() (operator, key, values string) {
		switch r.IntN(9) {
		case 0:
			return pick(r, "StringNotEquals", "StringEquals", "StringNotEqualsIfExists"), pick(r, "aws:PrincipalAccount", "aws:principalaccount"),
				pick(r, `"444455556666"`, `444455556666`, `["444455556666", "999999999999"]`, `"111122223333"`)
		case 1:
			return pick(r, "ArnNotLike", "ArnNotEquals", "StringNotLike", "ArnLike", "StringEquals"), "aws:PrincipalArn",
				written(r, some(r, "arn:aws:iam::444455556666:role/*", role, user, "arn:aws:iam::*:root"))
		case 2:
			return "Bool", "aws:SecureTransport", pick(r, "false", `"false"`, `"true"`)
		case 3:
			return pick(r, "StringNotEquals", "StringEquals", "StringNotEqualsIfExists"), "aws:SourceVpce", written(r, some(r, "vpce-1", "vpce-2"))
		case 4:
			return pick(r, "StringNotEquals", "ForAnyValue:StringNotEquals"), "aws:PrincipalOrgID", `"o-2"`
		case 5:
			return "Null", "s3:x-amz-acl", pick(r, "true", "false")
		case 6:
			return pick(r, "StringLike", "StringNotLike"), "s3:prefix", written(r, some(r, "a*", "", "*"))
		case 7:
			return pick(r, "NotIpAddress", "IpAddress"), "aws:SourceIp", written(r, some(r, "10.0.0.0/8", "203.0.113.0/24"))
		default:
			return "NumericLessThan", "s3:TlsVersion", pick(r, "1.20", `"1.3"`)
		}
	}
	operator, key, values := one()
	if second, otherKey, more := one(); second != operator && r.IntN(3) == 0 {
		return fmt.Sprintf(`{%q: {%q: %s}, %q: {%q: %s}}`, operator, key, values, second, otherKey, more)
	}
	return fmt.Sprintf(`{%q: {%q: %s}}`, operator, key, values)
}

func drawnStatement(r *rand.Rand, n int) string {
	effect := pick(r, "Allow", "Deny")
	element := func(name string, odds int) string {
		if r.IntN(odds) == 0 {
			return "Not" + name
		}
		return name
	}
	resources := some(r, paths...)
	for i, path := range resources {
		if path != "*" {
			resources[i] = "arn:aws:s3:::" + path
		}
	}
	who := fmt.Sprintf(`"Principal": %s`, drawnPrincipal(r))
	if r.IntN(10) == 0 && effect == "Deny" {
		who = fmt.Sprintf(`"NotPrincipal": {"AWS": %s}`, written(r, some(r, people...)))
	}
	members := []string{
		fmt.Sprintf(`"Effect": %q`, effect), who,
		fmt.Sprintf(`%q: %s`, element("Action", 8), written(r, some(r, append(verbs, "s3:*", "s3:Get*", "S3:putobject", "s3:Delete*", "*")...))),
		fmt.Sprintf(`%q: %s`, element("Resource", 8), written(r, resources)),
	}
	if effect == "Deny" && r.IntN(3) > 0 || r.IntN(4) == 0 {
		members = append(members, `"Condition": `+drawnCondition(r))
	}
	if r.IntN(2) == 0 {
		members = append(members, fmt.Sprintf(`"Sid": %q`, pick(r, fmt.Sprintf("S%d", n), fmt.Sprintf("S%d", n), "New")))
	}
	r.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return "{" + strings.Join(members, ", ") + "}"
}

func drawnPolicy(r *rand.Rand) string {
	var statements []string
	for n := range 1 + r.IntN(4) {
		statements = append(statements, drawnStatement(r, n))
	}
	version := pick(r, `"Version":"2012-10-17", `, `"Version":"2012-10-17", `, "")
	if len(statements) == 1 {
		return "{" + version + `"Statement": ` + statements[0] + "}"
	}
	return "{" + version + `"Statement": [` + strings.Join(statements, ",\n") + "]}"
}

func drawnWish(r *rand.Rand) wish {
	w := wish{actions: some(r, verbs...), context: map[string][]string{"aws:SourceIp": {"203.0.113.7"}, "s3:TlsVersion": {"1.2"}}}
	switch r.IntN(4) {
	case 0:
		w.principals = some(r, role, user, "arn:aws:iam::999999999999:user/bob")
	case 1:
		w.principals = []string{owner}
	default:
		w.principals = []string{control}
	}
	if r.IntN(3) == 0 {
		w.prefixes = some(r, "a/", "c/", "d")
	}
	w.context["aws:PrincipalOrgID"] = []string{"o-1"}
	if r.IntN(4) > 0 {
		w.context["aws:SourceVpce"] = []string{pick(r, "vpce-1", "vpce-9")}
	}
	return w
}
