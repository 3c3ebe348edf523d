//go:build moto

package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	ownTimes = regexp.MustCompile(`"(run_id|started_at|ended_at)":"[^"]*"`)
	takenAt  = regexp.MustCompile(`"taken_at":"([^"]*)"`)
	// session is the name of a run's sessions in AWS, which holds its id.
	session = regexp.MustCompile(`quilt-auditor-[0-9a-f-]{36}`)
)

// testReplay: a recorded snapshot gives the findings of a live audit, byte for
// byte, with no request to AWS.
func testReplay(t *testing.T, l *lab) {
	buildEstate(t, l)
	config := writeFile(t, "config.yaml", wholeEstate)
	recorded := filepath.Join(t.TempDir(), "snapshot.json")
	if got := l.run(t, "snapshot", "--config.file", config, "--out", recorded).want(t, 0); got.stdout != "" {
		t.Errorf("stdout %q, want nothing", got.stdout)
	}
	content, err := os.ReadFile(recorded)
	must(t, "reading the snapshot", err)
	for _, secret := range l.gate.secrets() {
		if strings.Contains(string(content), secret) {
			t.Errorf("the snapshot holds %q", secret)
		}
	}
	live := l.run(t, "audit", "--config.file", config, "--output", "json").want(t, 3).stdout
	before := len(l.gate.seen())
	first := l.run(t, "audit", "--snapshot", recorded, "--output", "json").want(t, 3).stdout
	second := l.run(t, "audit", "--snapshot", recorded, "--config.file", config, "--output", "json").want(t, 3).stdout
	if n := len(l.gate.seen()) - before; n != 0 {
		t.Errorf("replaying made %d requests", n)
	}
	if first == second {
		t.Error("two runs have the same run_id")
	}
	if diff := cmp.Diff(lines(ownTimes.ReplaceAllString(first, "")), lines(ownTimes.ReplaceAllString(second, ""))); diff != "" {
		t.Errorf("two replays differ:\n%s", diff)
	}
	// The live audit read AWS at another time and under another session name,
	// and nothing else is different, fingerprints least of all.
	if diff := cmp.Diff(lines(timeless(t, live)), lines(timeless(t, first))); diff != "" {
		t.Errorf("live and replayed audit differ (-live +replayed):\n%s", diff)
	}
	shorter := writeFile(t, "cut.json", string(content[:len(content)/2]))
	cut := l.run(t, "audit", "--snapshot", shorter, "--output", "json").want(t, 1)
	if cut.stdout != "" || !strings.Contains(cut.stderr, "cut.json") {
		t.Errorf("half a snapshot gives stdout %q, stderr %q", cut.stdout, cut.stderr)
	}
}

// timeless replaces what tells one reading of AWS from another by fixed words.
func timeless(t *testing.T, stream string) string {
	t.Helper()
	taken := takenAt.FindStringSubmatch(stream)
	if taken == nil {
		t.Fatalf("no taken_at in %.300s", stream)
	}
	fixed := session.ReplaceAllString(ownTimes.ReplaceAllString(stream, ""), "SESSION")
	return strings.ReplaceAll(fixed, taken[1], "TAKEN")
}

func lines(s string) []string { return strings.SplitAfter(s, "\n") }
