package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkService is the service as a process of its own: a first run, a
// restart, and two runs in which 100 findings differ, while it is scraped.
// Targets with 1,000,000 findings, on 200,000 buckets: 2 s to ready after the
// restart, 300 MB between runs, 20 ms of p99.
//
//	go test -run '^$' -bench Service -benchtime 1x ./cmd/quilt-auditor
func BenchmarkService(b *testing.B) {
	for _, buckets := range []int{8_000, 200_000} {
		b.Run(fmt.Sprintf("buckets=%d", buckets), func(b *testing.B) {
			for b.Loop() {
				benchmarkService(b, buckets)
			}
		})
	}
}

func benchmarkService(b *testing.B, buckets int) {
	b.Helper()
	dir := b.TempDir()
	s := startLarge(b, dir, buckets)
	s.awaitRun(b)
	b.ReportMetric(s.memory("VmHWM"), "first-run-peak-MB")
	b.ReportMetric(s.took(b), "first-run-s")
	s.stop(b)
	b.ReportMetric(directoryMB(b, dir), "disk-MB")

	s = startLarge(b, dir, buckets)
	b.ReportMetric(s.ready(b).Seconds(), "restart-s")
	b.ReportMetric(s.memory("VmRSS"), "restarted-MB")
	var times []time.Duration
	var peak float64
	for range 2 { // the first run reads what is known
		s.request(b, http.MethodPost, "/api/v1/runs", nil)
		some, most := s.scrapeDuringRun(b)
		times, peak = append(times, some...), max(peak, most)
		b.ReportMetric(s.took(b), "run-s")
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1e3, "scrape-p99-ms")
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1e3, "scrape-p50-ms")
	b.ReportMetric(peak, "run-peak-MB")
	time.Sleep(2 * time.Second) // garbage is given back
	b.ReportMetric(s.memory("VmRSS"), "after-run-MB")
	s.stop(b)
}

// largeProcess is large-service as it runs.
type largeProcess struct {
	*exec.Cmd
	base  string
	begun time.Time
	log   *bufio.Scanner
	ended float64 // what the last run took, in seconds
}

func startLarge(b *testing.B, dir string, buckets int) *largeProcess {
	b.Helper()
	s := &largeProcess{Cmd: exec.Command("large-service", dir, "127.0.0.1:0", strconv.Itoa(buckets)), begun: time.Now()}
	stderr, err := s.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Process.Kill() }) // it has ended unless something failed
	s.log = bufio.NewScanner(stderr)
	s.base = "http://" + s.await(b, "started")["addresses"].([]any)[0].(string)
	return s
}

// await reads the log up to a line.
func (s *largeProcess) await(b *testing.B, message string) map[string]any {
	b.Helper()
	for s.log.Scan() {
		var line map[string]any
		if json.Unmarshal(s.log.Bytes(), &line) != nil || line["level"] == "error" || line["level"] == "warn" {
			b.Logf("%s", s.log.Bytes())
		}
		if line["msg"] == message {
			return line
		}
	}
	b.Fatalf("the log ended before %q", message)
	return nil
}

func (s *largeProcess) awaitRun(b *testing.B) {
	b.Helper()
	s.await(b, "run ended")
}

// took is what the last run took, as the metrics have it.
func (s *largeProcess) took(b *testing.B) float64 {
	b.Helper()
	sum := s.metric(b, "quilt_auditor_run_duration_seconds_sum")
	took := sum - s.ended
	s.ended = sum
	return took
}

func (s *largeProcess) metric(b *testing.B, name string) float64 {
	b.Helper()
	for {
		var text strings.Builder
		s.request(b, http.MethodGet, "/metrics", &text)
		_, rest, _ := strings.Cut(text.String(), "\n"+name+" ")
		value, _, _ := strings.Cut(rest, "\n")
		if number, err := strconv.ParseFloat(value, 64); err == nil && number > s.ended {
			return number
		}
		time.Sleep(10 * time.Millisecond) // the run is over for the log a little earlier
	}
}

func (s *largeProcess) request(b *testing.B, method, path string, into io.Writer) int {
	b.Helper()
	r, err := http.NewRequest(method, s.base+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	if into == nil {
		into = io.Discard
	}
	if _, err := io.Copy(into, reply.Body); err != nil {
		b.Fatal(err)
	}
	return reply.StatusCode
}

func (s *largeProcess) ready(b *testing.B) time.Duration {
	b.Helper()
	for s.request(b, http.MethodGet, "/-/ready", nil) != http.StatusOK {
		time.Sleep(5 * time.Millisecond)
	}
	return time.Since(s.begun)
}

// scrapeDuringRun scrapes ten times a second until the run has ended.
func (s *largeProcess) scrapeDuringRun(b *testing.B) (times []time.Duration, peak float64) {
	b.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.awaitRun(b)
	}()
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		select {
		case <-done:
			return times, peak
		case <-tick.C:
			times, peak = append(times, s.scrape(b)), max(peak, s.memory("VmRSS"))
		}
	}
}

// scrape fetches the page compressed, as Prometheus does, and tells how long
// the last byte took; to unpack it is the scraper's own time.
func (s *largeProcess) scrape(b *testing.B) time.Duration {
	b.Helper()
	r, err := http.NewRequest(http.MethodGet, s.base+"/metrics", nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	start := time.Now()
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	if _, err := io.Copy(io.Discard, reply.Body); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// memory is a figure of /proc/PID/status, in MB.
func (s *largeProcess) memory(name string) float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.Process.Pid)) // gone at the end
	_, rest, _ := strings.Cut(string(status), name+":")
	kb, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	return kb / 1024
}

func (s *largeProcess) stop(b *testing.B) {
	b.Helper()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	for s.log.Scan() {
	}
	if err := s.Wait(); err != nil {
		b.Fatal(err)
	}
}

func directoryMB(b *testing.B, dir string) float64 {
	b.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		b.Fatal(err)
	}
	var size int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			b.Fatal(err)
		}
		size += info.Size()
	}
	return float64(size) / (1 << 20)
}
