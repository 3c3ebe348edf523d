package audit

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unique"
)

// findingKey is a finding's ID in 16 bytes.
type findingKey [16]byte

func keyOf(id string) (key findingKey, ok bool) {
	if len(id) != hex.EncodedLen(len(key)) {
		return key, false
	}
	_, err := hex.Decode(key[:], []byte(id))
	return key, err == nil
}

func (k findingKey) String() string {
	var text [2 * len(k)]byte
	hex.Encode(text[:], k[:])
	return string(text[:])
}

// entry is a finding in 80 bytes beside its subject, which others share; times
// are nanoseconds since 1970, 0 for none.
type entry struct {
	key                                          findingKey
	check                                        unique.Handle[string]
	subject                                      *Subject
	firstSeen, statusSince, knownSince, lastSeen int64
	digest                                       int64 // 0: the store holds something else
	status, known                                statusCode
	missed                                       uint8
	waived                                       bool
}

// newEntry makes the entry of a row, with the subject at hand if it is the
// same.
func newEntry(key findingKey, r Row, subject *Subject) entry {
	f := r.Finding
	if subject == nil || *subject != f.subject() {
		subject = ownSubject(f.subject())
	}
	e := entry{
		key: key, check: unique.Make(f.Check), subject: subject,
		firstSeen: nanos(f.FirstSeen), statusSince: nanos(f.StatusSince), lastSeen: nanos(f.LastSeen),
		digest: r.Digest, status: codeOf(f.Status), missed: uint8(r.Missed), waived: f.Waived,
	}
	if f.Known != nil {
		e.known, e.knownSince = codeOf(f.Known.Status), nanos(f.Known.Since)
	}
	return e
}

// ownSubject is a copy that keeps nothing else alive: a string can be a piece
// of a much larger one.
func ownSubject(s Subject) *Subject {
	return &Subject{
		AccountID: unique.Make(s.AccountID).Value(), Region: unique.Make(s.Region).Value(),
		Resource: strings.Clone(s.Resource), Key: strings.Clone(s.Key),
	}
}

// knownStatus is the last status with evidence, nil if there was none.
func (e *entry) knownStatus() *Known {
	if e.known == 0 {
		return nil
	}
	return &Known{Status: e.known.status(), Since: instant(e.knownSince)}
}

// statusCode is a Status in a byte; 0 is none.
type statusCode uint8

var codedStatuses = [...]Status{"", StatusPass, StatusFail, StatusUnknown, StatusNotApplicable}

func codeOf(s Status) statusCode { return statusCode(slices.Index(codedStatuses[:], s)) }

func (c statusCode) status() Status { return codedStatuses[c] }

func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
