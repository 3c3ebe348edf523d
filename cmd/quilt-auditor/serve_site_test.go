package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
)

const (
	// stopLimit is what SIGTERM may take on a slow and busy machine: not as long
	// as what AWS leaves unanswered in these tests. That the daemon allows itself
	// five seconds is for package daemon to prove, by a clock of its own.
	stopLimit = 20 * time.Second
	// patience is for what has no limit of its own: long enough for a slow
	// machine, and only waited for where the program is wrong.
	patience = 3 * time.Minute
)

// never is a schedule with no slot while a test goes on: runs are those that
// the start makes up for and those that a test asks for.
const never = "0 0 29 2 *"

// siteConfig audits two buckets, of which acme-bad fails.
const siteConfig = `
control:
  account_id: "111122223333"
  regions: [us-east-1]
accounts:
  - id: "444455556666"
    name: genomics
    role_arn: arn:aws:iam::444455556666:role/QuiltAuditor
    external_id: an-external-id-that-nobody-may-see
    regions: [us-east-1, us-west-2]
    buckets: [acme-good, acme-bad]
checks: {disable: [cloudtrail-data-events]}
schedule: "` + never + `"
storage: {path: history}
exports:
  - {format: json, path: out/findings.ndjson}
  - {format: json, directory: out/runs, keep: 90d}
`

// site is where the daemons of a test run, one after the other: a fake AWS, a
// directory with a configuration, and all that was ever said.
type site struct {
	t    *testing.T
	dir  string
	env  []string
	aws  *awsfake.Fake
	gate gate
	said transcript
}

// newSite is a site with that configuration, over the estate of the fake AWS.
// At its end nothing that was said may hold a secret or tell of a defect.
func newSite(t *testing.T, config string) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), aws: awsfake.NewFake(fakeEstate())}
	server := httptest.NewServer(s.gate.guard(s.aws))
	t.Cleanup(func() {
		s.gate.open()
		s.aws.Close()
		server.Close()
		s.wantDiscreet()
	})
	s.env = append((&awsfake.Server{URL: server.URL}).Env(), "HOME="+s.dir, "TMPDIR="+s.dir)
	s.write("config.yaml", config)
	return s
}

// wantDiscreet fails if a secret was said, or that something panicked or raced.
func (s *site) wantDiscreet() {
	said := s.said.String()
	for _, canary := range []string{fakeExternalID, "secret-of-", "DATA RACE", "panic", "goroutine "} {
		if at := strings.Index(said, canary); at >= 0 {
			s.t.Errorf("%q was said: ...%s", canary, said[max(0, at-500):min(len(said), at+500)])
		}
	}
}

func (s *site) path(name string) string { return filepath.Join(s.dir, name) }

func (s *site) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) read(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(s.path(name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// command is the program, to be run in the site until ctx is done.
func (s *site) command(ctx context.Context, args ...string) *exec.Cmd {
	s.t.Helper()
	binary, err := exec.LookPath("quilt-auditor")
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir, cmd.Env = s.dir, s.env
	return cmd
}

// refused runs the program, which must end by itself with that code, and
// returns what it said.
func (s *site) refused(code int, args ...string) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	cmd := s.command(ctx, args...)
	output, err := cmd.CombinedOutput()
	_, _ = s.said.Write(output)
	if got := exitOf(cmd, err); got != code {
		s.t.Errorf("%q: exit code %d, want %d\n%s", args, got, code, output)
	}
	return string(output)
}

func exitOf(cmd *exec.Cmd, err error) int {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return -2
	}
	return cmd.ProcessState.ExitCode()
}

// served is a daemon that runs, as a process of its own.
type served struct {
	*site
	cmd    *exec.Cmd
	base   string // of its URLs
	health string // address of the plain listener
	client *http.Client
	user   *[2]string // name and password, if any
	stdout *transcript
	stderr *transcript
	exited chan struct{}
	err    error // of the process, once it exited
}

var startedLine = regexp.MustCompile(`level=info msg=started addresses="?\[([^\] ]+)[^\n]*?(?: health_address=(\S+))?(?: version=\S+)\n`)

// allAddresses finds two of them.
var allAddresses = regexp.MustCompile(`msg=started addresses="?\[(\S+) ([^\]]+)\]`)

// serve starts a daemon by config.yaml that listens on a port of its own.
func (s *site) serve(args ...string) *served {
	s.t.Helper()
	return s.start(append([]string{"serve", "--config.file", "config.yaml", "--web.listen-address", "127.0.0.1:0"}, args...)...)
}

// start runs the program until it says where it listens.
func (s *site) start(args ...string) *served {
	s.t.Helper()
	d := &served{
		site: s, cmd: s.command(context.Background(), args...), stdout: &transcript{}, stderr: &transcript{}, exited: make(chan struct{}),
		client: &http.Client{Timeout: patience, Transport: &http.Transport{}},
	}
	d.cmd.Stdout, d.cmd.Stderr = io.MultiWriter(d.stdout, &s.said), io.MultiWriter(d.stderr, &s.said)
	if err := d.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		d.err = d.cmd.Wait()
		close(d.exited)
	}()
	s.t.Cleanup(d.kill)
	d.until("it says where it listens", func() bool {
		found := startedLine.FindStringSubmatch(d.stderr.String())
		if found != nil {
			d.base, d.health = "http://"+found[1], found[2]
		}
		return found != nil
	})
	return d
}

// kill ends the process at once, if it has not ended.
func (d *served) kill() {
	_ = d.cmd.Process.Kill() // it may be gone
	<-d.exited
	d.client.CloseIdleConnections()
}

