package awsfake_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

func TestGetRole(t *testing.T) {
	t.Parallel()
	client := iam.NewFromConfig(in(start(t, testEstate()), data, "us-east-1"))
	out, err := client.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("Alice")})
	if err != nil {
		t.Fatal(err)
	}
	if *out.Role.Arn != "arn:aws:iam::444455556666:role/Alice" || *out.Role.RoleId != "AROAALICEALICEALICE12" ||
		*out.Role.PermissionsBoundary.PermissionsBoundaryArn != customerPolicy {
		t.Errorf("role %+v", out.Role)
	}
	out, err = client.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("Open")})
	if err != nil {
		t.Fatal(err)
	}
	if *out.Role.Path != "/teams/" || *out.Role.Arn != "arn:aws:iam::444455556666:role/teams/Open" ||
		len(*out.Role.RoleId) != 21 || out.Role.PermissionsBoundary != nil {
		t.Errorf("role %+v", out.Role)
	}
	trust, err := url.QueryUnescape(*out.Role.AssumeRolePolicyDocument)
	if err != nil || !strings.Contains(trust, "sts:AssumeRole") {
		t.Errorf("trust policy %s, %v", trust, err)
	}
}

func TestRolePolicyDocumentIsURLEncoded(t *testing.T) {
	t.Parallel()
	client := iam.NewFromConfig(in(start(t, testEstate()), data, "us-east-1"))
	out, err := client.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: aws.String("Alice"), PolicyName: aws.String("p1")})
	if err != nil {
		t.Fatal(err)
	}
	const want = `%7B%22a%22%3A%20%22b%20c%2Bd%2A%C3%A9%25%22%7D`
	if *out.PolicyDocument != want {
		t.Errorf("document %s, want %s", *out.PolicyDocument, want)
	}
}

func TestRolePoliciesPage(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate(), awsfake.WithIAMPage(2))
	client := iam.NewFromConfig(in(s, data, "us-east-1"))
	for _, test := range []struct {
		maxItems *int32
		pages    int
	}{{nil, 2}, {aws.Int32(1000), 2}, {aws.Int32(1), 3}} {
		var names []string
		pages := 0
		inline := iam.NewListRolePoliciesPaginator(client, &iam.ListRolePoliciesInput{RoleName: aws.String("Alice"), MaxItems: test.maxItems})
		for inline.HasMorePages() {
			out, err := inline.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			pages++
			names = append(names, out.PolicyNames...)
		}
		if diff := cmp.Diff([]string{"p1", "p2", "p3"}, names); diff != "" || pages != test.pages {
			t.Errorf("%d pages, want %d; %s", pages, test.pages, diff)
		}
	}
	var arns []string
	attached := iam.NewListAttachedRolePoliciesPaginator(client,
		&iam.ListAttachedRolePoliciesInput{RoleName: aws.String("Alice"), MaxItems: aws.Int32(1)})
	for attached.HasMorePages() {
		out, err := attached.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range out.AttachedPolicies {
			arns = append(arns, *p.PolicyArn+" "+*p.PolicyName)
		}
	}
	want := []string{customerPolicy + " Extra", "arn:aws:iam::aws:policy/ReadOnlyAccess ReadOnlyAccess"}
	if diff := cmp.Diff(want, arns); diff != "" {
		t.Error(diff)
	}
}

func TestManagedPolicies(t *testing.T) {
	t.Parallel()
	client := iam.NewFromConfig(in(start(t, testEstate()), data, "us-east-1"))
	for arn, version := range map[string]string{customerPolicy: "v2", "arn:aws:iam::aws:policy/ReadOnlyAccess": "v1"} {
		out, err := client.GetPolicy(t.Context(), &iam.GetPolicyInput{PolicyArn: &arn})
		if err != nil || *out.Policy.Arn != arn || *out.Policy.DefaultVersionId != version {
			t.Errorf("%s: %+v, %v", arn, out, err)
		}
	}
	for version, want := range map[string]string{"v1": "{}", "v2": `{"v": 2}`} {
		out, err := client.GetPolicyVersion(t.Context(), &iam.GetPolicyVersionInput{PolicyArn: aws.String(customerPolicy), VersionId: &version})
		if err != nil {
			t.Fatal(err)
		}
		document, err := url.QueryUnescape(*out.PolicyVersion.Document)
		if err != nil || document != want || out.PolicyVersion.IsDefaultVersion != (version == "v2") {
			t.Errorf("%s: %s (default %v), %v", version, document, out.PolicyVersion.IsDefaultVersion, err)
		}
	}
}

func TestIAMErrors(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	client, foreign := iam.NewFromConfig(in(s, data, "us-east-1")), iam.NewFromConfig(in(s, other, "us-east-1"))
	ctx, alice, absent := t.Context(), aws.String("Alice"), aws.String("Absent")

	_, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: absent})
	wantCode(t, err, "NoSuchEntity")
	_, err = foreign.GetRole(ctx, &iam.GetRoleInput{RoleName: alice})
	wantCode(t, err, "NoSuchEntity")
	_, err = client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: absent})
	wantCode(t, err, "NoSuchEntity")
	_, err = client.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: absent})
	wantCode(t, err, "NoSuchEntity")
	_, err = client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: alice, PolicyName: absent})
	wantCode(t, err, "NoSuchEntity")
	_, err = client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(customerPolicy + "x")})
	wantCode(t, err, "NoSuchEntity")
	_, err = client.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: aws.String(customerPolicy), VersionId: aws.String("v3")})
	wantCode(t, err, "NoSuchEntity")
	_, err = foreign.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(customerPolicy)})
	wantCode(t, err, "AccessDenied")
	_, err = client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: alice, Marker: aws.String("made up")})
	wantCode(t, err, "ValidationError")
	_, err = client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: alice, MaxItems: aws.Int32(1001)})
	wantCode(t, err, "ValidationError")
	_, err = client.ListRoles(ctx, &iam.ListRolesInput{})
	wantCode(t, err, "NotImplemented")
}
