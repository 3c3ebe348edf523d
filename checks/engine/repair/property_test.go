package repair_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/repair"
)

// outcome is what became of a drawn repair.
type outcome string

const (
	nothing  outcome = "nothing to do"
	added    outcome = "added to"
	narrowed outcome = "narrowed"
	advised  outcome = "advice"
)

// TestRepairsAreSafe draws policies and requirements. A change must grant the
// requirements, be the last one, and give nobody anything else.
func TestRepairsAreSafe(t *testing.T) {
	t.Parallel()
	count := map[outcome]int{}
	for seed := range uint64(400) {
		count[repairDrawn(t, rand.New(rand.NewPCG(seed, 7)))]++
	}
	for _, o := range []outcome{nothing, added, narrowed, advised} {
		if count[o] < 15 {
			t.Errorf("only %d draws end with %q of %v", count[o], o, count)
		}
	}
}

func FuzzRepairsAreSafe(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, a, b uint64) { repairDrawn(t, rand.New(rand.NewPCG(a, b))) })
}

func repairDrawn(t *testing.T, r *rand.Rand) outcome {
	t.Helper()
	before, w := drawnPolicy(r), drawnWish(r)
	change, err := w.repair(before)
	if err != nil {
		var impossible *repair.Impossible
		if !errors.As(err, &impossible) || impossible.Reason == "" || strings.Contains(impossible.Reason, "proved") {
			t.Errorf("%v\nof %s\nfor %+v", err, before, w)
		}
		return advised
	}
	fail := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s\nbefore %s\nafter %s\nfor %+v", fmt.Sprintf(format, args...), before, change.Text, w)
	}
	layers := policy.Layers{Bucket: mustParse(t, change.Text)}
	for _, q := range w.requirements(change.Text) {
		if answer, err := policy.Decide(q.Question, layers); err != nil || answer.Kind != policy.Granted {
			fail("%s for %s is %v (%v)", q.Question.Action, q.Question.Principal, answer, err)
		}
	}
	if again, err := w.repair(change.Text); err != nil || again.Text != change.Text {
		fail("a second repair changes it: %v %+v", err, again)
	}
	if len(change.Edits) == 0 {
		if change.Text != before {
			fail("nothing is changed, but the text is")
		}
		return nothing
	}
	keepsText(t, before, change)
	old := mustParse(t, before)
	for range 60 {
		probe(r, w, old, change.Document, fail)
	}
	if strings.Contains(fmt.Sprint(change.Edits), "narrow") {
		return narrowed
	}
	return added
}

func mustParse(t testing.TB, text string) *policy.Document {
	t.Helper()
	d, err := policy.Parse(text, policy.Resource)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return d
}

// probe draws a request and asks what the policy says to it before and after.
func probe(r *rand.Rand, w wish, before, after *policy.Document, fail func(string, ...any)) {
	request := drawnRequest(r)
	policies := policy.SinglePolicies{Bucket: before}
	if request.PrincipalAccount == owner && r.IntN(2) == 0 {
		everything := &policy.Document{Kind: policy.Identity, Version: policy.Version2012, Statements: []policy.Statement{
			{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}},
		}}
		policies.Identity, policies.AskIdentity = []*policy.Document{everything.Compile()}, true
	}
	was := policy.EvaluateSingle(request, policies)
	policies.Bucket = after
	now := policy.EvaluateSingle(request, policies)
	if was.Answer != policy.SingleAllowed && now.Answer == policy.SingleAllowed && !w.asks(request) {
		fail("%+v was %v and is %v", request, was.Answer, now.Answer)
	}
	if was.Answer == policy.SingleAllowed && now.Answer != policy.SingleAllowed {
		fail("%+v was allowed and is %v by %+v", request, now.Answer, now)
	}
}

// asks reports whether the request is one of those required, its context aside.
func (w wish) asks(r policy.SingleRequest) bool {
	who := slices.ContainsFunc(w.principals, func(p string) bool {
		return p == r.PrincipalAccount || p == r.Principal || p == role && strings.Contains(r.Principal, "111122223333:assumed-role/Indexer/")
	})
	if !who || !slices.ContainsFunc(w.actions, func(a string) bool { return strings.EqualFold(a, r.Action) }) {
		return false
	}
	if level, _ := policy.ActionLevel(r.Action); level == policy.BucketLevel {
		return true
	}
	key := strings.TrimPrefix(r.Resource, "arn:aws:s3:::b/")
	return w.prefixes == nil || slices.ContainsFunc(w.prefixes, func(p string) bool { return strings.HasPrefix(key, p) })
}

