package deploy_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

const roleTemplate = "cloudformation/quilt-auditor-role.yaml"

// accountKinds are the values of the parameter AccountKind. Each has a file in
// deploy/iam, which a test of the program holds against what it needs.
var accountKinds = []string{"data", "control", "organization", "all"}

// iamPolicy is a policy in deploy/iam.
type iamPolicy struct {
	Version   string
	Statement []struct {
		Sid, Effect, Resource string
		Action                []string
	}
}

func shippedPolicy(t *testing.T, kind string) iamPolicy {
	t.Helper()
	var policy iamPolicy
	if err := json.Unmarshal([]byte(read(t, "iam/"+kind+".json")), &policy); err != nil {
		t.Fatal(err)
	}
	if len(policy.Statement) != 1 {
		t.Fatalf("iam/%s.json: one statement is expected", kind)
	}
	return policy
}

// TestCloudFormationActions holds the actions of the template against the
// policies in deploy/iam.
func TestCloudFormationActions(t *testing.T) {
	t.Parallel()
	const begin, end = "  AccountKinds:", "\n# The end of what is written.\n"
	text := read(t, roleTemplate)
	head, rest, ok := strings.Cut(text, begin)
	_, tail, ended := strings.Cut(rest, end)
	if !ok || !ended {
		t.Fatalf("%s has no place for the actions", roleTemplate)
	}
	var actions strings.Builder
	for _, kind := range accountKinds {
		actions.WriteString("\n    " + kind + ":\n      Actions:\n")
		for _, action := range shippedPolicy(t, kind).Statement[0].Action {
			actions.WriteString("        - " + action + "\n")
		}
	}
	want := head + begin + strings.ReplaceAll(actions.String(), "\n\n", "\n") + strings.TrimPrefix(end, "\n") + tail
	if *update {
		write(t, roleTemplate, want)
		return
	}
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("go test ./deploy -run CloudFormation -update writes it (-want +got)\n%s", diff)
	}
	if files, err := filepath.Glob("iam/*.json"); err != nil || len(files) != len(accountKinds) {
		t.Errorf("%d policies, %d kinds of account: %v", len(files), len(accountKinds), err)
	}
}

// TestStackSetUpdateKeepsParameters: CloudFormation sets a parameter that an
// update leaves out to its default.
func TestStackSetUpdateKeepsParameters(t *testing.T) {
	t.Parallel()
	_, update, found := strings.Cut(read(t, "cloudformation/README.md"), "aws cloudformation update-stack-set ")
	update, _, closed := strings.Cut(update, "\n```")
	var template struct {
		Parameters map[string]parameter `yaml:"Parameters"`
	}
	if err := yaml.Unmarshal([]byte(read(t, roleTemplate)), &template); err != nil || !found || !closed || len(template.Parameters) < 6 {
		t.Fatalf("%d parameters, an update %v, as a block %v: %v", len(template.Parameters), found, closed, err)
	}
	for name := range template.Parameters {
		if !strings.Contains(update, "ParameterKey="+name+",UsePreviousValue=true") {
			t.Errorf("the update does not keep %s", name)
		}
	}
}

// parameter is one of a template, by the page "Parameters" of the guide of
// CloudFormation.
type parameter struct {
	Default       *string  `yaml:"Default"`
	AllowedValues []string `yaml:"AllowedValues"`
	NoEcho        bool     `yaml:"NoEcho"`
	MinLength     int      `yaml:"MinLength"`
}

// TestCloudFormationParameters: nobody makes a role that can be entered without
// a secret, or shows it, or gets another role than the one for data accounts
// without asking for it.
func TestCloudFormationParameters(t *testing.T) {
	t.Parallel()
	var file struct {
		Parameters map[string]parameter `yaml:"Parameters"`
	}
	if err := yaml.Unmarshal([]byte(read(t, roleTemplate)), &file); err != nil {
		t.Fatal(err)
	}
	if id := file.Parameters["ExternalId"]; id.Default != nil || !id.NoEcho || id.MinLength < 16 {
		t.Errorf("the external id is not required, or is shown: %+v", id)
	}
	if principal, ok := file.Parameters["AuditorPrincipalArn"]; !ok || principal.Default != nil {
		t.Errorf("who enters is to be said: %+v", principal)
	}
	kind := file.Parameters["AccountKind"]
	if kind.Default == nil || *kind.Default != "data" || !slices.Equal(kind.AllowedValues, accountKinds) {
		t.Errorf("kinds of account: %+v", kind)
	}
}
