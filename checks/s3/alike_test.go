package s3

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/excess"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

const (
	testControl = "111122223333"
	testOwner   = "444455556666"
)

// estate is a snapshot of buckets with those names and the policy of a template
// in which @ stands for the name.
func estate(t *testing.T, template string, change func(*snapshot.Contents), names ...string) *snapshot.Snapshot {
	t.Helper()
	c := snapshot.Contents{
		SchemaVersion: snapshot.SchemaVersion, TakenAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), EndedAt: time.Date(2026, 1, 2, 3, 5, 5, 0, time.UTC),
		Scope: snapshot.Scope{
			ControlAccountID: testControl, Profiles: map[string][]string{"p": {"s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject"}},
			Accounts: []snapshot.Account{{ID: testOwner, Partition: "aws", Data: true}},
		},
		Organization: snapshot.Got(snapshot.Organization{ID: "o-1"}),
	}
	for _, name := range names {
		c.Scope.Buckets = append(c.Scope.Buckets, snapshot.ScopeBucket{AccountID: testOwner, Name: name, Partition: "aws", Region: "us-east-1", Profile: "p"})
		c.Buckets = append(c.Buckets, snapshot.Bucket{
			AccountID: testOwner, ARN: "arn:aws:s3:::" + name, Policy: snapshot.Got(strings.ReplaceAll(template, "@", name)), Public: snapshot.Got(false),
		})
	}
	if change != nil {
		change(&c)
	}
	s, err := snapshot.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// drawnTemplate is a policy of a few statements; some of them name buckets in
