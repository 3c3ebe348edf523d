package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// TestGuideIsForWhoeverCalled: what the demo tells to call is there to be called.
func TestGuideIsForWhoeverCalled(t *testing.T) {
	t.Parallel()
	for called, want := range map[string]string{
		"quilt-auditor":                                  "quilt-auditor",
		"./quilt-auditor":                                "./quilt-auditor",
		"/usr/local/bin/quilt-auditor":                   "/usr/local/bin/quilt-auditor",
		"/tmp/go-build1/b001/exe/quilt-auditor":          "go run ./cmd/quilt-auditor",
		"/home/a/.cache/go-build/6c/6c1-d/quilt-auditor": "go run ./cmd/quilt-auditor",
	} {
		text := guide("http://localhost:10990", (&program{name: called}).again(), "/tmp/demo/quilt-auditor.yaml")
		for _, command := range []string{" report --since 10m ", " demo --once\n", " config example > ", " serve --config.file "} {
			if !strings.Contains(text, " "+want+command) {
				t.Errorf("called as %s, the guide has not %q:\n%s", called, want+command, text)
			}
		}
	}
}

// TestHeeded: what cannot be told is told of.
func TestHeeded(t *testing.T) {
	t.Parallel()
	heard := 0
	var b bytes.Buffer
	if _, err := (heeded{&b, func() { heard++ }}).Write([]byte("run")); err != nil || b.String() != "run" || heard != 0 {
		t.Errorf("%q, heard %d: %v", b.String(), heard, err)
	}
	if _, err := (heeded{unread{}, func() { heard++ }}).Write([]byte("run")); !errors.Is(err, errUnread) || heard != 1 {
		t.Errorf("heard %d: %v", heard, err)
	}
}

var errUnread = errors.New("nobody reads it")

type unread struct{}

func (unread) Write([]byte) (int, error) { return 0, errUnread }
