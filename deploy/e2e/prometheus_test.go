//go:build prometheus || deploy

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// replacement is a part of a file of the repository that a test has otherwise.
type replacement struct{ old, new string }

// copied writes a file of the repository with parts replaced, all of which
// have to be there, and returns where it is.
func copied(t *testing.T, file string, parts ...replacement) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	changed := string(text)
	for _, p := range parts {
		if !strings.Contains(changed, p.old) {
			t.Fatalf("%s has no %q", file, p.old)
		}
		changed = strings.ReplaceAll(changed, p.old, p.new)
	}
	path := filepath.Join(t.TempDir(), filepath.Base(file))
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// startPrometheus runs Debian's Prometheus by the configuration and the rules
// of the repository. It scrapes the auditor, and evaluates, every second.
func startPrometheus(t *testing.T, scraped *process, rules string, parts ...replacement) *server {
	t.Helper()
	config := copied(t, "prometheus/prometheus.yaml", append([]replacement{
		{"_interval: 30s", "_interval: 1s"},
		{"scrape_timeout: 10s", "scrape_timeout: 1s"},
		{"localhost:10990", scraped.address},
		{"- quilt-auditor.rules.yaml", "- " + rules},
	}, parts...)...)
	p := start(t, prometheusListens, nil, "prometheus", "--config.file", config, "--storage.tsdb.path", t.TempDir(),
		"--web.listen-address", "127.0.0.1:0", "--log.format", "logfmt")
	s := &server{t, p}
	until(t, "Prometheus is ready", func() error {
		_, err := get(s.base() + "/-/ready")
		return err
	})
	return s
}

// get reads an address.
func get(address string) ([]byte, error) {
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Get(address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %.300s", address, response.Status, text)
	}
	return text, err
}

// server is a Prometheus, to be asked by its HTTP API.
type server struct {
	t *testing.T
	*process
}

// sample is a value with its labels; of a range, the values.
type sample struct {
	Metric map[string]string `json:"metric"`
	Value  point             `json:"value"`
	Values []point           `json:"values"`
}

// point is a time and a value.
type point struct {
	at    float64
	value float64
}

// UnmarshalJSON reads [1700000000.123,"1"].
func (p *point) UnmarshalJSON(text []byte) error {
	var pair [2]any
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	at, isTime := pair[0].(float64)
	value, isText := pair[1].(string)
	if !isTime || !isText {
		return fmt.Errorf("%s is no sample", text)
	}
	parsed, err := strconv.ParseFloat(value, 64)
	*p = point{at, parsed}
	return err
}

// api asks a path of the API, with names and values by turns.
func (s *server) api(data any, path string, parameters ...string) error {
	query := url.Values{}
	for i := 0; i < len(parameters); i += 2 {
		query.Add(parameters[i], parameters[i+1])
	}
	text, err := get(s.base() + "/api/v1/" + path + "?" + query.Encode())
	if err != nil {
		return err
	}
	answer := struct {
		Status string `json:"status"`
		Data   any    `json:"data"`
	}{Data: data}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Status != "success" {
		return fmt.Errorf("%s: %.300s: %w", path, text, err)
	}
	return nil
}

// instant asks for this moment.
func (s *server) instant(expr string) ([]sample, error) {
	var data struct {
		Result []sample `json:"result"`
	}
	err := s.api(&data, "query", "query", expr)
	return data.Result, err
}

// over asks for the last minutes, every few seconds.
func (s *server) over(expr string, minutes int) ([]sample, error) {
	var data struct {
		Result []sample `json:"result"`
	}
	now := time.Now()
	err := s.api(&data, "query_range", "query", expr, "step", "5",
		"start", now.Add(-time.Duration(minutes)*time.Minute).Format(time.RFC3339), "end", now.Format(time.RFC3339))
	return data.Result, err
}

// one is the value of an expression that has exactly one.
func (s *server) one(expr string) (float64, error) {
	found, err := s.instant(expr)
	if err != nil {
		return 0, err
	}
	if len(found) != 1 {
		return 0, fmt.Errorf("%s has %d results", expr, len(found))
	}
	return found[0].Value.value, nil
}

// untilValue waits until an expression has that value.
func (s *server) untilValue(want float64, expr string) {
	s.t.Helper()
	until(s.t, fmt.Sprintf("%s is %v", expr, want), func() error {
		got, err := s.one(expr)
		if err == nil && got != want {
			err = fmt.Errorf("it is %v", got)
		}
		return err
	})
}

// untilEvaluated waits until the rules have been evaluated, and evaluated once
// more, on what is scraped from now on.
func (s *server) untilEvaluated() {
	s.t.Helper()
	later := func(expr string, than float64) (at float64) {
		until(s.t, expr+" has moved on", func() error {
			var err error
			if at, err = s.one(expr); err == nil && at <= than {
				err = fmt.Errorf("it is %v", at)
			}
			return err
		})
		return at
	}
	scraped := later(`min(timestamp(up{job="quilt-auditor"}))`, float64(time.Now().UnixMilli())/1e3)
	later(`timestamp(constant:quilt_auditor_runbooks:info)`, scraped+1)
}

// wantAllTheTime fails unless an alert fired at every second since then.
func (s *server) wantAllTheTime(since time.Time, alertname, check, accountID string) {
	s.t.Helper()
	expr := fmt.Sprintf(`min_over_time((count(ALERTS{alertstate="firing", alertname=%q, check=%q, account_id=%q}) or vector(0))[%ds:1s])`,
		alertname, check, accountID, int(time.Since(since).Seconds()))
	if got, err := s.one(expr); err != nil || got != 1 {
		s.t.Errorf("%s is %v (%v), not 1", expr, got, err)
	}
}
