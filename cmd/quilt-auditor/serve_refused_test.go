package main

import (
	"net"
	"os"
	"strings"
	"testing"
)

// TestServeRefused: what is wrong at the start ends the program at once, with
// a message that says what it is, and nothing was audited.
func TestServeRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	s.write("broken.yaml", strings.Replace(siteConfig, "buckets:", "bucket:", 1))
	s.write("waived.yaml", siteConfig+"waivers_file: broken-waivers.yaml\n")
	s.write("broken-waivers.yaml", "waivers:\n  - {check: s3-object-ownership, bucket: acme-bad, owner: me, expires: 2999-01-31}\n")
	s.write("plain-password.yaml", "basic_auth_users: {sre: secret}\n")
	s.write("no-certificate.yaml", "tls_server_config: {cert_file: none.crt, key_file: none.key}\n")
	s.write("misspelt.yaml", "basic_auth_user: {sre: x}\n")
	s.write("file", "")
	for _, test := range []struct {
		name string
		code int
		says string
		args []string
	}{
		{"no configuration", 2, "--config.file is required", nil},
		{"missing configuration", 1, "none.yaml", []string{"--config.file", "none.yaml"}},
		{"invalid configuration", 1, "broken.yaml:11: accounts[0].bucket:", []string{"--config.file", "broken.yaml"}},
		{"invalid waivers", 1, "broken-waivers.yaml:2: waivers[0].reason:", []string{"--config.file", "waived.yaml"}},
		{"address in use", 1, "--web.listen-address: listen tcp " + taken.Addr().String() + ": bind: address already in use", []string{"--web.listen-address", taken.Addr().String()}},
		{"second address in use", 1, taken.Addr().String(), []string{"--web.listen-address", "127.0.0.1:0", "--web.listen-address", taken.Addr().String()}},
		{"health address in use", 1, "--web.health-address: listen tcp " + taken.Addr().String(), []string{"--web.listen-address", "127.0.0.1:0", "--web.health-address", taken.Addr().String()}},
		{"no address", 1, "--web.listen-address", []string{"--web.listen-address", "nonsense"}},
		{"plain password", 1, "--web.config.file plain-password.yaml: ", []string{"--web.config.file", "plain-password.yaml"}},
		{"missing certificate", 1, "none.crt", []string{"--web.config.file", "no-certificate.yaml"}},
		{"misspelt web configuration", 1, "basic_auth_user", []string{"--web.config.file", "misspelt.yaml"}},
		{"missing web configuration", 1, "nowhere.yaml", []string{"--web.config.file", "nowhere.yaml"}},
		{"negative cap", 2, "--metrics.max-findings", []string{"--metrics.max-findings", "-1"}},
		{"cap that is no number", 2, "--metrics.max-findings", []string{"--metrics.max-findings", "many"}},
		{"external URL without scheme", 2, `--web.external-url "audit.example.com"`, []string{"--web.external-url", "audit.example.com"}},
		{"external URL of another scheme", 2, "--web.external-url", []string{"--web.external-url", "ftp://audit.example.com"}},
		{"external URL that is none", 2, "--web.external-url", []string{"--web.external-url", "http://[::1"}},
		{"log level", 2, "--log.level", []string{"--log.level", "loud"}},
		{"log format", 2, "--log.format", []string{"--log.format", "xml"}},
		{"argument", 2, "takes flags and no arguments", []string{"now"}},
		{"unknown flag", 2, "--nonsense", []string{"--nonsense"}},
	} {
		args := append([]string{"serve"}, test.args...)
		if test.name != "no configuration" && !strings.Contains(strings.Join(args, " "), "--config.file") {
			args = append(args, "--config.file", "config.yaml")
		}
		if said := s.refused(test.code, args...); !strings.Contains(said, test.says) {
			t.Errorf("%s: it says\n%s\nwant %q", test.name, said, test.says)
		}
	}
	if calls := s.aws.Calls(); len(calls) > 0 {
		t.Errorf("AWS was called: %+v", calls)
	}
}

// TestServeTwice: a second daemon on the same history is refused, says where
// and by whom it is held, and the first one goes on.
func TestServeTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	d := s.serve("--web.enable-lifecycle")
	d.ran(1)
	calls := len(s.aws.Calls())
	said := s.refused(1, "serve", "--config.file", "config.yaml", "--web.listen-address", "127.0.0.1:0")
	for _, part := range []string{s.path("history"), "in use", "storage.path"} {
		if !strings.Contains(said, part) {
			t.Errorf("%q is not in %s", part, said)
		}
	}
	if got := len(s.aws.Calls()); got != calls {
		t.Errorf("the second one made %d calls", got-calls)
	}
	d.run()
	if got := d.metric("store_write_failures_total"); got != 0 {
		t.Errorf("%v writes failed", got)
	}
	d.stop()
	// The lock went with the process; the file that it is on may stay.
	d = s.serve()
	d.until("it is ready", d.ready)
	d.stop()
}

// TestServeDamaged: a history that cannot be read is told of, with what to do,
// and left as it is; everything else goes on.
func TestServeDamaged(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	if err := os.Mkdir(s.path("history"), 0o700); err != nil {
		t.Fatal(err)
	}
	damaged := strings.Repeat("this was a history once. ", 1000)
	s.write("history/history.db", damaged)
	d := s.serve("--web.enable-lifecycle")
	d.until("it is ready", d.ready)
	d.logged("level=error", s.path("history/history.db"), "is damaged", "backup")
	run := d.findings()
	if run.Header.Counts.Fail == 0 || len(d.runs()) != 1 {
		t.Errorf("served is %+v", run.Header)
	}
	failures := d.metric("store_write_failures_total")
	d.run()
	if got := d.metric("store_write_failures_total"); failures == 0 || got <= failures {
		t.Errorf("%v writes failed in the first run, %v with the second", failures, got)
	}
	wantSameAges(t, run, d.findings())
	if s.read("history/history.db") != damaged {
		t.Error("the file has changed")
	}
	d.stop()
}
