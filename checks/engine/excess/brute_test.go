package excess_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/excess"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// Random policies over a small world, held against every request of it.

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func drawList(r *rand.Rand, from ...string) string {
	list := []string{pick(r, from...)}
	if r.IntN(3) == 0 {
		list = append(list, pick(r, from...))
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func drawStatement(r *rand.Rand) string {
	principal := `{"AWS":` + drawList(r, control, vendor, owner, quilt, "arn:aws:iam::222233334444:user/u", "arn:aws:iam::111122223333:role/Other", "*", other, oai) + `}`
	switch r.IntN(6) {
	case 0, 1:
		principal = `"*"`
	case 2:
		principal = `{"Service":` + drawList(r, "cloudtrail.amazonaws.com", "logging.s3.amazonaws.com") + `}`
	}
	member := "Principal"
	if r.IntN(12) == 0 {
		member = "NotPrincipal"
	}
	condition := ""
	switch r.IntN(15) {
	case 0:
		condition = when(pick(r, "StringEquals", "StringNotEquals", "StringLike", "StringNotLike"), "aws:PrincipalAccount", pick(r, control, vendor, "9*", "????????????", "*3*"))
	case 1, 10:
		principal = pick(r, principal, `"*"`)
		condition = when(pick(r, "StringEquals", "StringNotEquals", "StringNotEqualsIfExists"), "aws:PrincipalOrgID", pick(r, "o-own", "o-other"))
	case 2:
		condition = when(pick(r, "ArnLike", "ArnNotLike"), "aws:PrincipalArn", pick(r, quilt, "arn:aws:iam::*:role/Qu*", "arn:aws:iam::222233334444:*", "arn:aws:iam::9*:*"))
	case 3:
		condition = when(pick(r, "StringLike", "StringNotEquals"), "aws:SourceVpce", pick(r, "vpce-1", "vpce-*"))
	case 4:
		condition = when(pick(r, "IpAddress", "NotIpAddress"), "aws:SourceIp", pick(r, "198.51.100.0/24", "0.0.0.0/0"))
	case 5:
		condition = when(pick(r, "NumericLessThan", "NumericGreaterThan"), "aws:PrincipalAccount", "500000000000")
	case 6:
		condition = when(pick(r, "StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists", "StringNotEqualsIfExists"), "aws:SourceAccount", pick(r, owner, vendor, other, "4*"))
	case 7:
		condition = when(pick(r, "ArnLike", "ArnNotLike", "StringLike"), "aws:SourceArn", pick(r, "arn:aws:cloudtrail:*:"+owner+":trail/*", "arn:aws:cloudtrail:*:"+vendor+":trail/t", "arn:aws:cloudtrail:*:*:trail/*", "arn:aws:s3:::src", "arn:aws:s3:::foo"))
	case 8:
		condition = when(pick(r, "StringEquals", "StringNotEquals", "StringNotEqualsIfExists"), "aws:SourceOrgID", pick(r, "o-own", "o-other"))
	case 9:
		condition = when(pick(r, "Bool", "BoolIfExists"), "aws:PrincipalIsAWSService", pick(r, "true", "false"))
	}
	return fmt.Sprintf(`{"Effect":%q,%q:%s,"Action":%s,"Resource":%s%s}`, pick(r, "Allow", "Allow", "Allow", "Deny"), member, principal,
		drawList(r, "s3:GetObject", "s3:Get*", "s3:*", "s3:PutBucketPolicy", "s3:ListBucket", "s3:PutObject"),
		drawList(r, "*", "arn:aws:s3:::foo", "arn:aws:s3:::foo/*", "arn:aws:s3:::foo/a*", "arn:aws:s3:::foo/?", "arn:aws:s3:::bar"), condition)
}

// worldly are the requests of the small world, by everybody but the owner.
func worldly(visit func(policy.SingleRequest)) {
	principals := []string{
		"*", "arn:aws:iam::999999999999:role/Q", "arn:aws:iam::999999999999:role/Quiet", "arn:aws:iam::222233334444:user/u", "arn:aws:iam::222233334444:role/r",
		quilt, "arn:aws:iam::111122223333:role/Other", "arn:aws:iam::111122223333:role/Third", "arn:aws:iam::555566667777:role/r",
		"arn:aws:iam::100000000000:role/r", "arn:aws:iam::887777777777:role/r",
	}
	for _, principal := range principals {
		everywhere(principal, func(r policy.SingleRequest) {
			surroundings(principal, func(context map[string][]string) {
				r.Context = context
				visit(r)
			})
		})
	}
}

// everywhere are requests without their context.
func everywhere(principal string, visit func(policy.SingleRequest)) {
	for _, action := range []string{"s3:GetObject", "s3:PutObject", "s3:PutBucketPolicy", "s3:ListBucket", "s3:GetBucketAcl"} {
		level, _ := policy.ActionLevel(action)
		resources := []string{"arn:aws:s3:::foo"}
		if level == policy.ObjectLevel {
			resources = []string{"arn:aws:s3:::foo/a", "arn:aws:s3:::foo/b", "arn:aws:s3:::foo/ab", "arn:aws:s3:::foo/bc"}
		}
		for _, resource := range resources {
			visit(policy.SingleRequest{Principal: principal, Action: action, Resource: resource, ResourceAccount: owner})
		}
	}
}

// surroundings are what requests of the principal can carry.
func surroundings(principal string, visit func(map[string][]string)) {
	organizations := []string{"", "o-own", "o-other"}
	if principal == "*" {
		organizations = []string{""}
	}
	for _, organization := range organizations {
		for _, place := range []map[string]string{{}, {"aws:SourceVpce": "vpce-1"}, {"aws:SourceVpce": "vpce-2"}, {"aws:SourceIp": "198.51.100.7"}, {"aws:SourceIp": "9.9.9.9"}} {
			context := map[string][]string{"aws:PrincipalIsAWSService": {"false"}}
			if organization != "" {
				context["aws:PrincipalOrgID"] = []string{organization}
			}
			for key, value := range place {
				context[key] = []string{value}
			}
			if principal != "*" {
				context["aws:PrincipalArn"] = []string{principal}
				context["aws:PrincipalAccount"] = []string{strings.Split(principal, ":")[4]}
			}
			visit(context)
		}
	}
}

// explained reports whether the report accounts for a granted request without
// need: there is an excess with the action of those who ask, or a doubt.
func explained(r excess.Report, request policy.SingleRequest) bool {
	account := ""
	if request.Principal != "*" {
		account = strings.Split(request.Principal, ":")[4]
	}
	return len(r.Doubts) > 0 || slices.ContainsFunc(r.Excesses, func(e excess.Excess) bool {
		asks := e.Who == excess.Everyone || e.Who == excess.Conditional || e.Who == account || e.Who == request.Principal ||
			e.Who == "o-own" && slices.Equal(request.Context["aws:PrincipalOrgID"], []string{"o-own"})
		return asks && slices.Contains(e.Actions, request.Action)
	})
}

// needed reports whether the request is one that the case means to grant.
func needed(q excess.Case, r policy.SingleRequest) bool {
	return slices.ContainsFunc(q.Needs, func(n excess.Need) bool {
		whole := n.Principal == n.Account && strings.Contains(r.Principal, ":"+n.Account+":")
		return (whole || n.Principal == r.Principal) && slices.Contains(n.Actions, r.Action)
	})
}

func drawAndFind(t *testing.T, seed uint64) excess.Report {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 5))
	statements := make([]string, 1+r.IntN(4))
	for i := range statements {
		statements[i] = drawStatement(r)
	}
	q := question(t, strings.Join(statements, ","), pick(r, control, quilt))
	report := excess.Find(q)
	for _, e := range report.Excesses {
		replay(t, q, e)
		if t.Failed() {
			t.Fatal(strings.Join(statements, "\n"))
		}
		if w := *e.Witness; needed(q, policy.SingleRequest{Principal: w.Principal, Action: w.Action}) {
			t.Fatalf("%s\n%s of %s is needed: %+v", strings.Join(statements, "\n"), e.Class, e.Who, w)
		}
	}
	worldly(func(request policy.SingleRequest) {
		if needed(q, request) || explained(report, request) {
			return
		}
		request.Context = maps.Clone(request.Context)
		if policy.EvaluateSingle(request, policy.SinglePolicies{Bucket: q.Policy}).Answer == policy.SingleAllowed {
			t.Fatalf("%s\n%v does not tell of %+v", strings.Join(statements, "\n"), summary(report), request)
		}
	})
	servedWorld(q, func(principal string, document *policy.Document, request policy.SingleRequest) {
		if servedExplained(report, principal, request) {
			return
		}
		if policy.EvaluateSingle(request, policy.SinglePolicies{Bucket: document}).Answer == policy.SingleAllowed {
			t.Fatalf("%s\n%v does not tell of %s: %+v", strings.Join(statements, "\n"), summary(report), principal, request)
		}
	})
	return report
}

