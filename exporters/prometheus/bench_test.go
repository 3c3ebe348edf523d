package prometheus

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime/metrics"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// largeRun has so many findings in 20 accounts with names as people give
// them, of which so many are open failures.
func largeRun(findings, open int) *audit.Run {
	checks := []string{ownership, trails, "s3-bucket-policy-required-actions", "s3-bucket-inventory"}
	regions := []string{"us-east-1", "us-west-2", "eu-central-1"}
	words := []string{"genomics", "imaging", "archive", "raw", "curated", "prod", "staging", "shared", "vendor", "quilt"}
	random := rand.New(rand.NewPCG(1, 2))
	run := &audit.Run{Header: audit.Header{Checks: checks}, Findings: make([]audit.Finding, findings)}
	for n := range 20 {
		run.Header.Accounts = append(run.Header.Accounts, audit.HeaderAccount{ID: fmt.Sprintf("%012d", 400000000000+n*7919), Access: audit.AccessOK})
	}
	for i := range run.Findings {
		f := &run.Findings[i]
		word := func() string { return words[random.IntN(len(words))] }
		status := audit.StatusPass
		if i*open/findings != (i+1)*open/findings {
			status = audit.StatusFail
		}
		*f = audit.Finding{
			Check: checks[i%len(checks)], Severity: audit.Medium + audit.Severity(i%2), Status: status,
			AccountID: run.Header.Accounts[i*20/findings].ID, Region: regions[random.IntN(len(regions))],
			Resource: bucket(fmt.Sprintf("acme-%s-%s-%07x", word(), word(), random.IntN(1<<28))),
			Known:    known(status, ago(time.Duration(random.IntN(1<<50)))),
		}
	}
	run.Tallies = tallies(run.Findings)
	return run
}

// BenchmarkPublish renders the page; held is what it keeps of it.
func BenchmarkPublish(b *testing.B) {
	for _, size := range []struct{ findings, open int }{{30_000, 30_000}, {50_000, 50_000}, {1_000_000, 30_000}, {1_000_000, 60_000}} {
		b.Run(fmt.Sprintf("findings=%d/open=%d", size.findings, size.open), func(b *testing.B) {
			run := largeRun(size.findings, size.open)
			e := New(Options{MaxFindings: 50_000, Checks: catalogue()})
			b.ReportAllocs()
			for b.Loop() {
				if err := e.Publish(b.Context(), run); err != nil {
					b.Fatal(err)
				}
			}
			p := e.current()
			b.ReportMetric(float64(cap(p.plain)), "plain-B")
			b.ReportMetric(float64(cap(p.gzipped)), "gzip-B")
		})
	}
}

// BenchmarkScrape1M is a scrape over TCP of a run with 1,000,000 verdicts, so
// many open that the cap of 50,000 is reached, while runs are published one
// after another and requests are counted without a pause.
func BenchmarkScrape1M(b *testing.B) {
	run := largeRun(1_000_000, 30_000)
	blind(run, 30_000)
	for _, encoding := range []string{"gzip", "identity"} {
		for _, load := range []string{"idle", "counting", "publishing"} {
			b.Run(encoding+"/"+load, func(b *testing.B) {
				e := New(Options{MaxFindings: 50_000, Checks: catalogue()})
				if err := e.Publish(b.Context(), run); err != nil {
					b.Fatal(err)
				}
				defer underLoad(b, e, run, load)()
				scrape := scraper(b, e, encoding)
				var took []time.Duration
				for b.Loop() {
					start := time.Now()
					scrape()
					took = append(took, time.Since(start))
				}
				report(b, took)
			})
		}
	}
}

// blind makes as many of the passes unknown.
func blind(run *audit.Run, n int) {
	for i := range run.Findings {
		if f := &run.Findings[i]; n > 0 && f.Status == audit.StatusPass {
			f.Status, f.StatusSince = audit.StatusUnknown, f.Known.Since
			n--
		}
	}
	run.Tallies = tallies(run.Findings)
}

func underLoad(b *testing.B, e *Exporter, run *audit.Run, load string) (stop func()) {
	ctx, cancel := context.WithCancel(b.Context())
	var working sync.WaitGroup
	if load != "idle" {
		working.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				e.AWSRequest("s3", fmt.Sprintf("Operation%d", i%40), "", i%7 == 0, time.Duration(i%1000)*time.Millisecond)
				if i%100 == 0 {
					time.Sleep(time.Millisecond) // some 100,000 requests a second: a hundred times those of a run
				}
			}
		})
	}
	if load == "publishing" {
		working.Go(func() {
			var err error
			for err == nil {
				err = e.Publish(ctx, run)
			}
		})
	}
	return func() { cancel(); working.Wait() }
}

// scraper serves e on loopback and scrapes it on one connection, as
// Prometheus does, reading all and decompressing nothing.
func scraper(b *testing.B, e *Exporter, encoding string) func() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: e, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }() // until it is closed
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _, _ = conn.Close(), server.Close() })
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/metrics", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", encoding)
	reader := bufio.NewReaderSize(conn, 1<<16)
	return func() {
		if err := request.Write(conn); err != nil {
			b.Fatal(err)
		}
		response, err := http.ReadResponse(reader, request)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			b.Fatal(err)
		}
		_ = response.Body.Close()
	}
}

func lockWaits() time.Duration {
	sample := []metrics.Sample{{Name: "/sync/mutex/wait/total:seconds"}}
	metrics.Read(sample)
	return time.Duration(sample[0].Value.Float64() * 1e9)
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	at := func(part float64) float64 {
		return float64(took[int(part*float64(len(took)-1))].Microseconds()) / 1e3
	}
	b.ReportMetric(at(0.50), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(at(0.9999), "p99.99-ms")
	b.ReportMetric(at(1), "max-ms")
}

// BenchmarkWriterBlocked is how long the calls of a run take while the page
// is scraped without a pause. The longest are those in which the scheduler
// ran something else, hence the figures with no scraper for comparison, and
// lock-waits-ms: how long all goroutines together waited for locks.
func BenchmarkWriterBlocked(b *testing.B) {
	run := largeRun(50_000, 50_000)
	for _, scrapers := range []int{0, 1, 4} {
		b.Run(fmt.Sprintf("scrapers=%d", scrapers), func(b *testing.B) {
			e := New(Options{MaxFindings: 50_000, Checks: catalogue()})
			if err := e.Publish(b.Context(), run); err != nil {
				b.Fatal(err)
			}
			ctx, cancel := context.WithCancel(b.Context())
			var scraping sync.WaitGroup
			for range scrapers {
				scrape := scraper(b, e, "gzip")
				scraping.Go(func() {
					for ctx.Err() == nil {
						scrape()
					}
				})
			}
			took, i, waited := make([]time.Duration, 0, 1<<22), 0, lockWaits()
			for b.Loop() {
				start := time.Now()
				e.AWSRequest("s3", fmt.Sprintf("Operation%d", i%200), "", i%9 == 0, time.Second)
				e.CheckTook(fmt.Sprintf("a-check-%d", i%100), time.Second)
				took = append(took, time.Since(start))
				i++
			}
			b.ReportMetric(float64((lockWaits()-waited).Microseconds())/1e3, "lock-waits-ms")
			cancel()
			scraping.Wait()
			report(b, took)
		})
	}
}
