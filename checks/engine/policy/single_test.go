package policy

import (
	"strings"
	"testing"
)

const (
	singleCallerAccount = "111122223333"
	singleOwnerAccount  = "444455556666"
	singleQuiltRole     = "arn:aws:iam::111122223333:role/Quilt"
	singleQuiltSession  = "arn:aws:sts::111122223333:assumed-role/Quilt/s1"
	singleAlice         = "arn:aws:iam::111122223333:user/Alice"
)

// singleAll allows everything in an identity policy.
const singleAll = `{"Effect":"Allow","Action":"*","Resource":"*"}`

// singleBucketAllow returns a statement that grants everything to a principal.
func singleBucketAllow(principal string) string {
	return `{"Effect":"Allow","Principal":` + principal + `,"Action":"s3:*","Resource":"*"}`
}

func singleAWS(value string) string { return `{"AWS":"` + value + `"}` }

// singleCase is one request against statements. An empty layer is not asked
// (identity) or absent; "none" is an identity side without any policy.
type singleCase struct {
	name                       string
	version                    string // 2012-10-17 if empty
	identity, boundary, bucket string
	blocked                    bool // RestrictPublicBuckets, and the policy is public
	change                     func(*SingleRequest)
	want                       SingleAnswer
	layer                      Layer // asked if not empty, with the statement
	statement                  int
}

func (c singleCase) document(t *testing.T, kind Kind, statements string) *Document {
	t.Helper()
	if statements == "" {
		return nil
	}
	version := c.version
	if version == "" {
		version = Version2012
	}
	document, err := Parse(`{"Version":"`+version+`","Statement":[`+statements+`]}`, kind)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func (c singleCase) run(t *testing.T) {
	t.Helper()
	request := SingleRequest{
		Principal:       singleQuiltRole,
		Action:          "s3:GetObject",
		Resource:        "arn:aws:s3:::data/a/b.csv",
		ResourceAccount: singleOwnerAccount,
		Context:         map[string][]string{},
	}
	if c.change != nil {
		c.change(&request)
	}
	policies := SinglePolicies{
		AskIdentity:           c.identity != "",
		Boundary:              c.document(t, Identity, c.boundary),
		Bucket:                c.document(t, Resource, c.bucket),
		RestrictPublicBuckets: c.blocked, Public: StatedPublic,
	}
	if c.identity != "" && c.identity != "none" {
		policies.Identity = []*Document{c.document(t, Identity, c.identity)}
	}
	got := EvaluateSingle(request, policies)
	if got.Answer != c.want {
		t.Errorf("answer %s, want %s; outcome %+v", got.Answer, c.want, got)
	}
	if c.layer != "" && (got.Layer != c.layer || got.Statement != c.statement) {
		t.Errorf("decided by %s statement %d, want %s statement %d", got.Layer, got.Statement, c.layer, c.statement)
	}
}

func runSingleCases(t *testing.T, cases []singleCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t)
		})
	}
}

// singleSameAccount puts the bucket into the caller's account.
func singleSameAccount(r *SingleRequest) { r.ResourceAccount = singleCallerAccount }

func singleAs(principal string) func(*SingleRequest) {
	return func(r *SingleRequest) { r.Principal = principal }
}

func singleInside(principal string) func(*SingleRequest) {
	return func(r *SingleRequest) {
		r.Principal = principal
		r.ResourceAccount = singleCallerAccount
	}
}