func TestFindAgainstEveryRequest(t *testing.T) {
	t.Parallel()
	const cases = 70
	classes, none := map[excess.Class]int{}, 0
	for seed := range uint64(cases) {
		report := drawAndFind(t, seed)
		for _, e := range report.Excesses {
			classes[e.Class]++
		}
		if len(report.Excesses)+len(report.Doubts) == 0 {
			none++
		}
	}
	t.Logf("%v, %d with none", classes, none)
	for _, class := range excess.Classes() {
		if classes[class] == 0 {
			t.Errorf("no drawn case has an excess of class %s", class)
		}
	}
	if none == 0 {
		t.Error("every drawn case has an excess")
	}
}

func FuzzFindAgainstEveryRequest(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { drawAndFind(t, seed) })
}

func BenchmarkFind(b *testing.B) {
	for name, statements := range map[string]string{
		"ordinary": allow(`{"AWS":"`+control+`"}`, `"s3:GetObject","s3:ListBucket"`) + "," + statement("Deny", `"*"`, `"s3:*"`, when("Bool", "aws:SecureTransport", "false")),
		"trail":    allow(`{"AWS":"`+control+`"}`, `"s3:GetObject"`) + "," + statement("Allow", `{"Service":"cloudtrail.amazonaws.com"}`, `"s3:PutObject"`, when("StringEquals", "aws:SourceAccount", owner)),
		"vendor":   allow(`{"AWS":"`+control+`"}`, `"s3:GetObject"`) + "," + allow(`{"AWS":"`+vendor+`"}`, `"s3:GetObject"`),
		"all":      allow(`{"AWS":"`+control+`"}`, `"s3:*"`) + "," + statement("Allow", `"*"`, `"s3:Get*"`, when("StringEquals", "aws:SourceVpce", "vpce-1")),
	} {
		q := question(b, statements)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				excess.Find(q)
			}
		})
	}
}
