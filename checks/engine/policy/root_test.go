package policy_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// onCallers is a statement of that effect about the callers whose aws:PrincipalArn
// stands so to a value.
func onCallers(effect, operator, arn string, named bool) string {
	principal := ""
	if named {
		principal = `"Principal":"*",`
	}
	return `{"Effect":"` + effect + `",` + principal + `"Action":"s3:*","Resource":"*","Condition":{"` + operator + `":{"aws:PrincipalArn":"` + arn + `"}}}`
}

// TestRootOfTheOwner goes through "the root principal in a bucket owner's AWS
// account can perform the GetBucketPolicy, PutBucketPolicy, and DeleteBucketPolicy
// API actions, even if their bucket policy explicitly denies the root principal's
// access. Bucket owner root principals can only be blocked from performing these API
// actions by VPC endpoint policies and AWS Organizations policies."
func TestRootOfTheOwner(t *testing.T) {
	t.Parallel()
	grant := grantTo(`"*"`)
	const allow = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	for name, c := range map[string]struct {
		principal, action          string // the owner's account and s3:PutBucketPolicy if empty
		bucket, endpoint, scp, rcp string
		arn                        string // of the caller, if that is known
		want                       policy.AnswerKind
	}{
		"a Deny of root alone":          {bucket: grant + "," + onCallers("Deny", "ArnEquals", ownerRoot, true), want: policy.Granted},
		"of GetBucketPolicy":            {bucket: grant + "," + onCallers("Deny", "ArnEquals", ownerRoot, true), action: "s3:GetBucketPolicy", want: policy.Granted},
		"of DeleteBucketPolicy":         {bucket: grant + "," + onCallers("Deny", "ArnEquals", ownerRoot, true), action: "S3:deletebucketpolicy", want: policy.Granted},
		"of another action":             {bucket: grant + "," + onCallers("Deny", "ArnEquals", ownerRoot, true), action: "s3:ListBucket", want: policy.Refused},
		"of root, stated":               {bucket: grant + "," + statement("Deny", "Resource", `"*"`, ""), arn: ownerRoot, want: policy.Granted},
		"a Deny of everyone":            {bucket: grant + "," + statement("Deny", "Resource", `"*"`, ""), want: policy.Refused},
		"a Deny of all but roles":       {bucket: grant + "," + onCallers("Deny", "ArnNotLike", "arn:aws:iam::444455556666:role/*", true), want: policy.Refused},
		"an Allow to all but root":      {bucket: onCallers("Allow", "ArnNotEquals", ownerRoot, true), want: policy.Granted},
		"an Allow to roles":             {bucket: onCallers("Allow", "ArnLike", "arn:aws:iam::444455556666:role/*", true), want: policy.Refused}, // which users are not
		"a Deny of a service control":   {bucket: grant, scp: allow + "," + onCallers("Deny", "ArnEquals", ownerRoot, false), want: policy.Refused},
		"a Deny of a resource control":  {bucket: grant, rcp: onCallers("Deny", "ArnEquals", ownerRoot, true), want: policy.Refused},
		"an endpoint's Allow to others": {bucket: grant, endpoint: onCallers("Allow", "ArnNotEquals", ownerRoot, true), want: policy.Refused},
		"the root user of others":       {principal: control, bucket: grant + "," + onCallers("Deny", "ArnEquals", "arn:aws:iam::111122223333:root", true), want: policy.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, l := ask(data, "s3:PutBucketPolicy"), policy.Layers{Bucket: bucketPolicy(t, c.bucket)}
			q.UnknownByDefault = true
			if c.principal != "" {
				q.Principal = c.principal
			}
			if c.action != "" {
				q.Action = c.action
			}
			if c.arn != "" {
				q.Context = map[string][]string{"aws:PrincipalArn": {c.arn}}
			}
			document := func(statements string, kind policy.Kind) *policy.Document {
				return mustParse(t, `{"Version":"2012-10-17","Statement":[`+statements+`]}`, kind)
			}
			if c.endpoint != "" {
				l.Endpoint = document(c.endpoint, policy.Endpoint)
			}
			if c.scp != "" {
				l.Identity, l.SCPs = []*policy.Document{identityPolicy(t, allow)}, [][]*policy.Document{{document(c.scp, policy.SCP)}}
			}
			if c.rcp != "" {
				l.RCPs = [][]*policy.Document{{document(c.rcp, policy.RCP)}}
			}
			a := mustDecide(t, q, l)
			if a.Kind != c.want {
				t.Fatalf("got %s, want %s", asJSON(t, a), c.want)
			}
			if w := a.Witness; w != nil && c.principal == "" && c.action == "" && w.Context["aws:PrincipalArn"] == nil && w.Principal == ownerRoot {
				t.Errorf("the witness is one of the root user: %s", asJSON(t, w))
			}
			worst := policy.SingleAllowed
			for _, arn := range []string{"root", "role/zz", "user/zz"} {
				arn = "arn:aws:iam::" + q.Principal + ":" + arn
				principal := arn
				if arn == "arn:aws:iam::"+q.Principal+":root" {
					principal = q.Principal
				}
				context := map[string][]string{"aws:PrincipalArn": {arn}, "aws:PrincipalAccount": {q.Principal}}
				if c.arn != "" && c.arn != arn {
					continue
				}
				worst = max(worst, replay(q, l, principal, "arn:aws:s3:::foo", context))
			}
			if want := map[policy.AnswerKind]policy.SingleAnswer{policy.Granted: policy.SingleAllowed, policy.Refused: policy.SingleDenied}[c.want]; worst != want {
				t.Errorf("the plain evaluator has %v, want %v", worst, want)
			}
		})
	}
}

// TestLikenessTellsTheActionsOfRoot holds that a cached answer does not stand for
// an action that the root user keeps.
func TestLikenessTellsTheActionsOfRoot(t *testing.T) {
	t.Parallel()
	l := policy.Layers{Bucket: bucketPolicy(t, grantTo(`"*"`))}
	if l.Likeness("s3:GetBucketPolicy") == l.Likeness("s3:GetBucketTagging") {
		t.Error("alike to one that it does not")
	}
	if l.Likeness("s3:GetBucketPolicy") != l.Likeness("s3:PutBucketPolicy") {
		t.Error("unlike one that it does")
	}
}
