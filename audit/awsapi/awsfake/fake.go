package awsfake

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Fake is the handler. All its methods are safe for concurrent use.
type Fake struct {
	index   *index
	keys    *keyring
	options options
	record  *recorder
	rules   atomic.Pointer[[]*liveRule]
	ids     atomic.Uint64
	// closed releases the calls that hang.
	closed    chan struct{}
	closeOnce sync.Once
}

// NewFake makes a handler over the estate. It panics when the estate contradicts itself, such as a
// bucket whose owner is missing.
func NewFake(estate Estate, opts ...Option) *Fake {
	o := options{seed: 1, iamPage: 100}
	for _, opt := range opts {
		opt(&o)
	}
	x := newIndex(estate)
	f := &Fake{
		index: x, keys: newKeyring(x), options: o,
		record: newRecorder(o.countsOnly), closed: make(chan struct{}),
	}
	f.SetRules(o.rules...)
	return f
}

// SetRules puts these rules in place of all others; their counts start anew.
func (f *Fake) SetRules(rules ...Rule) {
	live := liven(rules, f.options.seed)
	f.rules.Store(&live)
}

// Close lets go of the calls that hang; they end without an answer.
func (f *Fake) Close() { f.closeOnce.Do(func() { close(f.closed) }) }

func (f *Fake) nextID() string {
	return "FAKE" + strconv.FormatUint(f.ids.Add(1), 10)
}

// ServeHTTP answers one AWS call. Where no answer is due it panics with [http.ErrAbortHandler], by
// which net/http closes the connection: a plain return would send an empty 200.
func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q, err := f.understand(r)
	if err != nil {
		http.Error(w, "awsfake cannot read the request: "+err.Error(), http.StatusBadRequest)
		return
	}
	call := newCall(q)
	f.record.begin(call.Account)
	defer f.record.end(call.Account)
	fault, delay := strike(*f.rules.Load(), call)
	call.Fault = fault
	if !f.wait(r, f.options.latency+delay) {
		f.record.add(call)
		panic(http.ErrAbortHandler)
	}
	f.deliver(w, r, q, call)
}

func newCall(q *request) *Call {
	c := &Call{
		Service: q.service, Operation: q.operation, Region: q.region, Resource: q.resource,
		Action: action(q), AccessKeyID: q.key, PathStyle: q.pathStyle,
		ExpectedBucketOwner: q.header.Get("X-Amz-Expected-Bucket-Owner"),
	}
	if q.caller != nil {
		c.Account = q.caller.account.ID
	}
	return c
}

// deliver answers the call as its fault wants it. What happened is recorded before the client can
// know of it, so that a test which has its answer finds the call.
func (f *Fake) deliver(w http.ResponseWriter, r *http.Request, q *request, call *Call) {
	switch call.Fault {
	case Hang:
		f.record.add(call)
		f.hang(r)
		panic(http.ErrAbortHandler)
	case Reset:
		f.record.add(call)
		reset(w)
		return
	}
	a := f.faulty(q, call.Fault)
	call.Status, call.Code = a.status, a.code
	f.record.add(call)
	switch {
	case call.Fault == Truncate && !q.head:
		truncate(w, a)
		return
	case call.Fault == Malformed:
		a.body = a.body[:len(a.body)/2]
	case call.Fault == EmptyBody:
		a.body = nil
	}
	a.send(w, q)
}

// serve is the true answer.
func (f *Fake) serve(q *request) answer {
	if q.caller == nil {
		return unauthenticated(q)
	}
	switch q.service {
	case S3:
		return f.s3(q)
	case S3Control:
		return f.s3control(q)
	case STS:
		return f.sts(q)
	case IAM:
		return f.iam(q)
	case CloudTrail:
		return f.cloudtrail(q)
	case Organizations:
		return f.organizations(q)
	}
	return notServed(q)
}

// wait is false when the client gave up or the fake was closed before the time was over.
func (f *Fake) wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-f.closed:
	}
	return false
}

func (f *Fake) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-f.closed:
	}
}
