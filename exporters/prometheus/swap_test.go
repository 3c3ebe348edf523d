package prometheus

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	client "github.com/prometheus/client_golang/prometheus"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// numbered is a run in which everything that is counted is n.
func numbered(n int) *audit.Run {
	run := &audit.Run{}
	for _, account := range []string{control, genomics, imaging} {
		run.Header.Accounts = append(run.Header.Accounts, audit.HeaderAccount{ID: account, Buckets: n})
		run.Tallies = append(run.Tallies, audit.Tally{Check: ownership, Severity: audit.High, AccountID: account, Status: audit.StatusFail, Findings: n, Open: n, OldestOpen: time.Unix(int64(n), 0)})
	}
	return run
}

// numberOf fails the test unless everything on the page is of one run.
func numberOf(t *testing.T, page string) int {
	all := seriesOf(t, page)
	var values []float64
	for _, name := range []string{"buckets", "findings", "open_findings", "oldest_open_finding_timestamp_seconds"} {
		for _, value := range only(all, name) {
			values = append(values, value)
		}
	}
	if len(values) != 12 || slices.Min(values) != slices.Max(values) {
		t.Errorf("the page is of several runs: %v", values)
		return 0
	}
	return int(values[0])
}

func TestScrapesSeeOneRun(t *testing.T) {
	t.Parallel()
	e := New(Options{MaxFindings: 10})
	publish := func(n int) {
		if err := e.Publish(t.Context(), numbered(n)); err != nil {
			t.Error(err)
		}
	}
	publish(1)
	const runs = 50
	var all sync.WaitGroup
	all.Go(func() {
		for n := 2; n <= runs; n++ {
			publish(n)
			e.AWSRequest("s3", "GetObject", "", false, time.Duration(n))
		}
	})
	for _, encoding := range []string{"", "gzip", "gzip"} {
		all.Go(func() {
			last := 0
			for last < runs && !t.Failed() {
				text := answer(t, e, http.MethodGet, encoding).Body.Bytes()
				if encoding == "gzip" {
					text = gunzipped(t, text)
				}
				n := numberOf(t, string(text))
				if n < last {
					t.Errorf("run %d is shown after run %d", n, last)
				}
				last = n
			}
		})
	}
	all.Wait()
}

// A run that is published in the middle of a scrape shows in the next one.
func TestPublishedDuringAScrape(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"", "gzip"} {
		e := New(Options{})
		n := 1
		publish := func() float64 {
			if err := e.Publish(context.Background(), numbered(n)); err != nil {
				t.Error(err)
			}
			n++
			return 0
		}
		publish()
		e.registry.MustRegister(client.NewGaugeFunc(client.GaugeOpts{Name: "publishes"}, publish))
		for want := 1; want <= 3; want++ {
			text := answer(t, e, http.MethodGet, encoding).Body.Bytes()
			if encoding == "gzip" {
				text = gunzipped(t, text)
			}
			if got := numberOf(t, string(text)); got != want {
				t.Errorf("%q: run %d is shown, want %d", encoding, got, want)
			}
		}
	}
}

// stuck is a client that reads nothing until it is let go.
type stuck struct {
	httptest.ResponseRecorder
	writing, let chan struct{}
	once         sync.Once
}

func (s *stuck) Write(b []byte) (int, error) {
	s.once.Do(func() { close(s.writing) })
	<-s.let
	return s.ResponseRecorder.Write(b)
}

// A client that does not read holds up neither publishing nor counting nor
// other scrapes, and gets in the end the page that it asked for.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	e := New(Options{MaxFindings: 10})
	publish := func(n int) {
		if err := e.Publish(context.Background(), numbered(n)); err != nil {
			t.Error(err)
		}
	}
	publish(1)
	var readers sync.WaitGroup
	var slow []*stuck
	let := make(chan struct{})
	for range 20 {
		s := &stuck{ResponseRecorder: httptest.ResponseRecorder{Body: &bytes.Buffer{}}, writing: make(chan struct{}), let: let}
		slow = append(slow, s)
		readers.Go(func() {
			r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/metrics", http.NoBody)
			e.ServeHTTP(s, r)
		})
		<-s.writing
	}
	publish(2)
	e.AWSRequest("s3", "GetObject", "New", true, time.Second)
	e.CheckTook("a-new-check", time.Second)
	if n := numberOf(t, scraped(t, e)); n != 2 {
		t.Errorf("another client is shown run %d, want 2", n)
	}
	close(let)
	readers.Wait()
	for _, s := range slow {
		if n := numberOf(t, s.Body.String()); n != 1 {
			t.Errorf("the slow client got run %d, want 1", n)
		}
	}
}
