package collect

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestPoolRunsEverythingOnce(t *testing.T) {
	t.Parallel()
	var ran [1000]atomic.Int32
	var tasks []task
	for i := range ran {
		tasks = append(tasks, task{account: string(rune('a' + i%7)), do: func(context.Context) { ran[i].Add(1) }})
	}
	p := newPool(nil, time.Now)
	p.run(t.Context(), tasks)
	p.run(t.Context(), nil)
	for i := range ran {
		if n := ran[i].Load(); n != 1 {
			t.Fatalf("task %d ran %d times", i, n)
		}
	}
}

// TestPoolIsFair has one account whose tasks take a minute, ahead of many
// whose tasks take a second: the many may not wait for the one.
func TestPoolIsFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		running, peak := 0, 0
		var tasks []task
		for range 1000 {
			tasks = append(tasks, task{account: "slow", do: func(context.Context) {
				mu.Lock()
				running++
				peak = max(peak, running)
				mu.Unlock()
				time.Sleep(time.Minute)
				mu.Lock()
				running--
				mu.Unlock()
			}})
		}
		start := time.Now()
		var fast time.Duration
		for i := range 100 {
			for range 20 {
				tasks = append(tasks, task{account: "fast" + string(rune(i)), do: func(context.Context) {
					time.Sleep(time.Second)
					mu.Lock()
					fast = max(fast, time.Since(start))
					mu.Unlock()
				}})
			}
		}
		newPool(nil, time.Now).run(t.Context(), tasks)
		if peak != workersPerAccount {
			t.Errorf("the slow account had %d workers, want %d", peak, workersPerAccount)
		}
		// 2,000 tasks of a second on the 240 workers that are left.
		if fast > 12*time.Second {
			t.Errorf("the fast accounts were done after %v", fast)
		}
	})
}

func TestPoolStopsWhenCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var ran atomic.Int32
	tasks := make([]task, 10_000)
	for i := range tasks {
		tasks[i] = task{account: "a", do: func(context.Context) {
			ran.Add(1)
			cancel()
		}}
	}
	newPool(nil, time.Now).run(ctx, tasks)
	if n := ran.Load(); n == 0 || n == int32(len(tasks)) {
		t.Errorf("%d of %d tasks ran", n, len(tasks))
	}
}
