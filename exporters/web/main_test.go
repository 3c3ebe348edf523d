package web_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(patient{m}) }

// patient waits for goroutines that are about to end: on a busy machine that
// may take longer than goleak waits, which is less than half a second.
type patient struct{ *testing.M }

func (m patient) Run() int {
	code := m.M.Run()
	for deadline := time.Now().Add(time.Minute); goleak.Find() != nil && time.Now().Before(deadline); {
		continue
	}
	return code
}
