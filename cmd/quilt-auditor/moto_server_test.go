//go:build moto

package main_test

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"
)

// startMoto starts moto on a port of its own choice and returns its URL. It is
// stopped with the test, or by a guard when the test process dies.
func startMoto(t *testing.T) string {
	t.Helper()
	path := os.Getenv("MOTO_SERVER")
	if path == "" {
		t.Fatal("MOTO_SERVER is not set: run .ci/test, which installs moto and sets it to the path of moto_server")
	}
	out := &serverOutput{address: make(chan string, 1)}
	server := exec.Command(path, "-H", "127.0.0.1", "-p", "0")
	// As in AWS, no account reads a bucket of another one.
	server.Env = append(os.Environ(), "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS=false")
	server.Stdout, server.Stderr = out, out
	server.WaitDelay = 5 * time.Second
	if err := server.Start(); err != nil {
		t.Fatalf("starting moto: %v", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = server.Wait() // ended by a signal
		close(ended)
	}()
	stop := guard(t, server.Process.Pid)
	t.Cleanup(func() {
		stop()
		<-ended
		if t.Failed() {
			t.Logf("the end of moto's output:\n%s", out.tail())
		}
	})
	select {
	case url := <-out.address:
		return url
	case <-ended:
		t.Fatal("moto ended at once")
	case <-time.After(2 * time.Minute):
		t.Fatal("moto does not serve after two minutes")
	}
	return ""
}

// guard ends the process when stop is called, and also when this process is
// gone, which closes the guard's standard input.
func guard(t *testing.T, pid int) (stop func()) {
	t.Helper()
	shell := exec.Command("sh", "-c", `read -r _; kill "$0"`, strconv.Itoa(pid))
	in, err := shell.StdinPipe()
	if err == nil {
		err = shell.Start()
	}
	if err != nil {
		t.Fatalf("starting the guard of moto: %v", err)
	}
	return func() {
		_ = in.Close()
		if err := shell.Wait(); err != nil {
			t.Errorf("ending moto: %v", err)
		}
	}
}

var serving = regexp.MustCompile(`Running on (http://127\.0\.0\.1:\d+)`)

// accessLog are the lines about requests that moto answered.
var accessLog = regexp.MustCompile(`(?m)^.* HTTP/1\.1" [1-4]\d\d -\n`)

// serverOutput keeps the end of what moto writes, and finds its address in it.
type serverOutput struct {
	address chan string

	mu    sync.Mutex
	found bool
	text  []byte
}

const keptOutput = 64 << 10

func (o *serverOutput) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, p...)
	if match := serving.FindSubmatch(o.text); match != nil && !o.found {
		o.found = true
		o.address <- string(match[1])
	}
	if len(o.text) > 2*keptOutput {
		o.text = append([]byte{}, o.text[len(o.text)-keptOutput:]...)
	}
	return len(p), nil
}

func (o *serverOutput) tail() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return accessLog.ReplaceAllString(string(o.text), "")
}
