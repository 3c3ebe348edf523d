//go:build simulate

package policy_test

import (
	"math/rand/v2"
	"strings"
)

// drawSimTest draws one condition.
func drawSimTest(r *rand.Rand) (operator, key string, values []string) {
	operator, key, values = drawBareSimTest(r)
	if strings.Contains(operator, ":") || operator == "Null" {
		return operator, key, values
	}
	if r.IntN(4) == 0 {
		operator += "IfExists"
	}
	if r.IntN(12) == 0 {
		operator = pick(r, "ForAnyValue:", "ForAllValues:") + operator
	}
	if r.IntN(10) == 0 {
		name, tag, _ := strings.Cut(key, "/")
		key = strings.Replace(key, name, strings.ToUpper(name), 1)
		if r.IntN(4) == 0 && tag != "" {
			key = "aws:PrincipalTag/Team"
		}
	}
	return operator, key, values
}

func drawBareSimTest(r *rand.Rand) (operator, key string, values []string) {
	switch r.IntN(14) {
	case 0:
		return pick(r, "StringEquals", "StringNotEquals"), "aws:SourceVpce", drawSome(r, "vpce-1", "vpce-2", "${aws:PrincipalTag/team}")
	case 1:
		return pick(r, "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"), pick(r, "aws:SourceVpce", "aws:PrincipalTag/team"),
			drawSome(r, "vpce-1", "VpcE-2", "RED", "${aws:username}")
	case 2:
		return pick(r, "StringLike", "StringNotLike"), "s3:prefix", drawSome(r, "a*", "", "?*", "*/", "${aws:username}/*", "${*}", "*", "b/")
	case 3:
		return pick(r, "StringLike", "StringNotLike", "StringEquals", "StringNotEquals"), "aws:PrincipalTag/team",
			drawSome(r, "red", "r${*}d", "r*d", "", "re?", "${aws:PrincipalTag/none}", "${aws:PrincipalTag/none, 'red'}", "${s3:prefix}")
	case 4:
		return "Numeric" + pick(r, "Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"),
			pick(r, "s3:max-keys", "aws:MultiFactorAuthAge"), drawSome(r, "5", "10", "299.5", "0", "-1", "010", "7.0", pick(r, "5", "10abc"))
	case 5:
		return "Date" + pick(r, "Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"),
			pick(r, "aws:CurrentTime", "aws:TokenIssueTime"),
			drawSome(r, "2026-01-01T00:00:00Z", "2026-01-01", "2025-12-31T19:00:00-05:00", pick(r, "2026-06-01T12:00Z", "1767225600", "soon"))
	case 6:
		return "Bool", pick(r, "aws:SecureTransport", "aws:MultiFactorAuthPresent"), drawSome(r, "true", "false", "True", pick(r, "false", "yes"))
	case 7:
		return pick(r, "IpAddress", "NotIpAddress"), "aws:SourceIp", drawSome(r, "10.0.0.0/8", "10.0.0.1", "10.0.0.0/16", "2001:db8::/32",
			"192.168.4.0/24", "2001:db8::1", "2001:DB8:0::1/128", pick(r, "0.0.0.0/0", "::/0", "10.0.0.1/8", "10.0.0"))
	case 8:
		return pick(r, "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"), "aws:SourceArn", drawSome(r, "arn:aws:sns:*:*:t",
			"arn:aws:s?s:*:111122223333:*", "arn:*:sqs:us-east-1:111122223333:a:?", "arn:aws:sns:us-east-1:111122223333:t",
			"arn:aws:sns:*:*:${aws:PrincipalTag/team}", pick(r, "arn:aws:sns:*", "*", "arn:aws:*:*:*:*"))
	case 9:
		return pick(r, "ArnLike", "ArnNotLike", "StringLike", "StringNotEquals", "ArnNotEquals"), "aws:PrincipalArn",
			drawSome(r, roleARN, "arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:user/*", localARN, "arn:aws:iam::444455556666:*")
	case 10:
		return pick(r, "StringEquals", "StringNotEquals", "StringLike"), pick(r, "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:userid", "s3:x-amz-acl"),
			drawSome(r, control, data, "o-1", "AROAEXAMPLEEXAMPLE123:*", "private")
	case 11:
		return "Null", pick(r, "aws:SourceVpce", "s3:prefix", "aws:TagKeys", "aws:MultiFactorAuthAge", "aws:username"), drawSome(r, "true", "false", "False")
	case 12:
		return "BinaryEquals", "s3:x-amz-content-sha256", drawSome(r, "YWJj", "YQ==", "")
	default:
		operator = pick(r, "StringEquals", "StringLike", "StringNotEquals", "StringNotLike")
		if r.IntN(6) > 0 {
			operator = pick(r, "ForAllValues:", "ForAnyValue:") + operator + pick(r, "", "", "IfExists")
		}
		return operator,
			pick(r, "aws:TagKeys", "aws:CalledVia", "s3:RequestObjectTagKeys", "aws:SourceVpce"),
			drawSome(r, "team", "t*", "athena.amazonaws.com", "env", "vpce-1", "*")
	}
}
