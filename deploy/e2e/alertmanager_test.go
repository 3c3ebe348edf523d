//go:build deploy

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// alert is one as Alertmanager's API and webhooks tell of it.
type alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	Status      json.RawMessage   `json:"status"` // an object, or in webhooks a text
}

// is reports whether the alert has these labels, given by turns.
func (a *alert) is(labels ...string) bool {
	for i := 0; i < len(labels); i += 2 {
		if a.Labels[labels[i]] != labels[i+1] {
			return false
		}
	}
	return true
}

// told is what a webhook was told of an alert.
type told struct {
	alert
	receiver string
	status   string // firing or resolved
}

// webhook is what receives notifications.
type webhook struct {
	mu   sync.Mutex
	told []told
}

// ServeHTTP takes a notification (Alertmanager, "webhook_config").
func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var message struct {
		Receiver string  `json:"receiver"`
		Alerts   []alert `json:"alerts"`
	}
	text, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(text, &message)
	}
	if err != nil || r.URL.Path != "/"+message.Receiver {
		http.Error(w, fmt.Sprintf("%s: %v", r.URL, err), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range message.Alerts {
		h.told = append(h.told, told{a, message.Receiver, strings.Trim(string(a.Status), `"`)})
	}
}

// of is what was told of the alert with these labels, in that order, the same
// twice in a row being once.
func (h *webhook) of(labels ...string) []told {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []told
	for _, one := range h.told {
		if one.is(labels...) {
			list = append(list, one)
		}
	}
	return slices.CompactFunc(list, func(a, b told) bool { return a.status == b.status && maps.Equal(a.Labels, b.Labels) })
}

// pager is an Alertmanager, and a webhook that receives what it has to say.
type pager struct {
	t *testing.T
	*process
	hook *webhook
}

// startAlertmanager runs Debian's Alertmanager by the configuration of the
// repository, with its times in seconds and its receivers here.
func startAlertmanager(t *testing.T) *pager {
	t.Helper()
	hook := &webhook{}
	receiver := httptest.NewServer(hook)
	t.Cleanup(receiver.Close)
	config := copied(t, "alertmanager/alertmanager.yaml",
		replacement{"http://localhost:9095", receiver.URL}, replacement{"group_wait: 30s", "group_wait: 1s"}, replacement{"group_interval: 5m", "group_interval: 1s"})
	p := &pager{t, start(t, prometheusListens, nil, "prometheus-alertmanager", "--config.file", config, "--storage.path", t.TempDir(),
		"--web.listen-address", "127.0.0.1:0", "--cluster.listen-address", "", "--log.format", "logfmt"), hook}
	until(t, "Alertmanager is ready", func() error {
		_, err := get(p.base() + "/-/ready")
		return err
	})
	return p
}

// notifies puts the Alertmanager where the configuration of Prometheus has one
// commented out.
func (p *pager) notifies() []replacement {
	return []replacement{
		{"#alerting:", "alerting:"},
		{"#  alertmanagers:", "  alertmanagers:"},
		{"#    - static_configs:", "    - static_configs:"},
		{"#        - targets: [localhost:9093]", "        - targets: [" + p.address + "]"},
	}
}

// alerts are those that Alertmanager has with these labels, and whether it
// sends them: it does not send what another one inhibits.
func (p *pager) alerts(labels ...string) (sent, inhibited []alert) {
	p.t.Helper()
	text, err := get(p.base() + "/api/v2/alerts")
	if err != nil {
		p.t.Fatal(err)
	}
	var all []alert
	if err := json.Unmarshal(text, &all); err != nil {
		p.t.Fatalf("%s: %v", text, err)
	}
	for _, a := range all {
		var status struct {
			InhibitedBy []string `json:"inhibitedBy"`
		}
		if err := json.Unmarshal(a.Status, &status); err != nil {
			p.t.Fatalf("%s: %v", a.Status, err)
		}
		switch {
		case !a.is(labels...):
		case len(status.InhibitedBy) > 0:
			inhibited = append(inhibited, a)
		default:
			sent = append(sent, a)
		}
	}
	return sent, inhibited
}

// untilFires waits until Alertmanager has exactly one such alert, which it
// sends, and returns it.
func (p *pager) untilFires(labels ...string) alert {
	p.t.Helper()
	var found alert
	until(p.t, fmt.Sprintf("Alertmanager has %v", labels), func() error {
		sent, _ := p.alerts(labels...)
		if len(sent) != 1 {
			return fmt.Errorf("it has %v", sent)
		}
		found = sent[0]
		return nil
	})
	return found
}

// wantFires fails unless Alertmanager has such an alert now, and the receiver
// was never told that it was resolved.
func (p *pager) wantFires(when string, labels ...string) {
	p.t.Helper()
	if sent, _ := p.alerts(labels...); len(sent) != 1 {
		p.t.Errorf("%s Alertmanager has %v of %v", when, sent, labels)
	}
	if slices.ContainsFunc(p.hook.of(labels...), func(h told) bool { return h.status == "resolved" }) {
		p.t.Errorf("%s %v was told to be resolved", when, labels)
	}
}

// untilTold waits until the receiver for what is no emergency was told that, in
// that order, first of all.
func (p *pager) untilTold(statuses []string, labels ...string) {
	p.t.Helper()
	until(p.t, fmt.Sprintf("it was told that %v is %v", labels, statuses), func() error {
		var got []string
		for _, h := range p.hook.of(labels...) {
			if h.receiver != "tickets" {
				return fmt.Errorf("%s was told", h.receiver)
			}
			got = append(got, h.status)
		}
		if len(got) < len(statuses) || !slices.Equal(got[:len(statuses)], statuses) {
			return fmt.Errorf("it was told %v", got)
		}
		return nil
	})
}
