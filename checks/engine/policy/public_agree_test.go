package policy

import "testing"

// TestPublicAgrees reads every operator on every key of the definition of
// "public", with values of all kinds, by both implementations: what the compiled
// statement is certain of, the plain evaluator is certain of too.
func TestPublicAgrees(t *testing.T) {
	t.Parallel()
	var operators []string
	for _, base := range []string{
		"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringLike", "ArnLike", "ArnNotLike", "IpAddress", "NotIpAddress",
		"Bool", "Null", "NumericEquals", "BinaryEquals", "DateLessThan", "unknown",
	} {
		operators = append(operators, base, base+"IfExists", "ForAnyValue:"+base, "ForAllValues:"+base)
	}
	keys := []string{
		"aws:PrincipalOrgID", "AWS:sourceip", "aws:SourceArn", "aws:SourceVpce", "aws:userid", "s3:DataAccessPointArn", "s3:DataAccessPointAccount",
		"s3:x-amz-server-side-encryption-aws-kms-key-id", "aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:username", "aws:UserAgent",
	}
	values := []string{
		"a", "a*", "${aws:username}", "${*}", "10.0.0.0/7", "10.1.2.3", "2001:db8::/32", "::ffff:10.0.0.0/104", "x:y", "AROAEXAMPLEEXAMPLE123:*",
		"arn:aws:s3:us-west-2:444455556666:accesspoint/*", "arn:aws:s3:*:444455556666:accesspoint/x", "arn:aws:s3:us-west-2:*:accesspoint/x", "",
	}
	for _, operator := range operators {
		for _, key := range keys {
			for _, value := range values {
				for _, version := range []string{Version2008, Version2012} {
					checkPublicAgrees(t, Condition{operator, key, []string{value}}, version)
				}
			}
		}
	}
}

func checkPublicAgrees(t *testing.T, c Condition, version string) {
	t.Helper()
	s := Statement{Effect: Allow, Principals: []Principal{{"*", "*"}}, Conditions: []Condition{c}}
	d := (&Document{Kind: Resource, Version: version, Statements: []Statement{s}}).Compile()
	compiled, single := d.compiled[0].public, singlePublicStatement(&s, version)
	if compiled == yes && single != singleYes || compiled == no && single != singleNo {
		t.Errorf("%v under %s: %d, the plain evaluator %d", c, version, compiled, single)
	}
}
