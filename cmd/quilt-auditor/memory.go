package main

import (
	"os"
	"runtime/debug"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// A run makes much short-lived garbage over a heap that grows with the number
// of buckets. Collecting it rarely saves processor time; the soft limit keeps
// that from costing memory. Both yield to GOGC and GOMEMLIMIT.
const (
	collectAt     = 400
	baseMemory    = 48 << 20
	memoryABucket = 8 << 10
	// memoryAByte is what a byte of policy text takes while it is judged.
	memoryAByte = 4
)

// tuneCollector sets how rarely garbage is collected.
func tuneCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
}

// collectAsService collects garbage twice as often as Go does by itself: a
// service mostly waits, and its memory is worth more than the time of a run.
func collectAsService() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
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
