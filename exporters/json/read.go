package json

import (
	"bufio"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// maxLine bounds a line in bytes. A bucket policy holds at most 20 KB and a
// finding a few forms of it, so that longer lines are nobody's findings.
const maxLine = 16 << 20

// Read reads a whole findings stream back. Members that it does not know are
// ignored; anything else that is not as Write writes it is an error that names
// the line: another schema version, an unknown line type or status, lines out
// of order, a stream that ends before all the findings that its header counts.
func Read(r io.Reader) (*audit.Run, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, writeBuffer), maxLine)
	var s stream
	number := 0
	for lines.Scan() {
		number++
		if err := s.add(lines.Bytes()); err != nil {
			return nil, fmt.Errorf("findings stream, line %d: %w", number, err)
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("findings stream, line %d: longer than %d bytes", number+1, maxLine)
	} else if err != nil {
		return nil, fmt.Errorf("read the findings stream: %w", err)
	}
	if err := s.complete(); err != nil {
		return nil, fmt.Errorf("findings stream, after line %d: %w", number, err)
	}
	return s.run, nil
}

// stream is what has been read so far; run is nil before the header.
type stream struct{ run *audit.Run }

func (s *stream) add(line []byte) error {
	if !utf8.Valid(line) {
		return errors.New("not UTF-8")
	}
	var kind struct {
		Type string `json:"type"`
	}
	if err := stdjson.Unmarshal(line, &kind); err != nil {
		return fmt.Errorf("not a JSON object of the stream: %w", err)
	}
	if (kind.Type == typeHeader) != (s.run == nil) {
		return fmt.Errorf("type %.40q: a stream begins with its one header", kind.Type)
	}
	switch kind.Type {
	case typeHeader:
		return s.addHeader(line)
	case typeUnread:
		return s.addUnread(line)
	case typeFinding:
		return s.addFinding(line)
	default:
		return fmt.Errorf("unknown type %.40q: read the stream with the version that wrote it", kind.Type)
	}
}

func (s *stream) addHeader(line []byte) error {
	// The version comes first: another one may well have other types below.
	var version struct {
		SchemaVersion string `json:"schema_version"`
	}
	if err := stdjson.Unmarshal(line, &version); err != nil {
		return fmt.Errorf("bad header: %w", err)
	}
	if version.SchemaVersion != SchemaVersion {
		return fmt.Errorf("schema_version %.40q: this version reads %q only", version.SchemaVersion, SchemaVersion)
	}
	var h headerLine
	if err := stdjson.Unmarshal(line, &h); err != nil {
		return fmt.Errorf("bad header: %w", err)
	}
	if h.Result != audit.Complete && h.Result != audit.Partial {
		return fmt.Errorf("bad header: unknown result %.40q", h.Result)
	}
	access := []audit.Access{audit.AccessOK, audit.AccessDenied, audit.AccessUnreachable, audit.AccessPartial}
	for _, a := range h.Accounts {
		if !slices.Contains(access, a.Access) {
			return fmt.Errorf("bad header: unknown access %.40q to account %.40q", a.Access, a.ID)
		}
	}
	s.run = &audit.Run{Header: h.Header}
	return nil
}

func (s *stream) addUnread(line []byte) error {
	if len(s.run.Findings) > 0 {
		return errors.New("an unread line after findings")
	}
	var u unreadLine
	if err := stdjson.Unmarshal(line, &u); err != nil {
		return fmt.Errorf("bad unread line: %w", err)
	}
	s.run.Unread = append(s.run.Unread, u.Unread)
	return nil
}

func (s *stream) addFinding(line []byte) error {
	var f findingLine
	if err := stdjson.Unmarshal(line, &f); err != nil {
		return fmt.Errorf("bad finding: %w", err)
	}
	switch {
	case f.ID == "" || f.Check == "":
		return errors.New("a finding without id or check")
	case !slices.Contains(audit.Statuses(), f.Status):
		return fmt.Errorf("unknown status %.40q", f.Status)
	case !slices.Contains(audit.Severities(), f.Severity):
		return errors.New("a finding without severity")
	case f.Known != nil && (f.Known.Status == audit.StatusUnknown || !slices.Contains(audit.Statuses(), f.Known.Status)):
		return fmt.Errorf("known status %.40q rests on no evidence", f.Known.Status)
	}
	s.run.Findings = append(s.run.Findings, f.Finding)
	return nil
}

func (s *stream) complete() error {
	if s.run == nil {
		return errors.New("no header: this is not a findings stream")
	}
	c := s.run.Header.Counts
	if counted := c.Pass + c.Fail + c.Unknown + c.NotApplicable; counted != len(s.run.Findings) {
		return fmt.Errorf("%d findings where the header counts %d: the stream was cut short or filtered", len(s.run.Findings), counted)
	}
	return nil
}