func drawnRequest(r *rand.Rand) policy.SingleRequest {
	request := policy.SingleRequest{
		Action:          pick(r, append(verbs, "s3:DeleteBucket", "s3:PutBucketPolicy", "s3:GetObjectAcl", "s3:DeleteObjectTagging", "s3:GetBucketAcl")...),
		ResourceAccount: owner, Context: map[string][]string{},
	}
	request.Resource = "arn:aws:s3:::b"
	if level, _ := policy.ActionLevel(request.Action); level == policy.ObjectLevel {
		request.Resource += "/" + pick(r, "a/x", "a/", "ax", "c/1", "d", "dx", "e", "ex", "¤", "a*", "xx")
	}
	caller := pick(r, "", "unnamed "+control, "unnamed "+owner, "unnamed "+other, role, user, "arn:aws:iam::111122223333:role/Other",
		"arn:aws:sts::111122223333:assumed-role/Indexer/s1", "arn:aws:iam::999999999999:user/bob", "arn:aws:iam::444455556666:role/Local")
	account, unnamed := strings.CutPrefix(caller, "unnamed ")
	switch {
	case caller == "":
		request.Anonymous = true
	case unnamed:
		request.AnyPrincipal, request.PrincipalAccount = true, account
		request.Context["aws:PrincipalArn"] = []string{"arn:aws:iam::" + account + ":role/unnamed"}
	default:
		request.Principal, request.PrincipalAccount = caller, strings.Split(caller, ":")[4]
		request.Context["aws:PrincipalArn"] = []string{caller}
		if strings.Contains(caller, "assumed-role") {
			request.Context["aws:PrincipalArn"] = []string{"arn:aws:iam::111122223333:role/Indexer"}
		}
	}
	if !request.Anonymous {
		request.Context["aws:PrincipalAccount"] = []string{request.PrincipalAccount}
	}
	maps.Copy(request.Context, drawnContext(r))
	return request
}

func drawnContext(r *rand.Rand) map[string][]string {
	context := map[string][]string{
		"aws:SecureTransport": {"true"}, "aws:SourceIp": {pick(r, "203.0.113.7", "10.0.0.1")}, "s3:TlsVersion": {"1.2"}, "aws:PrincipalOrgID": {pick(r, "o-1", "o-2")},
		"aws:SourceVpce": {pick(r, "vpce-1", "vpce-2", "vpce-9")}, "s3:prefix": {pick(r, "", "a", "z")}, "s3:x-amz-acl": {"private"},
	}
	for _, key := range slices.Sorted(maps.Keys(context)) {
		if r.IntN(4) == 0 {
			delete(context, key)
		}
	}
	return context
}

// keepsText makes sure that every statement that no edit names stands as it was
// written, and, where nothing is narrowed, every string and number in its order.
func keepsText(t *testing.T, before string, change *repair.Change) {
	t.Helper()
	was, now := compact(t, before), compact(t, change.Text)
	var whole struct{ Statement json.RawMessage }
	var statements []json.RawMessage
	if err := json.Unmarshal([]byte(was), &whole); err != nil {
		t.Fatal(err)
	}
	if json.Unmarshal(whole.Statement, &statements) != nil {
		statements = []json.RawMessage{whole.Statement}
	}
	for _, s := range statements {
		if !strings.Contains(now, string(s)) && !slices.ContainsFunc(change.Edits, func(e string) bool { return strings.Contains(e, " statement ") }) {
			t.Errorf("%s is not kept in %s by %v", s, now, change.Edits)
		}
	}
	if strings.Contains(fmt.Sprint(change.Edits), "narrow") {
		return
	}
	for _, token := range tokens(was) {
		_, after, found := strings.Cut(now, token)
		if !found {
			t.Errorf("%s of %s is not in order in %s", token, was, change.Text)
		}
		now = after
	}
}

func tokens(text string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(text, `":`, `",`), func(r rune) bool { return strings.ContainsRune("{}[],", r) })
}
