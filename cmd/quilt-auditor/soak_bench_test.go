package main

import (
	"testing"
	"testing/synctest"
	"time"
)

// BenchmarkDay is 24 simulated hours at a run a minute over 200 buckets, in
// which everything goes wrong now and then, with a retention of 2 hours. The
// figures are the largest ones of the sixth and of the last hour.
//
//	go test -run '^$' -bench Day -benchtime 1x -timeout 60m ./cmd/quilt-auditor
func BenchmarkDay(b *testing.B) {
	for b.Loop() {
		dir := b.TempDir()
		var s *soak
		day := func(t *testing.T) {
			s = newSoak(t, dir, 2*time.Hour, 50, 24)
			s.lives(24 * time.Hour)
			s.wantNoGrowth(18)
		}
		// A bubble takes a test.
		all := func(string, string) (bool, error) { return true, nil }
		if !testing.RunTests(all, []testing.InternalTest{{Name: "Day", F: func(t *testing.T) { synctest.Test(t, day) }}}) {
			b.FailNow()
		}
		for _, g := range growths {
			b.ReportMetric(largest(s.figures[30:36], g.of), "h6-"+g.unit)
			b.ReportMetric(largest(s.figures[138:], g.of), "h24-"+g.unit)
		}
		b.ReportMetric(float64(s.runs.Load()), "runs")
		b.ReportMetric(float64(s.restarts), "restarts")
		b.ReportMetric(float64(s.reloads), "reloads")
		b.ReportMetric(float64(s.storeFaults.Load()+s.sinkFaults.Load())+float64(s.estate.panics+s.estate.errors), "faults")
	}
}
