package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// MaxEncodedBytes bounds what Decode reads: 100,000 buckets with full 20 KB
// policies fit, a file that was never a snapshot does not fill the memory.
const MaxEncodedBytes = 4 << 30

// Decode reads what Encode wrote. It fails, saying where and why, on anything
// else: a truncated file, another schema version, unknown members, data after
// the end, two entries for one thing.
func Decode(r io.Reader) (*Snapshot, error) {
	limited := &io.LimitedReader{R: r, N: MaxEncodedBytes}
	dec := json.NewDecoder(limited)
	dec.DisallowUnknownFields()
	var c Contents
	if err := dec.Decode(&c); err != nil {
		return nil, decodeError(err, dec.InputOffset(), limited.N)
	}
	if c.SchemaVersion != SchemaVersion {
		return nil, fmt.Errorf("the snapshot has schema version %q, this program reads %q", c.SchemaVersion, SchemaVersion)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("there is more after the end of the snapshot, at byte %d", dec.InputOffset())
	}
	if err := c.validate(); err != nil {
		return nil, fmt.Errorf("the snapshot contradicts itself: %w", err)
	}
	s, err := New(c)
	if err != nil {
		return nil, fmt.Errorf("the snapshot contradicts itself: %w", err)
	}
	return s, nil
}

func decodeError(err error, offset, left int64) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case left <= 0:
		return fmt.Errorf("the snapshot is larger than %d bytes", int64(MaxEncodedBytes))
	case errors.Is(err, io.EOF):
		return errors.New("the snapshot is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the snapshot ends in the middle: it was cut off")
	case errors.As(err, &syntax):
		return fmt.Errorf("the snapshot is no valid JSON at byte %d: %w", syntax.Offset, err)
	case errors.As(err, &kind):
		return fmt.Errorf("the snapshot has a %s where %q wants a %s, at byte %d", kind.Value, kind.Field, kind.Type, kind.Offset)
	}
	return fmt.Errorf("the snapshot cannot be read near byte %d: %w", offset, err)
}

// textForm is what operations, codes, permissions and regions look like.
var textForm = regexp.MustCompile(`^[A-Za-z0-9 :._-]{0,100}$`)

var (
	accountID  = regexp.MustCompile(`^[0-9]{12}$`)
	bucketName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,255}$`)
	partition  = regexp.MustCompile(`^aws[a-z-]*$`)
)

// validate checks what findings, metrics and commands are built from, so that
// a hostile file cannot smuggle text into them.
func (c *Contents) validate() error {
	if c.TakenAt.IsZero() || c.TakenAt.Location() != time.UTC {
		return errors.New("taken_at is missing or not in UTC")
	}
	if !accountID.MatchString(c.Scope.ControlAccountID) {
		return fmt.Errorf("the control account id %q is not twelve digits", c.Scope.ControlAccountID)
	}
	for i := range c.Scope.Accounts {
		a := &c.Scope.Accounts[i]
		if !accountID.MatchString(a.ID) || !partition.MatchString(a.Partition) {
			return fmt.Errorf("account %q in partition %q is no AWS account", a.ID, a.Partition)
		}
	}
	for i := range c.Scope.Buckets {
		b := &c.Scope.Buckets[i]
		if !bucketName.MatchString(b.Name) || !partition.MatchString(b.Partition) {
			return fmt.Errorf("%q in partition %q is no bucket name", b.Name, b.Partition)
		}
	}
	return c.validateReadings()
}

// validateReadings checks what is logged of failed reads.
func (c *Contents) validateReadings() error {
	for r := range c.Each {
		if !textForm.MatchString(r.Region) {
			return fmt.Errorf("%q is no region", r.Region)
		}
		e := r.Err()
		if e == nil {
			continue
		}
		for _, text := range []string{e.Operation, e.Code, e.MissingPermission} {
			if !textForm.MatchString(text) {
				return fmt.Errorf("%q is no operation, error code or permission", text)
			}
		}
		if strings.ContainsFunc(e.Detail, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return fmt.Errorf("the detail %q of a failed read is not printable", e.Detail)
		}
	}
	return nil
}
