package audit

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Evaluate judges every subject of every check over the snapshot, on all
// cores, and returns one verdict each, sorted by account, resource, check and
// key. A check that panics gives an unknown verdict for that subject; the rest
// goes on.
func Evaluate(s *snapshot.Snapshot, checks []Check) []Verdict {
	var verdicts []Verdict
	for _, judged := range EvaluateEach(context.Background(), s, checks, AllCores) {
		verdicts = append(verdicts, judged...)
	}
	SortVerdicts(verdicts)
	return verdicts
}

// partSize bounds how many verdicts EvaluateEach yields at once.
const partSize = 2048

// EvaluateEach is Evaluate in parts: one check after the other, in their order,
// it yields some of its verdicts as soon as they are there, so that the caller
// need not hold them all, and can tell what a check takes. All parts together,
// sorted by SortVerdicts, are the verdicts of Evaluate. Once ctx is done
// nothing more is yielded. It takes that many cores.
func EvaluateEach(ctx context.Context, s *snapshot.Snapshot, checks []Check, cores int) iter.Seq2[*Check, []Verdict] {
	return func(yield func(*Check, []Verdict) bool) {
		for i := range checks {
			for subjects := range slices.Chunk(checks[i].Subjects(s), partSize) {
				verdicts := evaluatePart(ctx, s, &checks[i], subjects, cores)
				if ctx.Err() != nil || !yield(&checks[i], verdicts) {
					return
				}
			}
		}
	}
}

func evaluatePart(ctx context.Context, s *snapshot.Snapshot, c *Check, subjects []Subject, cores int) []Verdict {
	verdicts := make([]Verdict, len(subjects))
	inParallel(cores, len(subjects), func(i int) {
		if ctx.Err() == nil {
			verdicts[i] = evaluate(s, c, subjects[i])
		}
	})
	return verdicts
}

// SortVerdicts sorts by account, resource, check and key.
func SortVerdicts(verdicts []Verdict) { slices.SortStableFunc(verdicts, compareVerdicts) }

// AllCores is as many cores as there are.
const AllCores = 0

// inParallel calls do for 0 to n-1 on that many cores. A panic of do is the
// caller's: it can be recovered there, and the rest is left out.
func inParallel(cores, n int, do func(int)) {
	if cores == AllCores {
		cores = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var failure atomic.Pointer[any]
	var workers sync.WaitGroup
	for range min(cores, n) {
		workers.Go(func() {
			defer func() {
				if value := recover(); value != nil {
					failure.CompareAndSwap(nil, &value)
					next.Store(int64(n))
				}
			}()
			for i := next.Add(1) - 1; int(i) < n; i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	workers.Wait()
	if value := failure.Load(); value != nil {
		panic(*value)
	}
}

func compareVerdicts(a, b Verdict) int {
	return cmp.Or(
		cmp.Compare(a.Subject.AccountID, b.Subject.AccountID),
		cmp.Compare(a.Subject.Resource, b.Subject.Resource),
		cmp.Compare(a.Check, b.Check),
		cmp.Compare(a.Subject.Key, b.Subject.Key),
	)
}

func evaluate(s *snapshot.Snapshot, c *Check, subject Subject) (v Verdict) {
	defer func() {
		if value := recover(); value != nil {
			v = panicked(callers())
		}
		v.Check, v.Subject = c.ID, subject
	}()
	return c.Eval(s, subject)
}

// panicked makes the verdict of a check that panicked. The panic's value is
// left out: it may hold text from AWS.
func panicked(stack string) Verdict {
	digest := Digest([]byte(stack))
	return Verdict{
		Status:   StatusUnknown,
		Reason:   fmt.Sprintf("The check itself failed; this is a defect of the auditor, please report it with stack %s.", digest[7:19]),
		Evidence: struct{}{},
		Basis:    digest,
		Panic:    &Panic{Digest: digest, Stack: stack},
	}
}

// callers names the functions and lines of the stack, without the addresses
// and numbers that differ from run to run.
func callers() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var b strings.Builder
	for {
		f, more := frames.Next()
		// Below evaluate the stack is the same for every check.
		if strings.HasSuffix(f.Function, "audit.evaluate") || !more {
			return b.String()
		}
		fmt.Fprintf(&b, "%s:%d\n", f.Function, f.Line)
	}
}
