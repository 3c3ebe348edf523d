package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// The estate of the benchmarks: 1,000,000 findings, of which 30,000 are
// outstanding.
const (
	millionAccounts = 1000
	millionBuckets  = 200 // an account
	millionChecks   = 5
	million         = millionAccounts * millionBuckets * millionChecks
	outstanding     = million * 3 / 100
)

// estate is the million, as a run and as a store, made once for all
// benchmarks of a process.
type estate struct {
	run   *audit.Run
	dir   string
	store *Store
	first time.Duration // of recording it
}

var (
	millionOnce  = sync.OnceValues(makeMillion)
	builtMillion atomic.Pointer[estate]
)

func theMillion(b *testing.B) *estate {
	b.Helper()
	e, err := millionOnce()
	if err != nil {
		b.Fatal(err)
	}
	return e
}

func makeMillion() (*estate, error) {
	// The directory outlives this benchmark; TestMain removes it.
	dir, err := os.MkdirTemp("", "sqlite-bench")
	if err != nil {
		return nil, err
	}
	e := &estate{dir: dir}
	if e.run, err = millionRun(); err != nil {
		return nil, err
	}
	if e.store, err = Open(context.Background(), dir); err != nil {
		return nil, err
	}
	begin := time.Now()
	if err := e.store.Record(context.Background(), e.run, ""); err != nil {
		return nil, err
	}
	e.first = time.Since(begin)
	builtMillion.Store(e)
	return e, e.store.Prune(context.Background(), time.Time{})
}

func millionRun() (*audit.Run, error) {
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: at, EndedAt: at}
	c.Scope.ControlAccountID = "111122223333"
	s := audit.Settlement{RunID: "first", Prior: audit.NewPrior(0), Times: audit.Times{StartedAt: at, EndedAt: at}}
	for i := range millionChecks {
		s.Checks = append(s.Checks, audit.Check{
			ID: fmt.Sprintf("s3-bucket-property-number-%d", i), Title: fmt.Sprintf("The bucket has property number %d as it should", i),
			Severity: audit.Severity(1 + i), Controls: audit.ControlsOf("CIS AWS Foundations Benchmark", "5.0.0", audit.Supports, "2.1.1", "2.1.4"),
		})
	}
	for a := range millionAccounts {
		id := fmt.Sprintf("%012d", 444400000000+a)
		c.Scope.Accounts = append(c.Scope.Accounts, snapshot.Account{
			ID: id, Name: "account-" + id, Partition: "aws", Data: true, Regions: []string{"us-east-1", "us-west-2"},
			Identity: snapshot.Got(snapshot.Identity{AccountID: id}), Listing: snapshot.Got(snapshot.Listing{}),
		})
		for i := range millionBuckets {
			for j, check := range s.Checks {
				s.Verdicts = append(s.Verdicts, millionVerdict(id, a*millionBuckets+i, j, check.ID))
			}
		}
	}
	var err error
	if s.Snapshot, err = snapshot.New(c); err != nil {
		return nil, err
	}
	return audit.Settle(s), nil
}

// millionVerdict is one of the shapes that verdicts have: most passes say the
// same, some rest on what the bucket alone has, failures are long.
func millionVerdict(account string, bucket, check int, id string) audit.Verdict {
	name := fmt.Sprintf("acme-genomics-bucket-%06d", bucket)
	v := audit.Verdict{
		Check: id, Subject: audit.Subject{AccountID: account, Region: "us-east-1", Resource: "arn:aws:s3:::" + name}, Status: audit.StatusPass,
		Reason:   "Everything that is required of the bucket is granted.",
		Evidence: map[string]any{"value": "as it should be", "not_considered": []string{"identity policies", "SCPs", "RCPs"}},
		Basis:    account,
	}
	switch {
	case (bucket*millionChecks+check)%33 == 0:
		v.Status, v.Reason = audit.StatusFail, "The bucket policy does not let account 111122223333 s3:GetObjectTagging on "+name+": no statement allows it."
		v.Evidence = map[string]any{"missing": []string{"s3:GetObjectTagging"}, "witness": map[string]string{"action": "s3:GetObjectTagging", "resource": v.Subject.Resource + "/z"}}
		document := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[%s{"Effect":"Allow"}]}`, strings.Repeat(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"`+v.Subject.Resource+`/*"},`, 10))
		v.Remediation = &audit.Remediation{Kind: audit.RemedyChange, Summary: "Allow the actions.", CLI: "aws s3api put-bucket-policy --bucket " + name, Document: json.RawMessage(document)}
	case check == 1: // a pass with evidence of its own
		v.Evidence = map[string]any{"granted_by": []string{"Statement of " + name}, "not_considered": []string{"identity policies", "SCPs", "RCPs"}}
		v.Basis = name
	}
	return v
}

// next is a run after the million in which 100 findings became something
// else.
func (e *estate) next(id string, n int) *audit.Run {
	run := *e.run
	run.Header.RunID, run.Header.TakenAt, run.Changes = id, run.Header.TakenAt.Add(time.Duration(n)*time.Minute), nil
	run.Delta = audit.Delta{}
	var rows []audit.Row
	for i := range 100 {
		f := run.Findings[(i*million/100+n*7)%million]
		f.Reason = fmt.Sprintf("Something else since %s.", id)
		rows = append(rows, audit.Row{Finding: &f, Digest: int64(n + 1)})
		c := audit.Change{FindingID: f.ID, Check: f.Check, AccountID: f.AccountID, Region: f.Region, Resource: f.Resource, Subject: f.Subject, Kind: audit.Changed, From: f.Status, To: f.Status, At: run.Header.TakenAt, RunID: id}
		run.Changes = append(run.Changes, c)
	}
	run.Delta.Rows, run.Delta.Changes = audit.RowsOf(rows...), run.Changes
	return &run
}

