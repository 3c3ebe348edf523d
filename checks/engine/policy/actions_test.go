package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

func TestActionsKnowAccessAndResources(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]policy.Action{
		"S3:PUTBUCKETPOLICY":  {Name: "s3:PutBucketPolicy", Access: policy.AccessPermissions, Level: policy.BucketLevel, Resources: []string{"bucket"}},
		"s3:DeleteBucket":     {Name: "s3:DeleteBucket", Access: policy.AccessWrite, Level: policy.BucketLevel, Resources: []string{"bucket"}},
		"s3:GetObject":        {Name: "s3:GetObject", Access: policy.AccessRead, Level: policy.ObjectLevel, Resources: []string{"accesspointobject", "object"}},
		"s3:PutObjectTagging": {Name: "s3:PutObjectTagging", Access: policy.AccessTagging, Level: policy.ObjectLevel, Resources: []string{"accesspointobject", "object"}},
		"s3:ListAllMyBuckets": {Name: "s3:ListAllMyBuckets", Access: policy.AccessList},
		"s3:DescribeJob":      {Name: "s3:DescribeJob", Access: policy.AccessRead, Resources: []string{"job"}},
	} {
		got, ok := policy.FindAction(name)
		if !ok || got.Name != want.Name || got.Access != want.Access || got.Level != want.Level || !slices.Equal(got.Resources, want.Resources) {
			t.Errorf("%s is %+v, want %+v", name, got, want)
		}
	}
	for _, name := range []string{"s3:*", "s3:Get*", "GetObject", "s3:", "", "ec2:RunInstances", "s3:GetObject "} {
		if got, ok := policy.FindAction(name); ok {
			t.Errorf("%q is %+v", name, got)
		}
	}
}

func TestActionsAreCompleteAndWellFormed(t *testing.T) {
	t.Parallel()
	all := policy.Actions()
	if len(all) < 180 {
		t.Errorf("there are %d actions only", len(all))
	}
	levels := map[policy.Level]int{}
	for i, a := range all {
		levels[a.Level]++
		switch a.Access {
		case policy.AccessList, policy.AccessRead, policy.AccessWrite, policy.AccessTagging, policy.AccessPermissions:
		default:
			t.Errorf("%s has the access level %q", a.Name, a.Access)
		}
		if !slices.IsSorted(a.Resources) || slices.Contains(a.Resources, "") {
			t.Errorf("%s is on %q", a.Name, a.Resources)
		}
		if i > 0 && strings.ToLower(all[i-1].Name) >= strings.ToLower(a.Name) {
			t.Errorf("%s does not come after %s", a.Name, all[i-1].Name)
		}
		if level, ok := policy.ActionLevel(a.Name); ok != (a.Level != 0) || level != a.Level {
			t.Errorf("%s has two levels: %v and %v", a.Name, a.Level, level)
		}
	}
	if levels[policy.BucketLevel] < 60 || levels[policy.ObjectLevel] < 40 {
		t.Errorf("actions by level: %v", levels)
	}
}

func TestActionsThatCannotBeDecidedAreExplained(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]string{
		"s3:*":                               "has a wildcard",
		"*":                                  "has a wildcard",
		"s3:Get?bject":                       "has a wildcard",
		"s3:GetObjekt":                       "is s3:GetObject meant?",
		"GetObject":                          "is s3:GetObject meant?",
		"s3:ListBuckets":                     "is s3:ListBucket meant?",
		"S3:PUTOBJEC":                        "is s3:PutObject meant?",
		"s3:ListAllMyBuckets":                "an action on no resource",
		"s3:describejob":                     "s3:DescribeJob is an action on job",
		"ec2:RunInstances":                   "is not an S3 action",
		"":                                   "is not an S3 action",
		strings.Repeat("s3:GetObject", 1000): "is not an S3 action",
	} {
		_, err := policy.Decide(ask(control, action), policy.Layers{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", action, err, want)
		}
	}
}

// TestActionPatterns asks whether a pattern grants s3:GetObject alone.
func TestActionPatterns(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]policy.AnswerKind{
		"*": policy.Granted, "s3:*": policy.Granted, "S3:getobject": policy.Granted, "s3:GetObject": policy.Granted, "s3:Get*": policy.Granted,
		"s3:*Object": policy.Granted, "s3:G?tO*ct": policy.Granted, "s3:**Obj**": policy.Granted, "s3:?????????": policy.Granted,
		"s3:*e*e*": policy.Granted, "s3:*tObject*": policy.Granted, "s3:GetObject*": policy.Granted,
		"s3:GetObjectV*": policy.Refused, "s3:??????????": policy.Refused, "s3:*Object?": policy.Refused, "s3:*e*e*e*": policy.Refused,
		"s3:": policy.Refused, "s3:get": policy.Refused, "ec2:*": policy.Refused, "s3:GetObject ": policy.Refused, "s3:*a*": policy.Refused,
		"*:GetObject": policy.Undecided, "s?:GetObject": policy.Undecided, "s3*": policy.Undecided, "*Object": policy.Undecided,
	} {
		l := policy.Layers{Bucket: mustParse(t, `{"Statement":{"Effect":"Allow","Principal":"*","Action":"`+pattern+`","Resource":"*"}}`, policy.Resource)}
		if a := mustDecide(t, ask(control, "s3:GetObject"), l); a.Kind != want {
			t.Errorf("%s: %s, want %s", pattern, a.Kind, want)
		}
	}
	kelvin := `{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetBuc` + "\u212a" + `et*","Resource":"*"}}`
	if a := mustDecide(t, ask(control, "s3:GetBucketAcl"), policy.Layers{Bucket: mustParse(t, kelvin, policy.Resource)}); a.Kind != policy.Refused {
		t.Errorf("the Kelvin sign stands for k: %s", a.Kind)
	}
}
