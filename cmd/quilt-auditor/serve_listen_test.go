package main

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"
)

// TestListenFails: an address that is not served any more ends the service,
// whichever of them it is; one that is closed on purpose does not.
func TestListenFails(t *testing.T) {
	t.Parallel()
	for _, broken := range []int{-1, 0, 1, 2} {
		s := &service{options: &serviceOptions{addresses: []string{"127.0.0.1:0", "127.0.0.1:0"}, healthAddress: "127.0.0.1:0"}, log: zap.NewNop()}
		e, err := s.listen(nil)
		if err != nil {
			t.Fatal(err)
		}
		listeners := []net.Listener{e.main[0], e.main[1], e.health}
		failed := make(chan error, len(listeners))
		if broken >= 0 {
			_ = listeners[broken].Close() // as by a defect of the system
		}
		e.serve(http.NotFoundHandler(), http.NotFoundHandler(), func(err error) { failed <- err })
		if broken >= 0 {
			if err := <-failed; !strings.Contains(err.Error(), "serving HTTP: ") {
				t.Errorf("address %d: %v", broken, err)
			}
		}
		e.close()
		for i, l := range listeners {
			if _, err := l.Accept(); err == nil {
				t.Errorf("address %d is still open", i)
			}
		}
		if len(failed) > 0 {
			t.Errorf("closing is a failure: %v", <-failed)
		}
	}
}

// TestBase: what the demo tells to open is what reaches it.
func TestBase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	outside, err := url.Parse("https://audit.example.com/quilt/")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		address, webConfig string
		external           *url.URL
		want               string
	}{
		{":0", "", nil, "http://localhost:"},
		{"0.0.0.0:0", "", nil, "http://localhost:"},
		{"127.0.0.1:0", "", nil, "http://127.0.0.1:"},
		{"127.0.0.1:0", file("users.yaml", "basic_auth_users: {sre: x}"), nil, "http://127.0.0.1:"},
		{"127.0.0.1:0", file("empty.yaml", ""), nil, "http://127.0.0.1:"},
		{"127.0.0.1:0", file("tls.yaml", "tls_server_config: {cert_file: tls.crt, key_file: tls.key}"), nil, "https://127.0.0.1:"},
		{"127.0.0.1:0", "", outside, "https://audit.example.com/quilt"},
	} {
		l, err := net.Listen("tcp", test.address)
		if err != nil {
			t.Fatal(err)
		}
		e := &endpoints{options: &serviceOptions{webConfig: test.webConfig}, main: []net.Listener{l}, external: test.external}
		if got := e.base(); !strings.HasPrefix(got, test.want) || strings.HasSuffix(got, "/") {
			t.Errorf("%s by %s: %s, want %s", test.address, filepath.Base(test.webConfig), got, test.want)
		}
		_ = l.Close()
	}
}

// TestListenSaysWhatToDo: an address that is taken is another mistake than one
// that is none.
func TestListenSaysWhatToDo(t *testing.T) {
	t.Parallel()
	taken, err := listenOn("--web.listen-address", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	for address, want := range map[string]string{
		taken.Addr().String(): "give another address, or stop what listens there",
		"foo":                 "give an address of this machine with a port, such as 127.0.0.1:10990, or :10990 for all of them",
	} {
		s := &service{options: &serviceOptions{addresses: []string{address}}, log: zap.NewNop()}
		if _, err := s.listen(nil); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
}
