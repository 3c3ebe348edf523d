package policy

import "testing"

func TestSingleConditions(t *testing.T) {
	t.Parallel()
	context, reason := newSingleContext(map[string][]string{
		"aws:PrincipalArn":        {"arn:aws:iam::111122223333:role/team/Quilt"},
		"aws:PrincipalAccount":    {"111122223333"},
		"aws:PrincipalTag/Team":   {"Genomics"},
		"aws:SecureTransport":     {"true"},
		"aws:SourceIp":            {"203.0.113.7"},
		"aws:SourceArn":           {"no ARN"},
		"aws:CurrentTime":         {"2026-11-22T00:00:00Z"},
		"aws:EpochTime":           {"1795305600"},
		"aws:TagKeys":             {"a", "b"},
		"aws:PrincipalOrgPaths":   {},
		"aws:CalledVia":           {"a"},
		"s3:max-keys":             {"10"},
		"s3:prefix":               {""},
		"test:binary":             {"QmluCg=="},
		"test:colon":              {"a:b"},
		"test:kelvin":             {"\u212A"},
		"test:mapped":             {"::ffff:203.0.113.7"},
		"test:six":                {"2001:db8:0:0::1"},
		"test:star":               {"a*"},
		"test:year":               {"2026"},
		"test:word":               {"word"},
		"test:yes":                {"yes"},
		"test:accented":           {"aé"},
		"saml:sub":                {"x"},
		"s3:RequestObjectTag/a.b": {"1"},
	})
	if reason != "" {
		t.Fatal(reason)
	}
	type values = []string
	cases := []struct {
		name          string
		operator, key string
		values        values
		want          singleTri
	}{
		{"18: one of the values is enough", "StringEquals", "test:word", values{"x", "word"}, singleYes},
		{"18: no value may match a negated operator", "StringNotEquals", "test:word", values{"x", "word"}, singleNo},
		{"18: a negated operator that no value matches", "StringNotEquals", "test:word", values{"x", "y"}, singleYes},
		{"18: the case of a key does not count", "StringEquals", "AWS:principalACCOUNT", values{"111122223333"}, singleYes},
		{"18: the case of a tag's name counts", "StringEquals", "AWS:principalTag/Team", values{"Genomics"}, singleYes},
		{"18: a tag's name in other case is another key", "StringEquals", "aws:PrincipalTag/team", values{"Genomics"}, singleNo},

		{"19: missing key, positive", "StringEquals", "aws:SourceVpce", values{"v"}, singleNo},
		{"19: missing key, StringLike star", "StringLike", "aws:SourceVpce", values{"*"}, singleNo},
		{"19: missing key, StringNotEquals", "StringNotEquals", "aws:SourceVpce", values{"v"}, singleYes},
		{"19: missing key, ArnNotLike", "ArnNotLike", "aws:SourceVpce", values{"v"}, singleYes},
		{"19: missing key, NumericNotEquals", "NumericNotEquals", "aws:Absent", values{"1"}, singleYes},
		{"19: missing key, DateNotEquals", "DateNotEquals", "aws:Absent", values{"2020-01-01"}, singleYes},
		{"23: missing key, NotIpAddress", "NotIpAddress", "aws:VpcSourceIp", values{"10.0.0.0/8"}, singleYes},
		{"19: missing key, IfExists", "StringEqualsIfExists", "aws:SourceVpce", values{"v"}, singleYes},
		{"19: missing key, negated IfExists", "StringNotEqualsIfExists", "aws:SourceVpce", values{"v"}, singleYes},
		{"19: present key, IfExists compares", "StringEqualsIfExists", "test:word", values{"x"}, singleNo},
		{"19: missing key, Bool false", "Bool", "aws:MultiFactorAuthPresent", values{"false"}, singleNo},
		{"19: missing key, BoolIfExists false", "BoolIfExists", "aws:MultiFactorAuthPresent", values{"false"}, singleYes},
		{"19: Null true on a missing key", "Null", "aws:SourceVpce", values{"true"}, singleYes},
		{"19: Null true on a present key", "Null", "test:word", values{"true"}, singleNo},
		{"19: Null false on a present key", "Null", "test:word", values{"False"}, singleYes},
		{"19: Null of both", "Null", "test:word", values{"true", "false"}, singleYes},
		{"19: Null of something else", "Null", "test:word", values{"no"}, singleMaybe},
		{"19: Null false on an empty value is not told", "Null", "s3:prefix", values{"false"}, singleMaybe},
		{"19: Null true on an empty value is not told", "Null", "s3:prefix", values{"true"}, singleMaybe},
		{"19: Null of both on an empty value", "Null", "s3:prefix", values{"true", "false"}, singleYes},
		{"31: an empty value is not a missing one", "StringEquals", "s3:prefix", values{""}, singleYes},
		{"31: an empty value is matched by a star", "StringLike", "s3:prefix", values{"*"}, singleYes},

		{"20: StringEquals takes no wildcards", "StringEquals", "test:word", values{"w*"}, singleNo},
		{"20: StringEquals and a star in the request", "StringEquals", "test:star", values{"a*"}, singleYes},
		{"20: case counts", "StringEquals", "test:word", values{"Word"}, singleNo},
		{"20: IgnoreCase", "StringEqualsIgnoreCase", "test:word", values{"WORD"}, singleYes},
		{"20: not equal but for case", "StringNotEqualsIgnoreCase", "test:word", values{"WORD"}, singleNo},
		{"20: folding beyond A to Z is not documented", "StringEqualsIgnoreCase", "test:kelvin", values{"k"}, singleMaybe},
		{"20: StringLike over the whole string", "StringLike", "test:word", values{"wor"}, singleNo},
		{"20: StringLike", "StringLike", "test:word", values{"w?r*"}, singleYes},
		{"20: StringNotLike", "StringNotLike", "test:word", values{"w*"}, singleNo},
		{"7: one byte or one character", "StringLike", "test:accented", values{"a?"}, singleMaybe},
		{"20: ArnLike part by part", "ArnLike", "aws:PrincipalArn", values{"arn:aws:iam::*:role/*"}, singleYes},
		{"20: a star does not reach over a colon", "ArnLike", "aws:PrincipalArn", values{"arn:aws:*:role/team/Quilt"}, singleNo},
		{"20: ArnEquals takes wildcards too", "ArnEquals", "aws:PrincipalArn", values{"arn:*:iam::111122223333:role/*"}, singleYes},
		{"20: ArnNotLike", "ArnNotLike", "aws:PrincipalArn", values{"arn:aws:iam::*:role/*"}, singleNo},
		{"20: ArnNotEquals of another", "ArnNotEquals", "aws:PrincipalArn", values{"arn:aws:iam::111122223333:role/X"}, singleYes},
		{"20: malformed ARN in the policy, positive", "ArnLike", "aws:PrincipalArn", values{"*"}, singleNo},
		{"20: malformed ARN in the policy, negated", "ArnNotLike", "aws:PrincipalArn", values{"Quilt"}, singleMaybe},
		{"20: malformed ARN beside one that matches", "ArnNotLike", "aws:PrincipalArn", values{"Quilt", "arn:aws:iam::*:*"}, singleNo},
		{"20: malformed ARN in the request, positive", "ArnLike", "aws:SourceArn", values{"arn:*:*:*:*:*"}, singleNo},
		{"20: malformed ARN in the request, negated", "ArnNotEquals", "aws:SourceArn", values{"arn:aws:s3:::b"}, singleMaybe},
		{"20: a wildcard for the word arn", "ArnLike", "aws:PrincipalArn", values{"*:aws:iam::*:*"}, singleMaybe},

		{"21: numbers are compared as numbers", "NumericEquals", "s3:max-keys", values{"10.0"}, singleYes},
		{"21: exponents", "NumericEquals", "s3:max-keys", values{"1e1"}, singleYes},
		{"21: less", "NumericLessThan", "s3:max-keys", values{"10"}, singleNo},
		{"21: less or equal", "NumericLessThanEquals", "s3:max-keys", values{"10"}, singleYes},
		{"21: greater, not by spelling", "NumericGreaterThan", "s3:max-keys", values{"9"}, singleYes},
		{"21: greater or equal", "NumericGreaterThanEquals", "s3:max-keys", values{"10.5"}, singleNo},
		{"21: not equal", "NumericNotEquals", "s3:max-keys", values{"10"}, singleNo},
		{"21: no number in the policy", "NumericEquals", "s3:max-keys", values{"10abc"}, singleMaybe},
		{"21: no number in the request", "NumericLessThan", "test:word", values{"10"}, singleMaybe},
		{"21: a number beyond all bounds", "NumericLessThan", "s3:max-keys", values{"1e999999999"}, singleMaybe},

		{"21: dates", "DateGreaterThan", "aws:CurrentTime", values{"2026-11-21"}, singleYes},
		{"21: dates with zones", "DateEquals", "aws:CurrentTime", values{"2026-11-22T01:00:00+01:00"}, singleYes},
		{"21: dates and epoch seconds on one scale", "DateEquals", "aws:CurrentTime", values{"1795305600"}, singleYes},
		{"21: epoch seconds and dates on one scale", "DateLessThan", "aws:EpochTime", values{"2026-11-22T00:00:00.5Z"}, singleYes},
		{"21: date less or equal", "DateLessThanEquals", "aws:CurrentTime", values{"2026-11"}, singleNo},
		{"21: date greater or equal", "DateGreaterThanEquals", "aws:CurrentTime", values{"2026-11-22T00:00Z"}, singleYes},
		{"21: date not equal", "DateNotEquals", "aws:CurrentTime", values{"2026-11-22"}, singleNo},
		{"21: a year or seconds, and it matters", "DateGreaterThan", "aws:CurrentTime", values{"2027"}, singleMaybe},
		{"21: a year or seconds, and it does not matter", "DateGreaterThan", "aws:CurrentTime", values{"2026"}, singleYes},
		{"21: a year or seconds in the request", "DateLessThan", "test:year", values{"2025-01-01"}, singleMaybe},
		{"21: no date", "DateLessThan", "aws:CurrentTime", values{"soon"}, singleMaybe},
		{"21: a date without zone", "DateLessThan", "aws:CurrentTime", values{"2026-11-22T00:00:00"}, singleMaybe},
		{"21: an hour of one digit", "DateLessThan", "aws:CurrentTime", values{"2026-11-22T1:00Z"}, singleMaybe},

		{"21: Bool in any case", "Bool", "aws:SecureTransport", values{"TRUE"}, singleYes},
		{"21: Bool the other", "Bool", "aws:SecureTransport", values{"false"}, singleNo},
		{"21: Bool of something else", "Bool", "test:yes", values{"yes"}, singleMaybe},

		{"21: Bool and no boolean in the request", "Bool", "test:word", values{"true"}, singleMaybe},

		{"21: BinaryEquals", "BinaryEquals", "test:binary", values{"QmluCg=="}, singleYes},
		{"21: BinaryEquals of other bytes", "BinaryEquals", "test:binary", values{"QmluQQ=="}, singleNo},
		{"21: BinaryEquals of no base64", "BinaryEquals", "test:binary", values{"="}, singleMaybe},

		{"21: address in a range", "IpAddress", "aws:SourceIp", values{"203.0.113.0/24"}, singleYes},
		{"21: range written from inside", "IpAddress", "aws:SourceIp", values{"203.0.113.99/24"}, singleYes},
		{"21: bare address", "IpAddress", "aws:SourceIp", values{"203.0.113.7"}, singleYes},
		{"21: another bare address", "IpAddress", "aws:SourceIp", values{"203.0.113.70"}, singleNo},
		{"21: NotIpAddress", "NotIpAddress", "aws:SourceIp", values{"203.0.113.0/24"}, singleNo},
		{"21: IPv4 is never in IPv6", "IpAddress", "aws:SourceIp", values{"::/0"}, singleNo},
		{"21: IPv6 compared as addresses", "IpAddress", "test:six", values{"2001:DB8::1/128"}, singleYes},
		{"21: IPv6 bare", "NotIpAddress", "test:six", values{"2001:db8::2"}, singleYes},
		{"21: IPv4 written as IPv6", "IpAddress", "test:mapped", values{"203.0.113.7"}, singleMaybe},
		{"21: IPv4 range written as IPv6", "IpAddress", "aws:SourceIp", values{"::ffff:203.0.113.0/120"}, singleMaybe},
		{"21: no address in the request", "NotIpAddress", "test:word", values{"203.0.113.0/24"}, singleMaybe},
		{"21: no address", "IpAddress", "aws:SourceIp", values{"office"}, singleMaybe},

		{"22: ForAllValues, all match", "ForAllValues:StringEquals", "aws:TagKeys", values{"a", "b", "c"}, singleYes},
		{"22: ForAllValues, one does not", "ForAllValues:StringEquals", "aws:TagKeys", values{"a"}, singleNo},
		{"22: ForAllValues, missing key", "ForAllValues:StringEquals", "aws:Absent", values{"a"}, singleYes},
		{"22: ForAllValues, empty key", "ForAllValues:StringEquals", "aws:PrincipalOrgPaths", values{"a"}, singleYes},
		{"22: ForAllValues, an empty value is a null dataset or one that differs", "ForAllValues:StringEquals", "s3:prefix", values{"a"}, singleMaybe},
		{"22: ForAllValues, an empty value that matches", "ForAllValues:StringLike", "s3:prefix", values{"*"}, singleYes},
		{"22: ForAnyValue, an empty value that matches or a null dataset", "ForAnyValue:StringEquals", "s3:prefix", values{""}, singleMaybe},
		{"22: ForAnyValue, an empty value that does not match", "ForAnyValue:StringEquals", "s3:prefix", values{"a"}, singleNo},
		{"22: ForAllValues of a negated operator, one matches", "ForAllValues:StringNotEquals", "aws:TagKeys", values{"a"}, singleNo},
		{"22: ForAllValues of a negated operator, none matches", "ForAllValues:StringNotEquals", "aws:TagKeys", values{"x"}, singleYes},
		{"22: ForAnyValue, some match", "ForAnyValue:StringLike", "aws:TagKeys", values{"b*"}, singleYes},
		{"22: ForAnyValue, none matches", "ForAnyValue:StringLike", "aws:TagKeys", values{"c*"}, singleNo},
		{"22: ForAnyValue, missing key", "ForAnyValue:StringEquals", "aws:Absent", values{"a"}, singleNo},
		{"22: ForAnyValue of a negated operator, missing key", "ForAnyValue:StringNotEquals", "aws:Absent", values{"a"}, singleNo},
		{"22: ForAnyValue of a negated operator, one differs", "ForAnyValue:StringNotEquals", "aws:TagKeys", values{"a"}, singleYes},
		{"22: ForAnyValue IfExists, missing key, two sentences", "ForAnyValue:StringEqualsIfExists", "aws:Absent", values{"a"}, singleMaybe},
		{"22: ForAllValues IfExists, missing key", "ForAllValues:StringEqualsIfExists", "aws:Absent", values{"a"}, singleYes},
		{"22: ForAllValues on a single value", "ForAllValues:StringLike", "test:word", values{"w*"}, singleYes},
		{"22: no quantifier on several values", "StringEquals", "aws:TagKeys", values{"a", "b"}, singleNo},
		{"22: no quantifier on several values, negated", "StringNotEquals", "aws:TagKeys", values{"x"}, singleMaybe},
		{"22: no quantifier on several values, negated, one matches", "StringNotEquals", "aws:TagKeys", values{"a"}, singleMaybe},
		{"22: no quantifier on a list of one value", "StringEquals", "aws:CalledVia", values{"a"}, singleMaybe},
		{"22: no quantifier on a list of one value that does not match", "StringEquals", "AWS:calledvia", values{"b"}, singleNo},
		{"22: no quantifier on a list of one value, negated", "StringNotEquals", "aws:CalledVia", values{"a"}, singleMaybe},
		{"22: no quantifier on a list of one value, negated, none matches", "StringNotLike", "aws:CalledVia", values{"b*"}, singleMaybe},

		{"15: a variable", "StringEquals", "aws:PrincipalAccount", values{"${aws:principalaccount}"}, singleYes},
		{"15: a value is no pattern", "StringLike", "test:word", values{"${test:star}"}, singleNo},
		{"15: a star spelt as variable", "StringLike", "test:star", values{"a${*}"}, singleYes},
		{"15: a star spelt as variable is no wildcard", "StringLike", "test:word", values{"w${*}"}, singleNo},
		{"15: a variable in an ARN", "ArnLike", "aws:PrincipalArn", values{"arn:aws:iam::${aws:PrincipalAccount}:role/*"}, singleYes},
		{"15: a whole ARN from a variable", "ArnEquals", "aws:PrincipalArn", values{"${aws:PrincipalArn}"}, singleMaybe},
		{"15: part of an ARN from a value with colons, one part or several", "ArnLike", "aws:PrincipalArn", values{"arn:aws:iam::${test:colon}:*"}, singleMaybe},
		{"15: a variable without the prefix of a key", "StringEquals", "test:word", values{"${word}"}, singleMaybe},
		{"16: a default", "StringEquals", "test:word", values{"${aws:Absent, 'word'}"}, singleYes},
		{"16: a default is passed over", "StringEquals", "test:word", values{"${aws:PrincipalTag/Team, 'word'}"}, singleNo},
		{"16: an unresolved variable, positive", "StringLike", "test:word", values{"*${aws:Absent}"}, singleNo},
		{"16: an unresolved variable, negated", "StringNotLike", "test:word", values{"*${aws:Absent}"}, singleYes},
		{"16: an unresolved variable, ARN negated", "ArnNotLike", "aws:PrincipalArn", values{"arn:aws:iam::${aws:Absent}:role/*"}, singleYes},
		{"15: a variable of several values", "StringEquals", "test:word", values{"${aws:TagKeys}"}, singleMaybe},
		{"15: a variable of a list of one value", "StringEquals", "test:word", values{"${aws:CalledVia}"}, singleMaybe},
		{"15: a default without quotes", "StringEquals", "test:word", values{"${aws:Absent, word}"}, singleMaybe},
		{"15: an open variable", "StringEquals", "test:word", values{"${aws:Absent"}, singleMaybe},
		{"15: a variable for Bool, two readings", "Bool", "aws:SecureTransport", values{"${aws:SecureTransport}"}, singleMaybe},
		{"15: a variable for Bool, both readings no", "Bool", "aws:SecureTransport", values{"${aws:Absent, 'false'}"}, singleNo},

		{"16: an unresolved variable for Bool", "Bool", "aws:SecureTransport", values{"${aws:Absent}"}, singleNo},
		{"15: a variable of several values for Bool", "Bool", "aws:SecureTransport", values{"${aws:TagKeys}"}, singleMaybe},

		{"unknown operator", "StringMatches", "test:word", values{"word"}, singleMaybe},
		{"operator in other case", "stringequals", "test:word", values{"x"}, singleMaybe},
		{"unknown quantifier", "ForSomeValues:StringEquals", "test:word", values{"word"}, singleMaybe},
		{"two quantifiers", "ForAllValues:ForAnyValue:StringEquals", "test:word", values{"word"}, singleMaybe},
		{"NullIfExists", "NullIfExists", "test:word", values{"true"}, singleMaybe},
		{"no values", "StringEquals", "test:word", nil, singleMaybe},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			condition := Condition{Operator: c.operator, Key: c.key, Values: c.values}
			if got := context.holds(condition, Version2012); got != c.want {
				t.Errorf("%s %s %q: %d, want %d", c.operator, c.key, c.values, got, c.want)
			}
		})
	}
}

func TestSingleVariablesAreTextUnderTheOldVersion(t *testing.T) {
	t.Parallel()
	context, _ := newSingleContext(map[string][]string{"test:word": {"word"}, "test:text": {"${test:word}"}, "test:bool": {"true"}})
	cases := []struct {
		condition Condition
		want      singleTri
	}{
		{Condition{"StringEquals", "test:word", []string{"${test:word}"}}, singleNo},
		{Condition{"StringEquals", "test:text", []string{"${test:word}"}}, singleYes},
		{Condition{"StringLike", "test:text", []string{"${*}"}}, singleYes},
		{Condition{"StringNotLike", "test:word", []string{"${test:word}"}}, singleYes},
	}
	for _, c := range cases {
		if got := context.holds(c.condition, Version2008); got != c.want {
			t.Errorf("%v: %d, want %d", c.condition, got, c.want)
		}
	}
}
