package snapshot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// CodeBucketNotReachable is the code of reads that were not made because the
// bucket is not where it was declared, or that could not be told.
const CodeBucketNotReachable = "BucketNotReachable"

// ErrNotRead is what Reading.Get returns for the zero Reading: nobody tried
// to read the value, so nothing may be concluded from it.
var ErrNotRead = errors.New("not read")

// Reading is the outcome of one read of AWS: a value, a failure, or nothing
// at all. The zero Reading is "not read". That something is not configured
// (NoSuchBucketPolicy, say) is a value, not a failure.
type Reading[T any] struct {
	value *T
	err   *ReadError
}

// Got returns the Reading of a call that succeeded.
func Got[T any](v T) Reading[T] { return Reading[T]{value: &v} }

// Failed returns the Reading of a call that failed.
func Failed[T any](err *ReadError) Reading[T] { return Reading[T]{err: err} }

// Get returns the value, or why there is none: a *ReadError, or ErrNotRead.
func (r Reading[T]) Get() (T, error) {
	switch {
	case r.value != nil:
		return *r.value, nil
	case r.err != nil:
		var zero T
		return zero, r.err
	default:
		var zero T
		return zero, ErrNotRead
	}
}

// Err returns the failure of the call, nil if it succeeded or was not made.
func (r Reading[T]) Err() *ReadError { return r.err }

// tried reports whether the call was made, or failed before it could be.
func (r Reading[T]) tried() bool { return r.value != nil || r.err != nil }

// fail replaces whatever the Reading holds by a failure.
func (r *Reading[T]) fail(err *ReadError) { *r = Reading[T]{err: err} }

type readingJSON[T any] struct {
	Value *T         `json:"value,omitempty"`
	Error *ReadError `json:"error,omitempty"`
}

// MarshalJSON writes {"value":...}, {"error":...}, or null for "not read".
func (r Reading[T]) MarshalJSON() ([]byte, error) {
	if r.value == nil && r.err == nil {
		return []byte("null"), nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(readingJSON[T]{r.value, r.err})
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// UnmarshalJSON reads what MarshalJSON writes and refuses anything else.
func (r *Reading[T]) UnmarshalJSON(data []byte) error {
	*r = Reading[T]{}
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var j readingJSON[T]
	if err := dec.Decode(&j); err != nil {
		return err
	}
	if (j.Value == nil) == (j.Error == nil) {
		return errors.New(`a reading holds exactly one of "value" and "error"`)
	}
	r.value, r.err = j.Value, j.Error
	return nil
}

// ReadError says which call failed and what would make it succeed. It never
// holds text that AWS sent in the error message, which can carry secrets.
type ReadError struct {
	// Operation is the API operation, such as "s3:GetBucketPolicyStatus".
	Operation string `json:"operation"`
	// Code is the error code of AWS, or one of ours for what has none:
	// Timeout, ConnectionReset, MalformedResponse, EmptyResponse, Unreachable.
	Code string `json:"code"`
	// MissingPermission is the IAM action that the caller lacks, if the call
	// was denied; it can differ in name from the operation.
	MissingPermission string `json:"missing_permission,omitempty"`
	// Retryable tells that the same call may succeed later without anybody
	// changing anything: throttling, time-outs, errors of the service.
	Retryable bool `json:"retryable,omitempty"`
	// Detail adds what a person needs beyond code and permission, in our
	// words, such as "an explicit deny in a service control policy".
	Detail string `json:"detail,omitempty"`
}

// Error says what failed, why, and what to grant.
func (e *ReadError) Error() string {
	msg := fmt.Sprintf("%s failed with %s", e.Operation, e.Code)
	if e.MissingPermission != "" {
		msg += fmt.Sprintf("; the auditor needs %s", e.MissingPermission)
	}
	if e.Detail != "" {
		msg += " (" + e.Detail + ")"
	}
	return msg
}

// Denied reports whether the call was refused for lack of a permission, as
// opposed to failing on its way.
func (e *ReadError) Denied() bool { return e.MissingPermission != "" }
