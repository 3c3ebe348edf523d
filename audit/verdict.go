package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Status is what a check says of a subject.
type Status string

// The statuses. What could not be read or decided is StatusUnknown, never
// StatusPass.
const (
	StatusPass          Status = "pass"
	StatusFail          Status = "fail"
	StatusUnknown       Status = "unknown"
	StatusNotApplicable Status = "not_applicable"
)

// Statuses lists every status, what needs attention first.
func Statuses() []Status { return []Status{StatusFail, StatusUnknown, StatusPass, StatusNotApplicable} }

// Verdict is what a check says of one subject, and what it rests on.
type Verdict struct {
	Check   string
	Subject Subject
	Status  Status
	// Severity, if it is not 0, is how bad this failure is, where failures of
	// the check are not alike.
	Severity Severity
	// Reason is one sentence for a person.
	Reason string
	// Evidence is a struct of the check's own, with JSON tags: what proves a
	// pass, the witness of a failure.
	Evidence any
	// Basis is what the verdict rests on (policy text, selectors, a setting):
	// its canonical JSON makes the fingerprint. Wording is no part of it.
	Basis any
	// Remediation says how to mend a failure; nil otherwise.
	Remediation *Remediation
	// Panic is set if the check panicked; for the log, never for findings.
	Panic *Panic
}

// RemediationKind tells a change that can be applied as it stands from
// advice.
type RemediationKind string

// The kinds of remediation.
const (
	RemedyChange RemediationKind = "change"
	RemedyAdvice RemediationKind = "advice"
)

// Remediation is a way to mend a failure. A RemedyChange is safe: it keeps
// every statement and selector that was there.
type Remediation struct {
	Kind    RemediationKind `json:"kind"`
	Summary string          `json:"summary"`
	// CLI is the command of the AWS CLI that applies Document.
	CLI      string          `json:"cli,omitempty"`
	Document json.RawMessage `json:"document,omitempty"`
	// Diff is from what there is to Document, in unified format.
	Diff string `json:"diff,omitempty"`
}

// Panic is what is left of a check that panicked.
type Panic struct {
	Digest string // over the functions and lines of the stack
	Stack  string
}

// Fingerprint is "sha256:" and the hex digest of the canonical JSON of what a
// verdict rests on. It panics on what cannot be marshalled, which is a defect
// of the check.
func Fingerprint(basis any) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(basis); err != nil {
		panic(err)
	}
	return digestText([sha256.Size]byte(h.Sum(nil)))
}

// Digest is "sha256:" and the hex digest of the bytes.
func Digest(b []byte) string { return digestText(sha256.Sum256(b)) }

func digestText(sum [sha256.Size]byte) string {
	const prefix = "sha256:"
	text := make([]byte, 0, len(prefix)+2*sha256.Size)
	return string(hex.AppendEncode(append(text, prefix...), sum[:]))
}
