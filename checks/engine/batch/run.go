package batch

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// MaxLine is the longest line that is read, in bytes. All the policies that
// AWS lets one request meet fit in.
const MaxLine = 4 << 20

// Summary is what came of a batch.
type Summary struct {
	// Lines is how many were answered, Failed how many of these by an error.
	Lines, Failed int
}

// Run answers the lines of in on out, in their order, with so many workers.
// It waits for no more input than a line: an answer is written as soon as those
// before it are. The error is that of in, of out or of the context; lines taken
// by then are answered first if out still takes them.
//
// A read of in that goes on when the context ends is not waited for.
func Run(ctx context.Context, in io.Reader, out io.Writer, workers int) (Summary, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := pipeline{work: make(chan *parcel), ordered: make(chan *parcel, 2*workers), policies: policy.NewCache(maxPolicies)}
	for range workers {
		go p.answer()
	}
	go p.feed(ctx, in)
	return p.write(ctx, out)
}

// pipeline hands parcels of lines from the reader to a worker and, in their
// order, to the writer.
type pipeline struct {
	work, ordered chan *parcel
	policies      *policy.Cache
	err           error // of the reader; good once ordered is closed
}

// parcel is some lines in a row and, once done, what answers them.
type parcel struct {
	lines   []line
	answers bytes.Buffer
	failed  int
	done    chan struct{}
}

func (p *pipeline) answer() {
	w := worker{policies: p.policies}
	for next := range p.work {
		for _, l := range next.lines {
			if !w.answer(&next.answers, l) {
				next.failed++
			}
		}
		close(next.done)
	}
}

// feed reads lines until there are no more.
func (p *pipeline) feed(ctx context.Context, in io.Reader) {
	defer close(p.ordered)
	defer close(p.work)
	source := lines{bufio.NewReaderSize(in, 64<<10)}
	for p.err == nil {
		next := &parcel{done: make(chan struct{})}
		next.lines, p.err = source.some()
		if len(next.lines) == 0 {
			continue
		}
		select {
		case p.work <- next:
		case <-ctx.Done():
			return
		}
		select {
		case p.ordered <- next:
		case <-ctx.Done():
			return
		}
	}
}

// write writes the answers as they come.
func (p *pipeline) write(ctx context.Context, out io.Writer) (Summary, error) {
	var sum Summary
	for {
		select {
		case next, more := <-p.ordered:
			if !more {
				return sum, p.ended(ctx)
			}
			<-next.done
			if _, err := next.answers.WriteTo(out); err != nil {
				return sum, fmt.Errorf("writing the answers: %w", err)
			}
			sum.Lines += len(next.lines)
			sum.Failed += next.failed
		case <-ctx.Done():
			return sum, ctx.Err()
		}
	}
}

// ended is the error, if it is one, that ended the lines.
func (p *pipeline) ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if errors.Is(p.err, io.EOF) {
		return nil
	}
	return fmt.Errorf("reading the questions: %w", p.err)
}
