package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progress tells a waiting person how far a long run is, on one line of the
// terminal that it wipes at the end. Where stderr is no terminal it is silent.
type progress struct {
	w     io.Writer // nil: silent
	start time.Time

	mu    sync.Mutex
	what  string
	shown time.Time
	drawn bool
}

// Runs shorter than progressDelay show nothing; updates come at most once per
// progressInterval.
const (
	progressDelay    = time.Second
	progressInterval = 100 * time.Millisecond
	wipeLine         = "\r\x1b[K"
)

func (p *program) progress() *progress {
	bar := &progress{start: time.Now()}
	if _, ok := isTerminal(p.stderr); ok {
		bar.w = p.stderr
	}
	return bar
}

func (b *progress) phase(what string) {
	b.mu.Lock()
	b.what = what
	b.mu.Unlock()
	b.set(0, 0)
}

// set shows that done of total are done; a total of 0 is not known yet.
func (b *progress) set(done, total int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.w == nil || now.Sub(b.start) < progressDelay || now.Sub(b.shown) < progressInterval {
		return
	}
	b.shown, b.drawn = now, true
	line := fmt.Sprintf("%s%s", wipeLine, b.what)
	if total > 0 {
		line += fmt.Sprintf(" %d of %d (%d %%)", done, total, 100*done/total)
	}
	fmt.Fprintf(b.w, "%s, %s", line, now.Sub(b.start).Round(time.Second))
}

func (b *progress) done() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drawn {
		fmt.Fprint(b.w, wipeLine)
	}
}
