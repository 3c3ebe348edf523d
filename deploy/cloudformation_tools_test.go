//go:build deploy

package deploy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// installed is the path of a program that .ci/test installs.
func installed(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Fatalf("%s is not set: run .ci/test, which installs the program and sets it to its path", variable)
	}
	return path
}

func TestCloudFormationLint(t *testing.T) {
	t.Parallel()
	templates, err := filepath.Glob("cloudformation/*.yaml")
	if err != nil || len(templates) != 2 {
		t.Fatalf("templates: %q, %v", templates, err)
	}
	tool(t, installed(t, "CFN_LINT"), append([]string{"--include-checks", "I", "--"}, templates...)...)
}

// asked is a stack that testdata/stacks.py makes, and made is what it says of
// it.
type asked struct {
	Template   string            `json:"template"`
	Parameters map[string]string `json:"parameters"`
}

type made struct {
	Error    string
	Outputs  map[string]string
	Policies []any
	Roles    []struct {
		Name, Boundary string
		Session        int
		Trust          any
		Tags           map[string]string
		Policies       []iamPolicy
	}
}

// stacked makes stacks in moto, whose Python is beside moto_server.
func stacked(t *testing.T, questions []asked) []made {
	t.Helper()
	text, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), filepath.Join(filepath.Dir(installed(t, "MOTO_SERVER")), "python"), "testdata/stacks.py")
	c.Stdin, c.Stderr = bytes.NewReader(text), os.Stderr
	answer, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []made
	if err := json.Unmarshal(answer, &list); err != nil || len(list) != len(questions) {
		t.Fatalf("%d stacks: %v", len(list), err)
	}
	return list
}

const (
	auditorARN       = "arn:aws:iam::111122223333:role/quilt-auditor"
	externalID       = "an-external-id-of-a-test"
	boundaryARN      = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	reportsARN       = "arn:aws:s3:::acme-reports/quilt/quilt-auditor-report-*"
	identityTemplate = "cloudformation/quilt-auditor-identity.yaml"
)

// TestCloudFormationStacks makes a stack for each kind of account, and those
// that show what else can be said.
func TestCloudFormationStacks(t *testing.T) {
	t.Parallel()
	var questions []asked
	for _, kind := range accountKinds {
		questions = append(questions, asked{roleTemplate, map[string]string{
			"AuditorPrincipalArn": auditorARN, "ExternalId": externalID, "AccountKind": kind, "RoleName": "Auditor", "MaxSessionDuration": "7200",
		}})
	}
	n := len(questions)
	list := stacked(t, append(questions,
		asked{roleTemplate, map[string]string{"AuditorPrincipalArn": auditorARN, "ExternalId": externalID, "PermissionsBoundaryArn": boundaryARN}},
		asked{roleTemplate, map[string]string{"AuditorPrincipalArn": auditorARN}},
		asked{identityTemplate, map[string]string{}},
		asked{identityTemplate, map[string]string{"RoleName": "Auditor", "OrganizationId": "o-exampleorg1"}},
		asked{identityTemplate, map[string]string{"ReportObjectsArn": reportsARN}}))
	for i, kind := range accountKinds {
		wantRole(t, kind, list[i])
	}
	if m := list[n]; len(m.Roles) != 1 || m.Roles[0].Name != "QuiltAuditor" || m.Roles[0].Session != 3600 || m.Roles[0].Boundary != boundaryARN {
		t.Errorf("what the role is by itself: %+v", m)
	}
	if list[n+1].Error == "" {
		t.Error("there is a role that is entered without an external id")
	}
	wantIdentity(t, list[n+2], "QuiltAuditor", "")
	wantIdentity(t, list[n+3], "Auditor", `, "Condition": {"StringEquals": {"aws:ResourceOrgID": "o-exampleorg1"}}`)
	wantReports(t, list[n+4])
}

// wantRole wants a role with the policy of deploy/iam, which only the auditor
// enters, with the external id.
func wantRole(t *testing.T, kind string, m made) {
	t.Helper()
	if len(m.Roles) != 1 {
		t.Fatalf("%s: %+v", kind, m)
	}
	r := m.Roles[0]
	if r.Name != "Auditor" || r.Session != 7200 || r.Boundary != "" || r.Tags["application"] != "quilt-auditor" || m.Outputs["RoleArn"] != "arn:aws:iam::123456789012:role/Auditor" {
		t.Errorf("%s: %+v", kind, m)
	}
	if diff := cmp.Diff([]iamPolicy{shippedPolicy(t, kind)}, r.Policies); diff != "" {
		t.Errorf("%s: policy (-want +got)\n%s", kind, diff)
	}
	wantJSON(t, r.Trust, `{"Version": "2012-10-17", "Statement": [{
		"Sid": "QuiltAuditorEnters", "Effect": "Allow", "Principal": {"AWS": "`+auditorARN+`"}, "Action": "sts:AssumeRole",
		"Condition": {"StringEquals": {"sts:ExternalId": "`+externalID+`"}}}]}`)
}

// wantIdentity wants a policy to assume that role, under the condition, which is
// JSON with a comma before it.
func wantIdentity(t *testing.T, m made, role, condition string) {
	t.Helper()
	if len(m.Policies) != 1 || m.Outputs["PolicyArn"] == "" {
		t.Fatalf("identity: %+v", m)
	}
	wantJSON(t, m.Policies[0], `{"Version": "2012-10-17", "Statement": [{
		"Sid": "QuiltAuditorEnters", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/`+role+`"`+condition+`}]}`)
}

// wantReports wants another policy beside it, to put reports and nothing else.
func wantReports(t *testing.T, m made) {
	t.Helper()
	if len(m.Policies) != 2 || m.Outputs["ReportsPolicyArn"] == "" {
		t.Fatalf("identity with reports: %+v", m)
	}
	reports := slices.IndexFunc(m.Policies, func(p any) bool { return strings.Contains(fmt.Sprint(p), "QuiltAuditorPutsReports") })
	wantJSON(t, m.Policies[max(reports, 0)], `{"Version": "2012-10-17", "Statement": [{
		"Sid": "QuiltAuditorPutsReports", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "`+reportsARN+`"}]}`)
}

func wantJSON(t *testing.T, got any, want string) {
	t.Helper()
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
