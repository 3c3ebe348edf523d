package sqlite

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

// BenchmarkPages is the pages over the million, which they are to answer within
// 50 ms each. The whole page is made before its first byte is sent. first-ms is
// the first answer after the run, with nothing remembered.
func BenchmarkPages(b *testing.B) {
	e := theMillion(b)
	index := web.NewIndex()
	begin := time.Now()
	if err := index.Publish(b.Context(), e.run); err != nil {
		b.Fatal(err)
	}
	b.Logf("indexed in %v", time.Since(begin))
	var failing, passing *audit.Finding
	for i := range e.run.Findings {
		switch f := &e.run.Findings[i]; f.Status {
		case audit.StatusFail:
			failing = f
		case audit.StatusPass:
			passing = f
		}
	}
	bucket := "?bucket=" + failing.Bucket()
	for name, target := range map[string]string{
		"overview": "/", "findings": "/findings", "account": "/findings?account_id=444400000777", "check": "/findings?check=s3-bucket-property-number-3",
		"account-check-pass": "/findings?account_id=444400000777&check=s3-bucket-property-number-3&status=pass",
		"severity":           "/findings?outstanding=true&sort=severity", "severity-account": "/findings?outstanding=true&sort=severity&account_id=444400000777",
		"severity-check": "/findings?outstanding=true&sort=severity&check=s3-bucket-property-number-0", "age": "/findings?status=fail&sort=age",
		"bucket": "/findings?bucket=acme-genomics-bucket-123456", "search": "/findings?q=bucket-19999", "search-outstanding": "/findings?q=bucket-19999&outstanding=true&sort=severity",
		"finding": "/findings/" + failing.ID + bucket, "finding-bare": "/findings/" + failing.ID, "finding-bare-passing": "/findings/" + passing.ID,
		"runs": "/runs", "run": "/runs/first", "checks": "/checks",
	} {
		b.Run(name, func(b *testing.B) {
			h := web.New(web.Options{
				Findings: e.store, History: func() web.History { return e.store }, Index: index, Metrics: http.NotFoundHandler(),
				Ready: func() error { return nil }, Encoder: func(io.Writer) web.Encoder { return nil }, Log: zap.NewNop(),
			})
			e.store.cached.Store(nil)
			ask := func() time.Duration {
				w := httptest.NewRecorder()
				begin := time.Now()
				if h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil)); w.Code != http.StatusOK {
					b.Fatalf("%s: status %d: %s", target, w.Code, w.Body)
				}
				return time.Since(begin)
			}
			first, worst := ask(), time.Duration(0)
			for b.Loop() {
				worst = max(worst, ask())
			}
			b.ReportMetric(float64(first.Microseconds())/1e3, "first-ms")
			b.ReportMetric(float64(worst.Microseconds())/1e3, "worst-ms")
		})
	}
}

// BenchmarkReadBucket reads one bucket out of the snapshot of 200,000.
func BenchmarkReadBucket(b *testing.B) {
	const buckets = 200_000
	s, err := Open(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: worldStart, EndedAt: worldStart}
	c.Scope = snapshot.Scope{ControlAccountID: "444455556666", Profile: "p", Profiles: map[string][]string{"p": {"s3:GetObject"}}, Accounts: []snapshot.Account{{ID: "444455556666", Partition: "aws"}}}
	for i := range buckets {
		in := snapshot.ScopeBucket{AccountID: "444455556666", Name: fmt.Sprintf("acme-genomics-bucket-%06d", i), Partition: "aws", Profile: "p"}
		policy, _ := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []map[string]string{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": in.ARN() + "/*"}}})
		c.Scope.Buckets = append(c.Scope.Buckets, in)
		c.Buckets = append(c.Buckets, snapshot.Bucket{AccountID: in.AccountID, ARN: in.ARN(), Policy: snapshot.Got(string(policy))})
	}
	snap, err := snapshot.New(c)
	if err != nil {
		b.Fatal(err)
	}
	digest, err := s.Keep(b.Context(), snap)
	if err != nil {
		b.Fatal(err)
	}
	run := audit.Settle(audit.Settlement{RunID: "run-1", Snapshot: snap, Prior: audit.NewPrior(0)})
	if err := s.Record(b.Context(), run, digest); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		arn := c.Scope.Buckets[i*7919%buckets].ARN()
		if got, err := s.ReadBucket(b.Context(), "run-1", "444455556666", arn); err != nil || got == nil || got.ARN != arn {
			b.Fatalf("%s is %v, %v", arn, got, err)
		}
	}
}
