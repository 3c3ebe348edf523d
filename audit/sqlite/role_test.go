package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
)

// dirVariable is the directory of the store that a role is about.
const dirVariable = "SQLITE_TEST_DIR"

// play plays a role in a process of its own; see roleVariable.
func play(role string) int {
	roles := map[string]func(dir string) error{"hold": hold, "record": recordOn, "restart": restart}
	if err := roles[role](os.Getenv(dirVariable)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// hold has the store open until nobody listens any more.
func hold(dir string) error {
	s, err := Open(context.Background(), dir)
	if err != nil {
		return err
	}
	fmt.Println("open")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errorsOf(err, s.Close())
}

// actor is this test binary in a role.
type actor struct {
	*exec.Cmd
	out *bufio.Scanner
	in  io.Closer
}

func start(t testing.TB, role, dir string) *actor {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	a := &actor{Cmd: exec.Command(self)}
	a.Env = append(os.Environ(), roleVariable+"="+role, dirVariable+"="+dir)
	a.Stderr = os.Stderr
	out, err := a.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	a.out = bufio.NewScanner(out)
	if a.in, err = a.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	return a
}

// line is the next line that the actor prints.
func (a *actor) line(t testing.TB) string {
	t.Helper()
	if !a.out.Scan() {
		t.Fatalf("it ended early: %v", a.out.Err())
	}
	return a.out.Text()
}
