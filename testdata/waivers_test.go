package testdata_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

func loadWaivers(t *testing.T, on time.Time) []audit.Waiver {
	t.Helper()
	text, err := testdata.Waivers(on)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "waivers.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	waivers, warnings, err := config.LoadWaivers(config.WaiversOptions{File: file, CheckIDs: checkIDs()})
	if err != nil || len(warnings) > 0 {
		t.Fatalf("%v, %v", err, warnings)
	}
	return waivers
}

func TestWaiversShowEveryState(t *testing.T) {
	t.Parallel()
	for n, run := range settle(t, testdata.Cycle+1, loadWaivers(t, began)) {
		var got []audit.WaiverState
		for _, use := range run.Waivers {
			got = append(got, use.State)
		}
		want := []audit.WaiverState{audit.WaiverActive, audit.WaiverExpired, audit.WaiverUnused, audit.WaiverLapsed}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("run %d: %s", n, diff)
		}
		if run.Header.Counts.Waived != 1 {
			t.Errorf("run %d has %d waived findings, want the one", n, run.Header.Counts.Waived)
		}
	}
}

// TestWaiversMoveWithTheDay holds for demos before the sample was written and
// long after.
func TestWaiversMoveWithTheDay(t *testing.T) {
	t.Parallel()
	for _, on := range []time.Time{
		time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC), time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC),
		time.Date(2031, 12, 31, 0, 0, 0, 0, time.FixedZone("", 14*3600)),
	} {
		waivers := loadWaivers(t, on)
		if len(waivers) != 4 {
			t.Fatalf("%d waivers", len(waivers))
		}
		for i, w := range waivers {
			if expired := !on.Before(w.Expires.End()); expired != (i == 1) {
				t.Errorf("on %s waiver %d, valid through %s, is expired: %t", on, i, w.Expires, expired)
			}
		}
	}
}
