package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// quiltActions are those of Quilt's cross-account guide of 2024.
var quiltActions = []string{
	"s3:GetObject", "s3:GetObjectAttributes", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionAttributes",
	"s3:GetObjectVersionTagging", "s3:ListBucket", "s3:ListBucketVersions", "s3:DeleteObject", "s3:DeleteObjectVersion",
	"s3:PutObject", "s3:PutObjectTagging", "s3:GetBucketNotification", "s3:PutBucketNotification",
}

// typicalBucketPolicy has 20 statements: grants to partners on folders, denies
// of plain HTTP and of foreign networks, and the grant that is asked for.
func typicalBucketPolicy() string {
	var s []string
	for i := range 8 {
		s = append(s, fmt.Sprintf(`{"Sid":"Partner%d","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%012d:role/Reader"},
			"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::foo/partners/%d/*"]}`, i, i+1, i))
	}
	for i := range 8 {
		s = append(s, fmt.Sprintf(`{"Sid":"Folder%d","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},
			"Action":["s3:Get*","s3:PutObject"],"Resource":["arn:aws:s3:::foo/team%d/*","arn:aws:s3:::foo/share/*/%d.csv"]}`, i, i, i))
	}
	s = append(s,
		`{"Sid":"TLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"],
			"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`,
		`{"Sid":"OldTLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"],
			"Condition":{"NumericLessThan":{"s3:TlsVersion":1.2}}}`,
		`{"Sid":"Org","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"],
			"Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":["o-abc","o-def"]}}}`,
		`{"Sid":"Quilt","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},
			"Action":["s3:Get*","s3:List*","s3:Put*","s3:Delete*"],"Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"]}`)
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(s, ",") + `]}`
}

const typicalIdentity = `{"Version":"2012-10-17","Statement":[
	{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"]},
	{"Effect":"Allow","Action":["s3:PutObject","s3:PutObjectTagging","s3:PutBucketNotification","s3:DeleteObject","s3:DeleteObjectVersion"],
	 "Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"]},
	{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}]}`

const typicalBoundary = `{"Version":"2012-10-17","Statement":[
	{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`

func typicalQuestion() policy.Question {
	q := ask(roleARN, "s3:GetObject")
	q.UnknownByDefault = true
	q.Absent = []string{"s3:x-amz-acl", "s3:x-amz-grant-*", "s3:DataAccessPoint*"}
	q.Any = []string{"s3:prefix", "s3:delimiter", "s3:max-keys"}
	q.Context = map[string][]string{
		"aws:SecureTransport": {"true"}, "s3:TlsVersion": {"1.2"}, "aws:PrincipalOrgID": {"o-abc"},
		"aws:ResourceAccount": {data}, "aws:PrincipalIsAWSService": {"false"}, "aws:RequestedRegion": {"us-east-1"},
	}
	return q
}

// typicalSCPs are one policy per level, as AWS and data perimeters suggest.
var typicalSCPs = []string{
	`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
	{"Effect":"Deny","Action":["organizations:LeaveOrganization","account:*"],"Resource":"*"}]}`,
	`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
	{"Sid":"Regions","Effect":"Deny","NotAction":["iam:*","s3:ListAllMyBuckets","sts:*"],"Resource":"*",
	 "Condition":{"StringNotEquals":{"aws:RequestedRegion":["us-east-1","us-west-2"]}}}]}`,
}

func typicalLayers(tb testing.TB) policy.Layers {
	return policy.Layers{
		SCPs: [][]*policy.Document{
			{mustParse(tb, typicalSCPs[0], policy.SCP)}, {mustParse(tb, typicalSCPs[1], policy.SCP)},
		},
		Identity: []*policy.Document{mustParse(tb, typicalIdentity, policy.Identity)},
		Boundary: mustParse(tb, typicalBoundary, policy.Identity),
		Bucket:   mustParse(tb, typicalBucketPolicy(), policy.Resource),
	}
}

func TestTypicalEstateIsGranted(t *testing.T) {
	t.Parallel()
	q, l := typicalQuestion(), typicalLayers(t)
	for _, q.Action = range quiltActions {
		if a := mustDecide(t, q, l); a.Kind != policy.Granted {
			t.Errorf("%s: %s", q.Action, asJSON(t, a))
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	q, l := typicalQuestion(), typicalLayers(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Decide(q, l); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecider(b *testing.B) {
	q, l := typicalQuestion(), typicalLayers(b)
	var d policy.Decider
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decide(q, l); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecideRefused(b *testing.B) {
	q, l := typicalQuestion(), typicalLayers(b)
	q.Action = "s3:RestoreObject"
	b.ReportAllocs()
	for b.Loop() {
		mustDecide(b, q, l)
	}
}

// BenchmarkBucketOf14Actions asks the object actions on all keys and on those
// under .quilt/, and of actions that are alike only one, as the checks do.
func BenchmarkBucketOf14Actions(b *testing.B) {
	q, l := typicalQuestion(), typicalLayers(b)
	var d policy.Decider
	b.ReportAllocs()
	for b.Loop() {
		answers := map[string]policy.Answer{}
		for _, action := range quiltActions {
			likeness := l.Likeness(action)
			for _, prefix := range []string{"", ".quilt/"} {
				if _, known := answers[likeness+prefix]; known {
					continue
				}
				q.Action, q.Keys.Prefix = action, prefix
				answer, err := d.Decide(q, l)
				if err != nil {
					b.Fatal(err)
				}
				answers[likeness+prefix] = answer
			}
		}
	}
}

// Benchmark24Decisions asks each action and each set of keys by itself.
func Benchmark24Decisions(b *testing.B) {
	q, l := typicalQuestion(), typicalLayers(b)
	var d policy.Decider
	ask := func(action, prefix string) {
		q.Action, q.Keys.Prefix = action, prefix
		if _, err := d.Decide(q, l); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, action := range quiltActions {
			ask(action, "")
			if level, _ := policy.ActionLevel(action); level == policy.ObjectLevel {
				ask(action, ".quilt/")
			}
		}
	}
}

func BenchmarkConditional(b *testing.B) {
	q, l := typicalQuestion(), typicalLayers(b)
	delete(q.Context, "aws:PrincipalOrgID")
	b.ReportAllocs()
	for b.Loop() {
		mustDecide(b, q, l)
	}
}

// BenchmarkParse parses and compiles all policies of typicalLayers.
func BenchmarkParse(b *testing.B) {
	bucket := typicalBucketPolicy()
	b.ReportAllocs()
	for b.Loop() {
		mustParse(b, bucket, policy.Resource)
		mustParse(b, typicalIdentity, policy.Identity)
		mustParse(b, typicalBoundary, policy.Identity)
		for _, text := range typicalSCPs {
			mustParse(b, text, policy.SCP)
		}
	}
}

func BenchmarkAdversarial(b *testing.B) {
	for _, c := range adversarialCases() {
		b.Run(c.name, func(b *testing.B) {
			l := policy.Layers{Bucket: mustParse(b, c.text, policy.Resource)}
			q := ask(control, "s3:GetObject")
			q.UnknownByDefault = true
			b.ReportAllocs()
			for b.Loop() {
				mustDecide(b, q, l)
			}
		})
	}
}
