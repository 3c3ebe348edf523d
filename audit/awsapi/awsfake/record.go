package awsfake

import (
	"maps"
	"slices"
	"sync"
)

// Call is one request that reached the fake.
type Call struct {
	Service, Operation string
	// Account is the id of the caller's account; empty when the call was not authenticated.
	Account string
	// Region is the one that the request was signed for.
	Region string
	// Resource is described at [Match].
	Resource string
	// Action is the IAM action that the call needs, such as s3:ListAllMyBuckets for ListBuckets.
	Action string
	// AccessKeyID is the key that signed the request.
	AccessKeyID string
	// ExpectedBucketOwner is the header by which a client makes S3 check the owner.
	ExpectedBucketOwner string
	// PathStyle is false for the S3 calls that put the bucket into the host name.
	PathStyle bool
	// Fault is what a rule did to the call.
	Fault Fault
	// Status and Code are those of the answer; 0 and empty where there was none.
	Status int
	Code   string
}

// Key is by what calls are counted.
type Key struct{ Service, Operation, Account, Region string }

// recorder counts calls and, unless told otherwise, keeps them.
type recorder struct {
	countsOnly bool

	mu       sync.Mutex
	calls    []Call
	counts   map[Key]int
	inFlight map[string]int
	peak     map[string]int
}

func newRecorder(countsOnly bool) *recorder {
	return &recorder{
		countsOnly: countsOnly,
		counts:     map[Key]int{}, inFlight: map[string]int{}, peak: map[string]int{},
	}
}

func (r *recorder) begin(account string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight[account]++
	r.peak[account] = max(r.peak[account], r.inFlight[account])
}

func (r *recorder) end(account string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight[account]--
}

func (r *recorder) add(c *Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[Key{c.Service, c.Operation, c.Account, c.Region}]++
	if !r.countsOnly {
		r.calls = append(r.calls, *c)
	}
}

// Calls lists what was called so far, in the order of the answers. It is empty under [CountsOnly].
func (f *Fake) Calls() []Call {
	f.record.mu.Lock()
	defer f.record.mu.Unlock()
	return slices.Clone(f.record.calls)
}

// Counts is the number of calls so far by service, operation, account and region.
func (f *Fake) Counts() map[Key]int {
	f.record.mu.Lock()
	defer f.record.mu.Unlock()
	return maps.Clone(f.record.counts)
}

// Count is the number of calls so far that match. A Match with a Resource looks through the calls,
// which are not kept under [CountsOnly].
func (f *Fake) Count(m Match) int {
	f.record.mu.Lock()
	defer f.record.mu.Unlock()
	total := 0
	if m.Resource != "" {
		for i := range f.record.calls {
			if m.matches(&f.record.calls[i]) {
				total++
			}
		}
		return total
	}
	for k, n := range f.record.counts {
		if m.matches(&Call{Service: k.Service, Operation: k.Operation, Account: k.Account, Region: k.Region}) {
			total += n
		}
	}
	return total
}

// PeakConcurrency is the largest number of calls that were in flight at once on behalf of the
// account; calls that were not authenticated are under the empty id.
func (f *Fake) PeakConcurrency(account string) int {
	f.record.mu.Lock()
	defer f.record.mu.Unlock()
	return f.record.peak[account]
}

// ResetRecord forgets calls, counts and peaks, so that a second run can be measured alone.
func (f *Fake) ResetRecord() {
	f.record.mu.Lock()
	defer f.record.mu.Unlock()
	f.record.calls = nil
	clear(f.record.counts)
	clear(f.record.peak)
}
