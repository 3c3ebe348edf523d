package policy_test

import (
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// TestItem33Public goes through the definition of "public": P public, N not,
// ? cannot be told.
func TestItem33Public(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		principal, condition string
		want                 byte
	}{
		{`"*"`, "", 'P'},
		{`{"AWS":"*"}`, "", 'P'},
		{`{"AWS":["111122223333","*"]}`, "", 'P'},
		{`{"AWS":"111122223333"}`, "", 'N'},
		{`{"AWS":"` + roleARN + `"}`, "", 'N'},
		{`{"AWS":"AROAEXAMPLEEXAMPLE123"}`, "", 'N'},
		{`{"Service":"cloudtrail.amazonaws.com"}`, "", 'N'},
		{`{"CanonicalUser":"abc"}`, "", 'N'},
		{`{"Federated":"graph.facebook.com"}`, "", 'P'},
		{`{"Federated":"arn:aws:iam::111122223333:saml-provider/x"}`, "", '?'},
		{`{"AWS":"arn:aws:iam::111122223333:role/*"}`, "", '?'},
		{`{"AWS":"whoever"}`, "", '?'},
		{`{"AWS":"` + originIdentity + `"}`, "", 'N'},
		{`"*"`, `"StringEquals":{"aws:PrincipalOrgID":"o-abc"}`, 'N'},
		{`"*"`, `"StringEquals":{"AWS:principalorgid":["o-abc","o-def"]}`, 'N'},
		{`"*"`, `"StringLike":{"aws:SourceVpc":"vpc-*"}`, 'P'},
		{`"*"`, `"StringEquals":{"aws:SourceVpc":"vpc-91237329"}`, 'N'},
		{`"*"`, `"StringEquals":{"aws:SourceVpc":"vpc-*"}`, '?'},
		{`"*"`, `"StringLike":{"aws:SourceVpc":["vpc-1","vpc-2?"]}`, 'P'},
		{`"*"`, `"StringEquals":{"aws:SourceVpce":"${aws:PrincipalTag/vpce}"}`, 'P'},
		{`"*"`, `"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`, 'P'},
		{`"*"`, `"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`, 'P'},
		{`"*"`, `"Null":{"aws:SourceVpce":"false"}`, 'P'},
		{`"*"`, `"stringequals":{"aws:SourceVpce":"vpce-1"}`, '?'},
		{`"*"`, `"StringEquals":{"aws:SourceVpce":[]}`, '?'},
		{`"*"`, `"NumericEquals":{"aws:SourceAccount":"111122223333"}`, '?'},
		{`"*"`, `"Bool":{"aws:SecureTransport":"true"}`, 'P'},
		{`"*"`, `"Bool":{"aws:PrincipalIsAWSService":"true"}`, '?'},
		{`"*"`, `"StringEquals":{"aws:PrincipalTag/team":"a"}`, 'P'},
		{`"*"`, `"StringLike":{"aws:SourceVpc":"vpc-*"},"StringEquals":{"aws:SourceAccount":"111122223333"}`, 'N'},
		{`"*"`, `"ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":"o-a/r-b/"}`, '?'},
		{`"*"`, `"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a/r-b/*"}`, 'P'},
		{`"*"`, `"ForAllValues:StringEquals":{"aws:PrincipalOrgPaths":"o-a/r-b/"}`, 'P'},
		{`"*"`, `"StringEquals":{"aws:PrincipalAccount":"111122223333"}`, '?'},
		{`"*"`, `"StringLike":{"aws:PrincipalAccount":"1111*"}`, 'P'},
		{`"*"`, `"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:111122223333:t"}`, 'N'},
		{`"*"`, `"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:t"}`, 'P'},
		{`"*"`, `"IpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.7"]}`, 'N'},
		{`"*"`, `"IpAddress":{"aws:SourceIp":["10.0.0.0/8","0.0.0.0/1"]}`, 'P'},
		{`"*"`, `"IpAddress":{"aws:SourceIp":"12.0.0.0/7"}`, 'P'},
		{`"*"`, `"IpAddress":{"aws:SourceIp":"2001:db8::/32"}`, 'N'},
		{`"*"`, `"IpAddress":{"aws:SourceIp":"2001:db8::/31"}`, 'P'},
		{`"*"`, `"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, 'P'},
		{`"*"`, `"IpAddress":{"aws:SourceIp":"10.0.0.0/99"}`, '?'},
		{`"*"`, `"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}`, 'P'},
		{`"*"`, `"StringEquals":{"aws:userid":"AIDAEXAMPLEEXAMPLE123"}`, 'N'},
		{`"*"`, `"StringLike":{"aws:userid":"AROAEXAMPLEEXAMPLE123:*"}`, '?'},
		{`"*"`, `"StringEquals":{"aws:userid":"111122223333:fay"}`, '?'},
		{`"*"`, `"StringLike":{"aws:userid":"*:session"}`, 'P'},
		{`"*"`, `"NullIfExists":{"aws:UserAgent":"x"}`, 'P'},
		{`"*"`, `"NullIfExists":{"aws:SourceVpce":"x"}`, '?'},
		{`"*"`, `"StringEquals":{"s3:DataAccessPointAccount":"444455556666"}`, 'N'},
		{`"*"`, `"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:444455556666:accesspoint/*"}`, 'N'},
		{`"*"`, `"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:*:accesspoint/*"}`, 'P'},
		{`"*"`, `"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:*:444455556666:accesspoint/*"}`, '?'},
		{`"*"`, `"StringEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:us-east-1:444455556666:key/k"}`, 'N'},
		{`{"AWS":"whoever"}`, `"StringEquals":{"aws:SourceVpc":"vpc-1"}`, 'N'},
	} {
		text := strings.Replace(statement("Allow", "Resource", `"*"`, `,"Condition":{`+c.condition+`}`), `"Principal":"*"`, `"Principal":`+c.principal, 1)
		public, unsure := bucketPolicy(t, text).Public()
		got := byte('N')
		switch {
		case len(public) > 0:
			got = 'P'
		case len(unsure) > 0:
			got = '?'
		}
		if got != c.want {
			t.Errorf("%s with %s: got %c, want %c", c.principal, c.condition, got, c.want)
		}
	}
}

func TestItem33PublicNamesTheStatements(t *testing.T) {
	t.Parallel()
	deny := strings.Replace(allowEverything, "Allow", "Deny", 1)
	not := strings.Replace(allowEverything, `"Principal":"*"`, `"NotPrincipal":{"AWS":"111122223333"}`, 1)
	public, unsure := bucketPolicy(t, strings.Join([]string{
		deny, grantTo(`{"AWS":"111122223333"}`), not, grantTo(`{"AWS":"whoever"}`), allowEverything,
	}, ",")).Public()
	if asJSON(t, public) != "[2,4]" || asJSON(t, unsure) != "[3]" {
		t.Errorf("public %v, unsure %v", public, unsure)
	}
	if public, unsure = bucketPolicy(t, "").Public(); public != nil || unsure != nil {
		t.Errorf("an empty policy: public %v, unsure %v", public, unsure)
	}
}

// TestItem33RestrictPublicBuckets is AWS's worked example with three
// statements: the third takes away what the second grants to Account-2.
func TestItem33RestrictPublicBuckets(t *testing.T) {
	t.Parallel()
	const open = `{"AWS":"whoever"}`
	trail, account := grantTo(`{"Service":"cloudtrail.amazonaws.com"}`), grantTo(`{"AWS":"111122223333"}`)
	for name, c := range map[string]struct {
		principal, bucket string
		status            policy.PublicStatus
		want              policy.AnswerKind
		by                string
	}{
		"not public":             {roleARN, trail + "," + account, policy.PublicUnstated, policy.Granted, `"bucket_policy"`},
		"public":                 {roleARN, trail + "," + account + "," + allowEverything, policy.PublicUnstated, policy.Refused, `{"layer":"public_access_block","policy":0,"statement":2,"effect":"Allow"}`},
		"anonymous":              {"*", allowEverything, policy.PublicUnstated, policy.Refused, `"public_access_block"`},
		"S3 says public":         {roleARN, account, policy.StatedPublic, policy.Refused, `{"layer":"public_access_block","effect":"implicit"}`},
		"S3 says not public":     {roleARN, account + "," + allowEverything, policy.StatedNotPublic, policy.Granted, `"bucket_policy"`},
		"within the account":     {localARN, allowEverything, policy.PublicUnstated, policy.Granted, `"bucket_policy"`},
		"cannot be told":         {roleARN, account + "," + grantTo(open), policy.PublicUnstated, policy.Undecided, `{"layer":"public_access_block","policy":0,"statement":1`},
		"refused in either case": {userARN, grantTo(open) + "," + strings.Replace(allowEverything, "Allow", "Deny", 1), policy.PublicUnstated, policy.Refused, `"bucket_policy"`},
		"no bucket policy":       {roleARN, "-", policy.PublicUnstated, policy.Refused, `"bucket_policy"`},
	} {
		l := policy.Layers{RestrictPublicBuckets: true, Public: c.status}
		if c.bucket != "-" {
			l.Bucket = bucketPolicy(t, c.bucket)
		}
		a := mustDecide(t, ask(c.principal, "s3:GetObject"), l)
		if a.Kind != c.want || !strings.Contains(asJSON(t, a.DecidedBy), c.by) {
			t.Errorf("%s: got %s, want %s by %s", name, asJSON(t, a), c.want, c.by)
		}
	}
}
