package excess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/excess"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

const (
	owner   = "444455556666"
	control = "111122223333"
	other   = "555566667777" // another account of the estate
	vendor  = "222233334444" // one that nobody declared
	quilt   = "arn:aws:iam::111122223333:role/Quilt"
)

// profile is what the control account, or its role, needs.
var profile = []string{"s3:GetObject", "s3:ListBucket"}

func question(t testing.TB, statements string, needs ...string) excess.Case {
	t.Helper()
	d, err := policy.Parse(`{"Version":"2012-10-17","Statement":[`+statements+`]}`, policy.Resource)
	if err != nil {
		t.Fatal(err)
	}
	c := excess.Case{
		Policy: d, Bucket: "foo", Partition: "aws", Owner: owner, Known: []string{owner, control, other}, Organization: "o-own",
		Context: map[string][]string{"aws:PrincipalIsAWSService": {"false"}},
	}
	if needs == nil {
		needs = []string{control}
	}
	for _, n := range needs {
		c.Needs = append(c.Needs, excess.Need{Principal: n, Account: control, Actions: profile})
	}
	return c
}

func statement(effect, principal, actions, more string) string {
	return `{"Effect":"` + effect + `","Principal":` + principal + `,"Action":[` + actions + `],"Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"]` + more + `}`
}

func allow(principal, actions string) string { return statement("Allow", principal, actions, "") }

func when(operator, key, value string) string {
	return `,"Condition":{"` + operator + `":{"` + key + `":"` + value + `"}}`
}

// summary is a report without its witnesses: class, who, and up to three
// actions.
func summary(r excess.Report) []string {
	var out []string
	for _, e := range r.Excesses {
		actions := strings.Join(e.Actions, " ")
		if len(e.Actions) > 3 {
			actions = "many"
		}
		out = append(out, string(e.Class)+" "+e.Who+": "+strings.ReplaceAll(actions, "s3:", ""))
	}
	for _, d := range r.Doubts {
		out = append(out, "doubt "+d.Who+": "+d.Reason)
	}
	return out
}

