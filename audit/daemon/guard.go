package daemon

import (
	"errors"
	"runtime/debug"

	"go.uber.org/zap"
)

var errPanicked = errors.New("it panicked; the stack is in the log")

// guarded makes an error of a panic of f. The panic's value is left out: it
// may hold text from AWS.
func guarded(log *zap.Logger, what string, f func() error) (err error) {
	defer func() {
		if recover() != nil {
			log.Error(what+" panicked; this is a defect, please report it", zap.String("stack", string(debug.Stack())))
			err = errPanicked
		}
	}()
	return f()
}
