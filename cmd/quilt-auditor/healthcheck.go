package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// answerBytes is the most of an answer that is shown: that of a probe is a
// line.
const answerBytes = 1 << 10

func (p *program) healthcheck() *cobra.Command {
	var address string
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a service that runs here whether it is ready, for images without a shell",
		Long: `Asks a running service for a probe and exits with 0 if it answers 200, with 1 if it
answers anything else or nothing. The image has no shell and no curl; this is what
the health check of a container runs. A service with TLS or a password is asked at
its --web.health-address.

/-/ready is 200 once there is a run to show. /-/healthy is 200 while the process answers.`,
		Example: `  quilt-auditor healthcheck
  quilt-auditor healthcheck --url http://127.0.0.1:10991/-/healthy`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			line, err := probe(ctx, address)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(p.stdout, line)
			return err
		},
	}
	c.Flags().StringVar(&address, "url", "http://127.0.0.1:10990/-/ready", "URL of the probe")
	c.Flags().DurationVar(&timeout, "timeout", 3*time.Second, "how long to wait for the answer")
	return c
}

// probe is the line that the URL answers; anything but 200 is an error. It
// goes there directly: a proxy of the environment is not for probes, and where
// a redirect leads is not what was asked for.
func probe(ctx context.Context, address string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", usageError{fmt.Errorf("--url: %w", err)}
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return "", fmt.Errorf("probing the service: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(response.Body, answerBytes))
	if err != nil {
		return "", fmt.Errorf("reading the answer of %s: %w", address, err)
	}
	line := strings.TrimSpace(string(text))
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s: %s", address, response.Status, line)
	}
	return line, nil
}
