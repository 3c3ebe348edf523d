package checks_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/checks/cloudtrail"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/s3"
)

// rewritten is the estate with the documents that change returns another text
// for, and public buckets unrestricted.
func rewritten(t testing.TB, s *snapshot.Snapshot, change func(string) string) *snapshot.Snapshot {
	t.Helper()
	c := contents(t, s)
	for i := range c.Buckets {
		c.Buckets[i].PublicAccessBlock = snapshot.Got(snapshot.PublicAccessBlock{})
		if text, err := c.Buckets[i].Policy.Get(); err == nil {
			c.Buckets[i].Policy = snapshot.Got(change(text))
		}
	}
	for i := range c.Accounts {
		c.Accounts[i].PublicAccessBlock = snapshot.Got(snapshot.PublicAccessBlock{})
	}
	return build(t, c)
}

// with adds a statement to a policy text; text that is no policy stays.
func with(text, statement string) string {
	if text == "" {
		return `{"Version":"2012-10-17","Statement":[` + statement + `]}`
	}
	i := strings.LastIndex(text, "]")
	if _, err := policy.Parse(text, policy.Resource); err != nil || !strings.HasSuffix(strings.Join(strings.Fields(text[i:]), ""), "]}") {
		return text
	}
	return text[:i] + "," + statement + text[i:]
}

// someStatement draws a statement that may or may not have to do with Quilt.
func someStatement(r *rand.Rand, effect string) string {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	condition := pick("", "", `,"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`, `,"Condition":{"Bool":{"aws:SecureTransport":"true"}}`,
		`,"Condition":{"StringLike":{"s3:prefix":["a*",""]}}`, `,"Condition":{"Null":{"aws:PrincipalTag/x":"true"}}`)
	return fmt.Sprintf(`{"Effect":%q,"Principal":%s,"Action":%q,"Resource":%q%s}`, effect,
		pick(`"*"`, `{"AWS":"111122223333"}`, `{"AWS":"arn:aws:iam::111122223333:role/QuiltAlice"}`, `{"AWS":"AROAEXAMPLEX"}`),
		pick("s3:*", "s3:Get*", "s3:ListBucket", "s3:PutObject", "*"),
		pick("*", "arn:aws:s3:::acme-genomics-raw", "arn:aws:s3:::acme-genomics-raw/*", "arn:aws:s3:::acme-genomics-raw/a?c*", "arn:aws:s3:::acme*"), condition)
}

// TestLaw6WideningAPolicyNeverBreaksIt adds Allows and Denies.
func TestLaw6WideningAPolicyNeverBreaksIt(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	only := []audit.Check{s3.RequiredActions(policy.NewCache(1 << 20))}
	for _, e := range estates(t) {
		s := e.build(t)
		before := byKey(audit.Evaluate(rewritten(t, s, func(text string) string { return text }), only))
		for range 12 {
			allow, deny := someStatement(random, "Allow"), someStatement(random, "Deny")
			wider := byKey(audit.Evaluate(rewritten(t, s, func(text string) string { return with(text, allow) }), only))
			narrower := byKey(audit.Evaluate(rewritten(t, s, func(text string) string { return with(text, deny) }), only))
			for k, v := range before {
				if v.Status == audit.StatusPass && wider[k].Status == audit.StatusFail {
					t.Errorf("%s: adding %s makes %v fail: %s", e.name, allow, k, wider[k].Reason)
				}
				if v.Status == audit.StatusFail && narrower[k].Status == audit.StatusPass {
					t.Errorf("%s: adding %s makes %v pass", e.name, deny, k)
				}
			}
		}
	}
}

