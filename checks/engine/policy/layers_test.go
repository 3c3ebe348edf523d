package policy_test

import (
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

func grantTo(principal string) string {
	return strings.Replace(statement("Allow", "Resource", `"*"`, ""), `"Principal":"*"`, `"Principal":`+principal, 1)
}

// TestLayers goes through "Policy evaluation logic": what each side grants, and
// which layer refuses.
func TestLayers(t *testing.T) {
	t.Parallel()
	const (
		allow = `{"Effect":"Allow","Action":"*","Resource":"*"}`
		deny  = `{"Sid":"No","Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::foo/x*"}`
		none  = `-` // a layer that is there and has no statement
		local = "arn:aws:sts::444455556666:assumed-role/Local/s"

		federatedLocal = "arn:aws:sts::444455556666:federated-user/bob"
	)
	for name, c := range map[string]struct {
		principal                  string
		identity, boundary, bucket string
		session                    string
		public                     bool
		want                       policy.AnswerKind
		by                         policy.Layer // what refuses
	}{
		"across: both sides":              {principal: roleARN, identity: allow, bucket: grantTo(`{"AWS":"111122223333"}`), want: policy.Granted},
		"across: no bucket policy":        {principal: roleARN, identity: allow, want: policy.Refused, by: policy.LayerBucketPolicy},
		"across: no identity policy":      {principal: roleARN, identity: none, bucket: grantTo(`"*"`), want: policy.Refused, by: policy.LayerIdentity},
		"across: identity not asked":      {principal: roleARN, bucket: grantTo(`"*"`), want: policy.Granted},
		"across: boundary in the way":     {principal: roleARN, identity: allow, boundary: none, bucket: grantTo(`{"AWS":"` + roleARN + `"}`), want: policy.Refused, by: policy.LayerBoundary},
		"across: boundary allows":         {principal: roleARN, identity: allow, boundary: allow, bucket: grantTo(`"*"`), want: policy.Granted},
		"across: boundary not asked":      {principal: roleARN, boundary: none, bucket: grantTo(`"*"`), want: policy.Granted},
		"across: identity denies":         {principal: roleARN, identity: allow + "," + deny, bucket: grantTo(`"*"`), want: policy.Refused, by: policy.LayerIdentity},
		"across: boundary denies":         {principal: roleARN, identity: allow, boundary: allow + "," + deny, bucket: grantTo(`"*"`), want: policy.Refused, by: policy.LayerBoundary},
		"across: public policy":           {principal: roleARN, identity: allow, bucket: grantTo(`"*"`), public: true, want: policy.Refused, by: policy.LayerPublicAccess},
		"within: identity alone":          {principal: localARN, identity: allow, want: policy.Granted},
		"within: role named":              {principal: localARN, identity: none, bucket: grantTo(`{"AWS":"` + localARN + `"}`), want: policy.Granted},
		"within: account only defers":     {principal: localARN, identity: none, bucket: grantTo(`{"AWS":"444455556666"}`), want: policy.Refused, by: policy.LayerIdentity},
		"within: account, side not asked": {principal: localARN, bucket: grantTo(`{"AWS":"444455556666"}`), want: policy.Refused, by: policy.LayerBucketPolicy},
		"within: role, side not asked":    {principal: localARN, bucket: grantTo(`{"AWS":"` + localARN + `"}`), want: policy.Granted},
		"within: everyone":                {principal: localARN, identity: none, bucket: grantTo(`"*"`), want: policy.Granted},
		"within: role and boundary":       {principal: localARN, identity: none, boundary: none, bucket: grantTo(`{"AWS":"` + localARN + `"}`), want: policy.Refused, by: policy.LayerBoundary},
		"within: session past boundary":   {principal: local, identity: none, boundary: none, bucket: grantTo(`{"AWS":"` + local + `"}`), want: policy.Granted},
		"within: everyone past boundary":  {principal: localARN, identity: none, boundary: none, bucket: grantTo(`"*"`), want: policy.Granted},
		"within: identity and boundary":   {principal: localARN, identity: allow, boundary: none, want: policy.Refused, by: policy.LayerBoundary},
		"within: public policy":           {principal: localARN, identity: allow, bucket: grantTo(`"*"`), public: true, want: policy.Granted},
		// "Limited by an implicit deny in a permission boundary or session policy" is what a
		// federated user is granted by the ARN of the user who federated, not by its own.
		"within: federated, session policy": {principal: federatedLocal, identity: none, session: none, bucket: grantTo(`{"AWS":"arn:aws:iam::444455556666:user/bob"}`), want: policy.Refused, by: policy.LayerSession},
		"within: federated, own ARN":        {principal: federatedLocal, identity: none, session: none, bucket: grantTo(`{"AWS":"` + federatedLocal + `"}`), want: policy.Granted},
		"within: federated, whose user":     {principal: federatedLocal, identity: none, session: allow, bucket: grantTo(`{"AWS":"arn:aws:iam::444455556666:user/bob"}`), want: policy.Undecided},
		"anonymous: everyone":               {principal: "*", bucket: grantTo(`"*"`), want: policy.Granted},
		"anonymous: public policy blocked":  {principal: "*", bucket: grantTo(`"*"`), public: true, want: policy.Refused, by: policy.LayerPublicAccess},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := policy.Layers{RestrictPublicBuckets: true, Public: policy.StatedNotPublic}
			if c.public {
				l.Public = policy.StatedPublic
			}
			read := func(text string) *policy.Document {
				return identityPolicy(t, strings.TrimPrefix(text, none))
			}
			if c.identity != "" {
				l.Identity = []*policy.Document{read(c.identity)}
			}
			if c.boundary != "" {
				l.Boundary = read(c.boundary)
			}
			if c.session != "" {
				l.Session = read(c.session)
			}
			if c.bucket != "" {
				l.Bucket = bucketPolicy(t, c.bucket)
			}
			a := mustDecide(t, ask(c.principal, "s3:GetObject"), l)
			if a.Kind != c.want || c.by != "" && a.DecidedBy.Layer != c.by {
				t.Errorf("got %s, want %s by %s", asJSON(t, a), c.want, c.by)
			}
		})
	}
}

