package main

import (
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/config"
)

// waivers reads the waivers file that the configuration names, if any, and
// prints its warnings. It gives all of them or an error. Which have expired is
// for each run to tell.
func (p *program) waivers(cfg *config.Config) ([]audit.Waiver, error) {
	return p.waiversAt(cfg, time.Time{})
}

// waiversAt is waivers, and warns of those that have expired at a time.
func (p *program) waiversAt(cfg *config.Config, now time.Time) ([]audit.Waiver, error) {
	if cfg.WaiversFile == "" {
		return nil, nil
	}
	list, warnings, err := config.LoadWaivers(config.WaiversOptions{File: cfg.WaiversFile, CheckIDs: checkIDs(checks.All()), Now: now})
	p.warn(warnings)
	if err != nil {
		return nil, fmt.Errorf("the waivers are not valid:\n%w", err)
	}
	return list, nil
}

// waiverFields say which waiver it is; what it does not limit is left out.
func waiverFields(u audit.WaiverUse) []zap.Field {
	w := &u.Waiver
	fields := []zap.Field{
		zap.String("waiver", w.ID()), zap.String("check", w.Check), zap.String("owner", w.Owner), zap.String("expires", w.Expires.String()),
	}
	for _, optional := range []struct{ name, value string }{
		{"account", w.Account}, {"bucket", w.Bucket}, {"resource", w.Resource}, {"fingerprint", w.Fingerprint}, {"ticket", w.Ticket},
	} {
		if optional.value != "" {
			fields = append(fields, zap.String(optional.name, optional.value))
		}
	}
	return fields
}