// TestLaw6WideningSelectorsNeverLosesEvents adds a selector to every trail.
func TestLaw6WideningSelectorsNeverLosesEvents(t *testing.T) {
	t.Parallel()
	only := []audit.Check{cloudtrail.DataEvents}
	extra := map[string]string{
		"EventSelectors":         `{"ReadWriteType":"WriteOnly","IncludeManagementEvents":false,"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::acme-genomics-raw/a"]}]}`,
		"AdvancedEventSelectors": `{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]},{"Field":"readOnly","Equals":["true"]}]}`,
	}
	for _, e := range estates(t) {
		s := e.build(t)
		before := byKey(audit.Evaluate(s, only))
		c := contents(t, s)
		for i := range c.Trails {
			raw, err := c.Trails[i].Selectors.Get()
			if err != nil {
				continue
			}
			var document map[string][]json.RawMessage
			if err := json.Unmarshal(raw, &document); err != nil {
				t.Fatal(err)
			}
			for member := range document {
				document[member] = append(document[member], json.RawMessage(extra[member]))
			}
			wider, err := json.Marshal(document)
			if err != nil {
				t.Fatal(err)
			}
			c.Trails[i].Selectors = snapshot.Got(json.RawMessage(wider))
		}
		for k, v := range byKey(audit.Evaluate(build(t, c), only)) {
			if was := before[k].Status; was == audit.StatusPass && v.Status == audit.StatusFail {
				t.Errorf("%s: another selector makes %v fail: %s", e.name, k, v.Reason)
			}
		}
	}
}

// TestLaw7RemediationsAreSafe applies every change that a verdict proposes:
// its check then passes, or has nothing to object to where others grant,
// nothing that was there is lost, and no other check turns from pass to fail.
func TestLaw7RemediationsAreSafe(t *testing.T) {
	t.Parallel()
	applied := map[string]int{}
	for _, e := range estates(t) {
		s := e.build(t)
		verdicts := audit.Evaluate(s, checks.All())
		before := byKey(verdicts)
		for _, v := range verdicts {
			if v.Remediation == nil || v.Remediation.Kind != audit.RemedyChange {
				continue
			}
			applied[v.Check]++
			c := contents(t, s)
			apply(t, &c, v)
			after := byKey(audit.Evaluate(build(t, c), checks.All()))
			mended := key{v.Check, v.Subject.Resource, v.Subject.Key}
			if got := after[mended]; got.Status != audit.StatusPass && got.Status != audit.StatusNotApplicable {
				t.Errorf("%s: after the remediation %v is %s: %s", e.name, mended, got.Status, got.Reason)
			}
			for k, now := range after {
				if before[k].Status == audit.StatusPass && now.Status == audit.StatusFail {
					t.Errorf("%s: the remediation of %v breaks %v: %s", e.name, mended, k, now.Reason)
				}
			}
		}
	}
	for _, id := range []string{"s3-object-ownership", "s3-bucket-policy-required-actions", "cloudtrail-data-events", "iam-prefix-role-quilt-folder"} {
		if applied[id] == 0 {
			t.Errorf("no case applies a remediation of %s", id)
		}
	}
}

// apply does to the estate what the verdict's command would do to AWS.
func apply(t testing.TB, c *snapshot.Contents, v audit.Verdict) {
	t.Helper()
	bucket := slices.IndexFunc(c.Buckets, func(b snapshot.Bucket) bool { return b.ARN == v.Subject.Resource })
	document := v.Remediation.Document
	switch v.Check {
	case "s3-object-ownership":
		var controls struct {
			Rules []struct{ ObjectOwnership string }
		}
		if err := json.Unmarshal(document, &controls); err != nil {
			t.Fatal(err)
		}
		c.Buckets[bucket].Ownership = snapshot.Got(controls.Rules[0].ObjectOwnership)
	case "s3-bucket-policy-required-actions":
		old, _ := c.Buckets[bucket].Policy.Get()
		keepsStatements(t, old, string(document), policy.Resource)
		c.Buckets[bucket].Policy = snapshot.Got(string(document))
	case "cloudtrail-data-events":
		for i := range c.Trails {
			if strings.Contains(v.Remediation.CLI, c.Trails[i].ARN+" ") {
				old, _ := c.Trails[i].Selectors.Get()
				keepsSelectors(t, old, document)
				c.Trails[i].Selectors = snapshot.Got(document)
			}
		}
	case "iam-prefix-role-quilt-folder":
		for i := range c.Roles {
			if r := &c.Roles[i]; r.ARN == v.Subject.Resource {
				putInline(t, r, policyName.FindStringSubmatch(v.Remediation.CLI)[1], string(document))
			}
		}
	default:
		t.Fatalf("nobody knows how to apply a remediation of %s", v.Check)
	}
}

