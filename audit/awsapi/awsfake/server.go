package awsfake

import (
	"crypto/tls"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
)

// Server is a Fake on a free port of the loopback interface.
type Server struct {
	*Fake
	// URL is the endpoint: scheme, address and port, no slash at the end.
	URL string

	http        *httptest.Server
	connections atomic.Int64
	handshakes  atomic.Int64
}

// New starts a server over the estate. The caller closes it. It panics when the estate contradicts
// itself or the machine has no port.
func New(estate Estate, opts ...Option) *Server {
	f := NewFake(estate, opts...)
	s := &Server{Fake: f, http: httptest.NewUnstartedServer(f)}
	s.http.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	if f.options.tls {
		s.http.TLS = &tls.Config{MinVersion: tls.VersionTLS12, VerifyConnection: func(tls.ConnectionState) error {
			s.handshakes.Add(1)
			return nil
		}}
		s.http.StartTLS()
	} else {
		s.http.Start()
	}
	s.URL = s.http.URL
	return s
}

// Close ends the calls that hang and stops the server.
func (s *Server) Close() {
	s.Fake.Close()
	s.http.Close()
}

// Connections is the number of TCP connections accepted so far.
func (s *Server) Connections() int { return int(s.connections.Load()) }

// Handshakes is the number of TLS handshakes completed so far, resumed ones included.
func (s *Server) Handshakes() int { return int(s.handshakes.Load()) }

// HTTPClient is a client that trusts the server's certificate.
func (s *Server) HTTPClient() *http.Client { return s.http.Client() }

// CertificatePEM is the certificate of a server [WithTLS], to be written where AWS_CA_BUNDLE points.
func (s *Server) CertificatePEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.http.Certificate().Raw})
}

// Env is what a program needs in its environment to work against the server, as NAME=value: the
// endpoint, the base credentials of [Estate.Home], a region, and nothing of the developer's own
// AWS configuration. A server [WithTLS] also wants AWS_CA_BUNDLE.
func (s *Server) Env() []string {
	return []string{
		"AWS_ENDPOINT_URL=" + s.URL,
		"AWS_ACCESS_KEY_ID=" + HomeAccessKeyID,
		"AWS_SECRET_ACCESS_KEY=secret-of-" + HomeAccessKeyID,
		"AWS_REGION=" + defaultRegion,
		"AWS_CONFIG_FILE=/dev/null",
		"AWS_SHARED_CREDENTIALS_FILE=/dev/null",
		"AWS_EC2_METADATA_DISABLED=true",
	}
}
