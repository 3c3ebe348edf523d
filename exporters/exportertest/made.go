package exportertest

import (
	"encoding/json"
	"fmt"
	"iter"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Tallied sets the counts and tallies of the run by its findings, and returns
// the run.
func Tallied(run *audit.Run) *audit.Run {
	run.Header.Counts, run.Tallies = audit.Counts{}, nil
	type key struct {
		check, account string
		severity       audit.Severity
		status         audit.Status
		waived         bool
	}
	at := map[key]int{}
	for i := range run.Findings {
		f := &run.Findings[i]
		k := key{f.Check, f.AccountID, f.Severity, f.Status, f.Waived}
		if _, ok := at[k]; !ok {
			at[k] = len(run.Tallies)
			run.Tallies = append(run.Tallies, audit.Tally{Check: f.Check, Severity: f.Severity, AccountID: f.AccountID, Status: f.Status, Waived: f.Waived})
		}
		run.Tallies[at[k]].Findings++
		run.Header.Counts.Add(f)
	}
	return run
}

// Hostile is Full with the text in every place where text from outside can
// stand.
func Hostile(text string) *audit.Run {
	run := Full()
	for i := range run.Header.Accounts {
		run.Header.Accounts[i].Name = text
	}
	run.Header.Profile = text
	for i := range run.Unread {
		u := &run.Unread[i]
		u.Region, u.Operation, u.ErrorCode, u.MissingPermission, u.Examples = text, text, text, text, []string{text}
	}
	for i := range run.Findings {
		spoil(&run.Findings[i], text)
	}
	for i := range run.Changes {
		run.Changes[i].Resource += text
	}
	return run
}

func spoil(f *audit.Finding, text string) {
	f.Region, f.Subject, f.Reason = text, text, text
	f.Resource += text
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	f.Evidence = json.RawMessage(`{"witness":` + string(quoted) + `}`)
	if f.Remediation != nil {
		f.Remediation = &audit.Remediation{Kind: audit.RemedyChange, Summary: text, CLI: text, Document: quoted, Diff: text}
	}
	if f.Waiver != nil {
		f.Waiver = &audit.WaiverNote{Owner: text, Reason: text, Ticket: text, Expires: f.Waiver.Expires}
	}
}

// Large is a run of n failures like those of a real estate. It keeps them
// elsewhere: each is made when it is asked for.
func Large(n int) *audit.Run {
	run := Full()
	run.Unread, run.Changes = nil, nil
	run.Header.Result = audit.Complete
	example := policyFailure()
	run.Findings = []audit.Finding{example}
	Tallied(run)
	run.Header.Counts.Fail, run.Tallies[0].Findings = n, n
	run.Findings, run.Elsewhere = nil, made(example, n)
	return run
}

func made(f audit.Finding, n int) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		for i := range n {
			f.Resource = fmt.Sprintf("arn:aws:s3:::acme-%06d", i)
			f.ID = audit.FindingID(f.Check, f.Resource, f.Subject)
			if !yield(f, nil) {
				return
			}
		}
	}
}

// Failing is a run whose findings cannot all be read: after the first comes
// the error.
func Failing(err error) *audit.Run {
	run := Full()
	first := run.Findings[0]
	run.Elsewhere = func(yield func(audit.Finding, error) bool) {
		_ = yield(first, nil) && yield(audit.Finding{}, err)
	}
	return run
}
