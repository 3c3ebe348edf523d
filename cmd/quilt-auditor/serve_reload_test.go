package main

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// reload asks for a reload, by the signal or by HTTP, and waits for its end.
func (d *served) reload(by string) (body string) {
	d.t.Helper()
	if by == "POST" {
		_, body, _ = d.request(http.MethodPost, "/-/reload")
		return body
	}
	done := func() int {
		log := d.stderr.String()
		return strings.Count(log, `msg="reloaded the configuration"`) + strings.Count(log, `was not reloaded`)
	}
	before := done()
	d.signal(syscall.SIGHUP)
	d.until("the reload is done", func() bool { return done() > before })
	return ""
}

// TestServeReload: what the files say anew takes effect with the next run,
// and what is wrong with them changes nothing at all.
func TestServeReload(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"SIGHUP", "POST"} {
		t.Run(by, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, strings.Replace(siteConfig, "[acme-good, acme-bad]", "[acme-good]", 1))
			d := s.serve("--web.enable-lifecycle")
			d.ran(1)
			if n := d.findings().Header.Counts; n.Fail != 0 {
				t.Fatalf("the first run counts %+v", n)
			}
			reloadGood(d, by)
			reloadBad(d, by)
			s.write("config.yaml", siteConfig)
			d.reload(by)
			d.wantReloaded(1)
			d.run()
			if n := d.findings().Header.Counts; n.Fail != 2 || n.Waived != 0 {
				t.Errorf("the last run counts %+v", n)
			}
			d.stop()
		})
	}
}

func (d *served) wantReloaded(successful float64) {
	d.t.Helper()
	if got := d.metric("config_last_reload_successful"); got != successful {
		d.t.Errorf("config_last_reload_successful is %v, want %v\n%s", got, successful, d.stderr)
	}
}

// reloadGood adds a bucket, disables a check, waives and reschedules.
func reloadGood(d *served, by string) {
	d.t.Helper()
	interval, before := d.metric("schedule_interval_seconds"), d.metric("config_last_reload_success_timestamp_seconds")
	d.write("config.yaml", strings.NewReplacer(
		never, "0 0 1 1 *", "keep: 90d", "keep: 90m", "disable: [cloudtrail-data-events]", "disable: [cloudtrail-data-events, s3-bucket-policy-required-actions]",
	).Replace(siteConfig)+"waivers_file: waivers.yaml\n")
	d.write("waivers.yaml", "waivers:\n  - {check: s3-object-ownership, bucket: acme-bad, reason: known, owner: me, expires: 2999-01-31}\n")
	d.reload(by)
	d.wantReloaded(1)
	d.logged("level=warn", `msg="config.yaml:17: exports[1].keep: only the files of the last `)
	if got := d.metric("config_last_reload_success_timestamp_seconds"); got <= before {
		d.t.Errorf("the success is of %v, was of %v", got, before)
	}
	if got := d.metric("schedule_interval_seconds"); got == interval {
		d.t.Errorf("the interval is still %v", got)
	}
	d.run()
	wantNewPlan(d)
}

// wantNewPlan: the last run went by what reloadGood wrote.
func wantNewPlan(d *served) {
	d.t.Helper()
	run := d.findings()
	if n := run.Header.Counts; n.Fail != 1 || n.Waived != 1 {
		d.t.Errorf("the run counts %+v", n)
	}
	if strings.Contains(strings.Join(run.Header.Checks, " "), "s3-bucket-policy-required-actions") {
		d.t.Errorf("the run had the checks %v", run.Header.Checks)
	}
	page := d.get("/metrics")
	for series, want := range map[string]float64{`buckets{account_id="444455556666"}`: 2, `waivers{state="active"}`: 1} {
		if got, _ := metricOf(page, series); got != want {
			d.t.Errorf("%s is %v, want %v", series, got, want)
		}
	}
}

