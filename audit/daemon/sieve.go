package daemon

import (
	"context"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// sieve keeps of a run's findings what has to be in memory: those that are
// outstanding, in brief, because the store has all, or the Delta does. If the
// store did not take the run before, it may not be readable either, and
// everything is kept.
type sieve struct {
	daemon *Daemon
	all    bool
	kept   []audit.Finding
}

// sieve is for a run that is compared with what is known now.
func (r *run) sieve() *sieve {
	_, held := r.history.view()
	return &sieve{daemon: r.Daemon, all: held != nil && r.history.base.recorded != ""}
}

func (s *sieve) add(findings []audit.Finding) {
	for i := range findings {
		switch f := &findings[i]; {
		case s.all:
			s.kept = append(s.kept, *f)
		case f.Outstanding():
			s.kept = append(s.kept, f.Brief())
		}
	}
}

// finish puts what was kept into the run.
func (s *sieve) finish(run *audit.Run) {
	s.add(run.Findings)
	audit.SortFindings(s.kept)
	run.Findings = s.kept
	if s.all {
		return
	}
	run.Elsewhere = s.daemon.Findings(context.Background(), audit.Query{RunID: run.Header.RunID})
}
