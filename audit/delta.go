package audit

// LeftOut is what the configuration has and a run did not look at, because it
// was asked for less or was cut short. Findings on it stay as they are.
type LeftOut struct {
	// Everything: the run was cut short before it could judge.
	Everything bool     `json:"everything,omitempty"`
	Checks     []string `json:"checks,omitempty"`   // IDs
	Accounts   []string `json:"accounts,omitempty"` // ids
}

// Has reports whether findings of the check in the account were left out.
func (l *LeftOut) Has(check, accountID string) bool {
	if l.Everything {
		return true
	}
	for _, c := range l.Checks {
		if c == check {
			return true
		}
	}
	for _, a := range l.Accounts {
		if a == accountID {
			return true
		}
	}
	return false
}

// Delta is what differs between a store that holds what Prior held and one
// that holds the run: everything that has to be written, and no more.
type Delta struct {
	// Removed are the IDs of findings to delete. A store deletes first and
	// writes Rows then.
	Removed []string
	// Rows are the findings to write, in the order of the run.
	Rows Rows
	// Changes are to be added to the history: those of the run, after those
	// of earlier runs that could not be recorded.
	Changes []Change
	// Seen is for Prior.Advance: by the place in Prior, which findings got a
	// verdict with evidence. A store does not write it.
	Seen []bool
}

// Row is a finding as a store keeps it: all of it but LastSeen of findings
// whose status rests on evidence. That is taken_at of the last run that did
// not leave the finding out, so that it is not rewritten for every run.
type Row struct {
	// Finding is the row's own.
	Finding *Finding
	// Missed counts the complete listings in a row that lacked the bucket.
	Missed int
	// FailFingerprint is the fingerprint of the open failure, "" if the
	// finding is none. It outlives runs in which the finding cannot be read.
	FailFingerprint string
	// Digest is over everything that the row holds. It is never 0.
	Digest int64
}
