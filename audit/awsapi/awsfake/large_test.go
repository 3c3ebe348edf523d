package awsfake_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

func TestLargeIsDeterministic(t *testing.T) {
	t.Parallel()
	if !reflect.DeepEqual(awsfake.Large(12, 50), awsfake.Large(12, 50)) {
		t.Error("two estates of the same size differ")
	}
}

func TestLargeIsRealistic(t *testing.T) {
	t.Parallel()
	estate := awsfake.Large(3, 400)
	if len(estate.Accounts) != 4 || len(estate.Buckets) != 1200 {
		t.Fatalf("%d accounts, %d buckets", len(estate.Accounts), len(estate.Buckets))
	}
	ownership := map[string]int{}
	for _, b := range estate.Buckets {
		ownership[b.Ownership]++
	}
	for _, value := range []string{awsfake.BucketOwnerEnforced, awsfake.BucketOwnerPreferred, awsfake.ObjectWriter, ""} {
		if ownership[value] == 0 {
			t.Errorf("no bucket with ownership %q: %v", value, ownership)
		}
	}
	s := start(t, estate)
	client := s3Client(assumed(t, s, "arn:aws:iam::"+awsfake.LargeAccountID(1)+":role/"+awsfake.LargeRole, awsfake.LargeExternalID))
	policies := map[string]int{}
	names, _, _ := list(t, client, &s3.ListBucketsInput{BucketRegion: aws.String("us-east-1")})
	for _, name := range names {
		out, err := client.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &name})
		if code(err) == "NoSuchBucketPolicy" {
			policies["none"]++
			continue
		}
		if err != nil || !json.Valid([]byte(*out.Policy)) || !strings.Contains(*out.Policy, "arn:aws:s3:::"+name+"/*") {
			t.Fatalf("%s: %+v, %v", name, out, err)
		}
		policies[strings.ReplaceAll(*out.Policy, name, "")]++
	}
	if len(policies) != 6 || len(names) != 200 {
		t.Errorf("%d kinds of policies over %d buckets, want 6 over 200", len(policies), len(names))
	}
}

func TestLargeAccountIDs(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for i := range 1000 {
		id := awsfake.LargeAccountID(i)
		if len(id) != 12 || seen[id] || (id[0] == '0') != (i%10 == 0) {
			t.Fatalf("account %d has id %s", i, id)
		}
		seen[id] = true
	}
}

// silent is a ResponseWriter that keeps nothing.
type silent struct{ header http.Header }

func (s silent) Header() http.Header         { return s.header }
func (s silent) Write(b []byte) (int, error) { return len(b), nil }
func (s silent) WriteHeader(int)             {}

// BenchmarkHandler is the cost of an answer without the network, over 100,000 buckets.
func BenchmarkHandler(b *testing.B) {
	estate := awsfake.Large(100, 1000)
	estate.Accounts[1].AccessKeyID = "AKIALOADTEST"
	f := awsfake.NewFake(estate, awsfake.CountsOnly())
	for name, target := range map[string]string{
		"GetBucketPolicy": "/acme-0000-000500?policy", "GetBucketOwnershipControls": "/acme-0000-000500?ownershipControls",
		"ListBuckets1000": "/?max-buckets=1000",
	} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, target, nil)
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIALOADTEST/20261120/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0")
			b.ReportAllocs()
			for b.Loop() {
				f.ServeHTTP(silent{http.Header{}}, r)
			}
		})
	}
}

// BenchmarkServer is calls through the loopback interface by the SDK, both sides counted.
func BenchmarkServer(b *testing.B) {
	estate := awsfake.Large(100, 1000)
	estate.Accounts[1].AccessKeyID = "AKIALOADTEST"
	s := start(b, estate, awsfake.CountsOnly())
	client := s3Client(as(s, "AKIALOADTEST", "", "us-east-1"))
	var failed atomic.Int64
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := client.GetBucketPolicy(b.Context(), &s3.GetBucketPolicyInput{Bucket: aws.String("acme-0000-000500")}); err != nil {
				failed.Add(1)
			}
		}
	})
	if failed.Load() > 0 {
		b.Errorf("%d calls failed", failed.Load())
	}
}

// BenchmarkLarge is the making of an estate of 100,000 buckets and of its index.
func BenchmarkLarge(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		awsfake.NewFake(awsfake.Large(100, 1000))
	}
}
