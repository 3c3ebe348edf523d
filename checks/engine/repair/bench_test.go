package repair_test

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkDocument repairs a policy of 20 statements for a profile of 14
// actions: an Allow lacks five of them and a Deny is in the way.
func BenchmarkDocument(b *testing.B) {
	var statements []string
	for i := range 18 {
		statements = append(statements, fmt.Sprintf(`{"Sid":"S%d","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%012d:role/r"},"Action":"s3:Get*","Resource":"arn:aws:s3:::b/%d/*"}`, i, i, i))
	}
	statements = append(
		statements,
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["s3:GetObject","s3:GetObjectVersion","s3:ListBucket","s3:ListBucketVersions",
		"s3:DeleteObject","s3:DeleteObjectVersion","s3:PutObject","s3:GetBucketNotification","s3:PutBucketNotification"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}`,
		`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],"Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-2"}}}`,
	)
	text := document(strings.Join(statements, ","))
	w := with(account, func(w *wish) {
		w.actions = []string{
			"s3:GetObject", "s3:GetObjectAttributes", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionAttributes", "s3:GetObjectVersionTagging",
			"s3:ListBucket", "s3:ListBucketVersions", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectTagging",
			"s3:GetBucketNotification", "s3:PutBucketNotification",
		}
		w.context = map[string][]string{"aws:PrincipalOrgID": {"o-1"}}
	})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.repair(text); err != nil {
			b.Fatal(err)
		}
	}
}