// ways in which the name counts.
func drawnTemplate(r *rand.Rand) string {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	resources := func() string {
		out := []string{pick(`"arn:aws:s3:::@"`, `"arn:aws:s3:::@/*"`, `"*"`)}
		for range r.IntN(3) {
			odd := pick(`"arn:aws:s3:::sen*"`, `"arn:aws:s3:::@*"`, `"arn:aws:s3:::*-data/*"`, `"arn:aws:s3:::acme-lab-data/*"`, `"arn:aws:s3:::\u0061*"`, `"arn:*:s3:::@/*"`, `"arn:aws:s3:::${aws:username}/*"`, `"arn:aws:s3:::@/=*"`)
			out = append(out, pick(`"arn:aws:s3:::@/in/*"`, `"arn:aws:s3:::*/in?/*"`, `"arn:aws:s3:::*/*"`, `"arn:aws-cn:s3:::@/*"`, `"arn:aws:s3:::@/a*b*"`, `"arn:aws:s3:::@/${aws:username}/*"`, `"arn:aws:s3:::@/${s3:prefix}*"`, odd))
		}
		return strings.Join(out, ",")
	}
	var statements []string
	for i := range 1 + r.IntN(4) {
		condition := pick("", "", "", `,"Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-2"}}`, `,"Condition":{"Bool":{"aws:SecureTransport":"false"}}`,
			`,"Condition":{"StringNotEqualsIfExists":{"s3:x-amz-server-side-encryption":"aws:kms"}}`, `,"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::@"}}`)
		statements = append(statements, fmt.Sprintf(`{"Sid":"S%d%s","Effect":%q,"Principal":%s,%q:[%s],%q:[%s]%s}`, i, pick("", "", "", "@"),
			pick("Allow", "Allow", "Deny"), pick(`"*"`, `{"AWS":"111122223333"}`, `{"AWS":"arn:aws:iam::111122223333:role/quilt"}`, `{"AWS":"999999999999"}`),
			pick("Action", "Action", "Action", "NotAction"), pick(`"s3:*"`, `"s3:GetObject","s3:PutObject"`, `"s3:Put*"`, `"s3:ListBucket"`),
			pick("Resource", "Resource", "Resource", "NotResource"), resources(), condition))
	}
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// shape is a verdict as it leaves the process.
func shape(t *testing.T, v audit.Verdict) string {
	t.Helper()
	v.Check, v.Subject = "", audit.Subject{}
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestSharedVerdicts compares verdicts that buckets share with those on each by
// itself. The names differ in no letter that a witness is made of.
func TestSharedVerdicts(t *testing.T) {
	t.Parallel()
	names := []string{"acme-lab-data", "sensor-events"}
	count := map[audit.Status]int{}
	alone := 0
	for seed := range uint64(80) {
		template := drawnTemplate(rand.New(rand.NewPCG(seed, 3)))
		s, policies := estate(t, template, nil, names...), policy.NewCache(1<<20)
		for i := range s.Scope.Buckets {
			b := &s.Scope.Buckets[i]
			subject := audit.Subject{AccountID: b.AccountID, Resource: b.ARN()}
			g, _ := newGrant(s, b, facts(s, subject), policies)
			u, _ := newSurplus(s, b, facts(s, subject), policies)
			if g == nil {
				continue // such as a variable in the wrong place
			}
			u.report = excess.Find(u.question(s))
			requiredActions(s, subject, policies) // the first of its likeness is judged by itself
			excessAccess(s, subject, policies)
			byItself := g.verdict(g.ask())
			count[byItself.Status]++
			for _, diff := range []string{
				cmp.Diff(shape(t, byItself), shape(t, requiredActions(s, subject, policies))),
				cmp.Diff(shape(t, u.verdict(s)), shape(t, excessAccess(s, subject, policies))),
			} {
				if diff != "" {
					t.Errorf("%s of %s (-by itself, +shared):\n%s", b.Name, template, diff)
				}
			}
		}
		grants := snapshot.Derived(s, sharedGrants{}, func() *shared { return &shared{} })
		for l, v := range grants.recent {
			if v.verdict == nil && l.policy != "" {
				alone++
			}
		}
		if len(grants.recent) == 0 {
			alone++
		}
	}
	if alone < 10 || alone > 70 || count[audit.StatusFail] < 10 || count[audit.StatusPass] < 2 {
		t.Errorf("%d of 80 templates are not shared, and the verdicts are %v", alone, count)
	}
}

// TestSharedOnceMetAgain makes sure that a policy of its own is judged as it is,
// and the second bucket on a stand-in, whose evidence is text already.
func TestSharedOnceMetAgain(t *testing.T) {
	t.Parallel()
	const template = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::@/*"}]}`
	s, policies := estate(t, template, nil, "acme-lab-data", "sensor-events", "third-of-them"), policy.NewCache(1<<20)
	for i, b := range s.Scope.Buckets {
		v := requiredActions(s, audit.Subject{AccountID: b.AccountID, Resource: b.ARN()}, policies)
		if _, shared := v.Evidence.(json.RawMessage); shared != (i > 0) {
			t.Errorf("bucket %d: shared is %v", i, shared)
		}
	}
}

// TestNotAlike makes sure that what a verdict rests on keeps buckets apart.
func TestNotAlike(t *testing.T) {
	t.Parallel()
	const template = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::@/*"}]}`
	for name, change := range map[string]func(*snapshot.Contents){
		"nothing": func(*snapshot.Contents) {},
		"region":  func(c *snapshot.Contents) { c.Scope.Buckets[0].Region = "us-west-2" },
		"partition": func(c *snapshot.Contents) {
			c.Scope.Buckets[0].Partition, c.Buckets[0].ARN = "aws-cn", "arn:aws-cn:s3:::acme-lab-data"
		},
		"prefixes":  func(c *snapshot.Contents) { c.Scope.Buckets[0].Prefixes = []string{"a/"} },
		"no prefix": func(c *snapshot.Contents) { c.Scope.Buckets[0].Prefixes = []string{""} },
		"blocked": func(c *snapshot.Contents) {
			c.Buckets[0].Public, c.Buckets[0].PublicAccessBlock = snapshot.Got(true), snapshot.Got(snapshot.PublicAccessBlock{RestrictPublicBuckets: true})
		},
		"not read": func(c *snapshot.Contents) { c.Buckets[0].Public = snapshot.Reading[bool]{} },
		"profile": func(c *snapshot.Contents) {
			c.Scope.Profiles["q"] = []string{"s3:GetObject"}
			c.Scope.Buckets[0].Profile = "q"
		},
		"prefix role": func(c *snapshot.Contents) {
			c.Scope.PrefixRoles = []snapshot.PrefixRole{{RoleARN: "arn:aws:iam::777777777777:role/r", Bucket: "acme-lab-data"}}
		},
		"policy": func(c *snapshot.Contents) {
			c.Buckets[0].Policy = snapshot.Got(strings.ReplaceAll(template, "@", "sensor-events"))
		},
	} {
		s := estate(t, template, change, "acme-lab-data", "sensor-events")
		var all []likeness
		for i := range s.Scope.Buckets {
			b := &s.Scope.Buckets[i]
			if l, ok := likenessOf(s, b, s.Bucket(b.AccountID, b.ARN())); ok {
				all = append(all, l)
			}
		}
		if alike := len(all) == 2 && all[0] == all[1]; alike != (name == "nothing") {
			t.Errorf("%s: alike %v", name, alike)
		}
	}
}

// TestSharedForgets makes sure that the memory stays bounded and keeps what is
// asked for.
func TestSharedForgets(t *testing.T) {
	t.Parallel()
	var m shared
	often := likeness{policy: "often"}
	m.keep(often, likewise{})
	for i := range 10 * mostShared {
		m.keep(likeness{policy: fmt.Sprint(i)}, likewise{})
		if _, known := m.find(often); !known {
			t.Fatalf("what is asked for is forgotten after %d others", i)
		}
	}
	if n := len(m.recent) + len(m.old); n > mostShared || !slices.Contains([]int{mostShared / 2}, len(m.old)) {
		t.Errorf("%d are remembered", n)
	}
}