// signal sends the process a signal.
func (d *served) signal(s os.Signal) {
	d.t.Helper()
	if err := d.cmd.Process.Signal(s); err != nil {
		d.t.Fatalf("%v: %v\n%s", s, err, d.stderr)
	}
}

// stop ends the daemon by SIGTERM, which must be quick and clean.
func (d *served) stop() {
	d.t.Helper()
	d.endBy(syscall.SIGTERM)
}

func (d *served) endBy(signal os.Signal) {
	d.t.Helper()
	d.client.CloseIdleConnections()
	began := time.Now()
	d.signal(signal)
	select {
	case <-d.exited:
	case <-time.After(patience):
		d.t.Fatalf("%v did not end it\n%s", signal, d.stderr)
	}
	if took := time.Since(began); took > stopLimit {
		d.t.Errorf("%v took %s, more than %s\n%s", signal, took, stopLimit, d.stderr)
	}
	if code := exitOf(d.cmd, d.err); code != 0 {
		d.t.Errorf("after %v the exit code is %d\n%s", signal, code, d.stderr)
	}
}

// until waits for something to become true.
func (d *served) until(what string, is func() bool) {
	d.t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(10 * time.Millisecond) {
		select {
		case <-d.exited:
			if !is() {
				d.t.Fatalf("the process ended before %s: %v\n%s", what, d.err, d.stderr)
			}
			return
		default:
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("waited in vain until %s\n%s", what, d.stderr)
		}
	}
}

// logged waits for a line of the log with all parts.
func (d *served) logged(parts ...string) {
	d.t.Helper()
	d.until(fmt.Sprintf("the log has %q", parts), func() bool { return hasLine(d.stderr.String(), parts...) })
}

func hasLine(log string, parts ...string) bool {
	for line := range strings.Lines(log) {
		if !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(line, p) }) {
			return true
		}
	}
	return false
}

// request asks the daemon. An error of the connection is an answer without a
// status.
func (d *served) request(method, path string) (status int, body string, header http.Header) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.base+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	if d.user != nil {
		r.SetBasicAuth(d.user[0], d.user[1])
	}
	response, err := d.client.Do(r)
	if err != nil {
		return 0, err.Error(), nil
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error(), nil
	}
	_, _ = d.said.Write(content)
	return response.StatusCode, string(content), response.Header
}

// get asks for what must be there.
func (d *served) get(path string) string {
	d.t.Helper()
	status, body, _ := d.request(http.MethodGet, path)
	if status != http.StatusOK {
		d.t.Fatalf("GET %s: %d %s\n%s", path, status, body, d.stderr)
	}
	return body
}

// want asks for something with another answer than 200.
func (d *served) want(status int, method, path, part string) {
	d.t.Helper()
	if got, body, _ := d.request(method, path); got != status || !strings.Contains(body, part) {
		d.t.Errorf("%s %s: %d %q, want %d and %q", method, path, got, body, status, part)
	}
}

func (d *served) ready() bool {
	status, _, _ := d.request(http.MethodGet, "/-/ready")
	return status == http.StatusOK
}

// runs are the recorded runs, the latest first.
func (d *served) runs() []recordedRun {
	d.t.Helper()
	return parseRunsOf(d.t, d.get("/api/v1/runs?limit=10000"))
}

// ran waits until that many runs are recorded.
func (d *served) ran(n int) {
	d.t.Helper()
	d.until(fmt.Sprint(n, " runs are recorded"), func() bool {
		status, body, _ := d.request(http.MethodGet, "/api/v1/runs?limit=10000")
		return status == http.StatusOK && len(parseRunsOf(d.t, body)) >= n
	})
	d.until("no run goes on", func() bool { return d.metric("run_in_progress") == 0 })
}

// run has the daemon, which allows that, run now, and waits for the end. A run
// is over for the metrics a moment before the next one may begin.
func (d *served) run() {
	d.t.Helper()
	d.until("no run goes on", func() bool { return d.metric("run_in_progress") == 0 })
	ended := d.metric("run_duration_seconds_count")
	d.until("a run begins", func() bool {
		status, body, _ := d.request(http.MethodPost, "/api/v1/runs")
		if status != http.StatusAccepted && status != http.StatusConflict {
			d.t.Fatalf("POST /api/v1/runs: %d %s\n%s", status, body, d.stderr)
		}
		return status == http.StatusAccepted
	})
	d.until("the run has ended", func() bool {
		page := d.get("/metrics")
		count, _ := metricOf(page, "run_duration_seconds_count")
		going, _ := metricOf(page, "run_in_progress")
		return count == ended+1 && going == 0
	})
}

// findings are those of the last run.
func (d *served) findings() *audit.Run {
	d.t.Helper()
	return parseFindingsOf(d.t, d.get("/api/v1/findings"))
}

// metric is the value of a series, without "quilt_auditor_"; it fails if it is
// not there.
func (d *served) metric(series string) float64 {
	d.t.Helper()
	value, ok := metricOf(d.get("/metrics"), series)
	if !ok {
		d.t.Fatalf("there is no %s", series)
	}
	return value
}

func metricOf(page, series string) (float64, bool) {
	for line := range strings.Lines(page) {
		if text, ok := strings.CutPrefix(line, "quilt_auditor_"+series+" "); ok {
			value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			return value, err == nil
		}
	}
	return 0, false
}

func parseFindingsOf(t testing.TB, stream string) *audit.Run {
	t.Helper()
	run, err := json.Read(strings.NewReader(stream))
	if err != nil {
		t.Fatalf("%v in\n%s", err, stream)
	}
	return run
}
