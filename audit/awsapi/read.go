package awsapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// NotFound is the error of a read whose answer was that the thing asked for
// is not configured or does not exist. It is evidence, not a failure.
type NotFound struct {
	Operation Operation
	Code      string // such as "NoSuchBucketPolicy"
}

// Error says which answer it was.
func (e *NotFound) Error() string { return string(e.Operation) + " answered " + e.Code }

// IsNotFound reports whether the error is a *NotFound.
func IsNotFound(err error) bool {
	_, ok := errors.AsType[*NotFound](err)
	return ok
}

// ReadError returns the failure in an error of this package, nil if there is
// none; errors of other origin become one with the code ClientError.
func ReadError(err error) *snapshot.ReadError {
	if err == nil {
		return nil
	}
	if failure, ok := errors.AsType[*snapshot.ReadError](err); ok {
		return failure
	}
	if absent, ok := errors.AsType[*NotFound](err); ok {
		return &snapshot.ReadError{Operation: string(absent.Operation), Code: absent.Code}
	}
	return &snapshot.ReadError{Code: CodeClientError, Detail: "an error that did not come from AWS"}
}

// Read is one operation of a client; calling it makes one call. Its error is a
// *NotFound if AWS answered that there is no such thing, else a
// *snapshot.ReadError. A not-found answer that came while AWS was throttling is
// asked for again after a pause, and counts only if the second answer is the
// same and came unthrottled.
type Read[I, O any] func(context.Context, *I) (*O, error)

// method is the method of an SDK client that calls an operation.
type method[I, O, P any] = func(context.Context, *I, ...func(*P)) (*O, error)

// read makes a Read of an SDK client's method.
func read[I, O, P any](l *lane, op Operation, call method[I, O, P]) Read[I, O] {
	answer := confirmed(l, op, call)
	return func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		if err != nil {
			return nil, meaning(op, err)
		}
		return out, nil
	}
}

// meaning is what an error of a confirmed call says: a *NotFound or a
// *snapshot.ReadError.
func meaning(op Operation, err error) error {
	if unconfirmed, ok := errors.AsType[*snapshot.ReadError](err); ok {
		return unconfirmed
	}
	if code := codeOf(err); op.answersAbsent(code) {
		return &NotFound{Operation: op, Code: code}
	}
	return explain(op, err)
}

// confirmed is the SDK's method, called again where a not-found answer needs to
// be confirmed. The error is the SDK's, or a *snapshot.ReadError if the
// second answer did not confirm the first.
func confirmed[I, O, P any](l *lane, op Operation, call method[I, O, P]) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		out, throttled, err := ask(ctx, call, in)
		if !saysNotFound(op, err) || !throttled && !l.limiter.recentlyThrottled() {
			return out, err
		}
		first := codeOf(err)
		if !pause(ctx, l.confirmAfter) {
			return nil, ctx.Err()
		}
		_, throttled, err = ask(ctx, call, in)
		if throttled || err == nil || codeOf(err) != first {
			return nil, &snapshot.ReadError{
				Operation: string(op), Code: first, Retryable: true,
				Detail: "answered while requests were throttled, and not confirmed by a second read",
			}
		}
		return nil, err
	}
}

// ask makes the call and tells whether any of its attempts was throttled.
func ask[I, O, P any](ctx context.Context, call method[I, O, P], in *I) (out *O, throttled bool, err error) {
	traced, mark := withTrace(ctx)
	out, err = call(traced, in)
	return out, mark.Load(), err
}

func saysNotFound(op Operation, err error) bool {
	return err != nil && (statusOf(err) == http.StatusNotFound || op.answersAbsent(codeOf(err)))
}

// pause waits and reports whether ctx is still alive.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
