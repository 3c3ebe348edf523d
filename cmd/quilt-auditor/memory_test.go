package main

import (
	"runtime/debug"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

// TestRunsCollectMoreRarely: more memory is for runs only, and what the
// environment says counts. It runs alone, for what it changes is everybody's.
func TestRunsCollectMoreRarely(t *testing.T) {
	const untouched = 123
	percent := func() int {
		now := debug.SetGCPercent(untouched)
		debug.SetGCPercent(now)
		return now
	}
	defer debug.SetGCPercent(percent())
	for _, test := range []struct {
		gogc         string
		inRun, after int
	}{{"", collectInRun, collectAtRest}, {"200", untouched, untouched}} {
		t.Setenv("GOGC", test.gogc)
		debug.SetGCPercent(untouched)
		m := collecting{prometheus.New(prometheus.Options{})}
		m.RunStarted()
		inRun := percent()
		m.RunEnded("success", time.Second)
		if after := percent(); inRun != test.inRun || after != test.after {
			t.Errorf("GOGC=%q: at %d %% in a run and %d %% after it, want %d and %d", test.gogc, inRun, after, test.inRun, test.after)
		}
	}
}
