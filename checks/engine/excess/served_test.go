package excess_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/excess"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

const (
	trail = `{"Service":"cloudtrail.amazonaws.com"}`
	logs  = `{"Service":"logging.s3.amazonaws.com"}`
	oai   = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"
)

func TestServices(t *testing.T) {
	t.Parallel()
	const put, get, everyone = `"s3:PutObject"`, `"s3:GetObject"`, `"*"`
	const trailOfAny, logsOfAny = "service cloudtrail.amazonaws.com: PutObject", "service logging.s3.amazonaws.com: PutObject"
	cases := []struct {
		name, statements string
		want             []string
	}{
		{"any resource", statement("Allow", trail, put, when("ArnLike", "aws:SourceArn", "arn:aws:cloudtrail:*:*:trail/*")), []string{trailOfAny}},
		{"a resource of the owner", statement("Allow", trail, put, when("ArnLike", "aws:SourceArn", "arn:aws:cloudtrail:*:"+owner+":trail/*")), nil},
		{"a trail of the estate, by text", statement("Allow", trail, put, when("StringLike", "aws:SourceArn", "arn:aws:cloudtrail:*:"+other+":trail/*")), nil},
		{"a log group, by text that its name may hold", statement("Allow", logs, put, when("StringLike", "aws:SourceArn", "arn:aws:logs:*:"+other+":*")), []string{logsOfAny}},
		{"any bucket", statement("Allow", logs, put, when("ArnLike", "aws:SourceArn", "arn:aws:s3:::*")), []string{logsOfAny}},
		{"buckets of a name", statement("Allow", logs, put, when("ArnLike", "aws:SourceArn", "arn:aws:s3:::src-*")), []string{logsOfAny}},
		{"one bucket, of an account that is not told", statement("Allow", logs, put, when("ArnEquals", "aws:SourceArn", "arn:aws:s3:::src")), []string{logsOfAny}},
		{"the bucket itself", statement("Allow", logs, put, when("ArnEquals", "aws:SourceArn", "arn:aws:s3:::foo")), nil},
		{"one bucket of the owner", statement("Allow", logs, put, `,"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::src"},"StringEquals":{"aws:SourceAccount":"`+owner+`"}}`), nil},
		{"an account that nobody declared", statement("Allow", trail, put, when("StringEquals", "aws:SourceAccount", vendor)), []string{"unknown_account 222233334444: PutObject"}},
		{"a known account", statement("Allow", trail, put, when("StringEquals", "aws:SourceAccount", other)), nil},
		{"accounts of a pattern", statement("Allow", trail, put, when("StringLike", "aws:SourceAccount", "4444*")), []string{trailOfAny}},
		{"small accounts", statement("Allow", trail, put, when("NumericLessThan", "aws:SourceAccount", "500000000000")), []string{trailOfAny}},
		{"an account, if told", statement("Allow", trail, put, when("StringEqualsIfExists", "aws:SourceAccount", owner)), []string{trailOfAny}},
		{"all but an account", statement("Allow", trail, put, when("StringNotEquals", "aws:SourceAccount", vendor)), []string{trailOfAny}},
		{"an account that a Deny leaves", allow(trail, put) + "," + statement("Deny", everyone, put, when("StringNotEquals", "aws:SourceAccount", vendor)), []string{"unknown_account 222233334444: PutObject"}},
		{"a distribution of another account", statement("Allow", `{"Service":"cloudfront.amazonaws.com"}`, get, when("StringEquals", "aws:SourceArn", "arn:aws:cloudfront::222233334444:distribution/E1")), []string{"unknown_account 222233334444: GetObject"}},
		{"the own organization", statement("Allow", trail, put, when("StringEquals", "aws:SourceOrgID", "o-own")), nil},
		{"another organization", statement("Allow", trail, put, when("StringEquals", "aws:SourceOrgID", "o-other")), []string{trailOfAny}},
		{"a unit of the own organization", statement("Allow", trail, put, when("ForAnyValue:StringLike", "aws:SourceOrgPaths", "o-own/r-1/*")), nil},
		{"a unit of another organization", statement("Allow", trail, put, when("ForAnyValue:StringLike", "aws:SourceOrgPaths", "o-other/r-1/*")), []string{trailOfAny}},
		{"an owner by the older key", statement("Allow", trail, put, when("StringEquals", "aws:SourceOwner", owner)), nil},
		{"accounts by a variable", statement("Allow", trail, put, when("StringNotLike", "aws:PrincipalServiceName", "${aws:SourceAccount}*")) + "," + statement("Deny", everyone, put, ""), []string{
			"doubt cloudtrail.amazonaws.com: the policy tells accounts apart in more ways than are tried",
		}},
		{"spared by a Deny", allow(trail, put) + "," + `{"Effect":"Deny","NotPrincipal":` + trail + `,"Action":"s3:*","Resource":"*"}`, []string{trailOfAny}},
		{"not spared by a Deny", allow(trail, put) + "," + `{"Effect":"Deny","NotPrincipal":` + logs + `,"Action":"s3:*","Resource":"*"}`, nil},
		{"denied by name", allow(trail, put) + "," + statement("Deny", trail, `"s3:*"`, ""), nil},
		{"every service", statement("Allow", everyone, get, when("Bool", "aws:PrincipalIsAWSService", "true")), []string{"service services: GetObject"}},
		{"every service, for an account that nobody declared", statement("Allow", everyone, get, when("StringEquals", "aws:SourceAccount", vendor)), []string{"unknown_account 222233334444: GetObject"}},
		{"every service, for the owner", statement("Allow", everyone, get, when("StringEquals", "aws:SourceAccount", owner)), nil},
		{"every service, as a Deny leaves it", allow(everyone, get) + "," + statement("Deny", everyone, get, when("Bool", "aws:PrincipalIsAWSService", "false")), []string{"service services: GetObject"}},
		{"every service but one", `{"Effect":"Allow","NotPrincipal":` + trail + `,"Action":"s3:GetObject","Resource":"*","Condition":{"Bool":{"aws:PrincipalIsAWSService":"true"}}}`, []string{"service services: GetObject"}},
		{"everybody and every service", allow(everyone, get) + "," + statement("Allow", everyone, get, when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:*")), []string{"public everyone: GetObject"}},
		{"by a tag, but for services", statement("Allow", everyone, get, when("StringEquals", "aws:PrincipalTag/t", "x")) + "," + statement("Deny", everyone, get, when("Bool", "aws:PrincipalIsAWSService", "false")), nil},
		{"everybody, but for all but one service", allow(everyone, get) + `,{"Effect":"Deny","NotPrincipal":` + trail + `,"Action":"s3:*","Resource":"*"}`, []string{"service cloudtrail.amazonaws.com: GetObject"}},
		{"everybody, but for all but an origin access identity", allow(everyone, get) + `,{"Effect":"Deny","NotPrincipal":{"AWS":"` + oai + `"},"Action":"s3:*","Resource":"*"}`, []string{"service " + oai + ": GetObject"}},
		{"everybody, but for all but the ARN of an origin access identity", allow(everyone, get) + "," + statement("Deny", everyone, get, when("StringNotEquals", "aws:PrincipalArn", oai)), []string{"service " + oai + ": GetObject"}},
		{"an origin access identity", allow(`{"AWS":"`+oai+`"}`, get), []string{"service " + oai + ": GetObject"}},
		{"an origin access identity beside the control account", allow(`{"AWS":["`+oai+`","`+control+`"]}`, get), []string{"service " + oai + ": GetObject"}},
		{"an origin access identity that is denied", allow(`{"AWS":"`+oai+`"}`, get) + "," + statement("Deny", everyone, get, when("ArnNotEquals", "aws:PrincipalArn", quilt)), nil},
		{"none but an origin access identity", allow(`{"AWS":["`+oai+`","`+vendor+`"]}`, get) + `,{"Effect":"Deny","NotPrincipal":{"AWS":"` + oai + `"},"Action":"s3:*","Resource":"*"}`, []string{"service " + oai + ": GetObject"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := question(t, c.statements)
			report := excess.Find(q)
			if diff := cmp.Diff(c.want, summary(report)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			for _, e := range report.Excesses {
				replay(t, q, e)
			}
		})
	}
}

func TestSourceOrganizationNotKnown(t *testing.T) {
	t.Parallel()
	q := question(t, statement("Allow", trail, `"s3:PutObject"`, when("StringEquals", "aws:SourceOrgID", "o-own")))
	q.Organization = ""
	if want := []string{"service cloudtrail.amazonaws.com: PutObject"}; !slices.Equal(summary(excess.Find(q)), want) {
		t.Errorf("in no organization: %v", summary(excess.Find(q)))
	}
	q.OrganizationUnread = true
	if got := excess.Find(q); len(got.Excesses) != 0 || len(got.Doubts) != 1 || !slices.Equal(got.Doubts[0].DependsOn, []string{"aws:SourceOrgID"}) {
		t.Errorf("in one that is not known: %+v", got)
	}
}

// TestStrangers tells accounts apart by what is not their whole id.
func TestStrangers(t *testing.T) {
	t.Parallel()
	const get, everyone = `"s3:GetObject"`, `"*"`
	const public, limited, unsure = "public everyone: GetObject", "limited_public conditional: GetObject", "doubt conditional: the policy tells accounts apart in more ways than are tried"
	signed := func(operator, key, value string) string {
		return statement("Allow", everyone, get, fmt.Sprintf(`,"Condition":{"Null":{"aws:PrincipalAccount":"false"},%q:{%q:%q}}`, operator, key, value))
	}
	denied := func(condition string) string {
		return signed("Bool", "aws:SecureTransport", "true") + "," + statement("Deny", everyone, get, condition)
	}
	cases := []struct {
		name, statements string
		want             []string
	}{
		{"not those from 9", signed("StringNotLike", "aws:PrincipalAccount", "9*"), []string{public}},
		{"not those from 9, by a Deny", denied(when("StringLike", "aws:PrincipalAccount", "9*")), []string{public}},
		{"not those from 9 by their ARN", denied(when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::9*:*")), []string{public}},
		{"not those from 9 by the text of their ARN", denied(when("StringLike", "aws:PrincipalArn", "*::9*")), []string{public}},
		{"those below a number", signed("NumericLessThan", "aws:PrincipalAccount", "500000000000"), []string{public}},
		{"those below a number and another", denied(when("NumericGreaterThanEquals", "aws:PrincipalAccount", "000000000003")), []string{limited}},
		{"one that is written with a zero before it", signed("NumericEquals", "aws:PrincipalAccount", "0777000000000"), []string{limited}},
		{"a known one that is written with a zero before it", signed("NumericEquals", "aws:PrincipalAccount", "0555566667777"), []string{"beyond_profile 555566667777: GetObject"}},
		{"one within a pattern", signed("StringLike", "aws:PrincipalArn", "*:222233334444:*"), []string{
			"unknown_account 222233334444: GetObject", "doubt conditional: the policies cannot be evaluated for this request", // a path of a role may hold it as well
		}},
		{"ten, all but one of them strangers", signed("StringLike", "aws:PrincipalAccount", "44445555666?"), []string{limited}},
		{"those of a middle", signed("StringLike", "aws:PrincipalAccount", "*55556666*"), []string{limited}},
		{"those from 9 in the organization", signed("StringLike", "aws:PrincipalAccount", "9*") + "," + statement("Deny", everyone, get, when("StringNotEquals", "aws:PrincipalOrgID", "o-own")), []string{"organization o-own: GetObject"}},
		{"by a variable", denied(when("StringLike", "aws:PrincipalArn", "*${aws:PrincipalAccount}*")), []string{unsure}},
		{"by a resource with a variable", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::foo/${aws:PrincipalAccount}/x"},{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::foo/9*"}`, []string{unsure}},
		{"the owner's by a variable", statement("Allow", everyone, get, when("StringEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}")), nil},
		{"by time", denied(when("DateGreaterThan", "aws:PrincipalAccount", "1999-01-01T00:00:00Z")), []string{unsure}},
		{"by too many patterns", denied(`,"Condition":{"StringLike":{"aws:PrincipalAccount":["9*"` + many(30) + `]}}`), []string{unsure}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := question(t, c.statements)
			q.Context["aws:SecureTransport"], q.Context["aws:ResourceAccount"] = []string{"true"}, []string{owner}
			report := excess.Find(q)
			if diff := cmp.Diff(c.want, summary(report)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			for _, e := range report.Excesses {
				replay(t, q, e)
			}
		})
	}
}

func many(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, `,"*%02d*"`, i)
	}
	return out.String()
}

// TestBehindEverybody makes sure that what everybody is granted hides no account.
func TestBehindEverybody(t *testing.T) {
	t.Parallel()
	on := func(principal, key, condition string) string {
		return `{"Effect":"Allow","Principal":` + principal + `,"Action":"s3:GetObject","Resource":"arn:aws:s3:::foo/` + key + `"` + condition + `}`
	}
	named := `{"AWS":"` + vendor + `"}`
	const unknown = "unknown_account 222233334444: GetObject"
	cases := []struct {
		name, statements string
		want             []string
	}{
		{"all", on(`"*"`, "pub/*", "") + "," + on(named, "secret/*", ""), []string{"public everyone: GetObject", unknown}},
		{"from an endpoint", on(`"*"`, "*", when("StringEquals", "aws:SourceVpce", "vpce-1")) + "," + on(named, "*", ""), []string{"limited_public conditional: GetObject", unknown}},
		{"by a condition", on(`"*"`, "pub/*", "") + "," + on(`"*"`, "secret/*", when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::222233334444:role/*")), []string{"public everyone: GetObject", unknown}},
		{"a known account", on(`"*"`, "pub/*", "") + "," + on(`{"AWS":"`+other+`"}`, "secret/*", ""), []string{"public everyone: GetObject", "beyond_profile 555566667777: GetObject"}},
		{"one that is left out", on(`"*"`, "pub/*", when("StringNotEquals", "aws:PrincipalAccount", vendor)), []string{"public everyone: GetObject"}},
		{"one that is denied", on(`"*"`, "pub/*", "") + "," + on(named, "secret/*", "") + "," + statement("Deny", named, `"s3:*"`, ""), []string{"public everyone: GetObject"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := question(t, c.statements)
			report := excess.Find(q)
			if diff := cmp.Diff(c.want, summary(report)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			for _, e := range report.Excesses {
				replay(t, q, e)
				if by := e.GrantedBy[0]; len(e.GrantedBy) != 1 || e.Who == vendor && *by.Statement != 1 {
					t.Errorf("%s is granted by %+v", e.Who, e.GrantedBy)
				}
			}
		})
	}
}

// replayServed has the evaluator, which knows no services as callers, decide the
// witness as everybody's under what the policy says of the service.
func replayServed(t testing.TB, q excess.Case, e excess.Excess) {
	t.Helper()
	w := e.Witness
	request := policy.SingleRequest{Principal: "*", Action: w.Action, Resource: w.Resource, ResourceAccount: owner, Context: servedContext(q, w.Principal, w.Context)}
	if got := policy.EvaluateSingle(request, policy.SinglePolicies{Bucket: toServant(q.Policy, w.Principal)}); got.Answer != policy.SingleAllowed {
		t.Errorf("%s: the witness %+v is %s", e.Class, *w, got.Answer)
	}
}

func servedContext(q excess.Case, principal string, carried map[string][]string) map[string][]string {
	context := map[string][]string{}
	for _, known := range []map[string][]string{q.Context, carried} {
		for key, values := range known {
			context[key] = values
		}
	}
	if !strings.HasPrefix(principal, "arn:") {
		context["aws:PrincipalIsAWSService"] = []string{"true"}
	}
	if strings.HasSuffix(principal, ".amazonaws.com") {
		context["aws:PrincipalServiceName"] = []string{principal}
	}
	return context
}

// toServant is what the policy says to the servant, said to everybody.
func toServant(d *policy.Document, principal string) *policy.Document {
	out := *d
	out.Statements = slices.Clone(d.Statements)
	nobody := []policy.Principal{{Kind: "AWS", Value: "000000000000"}}
	for i := range out.Statements {
		s := &out.Statements[i]
		names := func(p policy.Principal) bool { return p.Value == principal || p.Value == "*" }
		switch {
		case s.NotPrincipals != nil && slices.ContainsFunc(s.NotPrincipals, names):
			s.Principals, s.NotPrincipals = nobody, nil
		case s.NotPrincipals != nil || slices.ContainsFunc(s.Principals, names):
			s.Principals, s.NotPrincipals = []policy.Principal{{Kind: "*", Value: "*"}}, nil
		default:
			s.Principals = nobody
		}
	}
	return out.Compile()
}