func TestFind(t *testing.T) {
	t.Parallel()
	const everyone, account, role, get = `"*"`, `{"AWS":"111122223333"}`, `{"AWS":"` + quilt + `"}`, `"s3:GetObject"`
	cases := []struct {
		name, statements string
		needs            []string
		want             []string
	}{
		{"nothing", "", nil, nil},
		{"what is needed", allow(account, `"s3:GetObject","S3:listbucket"`), nil, nil},
		{"what the owner's principals are granted", allow(`{"AWS":["`+owner+`","arn:aws:iam::444455556666:user/a"]}`, `"s3:*"`), nil, nil},
		{"everything", allow(account, `"s3:*"`), nil, []string{"administrative 111122223333: many", "beyond_profile 111122223333: many"}},
		{"everything to everybody", allow(everyone, `"s3:*"`), nil, []string{"public everyone: many"}},
		{"by NotAction", `{"Effect":"Allow","Principal":{"AWS":"111122223333"},"NotAction":["s3:Get*","s3:Put*"],"Resource":"arn:aws:s3:::foo/*"}`, nil, []string{
			"administrative 111122223333: BypassGovernanceRetention ObjectOwnerOverrideToBucketOwner", "beyond_profile 111122223333: many",
		}},
		{"a deleted role", allow(`{"AWS":"AROAEXAMPLEEXAMPLE123"}`, `"s3:*"`), nil, nil},
		{"everybody", allow(everyone, get), nil, []string{"public everyone: GetObject"}},
		{"everybody but one key", allow(everyone, get) + "," + `{"Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::foo/a"}`, nil, []string{"public everyone: GetObject"}},
		{"everybody, denied", allow(everyone, get) + "," + statement("Deny", everyone, `"s3:Get*"`, ""), nil, nil},
		{"everybody with a signature", allow(everyone, get) + "," + statement("Deny", everyone, `"s3:*"`, when("Null", "aws:PrincipalArn", "true")), nil, []string{"public everyone: GetObject"}},
		{"from a network", statement("Allow", everyone, get, when("IpAddress", "aws:SourceIp", "198.51.100.0/24")), nil, []string{"limited_public conditional: GetObject"}},
		{"from everywhere but a network", statement("Allow", everyone, get, when("NotIpAddress", "aws:SourceIp", "198.51.100.0/24")), nil, []string{"public everyone: GetObject"}},
		{"from a wide network", statement("Allow", everyone, get, when("IpAddress", "aws:SourceIp", "192.0.0.0/7")), nil, []string{"public everyone: GetObject"}},
		{"from anywhere by version 6", statement("Allow", everyone, get, when("IpAddress", "aws:SourceIp", "::/0")), nil, []string{"public everyone: GetObject"}},
		{"the organization", statement("Allow", everyone, get, when("StringEquals", "aws:PrincipalOrgID", "o-own")), nil, []string{"organization o-own: GetObject"}},
		{"the organization, to administrate", statement("Allow", everyone, `"s3:PutBucketPolicy"`, when("StringEquals", "aws:PrincipalOrgID", "o-own")), nil, []string{"administrative o-own: PutBucketPolicy"}},
		{"another organization", statement("Allow", everyone, get, when("StringEquals", "aws:PrincipalOrgID", "o-other")), nil, []string{"limited_public conditional: GetObject"}},
		{"a unit of the organization", statement("Allow", everyone, get, when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-own/r-1/*")), nil, []string{"organization o-own: GetObject"}},
		{
			"the organization and the account in it", statement("Allow", everyone, `"s3:PutObject"`, when("StringEquals", "aws:PrincipalOrgID", "o-own")) + "," + allow(account, get),
			nil,
			[]string{"organization o-own: PutObject", "beyond_profile 111122223333: PutObject"},
		},
		{"an access point", statement("Allow", everyone, get, when("StringEquals", "s3:DataAccessPointAccount", owner)), nil, []string{"limited_public conditional: GetObject"}},
		{"services only", statement("Allow", everyone, get, when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:*")), nil, []string{"service services: GetObject"}},
		{"a vendor", allow(`{"AWS":"`+vendor+`"}`, get), nil, []string{"unknown_account 222233334444: GetObject"}},
		{"a vendor among accounts like it", statement("Allow", everyone, get, when("StringLike", "aws:PrincipalAccount", "22223333*")), nil, []string{"limited_public conditional: GetObject"}},
		{"a vendor by a Deny", allow(everyone, get) + "," + statement("Deny", everyone, `"*"`, when("StringNotEquals", "aws:PrincipalAccount", vendor)), nil, []string{"unknown_account 222233334444: GetObject"}},
		{"another account of the estate", allow(`{"AWS":"`+other+`"}`, get), nil, []string{"beyond_profile 555566667777: GetObject"}},
		{"the account instead of its role", allow(account, get), []string{quilt}, []string{"whole_account 111122223333: GetObject"}},
		{"the role", allow(role, get), []string{quilt}, nil},
		{"the role by a condition", statement("Allow", account, get, when("ArnEquals", "aws:PrincipalArn", quilt)), []string{quilt}, nil},
		{"another role", allow(`{"AWS":"arn:aws:iam::111122223333:role/Other"}`, get), []string{quilt}, []string{"beyond_profile 111122223333: GetObject"}},
		{"the role beyond", allow(role, `"s3:GetObject","s3:PutObject","s3:PutBucketAcl"`), []string{quilt}, []string{"administrative " + quilt + ": PutBucketAcl", "beyond_profile " + quilt + ": PutObject"}},
		{"the account, beyond its role", allow(account, `"s3:PutObject"`), []string{quilt}, []string{"beyond_profile 111122223333: PutObject"}},
		{"a listing by prefix", statement("Allow", `{"AWS":"`+vendor+`"}`, `"s3:GetObject","s3:ListBucket"`, when("StringLike", "s3:prefix", "a/*")), nil, []string{"unknown_account 222233334444: ListBucket"}},
		{"a service", allow(`{"Service":"logging.s3.amazonaws.com"}`, `"s3:PutObject"`), nil, []string{"service logging.s3.amazonaws.com: PutObject"}},
		{"a service for one account", statement("Allow", `{"Service":"logging.s3.amazonaws.com"}`, `"s3:PutObject"`, when("StringEquals", "aws:SourceAccount", owner)), nil, nil},
		{
			"services held by a Deny", allow(`{"Service":"logging.s3.amazonaws.com"}`, `"s3:PutObject"`) + "," + statement("Deny", everyone, `"s3:*"`, when("StringNotEqualsIfExists", "aws:SourceAccount", owner)),
			nil, nil,
		},
		{"somebody unclear", allow(`{"CanonicalUser":"79a59df9"}`, get), nil, []string{"doubt conditional: a principal of the statement cannot be matched with the caller"}},
		{"a service with an operator that nobody knows", statement("Allow", `{"Service":"logging.s3.amazonaws.com"}`, `"s3:PutObject"`, when("StringIs", "aws:SourceAccount", owner)), nil, []string{
			"doubt logging.s3.amazonaws.com: the condition StringIs on aws:SourceAccount cannot be evaluated",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := question(t, c.statements, c.needs...)
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

// replay makes sure that the witness of an excess is granted.
func replay(t testing.TB, q excess.Case, e excess.Excess) {
	t.Helper()
	w := e.Witness
	if e.ByService {
		replayServed(t, q, e)
		return
	}
	context := map[string][]string{}
	for _, known := range []map[string][]string{q.Context, w.Context} {
		for key, values := range known {
			context[key] = values
		}
	}
	if w.Principal != "*" {
		context["aws:PrincipalArn"] = []string{w.Principal}
		context["aws:PrincipalAccount"] = []string{strings.Split(w.Principal, ":")[4]}
	}
	got := policy.EvaluateSingle(policy.SingleRequest{
		Principal: w.Principal, Action: w.Action, Resource: w.Resource, ResourceAccount: owner, Context: context,
	}, policy.SinglePolicies{Bucket: q.Policy})
	if got.Answer != policy.SingleAllowed || w.Action != e.Actions[0] || !slices.IsSorted(e.Actions) || len(e.GrantedBy) == 0 {
		t.Errorf("%s: the witness %+v is %s", e.Class, *w, got.Answer)
	}
}

func TestManyAccountsAreBounded(t *testing.T) {
	t.Parallel()
	var accounts []string
	for i := range 70 {
		accounts = append(accounts, `"1000000000`+string(rune('0'+i/10))+string(rune('0'+i%10))+`"`)
	}
	all := `{"AWS":[` + strings.Join(accounts, ",") + `]}`
	denied := excess.Find(question(t, allow(all, `"s3:GetObject"`)+","+statement("Deny", `"*"`, `"s3:*"`, "")))
	if want := []string{"doubt 100000000064: the policy mentions too many accounts"}; !slices.Equal(summary(denied), want) {
		t.Errorf("got %v", summary(denied))
	}
	if granted := excess.Find(question(t, allow(all, `"s3:GetObject"`))); len(granted.Excesses) != 64 {
		t.Errorf("%d excesses", len(granted.Excesses))
	}
}
