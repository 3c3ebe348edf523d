package collect_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/inventory"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func encode(t *testing.T, s *snapshot.Snapshot) string {
	t.Helper()
	c := s.Contents
	c.TakenAt, c.EndedAt = s.TakenAt, s.TakenAt
	var b bytes.Buffer
	again, err := snapshot.New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := snapshot.Encode(&b, again); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	faults = map[string]awsfake.Fault{
		"AccessDenied": awsfake.AccessDenied, "DeniedBySCP": awsfake.DeniedBySCP, "Throttle": awsfake.Throttle,
		"InternalError": awsfake.InternalError, "Hang": awsfake.Hang, "Reset": awsfake.Reset, "Truncate": awsfake.Truncate,
		"Malformed": awsfake.Malformed, "EmptyBody": awsfake.EmptyBody, "WrongRegion": awsfake.WrongRegion,
		"NoSuchBucket": awsfake.NoSuchBucket, "ExpiredToken": awsfake.ExpiredToken,
	}
	faultedOperations = map[string]snapshot.Fact{
		"s3:GetBucketOwnershipControls":      snapshot.BucketOwnership,
		"s3:GetBucketPolicy":                 snapshot.BucketPolicy,
		"s3:GetBucketPolicyStatus":           snapshot.BucketPolicyStatus,
		"s3:GetPublicAccessBlock":            snapshot.BucketPublicAccessBlock,
		"s3control:GetPublicAccessBlock":     snapshot.AccountPublicAccessBlock,
		"cloudtrail:DescribeTrails":          snapshot.TrailList,
		"cloudtrail:GetTrailStatus":          snapshot.TrailStatuses,
		"cloudtrail:GetEventSelectors":       snapshot.TrailSelectors,
		"iam:GetRole":                        snapshot.RoleDetails,
		"iam:ListRolePolicies":               snapshot.RolePolicies,
		"iam:GetRolePolicy":                  snapshot.RolePolicies,
		"iam:ListAttachedRolePolicies":       snapshot.RolePolicies,
		"iam:GetPolicy":                      snapshot.RolePolicies,
		"iam:GetPolicyVersion":               snapshot.RolePolicies,
		"organizations:DescribeOrganization": snapshot.OrganizationID,
	}
)

// isAnswer lists the faults that are an honest answer of the operation: the
// thing is not there, which the fake then says of a thing that is.
func isAnswer(operation, fault string) bool {
	switch operation {
	case "s3control:GetPublicAccessBlock", "iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies",
		"organizations:DescribeOrganization":
		return fault == "NoSuchBucket"
	}
	return false
}

// TestFaultMatrix breaks each operation in each way: nothing that was read
// before may change but into a failure, and the broken operation's fact must
// be one, with the reason.
func TestFaultMatrix(t *testing.T) {
	scope := withOrganization(declared())
	scope.Accounts = append(scope.Accounts[:2:2], scope.Accounts[3])
	scope.Buckets = scope.Buckets[:1]
	scope.PrefixRoles = scope.PrefixRoles[:1]
	b := start(t, estate(), scope)
	sound := readings(b.collect(t, snapshot.Facts()...))
	for operation, fact := range faultedOperations {
		for name, fault := range faults {
			if isAnswer(operation, name) {
				continue
			}
			t.Run(operation+"/"+name, func(t *testing.T) {
				service, call, _ := strings.Cut(operation, ":")
				b.SetRules(awsfake.Rule{Match: awsfake.Match{Service: service, Operation: call}, Fault: fault})
				broken := *b
				switch fault {
				case awsfake.Hang:
					broken.aws = factory(t, scope, 100*time.Millisecond)
				case awsfake.Throttle: // which the others must not remember
					broken.aws = factory(t, scope, patient)
				}
				got := readings(broken.collect(t, snapshot.Facts()...))
				failures := 0
				for key, value := range got {
					if value == sound[key] {
						continue
					}
					failures++
					if value != "failed" {
						t.Errorf("%+v turned from %s to %s", key, sound[key], value)
					}
					// With a short time-out, on a busy machine, others can fail too.
					if fault != awsfake.Hang && key.fact != fact && key.fact != snapshot.BucketPolicyStatus {
						t.Errorf("%+v failed too", key)
					}
				}
				if failures == 0 {
					t.Error("the fault went unnoticed")
				}
			})
		}
	}
}

type readingKey struct {
	fact                      snapshot.Fact
	account, region, resource string
	number                    int
}

// readings tells of each Reading whether it failed, was read or was not read.
// Failures have to name their operation and a code.
func readings(s *snapshot.Snapshot) map[readingKey]string {
	state := map[readingKey]string{}
	s.Each(func(r snapshot.Ref) bool {
		key := readingKey{r.Fact, r.AccountID, r.Region, r.Resource, 0}
		for state[key] != "" {
			key.number++
		}
		state[key] = "read"
		if e := r.Err(); e != nil {
			state[key] = "failed"
			if e.Operation == "" || e.Code == "" {
				state[key] = "failed without a reason"
			}
		}
		return true
	})
	return state
}

// TestPermissionsAreTheCallsMade runs an inventory and a collection that need
// every operation, and compares the calls with the table of permissions.
func TestPermissionsAreTheCallsMade(t *testing.T) {
	scope := withOrganization(declared())
	server := awsfake.New(estate())
	t.Cleanup(server.Close)
	environment(t, server)
	b := &bench{Server: server, aws: factory(t, scope, patient)}
	found, err := (&inventory.Inventory{AWS: b.aws, Filters: map[string]inventory.Filter{
		raw: {Tags: map[string]string{"quilt": "true"}},
	}}).Discover(t.Context(), withUntagged(scope))
	if err != nil {
		t.Fatal(err)
	}
	b.scope = found
	b.collect(t, snapshot.Facts()...)
	made := map[string]bool{}
	for _, c := range b.Calls() {
		made[c.Service+":"+c.Operation] = true
	}
	allowed := set(string(awsapi.AssumeRole), string(awsapi.GetCallerIdentity)) // neither is in the policy
	actions := set()
	for _, p := range awsapi.Permissions(snapshot.Facts(), true) {
		actions[p.Action] = true
		for _, o := range p.Operations {
			allowed[string(o)] = true
		}
	}
	if diff := cmp.Diff(allowed, made); diff != "" {
		t.Error(diff)
	}
	for _, c := range b.Calls() {
		if allowed := actions[c.Action]; !allowed && c.Service != awsfake.STS {
			t.Errorf("%s needs %s, which the permissions lack", c.Operation, c.Action)
		}
	}
}

// withUntagged leaves a bucket to be discovered by its tags.
func withUntagged(s snapshot.Scope) snapshot.Scope {
	s.Buckets = append([]snapshot.ScopeBucket{s.Buckets[0]}, s.Buckets[2:]...)
	return s
}
