package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Waiver accepts the failures and unknowns of a check in some places until a
// date. It is a mark on findings, never a status of theirs.
type Waiver struct {
	// Check is a check ID or a glob over them. In all globs * stands for any
	// characters and ? for one.
	Check string `json:"check"`
	// Account, Bucket and Resource are globs over account ids, bucket names
	// and ARNs, all of which must match; "" matches everything. At least one
	// is set.
	Account  string `json:"account,omitempty"`
	Bucket   string `json:"bucket,omitempty"`
	Resource string `json:"resource,omitempty"`
	Reason   string `json:"reason"`
	Owner    string `json:"owner"`
	Ticket   string `json:"ticket,omitempty"`
	// Expires is the last day, in UTC, on which the waiver is valid.
	Expires Date `json:"expires"`
	// Fingerprint, if set, is that of the accepted state: the waiver covers no
	// other.
	Fingerprint string `json:"fingerprint,omitempty"`
}

// WaiverNote is what a waived finding says of its waiver.
type WaiverNote struct {
	Owner   string `json:"owner"`
	Reason  string `json:"reason"`
	Ticket  string `json:"ticket,omitempty"`
	Expires Date   `json:"expires"`
}

// String is the note as a sentence for people: until when, by whom and why.
func (w *WaiverNote) String() string {
	by := w.Owner
	if w.Ticket != "" {
		by += " (" + w.Ticket + ")"
	}
	return "Waived until " + w.Expires.String() + " by " + by + ": " + w.Reason
}

// WaiverState says what a waiver came to in a run.
type WaiverState string

// The states of a waiver. Only an active one covers findings.
const (
	WaiverActive  WaiverState = "active"
	WaiverExpired WaiverState = "expired"
	// WaiverUnused waivers match no finding that fails or is unknown.
	WaiverUnused WaiverState = "unused"
	// WaiverLapsed waivers match such findings, but in another state than the
	// one whose fingerprint was accepted.
	WaiverLapsed WaiverState = "lapsed"
)

// WaiverStates lists every state.
func WaiverStates() []WaiverState {
	return []WaiverState{WaiverActive, WaiverExpired, WaiverUnused, WaiverLapsed}
}

// WaiverUse is what a waiver came to in a run.
type WaiverUse struct {
	Waiver Waiver
	State  WaiverState
	// Findings counts the findings of the run's stream that are waived by
	// this waiver; where several match, the first in the file waives.
	Findings int
}

// ID identifies the waiver by what it covers: the first 12 hex digits of the
// SHA-256 over its globs and fingerprint, joined by newlines. It stays when
// owner, reason, ticket or expiry are edited.
func (w *Waiver) ID() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{w.Check, w.Account, w.Bucket, w.Resource, w.Fingerprint}, "\n")))
	return hex.EncodeToString(sum[:6])
}

// Note is what a finding that the waiver covers says of it.
func (w *Waiver) Note() *WaiverNote {
	return &WaiverNote{Owner: w.Owner, Reason: w.Reason, Ticket: w.Ticket, Expires: w.Expires}
}

// Matches reports whether the globs of the waiver match a finding, whatever
// its status, its fingerprint and the date.
func (w *Waiver) Matches(f *Finding) bool {
	return w.matches(f.Check, Subject{AccountID: f.AccountID, Resource: f.Resource, Key: f.Subject})
}

func (w *Waiver) matches(check string, s Subject) bool {
	if !globMatches(w.Check, check) || w.Account != "" && !globMatches(w.Account, s.AccountID) ||
		w.Resource != "" && !globMatches(w.Resource, s.Resource) {
		return false
	}
	if w.Bucket == "" {
		return true
	}
	bucket := bucketOf(s.Resource, s.Key)
	return bucket != "" && globMatches(w.Bucket, bucket)
}

// bucketOf is the name of the bucket in a resource or, for a role, in the
// sub-key; "" if there is none.
func bucketOf(resource, key string) string {
	if isBucket(resource) {
		return resource[strings.LastIndexByte(resource, ':')+1:]
	}
	return key
}

// isBucket reports whether the ARN is that of a bucket.
func isBucket(arn string) bool {
	parts := strings.Split(arn, ":")
	return len(parts) == 6 && parts[2] == "s3" && parts[3] == "" && parts[4] == "" && !strings.Contains(parts[5], "/")
}

// Date is a day of the calendar in UTC. The zero Date is none.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// End is the first instant after the day.
func (d Date) End() time.Time { return time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, time.UTC) }

// String is the day in the form 2006-01-02.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// MarshalText writes the form of String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of String and fails on any other text, and on
// days that the calendar lacks.
func (d *Date) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("expected a date such as 2027-01-31, found %.40q", text)
	}
	*d = Date{t.Year(), t.Month(), t.Day()}
	return nil
}
