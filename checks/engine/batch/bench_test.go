package batch_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/batch"
)

// estate draws questions of some 1.5 KB: a role, its identity policy and a
// bucket policy in another account, of 2 to 4 statements each.
type estate struct {
	random   *rand.Rand
	policies int // how many different pairs of policies there are; 0: each line has its own
}

func (e *estate) line(i int) string {
	n := i
	if e.policies > 0 {
		n = e.random.IntN(e.policies)
	}
	r := rand.New(rand.NewPCG(7, uint64(n)))
	bucket := fmt.Sprintf("acme-genomics-%06d", n)
	return fmt.Sprintf(`{"id":"q%d","principal":"arn:aws:iam::111122223333:role/Indexer%d","principal_account":"111122223333",`+
		`"actions":[%q],"bucket":%q,"bucket_account":"444455556666","keys":{"prefix":"","suffix":""},`+
		`"context":{"aws:SecureTransport":["true"],"aws:PrincipalOrgID":["o-a1b2c3d4e5"],"s3:TlsVersion":["1.2"]},"unknown":["aws:SourceIp"],"any":["s3:prefix"],`+
		`"identity_policies":[%s],"bucket_policy":%s}`,
		i, n, asked[i%len(asked)], bucket, identityPolicy(r, bucket), bucketPolicy(r, bucket, n))
}

var asked = []string{"s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:GetObjectVersionTagging", "s3:DeleteObject"}

func identityPolicy(r *rand.Rand, bucket string) string {
	s := []string{
		fmt.Sprintf(`{"Sid":"ReadAll","Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"]}`, bucket),
		fmt.Sprintf(`{"Sid":"Write","Effect":"Allow","Action":["s3:PutObject","s3:PutObjectTagging","s3:DeleteObject"],"Resource":"arn:aws:s3:::%s/*"}`, bucket),
		`{"Sid":"NoBuckets","Effect":"Deny","Action":["s3:DeleteBucket","s3:PutBucketPolicy"],"Resource":"*"}`,
		`{"Sid":"Own","Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::home-${aws:username}/*"}`,
	}
	return document(s[:2+r.IntN(3)])
}

func bucketPolicy(r *rand.Rand, bucket string, n int) string {
	s := []string{
		fmt.Sprintf(`{"Sid":"Quilt","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:role/R%[2]d"]},`+
			`"Action":["s3:GetObject","s3:GetObjectVersion","s3:ListBucket","s3:PutObject"],`+
			`"Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"]}`, bucket, n),
		fmt.Sprintf(`{"Sid":"TLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"],`+
			`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`, bucket),
		fmt.Sprintf(`{"Sid":"Office","Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::%s/*",`+
			`"Condition":{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}}}`, bucket),
		fmt.Sprintf(`{"Sid":"Org","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::%s/*",`+
			`"Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`, bucket),
	}
	return document(s[:2+r.IntN(3)])
}

func document(statements []string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func BenchmarkRun(b *testing.B) {
	for _, c := range []struct {
		name     string
		policies int
	}{{"AllDistinct", 0}, {"ThousandPolicies", 1000}} {
		b.Run(c.name, func(b *testing.B) {
			const lines = 40_000
			e := estate{rand.New(rand.NewPCG(1, 1)), c.policies}
			var input bytes.Buffer
			for i := range lines {
				input.WriteString(e.line(i) + "\n")
			}
			b.ReportAllocs()
			before := processorTime(b)
			for b.Loop() {
				sum, err := batch.Run(b.Context(), bytes.NewReader(input.Bytes()), io.Discard, runtime.GOMAXPROCS(0))
				if err != nil || sum.Lines != lines || sum.Failed != 0 {
					b.Fatal(sum, err)
				}
			}
			asked := float64(b.N) * lines
			b.ReportMetric(asked/b.Elapsed().Seconds(), "questions/s")
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/asked, "cpu-µs/question")
			b.ReportMetric(float64(input.Len())/lines, "B/line")
		})
	}
}

// processorTime is what the process has used of it. Unlike the clock it says
// little of who else uses the machine.
func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