var policyName = regexp.MustCompile(`--policy-name (\S+)`)

// putInline gives the role an inline policy, in the place of one of that name.
func putInline(t testing.TB, r *snapshot.Role, name, document string) {
	t.Helper()
	put := snapshot.InlinePolicy{Name: name, Document: snapshot.Got(document)}
	i := slices.IndexFunc(r.Inline, func(p snapshot.InlinePolicy) bool { return p.Name == name })
	if i < 0 {
		r.Inline = append(r.Inline, put)
		return
	}
	old, _ := r.Inline[i].Document.Get()
	keepsStatements(t, old, document, policy.Identity)
	r.Inline[i] = put
}

func keepsStatements(t testing.TB, old, merged string, kind policy.Kind) {
	t.Helper()
	if old == "" {
		return
	}
	before, err := policy.Parse(old, kind)
	if err != nil {
		t.Fatal(err)
	}
	after, err := policy.Parse(merged, kind)
	if err != nil {
		t.Fatal(err)
	}
	for i := range before.Statements {
		if !slices.ContainsFunc(after.Statements, func(now policy.Statement) bool { return survives(before.Statements[i], now) }) {
			t.Errorf("the changed policy loses statement %d:\n%s\n%s", i, old, merged)
		}
	}
}

// survives reports whether the statement is still there: an Allow may have more
// in its lists; a Deny may hold less, but not for whom it is.
func survives(was, now policy.Statement) bool {
	if was.Sid != now.Sid || was.Effect != now.Effect || !includes(now.Principals, was.Principals) {
		return false
	}
	for _, c := range was.Conditions {
		kept := func(d policy.Condition) bool {
			return d.Operator == c.Operator && d.Key == c.Key && includes(d.Values, c.Values)
		}
		if !slices.ContainsFunc(now.Conditions, kept) {
			return false
		}
	}
	return was.Effect == policy.Deny || reflect.DeepEqual(was.Conditions, now.Conditions) && reflect.DeepEqual(was.NotActions, now.NotActions) &&
		reflect.DeepEqual(was.NotResources, now.NotResources) && includes(now.Actions, was.Actions) && includes(now.Resources, was.Resources)
}

func includes[T comparable](all, some []T) bool {
	return !slices.ContainsFunc(some, func(one T) bool { return !slices.Contains(all, one) })
}

// keepsSelectors makes sure that every value of the old selectors still stands
// in the merged document.
func keepsSelectors(t testing.TB, old, merged json.RawMessage) {
	t.Helper()
	var before, after any
	if json.Unmarshal(old, &before) != nil || json.Unmarshal(merged, &after) != nil {
		t.Fatal("selectors that are no JSON")
	}
	if !contains(after, before) {
		t.Errorf("the merged selectors lose something:\n%s\n%s", old, merged)
	}
}

// contains reports whether all of part stands in whole, at the same place;
// lists may have grown.
func contains(whole, part any) bool {
	switch p := part.(type) {
	case map[string]any:
		w, ok := whole.(map[string]any)
		for k, v := range p {
			ok = ok && (v == nil || contains(w[k], v))
		}
		return ok
	case []any:
		w, ok := whole.([]any)
		return ok && len(w) >= len(p) && !slices.ContainsFunc(p, func(v any) bool {
			return !slices.ContainsFunc(w, func(candidate any) bool { return contains(candidate, v) })
		})
	default:
		return reflect.DeepEqual(whole, part)
	}
}