// reloadBad writes files that are wrong in one place and new in others.
func reloadBad(d *served, by string) {
	d.t.Helper()
	interval, before := d.metric("schedule_interval_seconds"), d.metric("config_last_reload_success_timestamp_seconds")
	good, waivers := d.read("config.yaml"), d.read("waivers.yaml")
	for _, test := range []struct{ name, config, waivers, key string }{
		{"unknown key", strings.Replace(good, "buckets:", "bucket:", 1), waivers, "config.yaml:11: accounts[0].bucket:"},
		{"secret in a wrong place", strings.Replace(good, "regions: [us-east-1, us-west-2]", "regions: [{external_id: "+fakeExternalID+"}]", 1), waivers, "config.yaml:10: accounts[0].regions[0]"},
		{"secret of a wrong shape", strings.Replace(good, "external_id: "+fakeExternalID, "external_id: ["+fakeExternalID+"]", 1), waivers, "config.yaml:9: accounts[0].external_id"},
		{"no YAML", good + "\t}", waivers, "config.yaml:"},
		{"schedule", strings.Replace(good, "0 0 1 1 *", "every so often", 1), waivers, "config.yaml:13: schedule"},
		{"waiver without owner", strings.Replace(good, "0 0 1 1 *", "0 * * * *", 1), strings.Replace(waivers, "owner: me, ", "", 1), "waivers.yaml:2: waivers[0].owner"},
		{"waivers are gone", strings.Replace(good, "waivers.yaml", "no-waivers.yaml", 1), waivers, "no-waivers.yaml"},
		{"other storage", strings.Replace(good, "path: history", "path: elsewhere", 1), waivers, "storage.path is now "},
	} {
		d.write("config.yaml", strings.Replace(test.config, "[acme-good, acme-bad]", "[acme-bad]", 1))
		d.write("waivers.yaml", test.waivers)
		body := d.reload(by)
		d.wantReloaded(0)
		d.logged("level=error", "the configuration was not reloaded, the old one stays active", test.key)
		if by == "POST" {
			d.want(http.StatusInternalServerError, http.MethodPost, "/-/reload", test.key)
			if !strings.Contains(body, "The configuration is as it was") {
				d.t.Errorf("%s: the answer is %s", test.name, body)
			}
		}
		if got := d.metric("config_last_reload_success_timestamp_seconds"); got != before {
			d.t.Errorf("%s: the success is of %v, was of %v", test.name, got, before)
		}
		if got := d.metric("schedule_interval_seconds"); got != interval {
			d.t.Errorf("%s: the interval is %v, was %v", test.name, got, interval)
		}
	}
	d.run()
	wantNewPlan(d)
}

// TestServeReloadForbidden: without --web.enable-lifecycle HTTP changes
// nothing, and from another site never.
func TestServeReloadForbidden(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	d := s.serve()
	d.ran(1)
	before := d.metric("config_last_reload_success_timestamp_seconds")
	s.write("config.yaml", "nonsense")
	d.want(http.StatusForbidden, http.MethodPost, "/-/reload", "--web.enable-lifecycle")
	d.want(http.StatusMethodNotAllowed, http.MethodGet, "/-/reload", "")
	if got := d.metric("config_last_reload_success_timestamp_seconds"); got != before {
		t.Errorf("it was reloaded")
	}
	d.wantReloaded(1)
	d.reload("SIGHUP")
	d.wantReloaded(0)
	d.stop()
}

// TestServeReloadInRun: a run goes on by the configuration that it began
// with, and is the only one.
func TestServeReloadInRun(t *testing.T) {
	t.Parallel()
	s := newSite(t, siteConfig)
	s.gate.hold()
	d := s.serve("--web.enable-lifecycle")
	d.until("the run is in progress", func() bool { return d.metric("run_in_progress") == 1 })
	s.write("config.yaml", strings.Replace(siteConfig, "[acme-good, acme-bad]", "[acme-good]", 1))
	for range 3 {
		d.reload("SIGHUP")
		d.reload("POST")
	}
	d.wantReloaded(1)
	d.want(http.StatusConflict, http.MethodPost, "/api/v1/runs", "going on already")
	s.gate.open()
	d.ran(1)
	if n := d.findings().Header.Counts; n.Fail != 2 {
		t.Errorf("the run that was going on counts %+v", n)
	}
	d.run()
	if n := d.findings().Header.Counts; n.Fail != 0 || len(d.runs()) != 2 {
		t.Errorf("the second run counts %+v, there are %d runs", n, len(d.runs()))
	}
	d.stop()
}
