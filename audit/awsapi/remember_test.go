package awsapi

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// counting is a provider that fails until it is told to succeed.
type counting struct {
	calls int
	err   error
}

func (c *counting) Retrieve(context.Context) (aws.Credentials, error) {
	c.calls++
	return aws.Credentials{}, c.err
}

// pauses asks every second for an hour and returns the times between the
// calls that got through to the provider.
func pauses(t *testing.T, provider *counting, retryable bool) []time.Duration {
	r := remember(provider, func(error) *entryError {
		return &entryError{snapshot.ReadError{Code: "AccessDenied", Retryable: retryable}}
	})
	var gaps []time.Duration
	last := time.Now()
	for range 3600 {
		before := provider.calls
		if _, err := r.Retrieve(t.Context()); err == nil {
			t.Fatal("a failing provider gave credentials")
		}
		if provider.calls > before && before > 0 {
			gaps = append(gaps, time.Since(last))
		}
		if provider.calls > before {
			last = time.Now()
		}
		time.Sleep(time.Second)
	}
	return gaps
}

func TestRefusalIsRememberedLongerEachTime(t *testing.T) {
	tests := []struct {
		name      string
		retryable bool
		want      []time.Duration
	}{
		{"refused", false, []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute}},
		{"failed", true, []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second, time.Minute, time.Minute}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gaps := pauses(t, &counting{err: errors.New("no")}, test.retryable)
				for i, want := range test.want {
					if gaps[i] != want {
						t.Fatalf("pause %d is %v, want %v", i, gaps[i], want)
					}
				}
			})
		})
	}
}

func TestSuccessForgetsTheRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &counting{err: errors.New("no")}
		r := remember(provider, func(error) *entryError { return &entryError{} })
		for _, err := range []error{provider.err, nil, provider.err, provider.err} {
			provider.err = err
			_, _ = r.Retrieve(t.Context())
			time.Sleep(time.Minute)
		}
		if provider.calls != 4 {
			t.Errorf("%d calls, want 4: after a success the pause is a minute again", provider.calls)
		}
	})
}

func TestCancellationIsNotRemembered(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	provider := &counting{err: context.Canceled}
	r := remember(provider, func(error) *entryError { return &entryError{} })
	_, first := r.Retrieve(ctx)
	provider.err = nil
	if _, err := r.Retrieve(t.Context()); first == nil || err != nil {
		t.Errorf("got %v, then %v", first, err)
	}
}
