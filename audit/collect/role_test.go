package collect_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func TestRoles(t *testing.T) {
	b := start(t, estate(), declared(), awsfake.WithIAMPage(1))
	s := b.collect(t, snapshot.Facts()...)
	alice := s.Role(roleARN(control, "quilt/QuiltAlice"))
	detail := snapshot.RoleDetail{Exists: true, ID: "AROAALICE", ARN: roleARN(control, "quilt/QuiltAlice"), BoundaryARN: boundaryARN}
	if diff := cmp.Diff(any(detail), show(alice.Detail)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(any([]string{"one", "two"}), show(alice.InlineNames)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(any([]string{boundaryARN, managedARN}), show(alice.AttachedARNs)); diff != "" {
		t.Error(diff)
	}
	for i, name := range []string{"one", "two"} {
		if p := alice.Inline[i]; p.Name != name || show(p.Document) != document {
			t.Errorf("inline policy %d is %q with %v", i, p.Name, show(p.Document))
		}
	}
	for _, arn := range []string{managedARN, boundaryARN} {
		if p := s.ManagedPolicy(control, arn); p == nil || show(p.Document) != document {
			t.Errorf("%s has %+v", arn, p)
		}
		if n := b.Count(awsfake.Match{Operation: "GetPolicyVersion", Resource: arn}); n != 1 {
			t.Errorf("%s was read %d times for two roles", arn, n)
		}
	}
	if len(s.Roles) != 3 {
		t.Errorf("%d roles, want 3", len(s.Roles))
	}
}

func TestRoleThatDoesNotExist(t *testing.T) {
	b := start(t, estate(), declared())
	for _, facts := range [][]snapshot.Fact{snapshot.Facts(), {snapshot.RolePolicies}} {
		gone := b.collect(t, facts...).Role(roleARN(control, "Gone"))
		if detail, err := gone.Detail.Get(); len(facts) > 1 && (err != nil || detail.Exists) {
			t.Errorf("got %+v, %v", detail, err)
		}
		if diff := cmp.Diff([]any{[]string{}, []string{}}, []any{show(gone.InlineNames), show(gone.AttachedARNs)}); diff != "" {
			t.Error(diff)
		}
	}
}

func TestRoleOfAnAccountThatIsNotConfigured(t *testing.T) {
	scope := declared()
	const arn = "arn:aws:iam::222233334444:role/Other"
	scope.PrefixRoles = []snapshot.PrefixRole{{RoleARN: arn, AccountID: "222233334444", Bucket: "acme-raw"}}
	role := start(t, estate(), scope).collect(t, snapshot.Facts()...).Role(arn)
	for _, e := range []*snapshot.ReadError{role.Detail.Err(), role.InlineNames.Err(), role.AttachedARNs.Err()} {
		if e == nil || e.Code != "AccountNotConfigured" {
			t.Errorf("got %+v", e)
		}
	}
}

func TestPolicyGoneInMidRunIsAFailure(t *testing.T) {
	for _, operation := range []string{"GetRolePolicy", "GetPolicy", "GetPolicyVersion"} {
		b := start(t, estate(), declared(), awsfake.WithRules(awsfake.Rule{Match: awsfake.Match{Operation: operation}, Fault: awsfake.NotFound}))
		s := b.collect(t, snapshot.Facts()...)
		e := s.Role(roleARN(control, "quilt/QuiltAlice")).Inline[0].Document.Err()
		if operation != "GetRolePolicy" {
			e = s.ManagedPolicy(control, managedARN).Document.Err()
		}
		if e == nil || e.Operation != "iam:"+operation || e.Code != "NoSuchEntity" {
			t.Errorf("%s: got %+v", operation, e)
		}
	}
}

func TestControlAccountWithoutOrganization(t *testing.T) {
	e := estate()
	e.Organizations[0].Members = []string{raw}
	s := start(t, e, declared()).collect(t, snapshot.OrganizationID)
	if diff := cmp.Diff(any(snapshot.Organization{}), show(s.Organization)); diff != "" {
		t.Error(diff)
	}
}
