package awsfake_test

import (
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

// setenv puts the server's environment in place of the test's own.
func setenv(t *testing.T, s *awsfake.Server) {
	for _, entry := range s.Env() {
		name, value, _ := strings.Cut(entry, "=")
		t.Setenv(name, value)
	}
}

func TestEnvIsAllThatAProgramNeeds(t *testing.T) {
	s := start(t, testEstate())
	setenv(t, s)
	c, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out, err := sts.NewFromConfig(c).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *out.Account != control {
		t.Errorf("got %+v, %v", out, err)
	}
	if s.Handshakes() != 0 || s.Connections() != 1 {
		t.Errorf("%d handshakes on %d connections, want 0 on 1", s.Handshakes(), s.Connections())
	}
}

func TestTLSWithBundle(t *testing.T) {
	s := start(t, testEstate(), awsfake.WithTLS())
	setenv(t, s)
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, s.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CA_BUNDLE", bundle)
	c, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := s3Client(c).ListBuckets(t.Context(), &s3.ListBucketsInput{}); err != nil {
			t.Fatal(err)
		}
	}
	if s.Handshakes() != 1 {
		t.Errorf("%d handshakes for three calls in a row, want 1", s.Handshakes())
	}
	fresh := s.HTTPClient()
	fresh.CloseIdleConnections()
	for range 2 {
		response, err := fresh.Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil {
			t.Fatal(err)
		}
		fresh.CloseIdleConnections()
	}
	if s.Handshakes() != 3 {
		t.Errorf("%d handshakes after two more connections, want 3", s.Handshakes())
	}
	block := x509.NewCertPool()
	if !block.AppendCertsFromPEM(s.CertificatePEM()) {
		t.Error("the certificate is not PEM")
	}
}

// A Fake is a plain handler: it works on a listener that a test opens itself.
func TestFakeOnAListener(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := awsfake.NewFake(testEstate())
	server := &http.Server{Handler: f}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	response, err := http.Get("http://" + listener.Addr().String() + "/full?policy")
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusForbidden {
		t.Errorf("status %d, %v; want 403 for an unsigned call", response.StatusCode, err)
	}
	f.Close()
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
	if n := f.Count(awsfake.Match{Operation: "GetBucketPolicy"}); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}
