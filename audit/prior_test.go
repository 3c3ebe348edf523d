package audit_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func TestPriorRefusesWhatIsNoFinding(t *testing.T) {
	t.Parallel()
	good := audit.Finding{ID: audit.FindingID("c", "r", ""), Check: "c", Resource: "r", Status: unknown}
	for want, change := range map[string]func(*audit.Row, *audit.Finding){
		"is no id of a finding": func(_ *audit.Row, f *audit.Finding) { f.ID = f.ID[1:] + "g" },
		"no id":                 func(_ *audit.Row, f *audit.Finding) { f.ID += "00" },
		"has no status":         func(_ *audit.Row, f *audit.Finding) { f.Status = "broken" },
		"has no known status":   func(_ *audit.Row, f *audit.Finding) { f.Known = &audit.Known{Status: unknown} },
		"has no digest":         func(r *audit.Row, _ *audit.Finding) { r.Digest = 0 },
	} {
		p, f := audit.NewPrior(0), good
		row := audit.Row{Finding: &f, Digest: 1}
		change(&row, &f)
		if err := p.Add(row); err == nil || !strings.Contains(err.Error(), want) || p.Len() != 0 {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	p := audit.NewPrior(0)
	for range 2 {
		if err := p.Add(audit.Row{Finding: &good, Digest: 1}); err != nil || p.Len() != 1 {
			t.Errorf("%d findings, error %v", p.Len(), err)
		}
	}
}

// BenchmarkPrior is the memory and the time of 1,000,000 findings on 200,000
// buckets, added as a store would.
func BenchmarkPrior(b *testing.B) {
	const buckets, checks = 200_000, 5
	for b.Loop() {
		before := heap()
		p := audit.NewPrior(buckets * checks)
		for i := range buckets {
			resource := fmt.Sprintf("arn:aws:s3:::acme-genomics-bucket-%06d", i)
			for c := range checks {
				f := audit.Finding{Check: fmt.Sprintf("s3-check-%d", c), AccountID: "444455556666", Region: "us-east-1", Resource: resource, Status: pass, FirstSeen: takenAt, StatusSince: takenAt, LastSeen: takenAt, Known: &audit.Known{Status: pass, Since: takenAt}}
				f.ID = audit.FindingID(f.Check, f.Resource, "")
				if err := p.Add(audit.Row{Finding: &f, Digest: 1}); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(heap()-before)/float64(p.Len()), "heap-B/finding")
		runtime.KeepAlive(p)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkSettle settles 100,000 verdicts of which 10 differ from the last
// run's.
func BenchmarkSettle(b *testing.B) {
	const n = 100_000
	s := audit.Settlement{Checks: []audit.Check{{ID: roleCheck}}, Verdicts: make([]audit.Verdict, n), Prior: audit.NewPrior(n)}
	var err error
	if s.Snapshot, err = snapshot.New(snapshot.Contents{TakenAt: takenAt}); err != nil {
		b.Fatal(err)
	}
	for i := range s.Verdicts {
		evidence := map[string]string{"value": "BucketOwnerEnforced"}
		s.Verdicts[i] = audit.Verdict{Check: roleCheck, Subject: audit.Subject{Resource: fmt.Sprintf("arn:aws:s3:::bucket-%06d", i)}, Status: pass, Reason: "As it should be.", Evidence: evidence, Basis: evidence}
	}
	s.Prior.Advance(audit.Settle(s), true)
	b.ReportAllocs()
	for b.Loop() {
		for i := range 10 {
			s.Verdicts[i*1000].Reason += "."
		}
		run := audit.Settle(s)
		if run.Delta.Rows.Len() != 10 {
			b.Fatalf("%d rows differ", run.Delta.Rows.Len())
		}
		s.Prior.Advance(run, true)
	}
}