func TestIdentityAndBucketPolicyAddUpWithinTheAccount(t *testing.T) {
	t.Parallel()
	l := policy.Layers{
		Identity: []*policy.Document{identityPolicy(t, `{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::foo/a*"}`)},
		Bucket: bucketPolicy(t, strings.Replace(grantTo(`{"AWS":"`+localARN+`"}`), `"Resource":["*"]`,
			`"Resource":["arn:aws:s3:::foo/a?*","arn:aws:s3:::foo/a"]`, 1)),
	}
	if a := mustDecide(t, ask(localARN, "s3:GetObject"), l); a.Kind != policy.Granted || len(a.GrantedBy) != 2 {
		t.Errorf("got %s, granted by %s", asJSON(t, a), asJSON(t, a.GrantedBy))
	}
	l.Bucket = nil
	a := mustDecide(t, ask(localARN, "s3:GetObject"), l)
	if a.Kind != policy.Refused || a.Witness.Resource != "arn:aws:s3:::foo/a" {
		t.Errorf("got %s", asJSON(t, a))
	}
}

// TestAccountStandsForItsPrincipals holds that asking for an account means each
// principal of it, with whatever ARN.
func TestAccountStandsForItsPrincipals(t *testing.T) {
	t.Parallel()
	arnLike := func(effect, operator, value string) string {
		return statement(effect, "Resource", `"*"`, `,"Condition":{"`+operator+`":{"aws:PrincipalArn":"`+value+`"}}`)
	}
	for name, c := range map[string]struct {
		statements string
		want       policy.AnswerKind
		principal  string
	}{
		"one role only":      {grantTo(`{"AWS":"` + roleARN + `"}`), policy.Refused, "arn:aws:iam::111122223333:root"},
		"one role denied":    {allowEverything + "," + strings.Replace(grantTo(`{"AWS":"`+roleARN+`"}`), "Allow", "Deny", 1), policy.Refused, roleARN},
		"roles by condition": {arnLike("Allow", "ArnLike", "arn:aws:iam::111122223333:role/*"), policy.Refused, ""},
		"all by condition":   {arnLike("Allow", "ArnLike", "arn:aws:*::111122223333:*"), policy.Granted, ""},
		"all but one":        {arnLike("Allow", "ArnNotEquals", roleARN), policy.Refused, roleARN},
		"the one added":      {arnLike("Allow", "ArnNotEquals", roleARN) + "," + grantTo(`{"AWS":"`+roleARN+`"}`), policy.Granted, ""},
		"others denied":      {allowEverything + "," + arnLike("Deny", "ArnNotLike", "arn:aws:iam::111122223333:role/Q*"), policy.Refused, "arn:aws:iam::111122223333:role/z"},
		"odd spelling":       {strings.ReplaceAll(arnLike("Allow", "ArnNotEquals", roleARN), "PrincipalArn", "principalARN"), policy.Refused, roleARN},
		"always present":     {allowEverything + "," + statement("Deny", "Resource", `"*"`, `,"Condition":{"Null":{"aws:PrincipalArn":"true"}}`), policy.Granted, ""},
		"own account":        {statement("Allow", "Resource", `"*"`, `,"Condition":{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}`), policy.Granted, ""},
		"other account":      {statement("Allow", "Resource", `"*"`, `,"Condition":{"StringEquals":{"aws:PrincipalAccount":"999999999999"}}`), policy.Refused, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := ask(control, "s3:GetObject")
			q.UnknownByDefault = true
			a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t, c.statements)})
			if a.Kind != c.want || c.principal != "" && a.Witness.Principal != c.principal {
				t.Errorf("got %s, want %s %s", asJSON(t, a), c.want, c.principal)
			}
		})
	}
}

