package main

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
)

// TestLogfmt: times are as everywhere, and what is empty is not there.
func TestLogfmt(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	log, err := (&logOptions{level: "info", format: "logfmt"}).logger(&b)
	if err != nil {
		t.Fatal(err)
	}
	slot := time.Date(2026, 11, 22, 16, 32, 0, 0, time.FixedZone("", 2*60*60))
	log.With(zap.String("from", "")).Info("could not read", zap.String("region", ""), zap.String("code", "AccessDenied"), zap.Time("slot", slot), zap.Int("count", 0))
	_, got, _ := strings.Cut(b.String(), " ")
	if want := "level=info msg=\"could not read\" code=AccessDenied count=0 slot=2026-11-22T14:32:00Z\n"; got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}
