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
	// kept are in parts: one list of all would be copied each time it grows,
	// and that stops everything in the process if garbage is being collected.
	kept [][]audit.Finding
}

// sieve is for a run that is compared with what is known now.
func (r *run) sieve() *sieve {
	_, held := r.history.view()
	return &sieve{daemon: r.Daemon, all: held != nil && r.history.base.recorded != ""}
}

func (s *sieve) add(findings []audit.Finding) {
	if s.all {
		s.kept = append(s.kept, findings)
		return
	}
	var outstanding []audit.Finding
	for i := range findings {
		if f := &findings[i]; f.Outstanding() {
			outstanding = append(outstanding, f.Brief())
		}
	}
	s.kept = append(s.kept, outstanding)
}

// finish puts what was kept into the run.
func (s *sieve) finish(run *audit.Run) {
	s.add(run.Findings)
	n := 0
	for _, part := range s.kept {
		n += len(part)
	}
	run.Findings = make([]audit.Finding, 0, n)
	for _, part := range s.kept {
		run.Findings = append(run.Findings, part...)
	}
	audit.SortFindings(run.Findings)
	if s.all {
		return
	}
	run.Elsewhere = s.daemon.Findings(context.Background(), audit.Query{RunID: run.Header.RunID})
}
