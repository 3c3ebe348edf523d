package main

import (
	"os"
	"runtime/debug"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// A run makes much short-lived garbage over a heap that grows with the number
// of buckets. Collecting it rarely saves processor time; the soft limit keeps
// that from costing memory. Both yield to GOGC and GOMEMLIMIT.
const (
	collectAt     = 400
	baseMemory    = 36 << 20
	memoryABucket = 8 << 10
	// memoryAByte is what a byte of policy text takes while it is judged.
	memoryAByte = 4
)

// tuneCollector sets how rarely garbage is collected.
func tuneCollector() { collectAtPercent(collectAt) }

// A service mostly waits, and its memory is then worth more than its time: it
// collects twice as often as Go does by itself. In a run, which makes garbage
// all the time, it does not, because who asks for metrics while garbage is
// collected may wait for it: with two cores Go takes both for that in turns,
// some ten milliseconds each.
const (
	collectAtRest = 50
	collectInRun  = 75
)

// collectAsService sets how rarely garbage is collected while nothing runs.
func collectAsService() { collectAtPercent(collectAtRest) }

// collecting are metrics that set it for runs as they are told of them.
type collecting struct{ daemon.Metrics }

// RunStarted implements daemon.Metrics.
func (c collecting) RunStarted() {
	collectAtPercent(collectInRun)
	c.Metrics.RunStarted()
}

// RunEnded implements daemon.Metrics.
func (c collecting) RunEnded(result string, took time.Duration) {
	c.Metrics.RunEnded(result, took)
	collectAtPercent(collectAtRest)
}

// collectAtPercent is debug.SetGCPercent unless the environment has GOGC.
func collectAtPercent(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// limitMemory sets the soft limit for a run over so many buckets, and so many
// bytes of policies once they are read.
func limitMemory(buckets, policies int) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(baseMemory + int64(buckets)*memoryABucket + int64(policies)*memoryAByte)
	}
}

// policyBytes is the size of the bucket policies beyond what limitMemory
// counts for a bucket anyway.
func policyBytes(s *snapshot.Snapshot) int {
	total := -len(s.Buckets) * memoryABucket / memoryAByte
	for i := range s.Buckets {
		text, err := s.Buckets[i].Policy.Get()
		if err == nil {
			total += len(text)
		}
	}
	return max(total, 0)
}