// BenchmarkFirstRecord1M is the time of recording 1,000,000 findings into an
// empty store, and what they take on disk.
func BenchmarkFirstRecord1M(b *testing.B) {
	e := theMillion(b)
	info, err := os.Stat(filepath.Join(e.dir, databaseName))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		runtime.KeepAlive(e) // it was recorded while it was made
	}
	b.ReportMetric(e.first.Seconds(), "s/record")
	b.ReportMetric(float64(info.Size())/1e6, "MB")
}

func BenchmarkRecord100Of1M(b *testing.B) {
	e, n := theMillion(b), 0
	var prune, slowest time.Duration
	for b.Loop() {
		b.StopTimer()
		run := e.next(fmt.Sprintf("next-%p-%d", b, n), n+1)
		b.StartTimer()
		begin := time.Now()
		if err := e.store.Record(b.Context(), run, ""); err != nil {
			b.Fatal(err)
		}
		slowest = max(slowest, time.Since(begin))
		b.StopTimer()
		begin = time.Now()
		if err := e.store.Prune(b.Context(), time.Time{}); err != nil {
			b.Fatal(err)
		}
		prune += time.Since(begin)
		n++
		b.StartTimer()
	}
	b.ReportMetric(float64(slowest.Milliseconds()), "slowest-ms")
	b.ReportMetric(float64(prune.Milliseconds())/float64(n), "prune-ms")
}

func BenchmarkPrior1M(b *testing.B) {
	e := theMillion(b)
	for b.Loop() {
		p, err := e.store.Prior(b.Context())
		if err != nil || p.Len() != million {
			b.Fatal(p.Len(), err)
		}
	}
}

// BenchmarkPage1M is the time of a page of 100 findings, for queries of all
// kinds, and to the first of them.
func BenchmarkPage1M(b *testing.B) {
	e := theMillion(b)
	middle := e.run.Findings[million/2].Position()
	yes := true
	for name, q := range map[string]audit.Query{
		"all":          {},
		"after":        {After: &middle},
		"account":      {AccountID: "444400000777"},
		"check":        {Check: "s3-bucket-property-number-4"},
		"fail":         {Status: audit.StatusFail},
		"fail-after":   {Status: audit.StatusFail, After: &middle},
		"unknown":      {Status: audit.StatusUnknown},
		"severity":     {Severity: audit.Critical},
		"severity-bad": {Severity: audit.Critical, Status: audit.StatusFail},
		"waived":       {Waived: &yes},
		"bucket":       {Bucket: "acme-genomics-bucket-123456"},
		"outstanding":  {Outstanding: true},
	} {
		b.Run(name, func(b *testing.B) {
			q.Limit = 100
			var first time.Duration
			for b.Loop() {
				begin, n := time.Now(), 0
				for _, err := range e.store.Findings(b.Context(), q) {
					if err != nil {
						b.Fatal(err)
					}
					if n++; n == 1 {
						first += time.Since(begin)
					}
				}
			}
			b.ReportMetric(float64(first.Microseconds())/float64(b.N)/1000, "first-ms")
		})
	}
}

// BenchmarkAll1M reads every finding whole, as an export does.
func BenchmarkAll1M(b *testing.B) {
	e := theMillion(b)
	for b.Loop() {
		n := 0
		for _, err := range e.store.Findings(b.Context(), audit.Query{}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != million {
			b.Fatal(n)
		}
	}
}

// restart does what the program does after a start before it can serve, and
// prints what that took and the most memory that the process had.
func restart(dir string) error {
	begin := time.Now()
	s, err := Open(context.Background(), dir)
	if err != nil {
		return err
	}
	if _, _, err := s.Last(context.Background()); err != nil {
		return err
	}
	n := 0
	for _, err := range s.Findings(context.Background(), audit.Query{Outstanding: true, Brief: true, Limit: 50_000}) {
		if err != nil {
			return err
		}
		n++
	}
	took := time.Since(begin)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	var peak int
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			if _, err := fmt.Sscan(rest, &peak); err != nil {
				return err
			}
		}
	}
	fmt.Println(took.Milliseconds(), peak, n)
	return s.Close()
}

// BenchmarkRestart1M is the time from a start of the program until it can
// serve what the last run found, without reading every row, and its memory.
func BenchmarkRestart1M(b *testing.B) {
	e := theMillion(b)
	if err := e.store.Close(); err != nil {
		b.Fatal(err)
	}
	var sum, most int
	for b.Loop() {
		a := start(b, "restart", e.dir)
		var ms, peak, n int
		if _, err := fmt.Sscan(a.line(b), &ms, &peak, &n); err != nil || n < outstanding {
			b.Fatal(n, err)
		}
		if err := errorsOf(a.in.Close(), a.Wait()); err != nil {
			b.Fatal(err)
		}
		sum, most = sum+ms, max(most, peak)
	}
	var err error
	if e.store, err = Open(b.Context(), e.dir); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(sum)/float64(b.N), "ready-ms")
	b.ReportMetric(float64(most)/1024, "peak-MB")
}
