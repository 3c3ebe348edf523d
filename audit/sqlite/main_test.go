package sqlite

import (
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// roleVariable makes the test binary play a role in another process, for the
// tests that start it again: see roles.
const roleVariable = "SQLITE_TEST_ROLE"

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(play(role))
	}
	goleak.VerifyTestMain(tidied{m})
}

// tidied removes what the benchmarks share before goroutines are looked for, and
// waits for those that are about to end: on a busy machine that may take longer
// than goleak waits, which is less than half a second.
type tidied struct{ *testing.M }

func (m tidied) Run() int {
	code := m.M.Run()
	if e := builtMillion.Load(); e != nil {
		if err := errorsOf(e.store.Close(), os.RemoveAll(e.dir)); err != nil {
			panic(err)
		}
	}
	for deadline := time.Now().Add(time.Minute); goleak.Find() != nil && time.Now().Before(deadline); {
		continue
	}
	return code
}
