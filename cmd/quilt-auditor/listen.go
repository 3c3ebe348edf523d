package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	toolkit "github.com/prometheus/exporter-toolkit/web"
	"go.uber.org/zap"
	"go.uber.org/zap/exp/zapslog"
	"go.yaml.in/yaml/v3"
)

// Time limits of HTTP. A findings stream has one of its own, which is shorter
// than that for a whole response.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 3 * time.Minute
	idleTimeout   = 2 * time.Minute
	// shutdownTimeout is short because a run that has to be cut short comes
	// after it, and both have five seconds.
	shutdownTimeout = 100 * time.Millisecond
)

// endpoints are the addresses that are listened on and what serves them.
type endpoints struct {
	options  *serviceOptions
	log      *zap.Logger
	main     []net.Listener
	health   net.Listener // nil if there is none
	servers  []*http.Server
	external *url.URL // nil if it is not known
}

// listen opens every address, so that one that is taken is an error at once.
func (s *service) listen(external *url.URL) (*endpoints, error) {
	if err := toolkit.Validate(s.options.webConfig); err != nil {
		return nil, fmt.Errorf("--web.config.file %s: %w", s.options.webConfig, err)
	}
	e := &endpoints{options: s.options, log: s.log, external: external}
	for _, address := range s.options.addresses {
		l, err := listenOn("--web.listen-address", address)
		if err != nil {
			e.close()
			return nil, err
		}
		e.main = append(e.main, l)
	}
	if s.options.healthAddress == "" {
		return e, nil
	}
	l, err := listenOn("--web.health-address", s.options.healthAddress)
	if err != nil {
		e.close()
		return nil, err
	}
	e.health = l
	return e, nil
}

// listenOn opens the address.
func listenOn(flag, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s: %w; give another address, or stop what listens there", flag, err)
	case err != nil:
		return nil, fmt.Errorf("%s: %w; give an address of this machine with a port, such as 127.0.0.1:10990, or :10990 for all of them", flag, err)
	}
	return l, nil
}

// serve begins to serve; failed is told when that comes to an end by itself.
// Each address has a server of its own: the toolkit changes the one that it is
// given.
func (e *endpoints) serve(everything, probes http.Handler, failed func(error)) {
	flags := &toolkit.FlagConfig{WebListenAddresses: &e.options.addresses, WebConfigFile: &e.options.webConfig}
	logger := slog.New(zapslog.NewHandler(e.log.Core()))
	for _, l := range e.main {
		server := e.server(everything)
		go until(failed, func() error { return toolkit.Serve(l, server, flags, logger) })
	}
	if e.health != nil {
		plain := e.server(probes)
		go until(failed, func() error { return plain.Serve(e.health) })
	}
}

func until(failed func(error), serve func() error) {
	if err := serve(); !errors.Is(err, http.ErrServerClosed) {
		failed(fmt.Errorf("serving HTTP: %w", err))
	}
}

func (e *endpoints) server(handler http.Handler) *http.Server {
	s := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		ErrorLog: zap.NewStdLog(e.log),
	}
	e.servers = append(e.servers, s)
	return s
}

// close ends what is served, after what is being answered if that is quick.
// It may be called before serve.
func (e *endpoints) close() {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	for _, s := range e.servers {
		if s.Shutdown(ctx) != nil {
			_ = s.Close() // it closes what is there to close
		}
	}
	for _, l := range append([]net.Listener{e.health}, e.main...) {
		if l != nil {
			_ = l.Close() // most are closed already
		}
	}
}

// addresses say where to reach the service, for the log.
func (e *endpoints) addresses() []zap.Field {
	var list []net.Addr
	for _, l := range e.main {
		list = append(list, l.Addr())
	}
	fields := []zap.Field{zap.Stringers("addresses", list)}
	if e.health != nil {
		fields = append(fields, zap.Stringer("health_address", e.health.Addr()))
	}
	return fields
}

// base is a URL that reaches the service from this machine, or from outside if
// that is known; it has no slash at its end.
func (e *endpoints) base() string {
	if e.external != nil {
		return strings.TrimRight(e.external.String(), "/")
	}
	host, port, err := net.SplitHostPort(e.main[0].Addr().String())
	if ip := net.ParseIP(host); err != nil || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	scheme := "http"
	if secured(e.options.webConfig) {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// secured reports whether the web configuration, which is valid, has TLS: it
// may have passwords alone.
func secured(webConfig string) bool {
	var file struct {
		TLS map[string]any `yaml:"tls_server_config"`
	}
	text, err := os.ReadFile(webConfig)
	return err == nil && yaml.Unmarshal(text, &file) == nil && len(file.TLS) > 0
}
