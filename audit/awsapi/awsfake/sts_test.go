package awsfake_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

// assumed signs with the credentials of a session of the role.
func assumed(t testing.TB, s *awsfake.Server, role, externalID string) aws.Config {
	t.Helper()
	out, err := assume(t.Context(), atHome(s), role, externalID)
	if err != nil {
		t.Fatal(err)
	}
	return as(s, *out.Credentials.AccessKeyId, *out.Credentials.SessionToken, "us-east-1")
}

func TestCallerIdentity(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	for _, test := range []struct {
		config             aws.Config
		account, arn, user string
	}{
		{atHome(s), control, "arn:aws:iam::111122223333:user/auditor", "AIDA"},
		{in(s, other, "us-east-1"), other, "arn:aws:iam::001234567012:user/auditor", "AIDA"},
		{
			assumed(t, s, "arn:aws:iam::444455556666:role/teams/Open", ""), data,
			"arn:aws:sts::444455556666:assumed-role/Open/audit", "AROA",
		},
	} {
		out, err := sts.NewFromConfig(test.config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if err != nil || *out.Account != test.account || *out.Arn != test.arn || !strings.HasPrefix(*out.UserId, test.user) {
			t.Errorf("got %+v, %v; want %s", out, err, test.arn)
		}
	}
}

func TestAssumeRole(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	const auditor = "arn:aws:iam::444455556666:role/QuiltAuditor"
	for _, test := range []struct{ role, externalID, code string }{
		{auditor, "s3cr3t", ""},
		{auditor, "wrong", "AccessDenied"},
		{auditor, "", "AccessDenied"},
		{"arn:aws:iam::444455556666:role/Closed", "", "AccessDenied"},
		{"arn:aws:iam::444455556666:role/Absent", "", "AccessDenied"},
		{"arn:aws:iam::444455556666:role/Open", "", "AccessDenied"},
		{"arn:aws:iam::444455556666:role/teams/Open", "ignored", ""},
	} {
		_, err := assume(t.Context(), atHome(s), test.role, test.externalID)
		if got := code(err); got != test.code {
			t.Errorf("%s with %q: %q, want %q", test.role, test.externalID, got, test.code)
		}
		if err != nil && test.externalID != "" && strings.Contains(err.Error(), test.externalID) {
			t.Errorf("the error tells the external id: %v", err)
		}
	}
	names, _, _ := list(t, s3Client(assumed(t, s, auditor, "s3cr3t")), &s3.ListBucketsInput{})
	if len(names) != 5 {
		t.Errorf("the session lists %v, want the buckets of the role's account", names)
	}
}

func TestAssumeRoleChecksItsParameters(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	role := aws.String("arn:aws:iam::444455556666:role/teams/Open")
	home := sts.NewFromConfig(atHome(s))
	chained := sts.NewFromConfig(assumed(t, s, *role, ""))
	for _, test := range []struct {
		client  *sts.Client
		session string
		seconds int32
		code    string
	}{
		{home, "ok", 43200, ""},
		{home, "x", 900, "ValidationError"},
		{home, "has space", 900, "ValidationError"},
		{home, strings.Repeat("x", 65), 900, "ValidationError"},
		{home, "ok", 899, "ValidationError"},
		{home, "ok", 43201, "ValidationError"},
		{chained, "ok", 3600, ""},
		{chained, "ok", 3601, "ValidationError"},
	} {
		_, err := test.client.AssumeRole(t.Context(), &sts.AssumeRoleInput{
			RoleArn: role, RoleSessionName: &test.session, DurationSeconds: &test.seconds,
		})
		if got := code(err); got != test.code {
			t.Errorf("session %q for %d s: %q, want %q", test.session, test.seconds, got, test.code)
		}
	}
}

func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	session := assumed(t, s, "arn:aws:iam::444455556666:role/teams/Open", "")
	sessionKey, err := session.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	unsigned := atHome(s)
	unsigned.Credentials = aws.AnonymousCredentials{}
	for _, test := range []struct {
		name                   string
		config                 aws.Config
		s3, sts, iam, jsonCode string
	}{
		{
			"stranger", as(s, "AKIASTRANGER00000000", "", "us-east-1"),
			"InvalidAccessKeyId", "InvalidClientTokenId", "InvalidClientTokenId", "UnrecognizedClientException",
		},
		{
			"session without its token", as(s, sessionKey.AccessKeyID, "", "us-east-1"),
			"InvalidAccessKeyId", "InvalidClientTokenId", "InvalidClientTokenId", "UnrecognizedClientException",
		},
		{
			"unsigned", unsigned,
			"AccessDenied", "MissingAuthenticationToken", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := s3Client(test.config).ListBuckets(t.Context(), &s3.ListBucketsInput{})
			wantCode(t, err, test.s3)
			_, err = sts.NewFromConfig(test.config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
			wantCode(t, err, test.sts)
			_, err = iam.NewFromConfig(test.config).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("Alice")})
			wantCode(t, err, test.iam)
			_, err = cloudtrail.NewFromConfig(test.config).DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
			wantCode(t, err, test.jsonCode)
		})
	}
}
