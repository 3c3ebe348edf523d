package awsapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func actions(permissions []awsapi.Permission) []string {
	names := []string{}
	for _, p := range permissions {
		names = append(names, p.Action)
	}
	return names
}

func TestPermissionsOfAllFacts(t *testing.T) {
	t.Parallel()
	want := []string{
		"cloudtrail:DescribeTrails", "cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus",
		"iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies",
		"organizations:DescribeOrganization",
		"s3:GetAccountPublicAccessBlock", "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy", "s3:GetBucketPolicyStatus",
		"s3:GetBucketPublicAccessBlock", "s3:GetBucketTagging", "s3:ListAllMyBuckets", "s3:ListBucket",
	}
	permissions := awsapi.Permissions(snapshot.Facts(), true)
	if diff := cmp.Diff(want, actions(permissions)); diff != "" {
		t.Error(diff)
	}
	for _, p := range permissions {
		if len(p.Operations) == 0 || len(p.Accounts) == 0 || p.Reason == "" || !slices.IsSorted(p.Accounts) {
			t.Errorf("incomplete: %+v", p)
		}
		verb := p.Action[strings.Index(p.Action, ":")+1:]
		if !strings.HasPrefix(verb, "Get") && !strings.HasPrefix(verb, "List") && !strings.HasPrefix(verb, "Describe") {
			t.Errorf("%s is not a read", p.Action)
		}
		if strings.HasPrefix(verb, "GetObject") {
			t.Errorf("%s reads objects", p.Action)
		}
	}
}

func TestPermissionsFollowTheFacts(t *testing.T) {
	t.Parallel()
	listing := []snapshot.Fact{snapshot.CallerIdentity, snapshot.BucketListing}
	tests := []struct {
		name  string
		facts []snapshot.Fact
		tags  bool
		want  []string
	}{
		{"none", nil, true, []string{}},
		{"listing", listing, false, []string{"s3:ListAllMyBuckets"}},
		{"listing by tags", listing, true, []string{"s3:GetBucketTagging", "s3:ListAllMyBuckets"}},
		{"account block", []snapshot.Fact{snapshot.AccountPublicAccessBlock}, false, []string{"s3:GetAccountPublicAccessBlock"}},
		{"organization", []snapshot.Fact{snapshot.OrganizationID}, false, []string{"organizations:DescribeOrganization"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, actions(awsapi.Permissions(test.facts, test.tags))); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestEveryFactHasAnOperation(t *testing.T) {
	t.Parallel()
	for _, fact := range snapshot.Facts() {
		if fact != snapshot.CallerIdentity && len(awsapi.Permissions([]snapshot.Fact{fact}, true)) == 0 {
			t.Errorf("no permission lets the auditor read %s", fact)
		}
	}
}