func TestSingleOrderOfEvaluation(t *testing.T) {
	t.Parallel()
	denyAll := `{"Effect":"Deny","Action":"*","Resource":"*"}`
	bucketDeny := `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`
	role := singleBucketAllow(singleAWS(singleQuiltRole))
	account := singleBucketAllow(singleAWS(singleCallerAccount))
	everyone := singleBucketAllow(`"*"`)
	runSingleCases(t, []singleCase{
		{name: "24: a deny in the identity policy wins", identity: singleAll + "," + denyAll, bucket: role, want: SingleDenied, layer: "identity", statement: 1},
		{name: "24: a deny in the boundary wins", identity: singleAll, boundary: singleAll + "," + denyAll, bucket: role, want: SingleDenied, layer: "boundary", statement: 1},
		{name: "24: a deny in the bucket policy wins", identity: singleAll, bucket: role + "," + bucketDeny, want: SingleDenied, layer: "bucket_policy", statement: 1},
		{name: "24: a deny wins in the same account too", identity: singleAll, bucket: bucketDeny, change: singleSameAccount, want: SingleDenied, layer: "bucket_policy"},
		{name: "26: cross-account both sides allow", identity: singleAll, bucket: role, want: SingleAllowed, layer: "bucket_policy"},
		{name: "26: cross-account the account form is enough on the bucket's side", identity: singleAll, bucket: account, want: SingleAllowed},
		{name: "26: cross-account everyone still needs the identity policy", identity: "none", bucket: everyone, want: SingleDenied, layer: "identity", statement: -1},
		{name: "26: cross-account without a bucket policy", identity: singleAll, want: SingleDenied, layer: "bucket_policy", statement: -1},
		{name: "26: cross-account the boundary must allow", identity: singleAll, boundary: `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`, bucket: role, want: SingleDenied, layer: "boundary", statement: -1},
		{name: "26: cross-account even a session grant needs the boundary", identity: singleAll, boundary: `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`, bucket: singleBucketAllow(singleAWS(singleQuiltSession)), change: singleAs(singleQuiltSession), want: SingleDenied, layer: "boundary", statement: -1},
		{name: "26: only the bucket's side is asked", bucket: account, want: SingleAllowed, layer: "bucket_policy"},
		{name: "27: same account the identity policy is enough", identity: singleAll, change: singleSameAccount, want: SingleAllowed, layer: "identity"},
		{name: "27: same account a grant to the role is enough", identity: "none", bucket: role, change: singleSameAccount, want: SingleAllowed, layer: "bucket_policy"},
		{name: "27: same account everyone is enough", identity: "none", bucket: everyone, change: singleSameAccount, want: SingleAllowed},
		{name: "27: same account the account form grants nothing by itself", identity: "none", bucket: account, change: singleSameAccount, want: SingleDenied, layer: "identity", statement: -1},
		{name: "27: same account only the bucket asked, the account form grants nothing", bucket: account, change: singleSameAccount, want: SingleDenied, layer: "bucket_policy", statement: -1},
		{name: "27: same account only the bucket asked, a grant to the role", bucket: role, change: singleSameAccount, want: SingleAllowed, layer: "bucket_policy"},
		{name: "27: same account only the bucket asked, a grant to everyone", bucket: everyone, change: singleSameAccount, want: SingleAllowed},
		{name: "27: same account no policy at all", identity: "none", change: singleSameAccount, want: SingleDenied},
		{name: "27: the boundary limits the identity policy", identity: singleAll, boundary: `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`, change: singleSameAccount, want: SingleDenied, layer: "boundary", statement: -1},
		{name: "27: the boundary limits a grant to the role", identity: "none", boundary: `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`, bucket: role, change: singleSameAccount, want: SingleDenied},
		{name: "27: the boundary does not limit a grant to the session", identity: "none", boundary: `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`, bucket: singleBucketAllow(singleAWS(singleQuiltSession)), change: singleInside(singleQuiltSession), want: SingleAllowed},
		{name: "27: the boundary does not limit a grant to the user", identity: "none", boundary: `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`, bucket: singleBucketAllow(singleAWS(singleAlice)), change: singleInside(singleAlice), want: SingleAllowed},
		{name: "27: the boundary does not limit a grant to everyone", identity: "none", boundary: `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`, bucket: everyone, change: singleSameAccount, want: SingleAllowed},
		{name: "27: a deny in the boundary is never passed by", identity: "none", boundary: denyAll, bucket: everyone, change: singleSameAccount, want: SingleDenied, layer: "boundary"},
		{name: "33: a public policy ends cross-account access by its other statements too", bucket: everyone + "," + role, blocked: true, want: SingleDenied, layer: "public_access_block", statement: -1},
		{name: "33: a public policy leaves the owner's account alone", identity: singleAll, bucket: everyone, blocked: true, change: singleSameAccount, want: SingleAllowed},
		{name: "33: a public policy ends anonymous access", bucket: everyone, blocked: true, change: func(r *SingleRequest) { r.Anonymous = true }, want: SingleDenied, layer: "public_access_block", statement: -1},
		{name: "anonymous by the bucket policy alone", identity: "none", bucket: everyone, change: singleAs("*"), want: SingleAllowed},
		{name: "undetermined deny names its statement", bucket: role + `,{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"Odd":{"a:b":"c"}}}`, want: SingleUndetermined, layer: "bucket_policy", statement: 1},
		{name: "an unknown operator is no sure allow", bucket: `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"Odd":{"a:b":"c"}}}`, want: SingleUndetermined, layer: "bucket_policy"},
		{name: "an unknown operator does not matter beside one that fails", bucket: `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"Odd":{"a:b":"c"},"Bool":{"a:b":"true"}}}`, want: SingleDenied},
		{name: "a sure deny wins over an uncertain one", bucket: role + `,{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"Odd":{"a:b":"c"}}},` + bucketDeny, want: SingleDenied, layer: "bucket_policy", statement: 2},
	})
}

