package collect

import (
	"context"
	"sync"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

const (
	// workers is the number of tasks in hand at once. A task mostly waits,
	// for AWS or for the limiter.
	workers = 256
	// workersPerAccount keeps one slow or throttled account from holding all
	// workers while others could go on.
	workersPerAccount = 16
)

// task is one unit of reading, on behalf of an account.
type task struct {
	account   string
	do        func(context.Context)
	collector string
}

// of gives the tasks to the collector of the fact.
func of(fact snapshot.Fact, tasks []task) []task {
	for i := range tasks {
		tasks[i].collector = fact.Collector()
	}
	return tasks
}

// pool runs tasks, fairly over accounts.
type pool struct {
	progress    func(done, total int)
	now         func() time.Time
	done, total int
	spans       spans
}

func newPool(progress func(done, total int), now func() time.Time) *pool {
	if progress == nil {
		progress = func(int, int) {}
	}
	return &pool{progress: progress, now: now, spans: spans{}}
}

// run returns when every task is done, or ctx is and no task is in hand.
func (p *pool) run(ctx context.Context, tasks []task) {
	p.total += len(tasks)
	q := newQueues(tasks)
	stop := context.AfterFunc(ctx, q.close)
	defer stop()
	var group sync.WaitGroup
	for range min(workers, len(tasks)) {
		group.Go(func() {
			for t, from := q.next(); from != nil && ctx.Err() == nil; t, from = q.next() {
				began := p.now()
				t.do(ctx)
				ended := p.now()
				q.finish(from, func() {
					p.spans.add(t.collector, began, ended)
					p.done++
					p.progress(p.done, p.total)
				})
			}
		})
	}
	group.Wait()
}

// queue is what is left to do for one account.
type queue struct {
	tasks   []task
	running int
}

// queues hands out tasks, account by account in turn.
type queues struct {
	mu     sync.Mutex
	freed  sync.Cond
	turn   int
	open   []*queue // those that have tasks left
	closed bool
}

func newQueues(tasks []task) *queues {
	q := &queues{}
	q.freed.L = &q.mu
	of := map[string]*queue{}
	for _, t := range tasks {
		account, ok := of[t.account]
		if !ok {
			account = &queue{}
			of[t.account] = account
			q.open = append(q.open, account)
		}
		account.tasks = append(account.tasks, t)
	}
	return q
}

// next waits for a task that may be started, and returns it with the queue to
// give back to finish; no queue means that there is nothing more to start.
func (q *queues) next() (task, *queue) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed && len(q.open) > 0 {
		if t, from := q.take(); from != nil {
			return t, from
		}
		q.freed.Wait()
	}
	return task{}, nil
}

// take returns the first task, in turn, of an account with a worker to spare.
func (q *queues) take() (task, *queue) {
	for i := range q.open {
		at := (q.turn + i) % len(q.open)
		from := q.open[at]
		if from.running == workersPerAccount {
			continue
		}
		t := from.tasks[0]
		from.tasks[0] = task{}
		from.tasks = from.tasks[1:]
		from.running++
		q.turn = at + 1
		if len(from.tasks) == 0 {
			q.open = append(q.open[:at], q.open[at+1:]...)
			q.turn = at
			if len(q.open) == 0 {
				q.freed.Broadcast()
			}
		}
		return t, from
	}
	return task{}, nil
}

// finish gives a queue its worker back; report is called one at a time.
func (q *queues) finish(from *queue, report func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	from.running--
	report()
	q.freed.Signal()
}

func (q *queues) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.freed.Broadcast()
}
