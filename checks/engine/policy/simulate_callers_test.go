//go:build simulate

package policy_test

// simCallers are the principals that ask, with the keys that AWS puts into
// their requests.
var simCallers = []simRequest{
	{Principal: "arn:aws:sts::111122223333:assumed-role/Indexer/s1", Context: map[string][]string{
		"aws:PrincipalArn": {roleARN}, "aws:PrincipalAccount": {control}, "aws:userid": {"AROAEXAMPLEEXAMPLE123:s1"},
	}},
	{Principal: "arn:aws:iam::111122223333:user/alice", Context: map[string][]string{
		"aws:PrincipalArn": {"arn:aws:iam::111122223333:user/alice"}, "aws:PrincipalAccount": {control},
		"aws:userid": {"AIDAEXAMPLEEXAMPLE123"}, "aws:username": {"alice"},
	}},
	{Principal: "arn:aws:sts::111122223333:federated-user/fay", Context: map[string][]string{
		"aws:PrincipalArn": {"arn:aws:sts::111122223333:federated-user/fay"}, "aws:PrincipalAccount": {control},
		"aws:userid": {"111122223333:fay"},
	}},
	{Principal: "arn:aws:sts::444455556666:assumed-role/Local/s9", Context: map[string][]string{
		"aws:PrincipalArn": {localARN}, "aws:PrincipalAccount": {data}, "aws:userid": {"AROALOCALLOCALLOCAL12:s9"},
	}},
	{Principal: "arn:aws:iam::444455556666:user/team/bob", Context: map[string][]string{
		"aws:PrincipalArn": {"arn:aws:iam::444455556666:user/team/bob"}, "aws:PrincipalAccount": {data},
		"aws:userid": {"AIDABOBBOBBOBBOBBOB12"}, "aws:username": {"bob"},
	}},
	{Principal: "arn:aws:sts::999999999999:assumed-role/Other/x", Context: map[string][]string{
		"aws:PrincipalArn": {"arn:aws:iam::999999999999:role/Other"}, "aws:PrincipalAccount": {"999999999999"},
	}},
	{Principal: "*", Context: map[string][]string{}},
}

// simValues are the keys that requests may carry, with the values tried.
var simValues = []struct {
	key    string
	values []string
}{
	{"aws:SourceVpce", []string{"vpce-1", "vpce-2", "VPCE-1", "vpce-12"}},
	{"s3:prefix", []string{"", "a", "alice/x", "b/", "ab/c d"}},
	{"aws:PrincipalTag/team", []string{"red", "blue", "r*d", "re", ""}},
	{"s3:x-amz-acl", []string{"private", "bucket-owner-full-control"}},
	{"aws:PrincipalOrgID", []string{"o-1", "o-2"}},
	{"s3:max-keys", []string{"5", "7", "10", "1000"}},
	{"aws:MultiFactorAuthAge", []string{"0", "299", "300"}},
	{"aws:CurrentTime", []string{"2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z", "2025-12-31T23:59:59Z"}},
	{"aws:TokenIssueTime", []string{"2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00.5Z"}},
	{"aws:SecureTransport", []string{"true", "false"}},
	{"aws:MultiFactorAuthPresent", []string{"true", "false"}},
	{"aws:SourceIp", []string{"10.0.0.1", "10.1.0.1", "192.168.4.4", "2001:db8::1", "2001:db8:0:0:1::"}},
	{"aws:SourceArn", []string{"arn:aws:sns:us-east-1:111122223333:t", "arn:aws:sqs:us-east-1:111122223333:a:b", "not-an-arn"}},
	{"s3:x-amz-content-sha256", []string{"YWJj", "YQ==", ""}},
	{"aws:TagKeys", []string{"team", "env", "Team"}},
	{"aws:CalledVia", []string{"athena.amazonaws.com", "cloudformation.amazonaws.com"}},
	{"s3:RequestObjectTagKeys", []string{"team", "env"}},
}