func TestListingNeedsEveryPrefix(t *testing.T) {
	t.Parallel()
	q := ask(control, "s3:ListBucket")
	q.UnknownByDefault, q.Any = true, []string{"s3:prefix"}
	with := func(condition string) policy.Layers {
		return policy.Layers{Bucket: bucketPolicy(t, statement("Allow", "Resource", `"arn:aws:s3:::foo"`, `,"Condition":{`+condition+`}`))}
	}
	a := mustDecide(t, q, with(`"StringLike":{"s3:prefix":"*"}`))
	if a.Kind != policy.Refused || len(a.Witness.Context) != 0 {
		t.Errorf("a request without a prefix: %s", asJSON(t, a))
	}
	a = mustDecide(t, q, with(`"StringLikeIfExists":{"s3:prefix":["?*"]}`))
	if a.Kind != policy.Refused || asJSON(t, a.Witness.Context) != `{"s3:prefix":[""]}` {
		t.Errorf("a request with an empty prefix: %s", asJSON(t, a))
	}
	if a = mustDecide(t, q, with(`"StringLikeIfExists":{"s3:prefix":["","?*"]}`)); a.Kind != policy.Granted {
		t.Errorf("every prefix: %s", asJSON(t, a))
	}
}

func TestAbsentKeysByDefault(t *testing.T) {
	t.Parallel()
	deny := allowEverything + "," + statement("Deny", "Resource", `"*"`, `,"Condition":{"StringLike":{"s3:x-amz-grant-read":"*"}}`)
	q := ask(control, "s3:PutObject")
	l := policy.Layers{Bucket: bucketPolicy(t, deny)}
	if a := mustDecide(t, q, l); a.Kind != policy.Granted {
		t.Errorf("absent by default: %s", asJSON(t, a))
	}
	q.UnknownByDefault = true
	a := mustDecide(t, q, l)
	if a.Kind != policy.Conditional || asJSON(t, a.DependsOn) != `["s3:x-amz-grant-read"]` {
		t.Errorf("unknown by default: %s", asJSON(t, a))
	}
	q.Absent = []string{"S3:X-Amz-Grant-*"}
	if a := mustDecide(t, q, l); a.Kind != policy.Granted {
		t.Errorf("absent: %s", asJSON(t, a))
	}
}

func TestQuestionsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*policy.Question)
		want   string
	}{
		"wildcard action": {func(q *policy.Question) { q.Action = "s3:Get*" }, "has a wildcard"},
		"other action":    {func(q *policy.Question) { q.Action = "s3:ListAllMyBuckets" }, "on no resource"},
		"principal":       {func(q *policy.Question) { q.Principal = "alice" }, `principal "alice"`},
		"wild principal":  {func(q *policy.Question) { q.Principal = "arn:aws:iam::111122223333:role/*" }, "principal"},
		"account differs": {func(q *policy.Question) { q.PrincipalAccount = data }, "not of account"},
		"partition":       {func(q *policy.Question) { q.Partition = "aws-cn" }, "not of partition"},
		"bucket account":  {func(q *policy.Question) { q.BucketAccount = "42" }, "not 12 digits"},
		"bucket":          {func(q *policy.Question) { q.Bucket = "a/b" }, "not a bucket name"},
		"long keys":       {func(q *policy.Question) { q.Keys.Prefix = strings.Repeat("x", policy.MaxKey+1) }, "at most 1024 bytes"},
		"two kinds":       {func(q *policy.Question) { q.Keys = policy.Keys{Prefix: "a", Exact: "b"} }, "not both"},
		"key encoding":    {func(q *policy.Question) { q.Keys.Prefix = "\xff" }, "not valid UTF-8"},
		"value encoding":  {func(q *policy.Question) { q.Context = map[string][]string{"a:b": {"\xff"}} }, "not valid UTF-8"},
	} {
		q := ask(roleARN, "s3:GetObject")
		c.change(&q)
		asks := policy.Layers{Bucket: bucketPolicy(t, statement("Allow", "Resource", `"*"`, `,"Condition":{"StringEquals":{"A:b":"x"}}`))}
		if _, err := policy.Decide(q, asks); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %q", name, err, c.want)
		}
	}
	_, err := policy.Decide(ask("*", "s3:GetObject"), policy.Layers{Identity: []*policy.Document{}})
	if err == nil || !strings.Contains(err.Error(), "anonymous") {
		t.Errorf("anonymous with identity policies: %v", err)
	}
}
