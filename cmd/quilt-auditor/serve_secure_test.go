package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The password and its bcrypt hash.
const (
	webPassword     = "fakepassword"
	webPasswordHash = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"
)

// everyPath is what the main address serves.
func everyPath() []string {
	return []string{"/", "/metrics", "/-/healthy", "/-/ready", "/api/v1/findings", "/api/v1/runs", "/nowhere"}
}

// TestServeSecured: with TLS and passwords nothing is served without them,
// but the probes on their own address.
func TestServeSecured(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	roots := s.certify()
	s.write("web.yaml", "tls_server_config: {cert_file: tls.crt, key_file: tls.key}\nbasic_auth_users: {sre: "+webPasswordHash+"}\n")
	d := s.serve("--web.config.file", "web.yaml", "--web.health-address", "127.0.0.1:0", "--web.enable-lifecycle")
	plain := &http.Client{Timeout: patience}
	wantProbes(t, d, plain, http.StatusOK)
	wantNoPlainText(t, d, plain)
	d.base = strings.Replace(d.base, "http:", "https:", 1)
	d.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	wantUnauthorized(d)
	d.user = &[2]string{"sre", webPassword}
	d.until("it is ready", d.ready)
	for _, path := range everyPath() {
		want := http.StatusOK
		if path == "/nowhere" {
			want = http.StatusNotFound
		}
		d.want(want, http.MethodGet, path, "")
	}
	d.reload("POST")
	d.wantReloaded(1)
	d.ran(1)
	d.run()
	d.stop()
}

// certify writes a certificate for 127.0.0.1 and its key, and returns who
// trusts it.
func (s *site) certify() *x509.CertPool {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	certificate := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	signed, err := x509.CreateCertificate(rand.Reader, certificate, certificate, &key.PublicKey, key)
	if err != nil {
		s.t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		s.t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})
	s.write("tls.crt", string(text))
	s.write("tls.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	return roots
}

// wantProbes: the health address serves the two probes and nothing else.
func wantProbes(t *testing.T, d *served, client *http.Client, healthy int) {
	t.Helper()
	for _, path := range everyPath() {
		response, err := client.Get("http://" + d.health + path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		switch got := response.StatusCode; {
		case path == "/-/healthy" && got == healthy && strings.Contains(string(text), "is healthy"):
		case path == "/-/ready" && (got == http.StatusServiceUnavailable || got == http.StatusOK):
		case !strings.HasPrefix(path, "/-/") && got == http.StatusNotFound:
		default:
			t.Errorf("GET %s of the health address: %d %s", path, got, text)
		}
	}
}

// wantNoPlainText: who speaks HTTP to the port of HTTPS gets nothing.
func wantNoPlainText(t *testing.T, d *served, client *http.Client) {
	t.Helper()
	for _, path := range everyPath() {
		response, err := client.Get(d.base + path)
		if err != nil {
			continue
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusBadRequest {
			t.Errorf("GET %s without TLS: %d", path, response.StatusCode)
		}
	}
}

func wantUnauthorized(d *served) {
	d.t.Helper()
	for _, user := range []*[2]string{nil, {"sre", "wrong"}, {"nobody", webPassword}} {
		d.user = user
		for _, path := range everyPath() {
			d.want(http.StatusUnauthorized, http.MethodGet, path, "Unauthorized")
		}
		d.want(http.StatusUnauthorized, http.MethodPost, "/-/reload", "Unauthorized")
		d.want(http.StatusUnauthorized, http.MethodPost, "/api/v1/runs", "Unauthorized")
	}
}

// TestServeAddresses: every address serves the same, behind the same
// passwords, with links that lead there from outside.
func TestServeAddresses(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	s.write("web.yaml", "basic_auth_users: {sre: "+webPasswordHash+"}\nhttp_server_config: {headers: {X-Frame-Options: deny}}\n")
	d := s.serve("--web.listen-address", "127.0.0.1:0", "--web.config.file", "web.yaml", "--web.external-url", "https://audit.example.com/quilt/")
	both := allAddresses.FindStringSubmatch(d.stderr.String())
	if both == nil {
		t.Fatalf("the log tells no two addresses\n%s", d.stderr)
	}
	for _, address := range both[1:] {
		d.base, d.user = "http://"+address, nil
		d.want(http.StatusUnauthorized, http.MethodGet, "/metrics", "Unauthorized")
		d.user = &[2]string{"sre", webPassword}
		d.until("it is ready", d.ready)
		_, _, header := d.request(http.MethodGet, "/api/v1/findings?limit=1")
		if link := header.Get("Link"); !strings.HasPrefix(link, "<https://audit.example.com/quilt/api/v1/findings?") {
			t.Errorf("the link is %s", link)
		}
	}
	d.stop()
}
