package main

import (
	"slices"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// report logs runs. What stays as it was in the run before is said only once,
// so that the log of a service grows with what happens.
type report struct {
	log     *zap.Logger
	then    func(*audit.Run)
	unread  []string
	waivers []string
}

// changesLogged bounds the lines that one run gives: of a first one, or of an
// account that was shut, there can be very many.
const changesLogged = 100

func newReport(log *zap.Logger, then func(*audit.Run)) *report { return &report{log: log, then: then} }

// run logs one. Calls do not overlap.
func (r *report) run(run *audit.Run) {
	r.troubles(run)
	for _, c := range run.Changes[:min(len(run.Changes), changesLogged)] {
		r.log.Info("finding "+string(c.Kind), zap.String("check", c.Check), zap.String("account_id", c.AccountID), zap.String("resource", c.Resource),
			zap.String("subject", c.Subject), zap.String("from", string(c.From)), zap.String("to", string(c.To)), zap.String("finding_id", c.FindingID))
	}
	if more := len(run.Changes) - changesLogged; more > 0 {
		r.log.Info("more findings changed than are logged; the history has them all", zap.Int("more", more))
	}
	took := run.Header.EndedAt.Sub(run.Header.StartedAt)
	r.log.Info("run ended", append(countFields(&run.Header), zap.Int("changes", len(run.Changes)), zap.Duration("took", took))...)
	r.then(run)
}

// troubles logs what the run could not read, and the waivers that cover nothing.
func (r *report) troubles(run *audit.Run) {
	r.unread = r.news(r.unread, run.Unread)
	r.waivers = r.badWaivers(r.waivers, run.Waivers)
}

// news logs what could not be read and could be, or failed otherwise, before.
func (r *report) news(before []string, unread []audit.Unread) []string {
	var now []string
	for _, u := range unread {
		key := u.AccountID + " " + u.Region + " " + u.Operation + " " + u.ErrorCode + " " + u.MissingPermission
		now = append(now, key)
		if !slices.Contains(before, key) {
			r.log.Warn("could not read", unreadFields(u)...)
		}
	}
	return now
}

// badWaivers logs the waivers that came to cover nothing.
func (r *report) badWaivers(before []string, uses []audit.WaiverUse) []string {
	var now []string
	for _, u := range uses {
		key := u.Waiver.ID() + " " + string(u.State)
		now = append(now, key)
		if u.State != audit.WaiverActive && !slices.Contains(before, key) {
			r.log.Warn("a waiver is "+string(u.State), waiverFields(u)...)
		}
	}
	return now
}

func unreadFields(u audit.Unread) []zap.Field {
	return []zap.Field{
		zap.String("account_id", u.AccountID), zap.String("region", u.Region), zap.String("operation", u.Operation),
		zap.String("code", u.ErrorCode), zap.String("missing_permission", u.MissingPermission), zap.Int("count", u.Count),
	}
}

func countFields(h *audit.Header) []zap.Field {
	n := h.Counts
	return []zap.Field{
		zap.String("run_id", h.RunID), zap.String("result", string(h.Result)), zap.Int("pass", n.Pass), zap.Int("fail", n.Fail),
		zap.Int("unknown", n.Unknown), zap.Int("not_applicable", n.NotApplicable), zap.Int("waived", n.Waived),
	}
}