func TestSingleBoundaryIsNotReadUnlessAsked(t *testing.T) {
	t.Parallel()
	c := singleCase{boundary: `{"Effect":"Deny","Action":"*","Resource":"*"}`, bucket: singleBucketAllow(`"*"`), want: SingleAllowed}
	c.run(t)
}

func TestSingleSecondIdentityPolicyDecides(t *testing.T) {
	t.Parallel()
	c := singleCase{}
	none := c.document(t, Identity, `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`)
	all := c.document(t, Identity, `{"Effect":"Allow","Action":"ec2:*","Resource":"*"},`+singleAll)
	got := EvaluateSingle(SingleRequest{
		Principal: singleQuiltRole, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", ResourceAccount: singleCallerAccount,
	}, SinglePolicies{AskIdentity: true, Identity: []*Document{none, all}})
	want := SingleOutcome{Answer: SingleAllowed, Layer: "identity", Level: -1, Policy: 1, Statement: 1, Principal: "arn:aws:sts::111122223333:assumed-role/Quilt/any"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSingleRequestsThatAreNotConcrete(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change func(*SingleRequest)
		reason string
	}{
		"wildcard action":       {func(r *SingleRequest) { r.Action = "s3:Get*" }, "action"},
		"action without name":   {func(r *SingleRequest) { r.Action = "s3" }, "action"},
		"short resource":        {func(r *SingleRequest) { r.Resource = "data/key" }, "resource"},
		"broken text":           {func(r *SingleRequest) { r.Resource = "arn:aws:s3:::b/\xff" }, "resource"},
		"no owner":              {func(r *SingleRequest) { r.ResourceAccount = "" }, "account"},
		"key in two cases":      {func(r *SingleRequest) { r.Context = map[string][]string{"aws:A": {"1"}, "AWS:a": {"2"}} }, "twice"},
		"broken value":          {func(r *SingleRequest) { r.Context = map[string][]string{"aws:A": {"\xff"}} }, "UTF-8"},
		"pattern for principal": {singleAs("arn:aws:iam::111122223333:role/*"), "principal"},
		"group for principal":   {singleAs("arn:aws:iam::111122223333:group/g"), "principal"},
		"no name of a role":     {singleAs("arn:aws:iam::111122223333:role/"), "principal"},
		"no name of a session":  {singleAs("arn:aws:sts::111122223333:assumed-role/Quilt"), "principal"},
		"session of no role":    {singleAs("arn:aws:sts::111122223333:assumed-role//s1"), "principal"},
		"seven parts":           {singleAs(singleQuiltRole + ":x"), "principal"},
		"no ARN":                {singleAs("urn:aws:iam::111122223333:role/Quilt"), "principal"},
		"ARN with region":       {singleAs("arn:aws:iam:us-east-1:111122223333:role/Quilt"), "principal"},
		"any of no account":     {func(r *SingleRequest) { r.AnyPrincipal = true }, "principal"},
		"two accounts":          {func(r *SingleRequest) { r.PrincipalAccount = "999999999999" }, "another account"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := SingleRequest{
				Principal: singleQuiltRole, Action: "s3:GetObject", Resource: "arn:aws:s3:::data/k", ResourceAccount: singleOwnerAccount,
			}
			c.change(&request)
			bucket := singleCase{}.document(t, Resource, singleBucketAllow(`"*"`))
			got := EvaluateSingle(request, SinglePolicies{Bucket: bucket})
			if got.Answer != SingleUndetermined || !strings.Contains(got.Reason, c.reason) {
				t.Errorf("got %+v, want undetermined because of %q", got, c.reason)
			}
		})
	}
}
