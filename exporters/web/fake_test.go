package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

var takenAt = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// history is a store in memory that misbehaves as it is told.
type history struct {
	mu       sync.Mutex
	run      *audit.Run // nil: none yet
	recorded []audit.Recorded
	queries  []audit.Query // those that Findings was asked

	snapshots map[string]*snapshot.Snapshot // by run ID; nil: cannot be read

	lastErr error
	// asked is called at the begin of the nth Findings, from 1.
	asked func(n int)
	// before is called before each finding, or run, that is not brief, from 0;
	// its error is yielded instead.
	before func(ctx context.Context, n int) error
	// endless yields the last finding for ever where it is not brief.
	endless bool
	// ended, if set, is closed when a reading that is not brief ends.
	ended chan struct{}
}

func (s *history) set(run *audit.Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.run = run
}

func (s *history) Last(context.Context) (*audit.Run, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lastErr != nil || s.run == nil {
		return nil, false, s.lastErr
	}
	last := *s.run
	last.Findings = nil
	return &last, true, nil
}

func (s *history) Findings(ctx context.Context, q audit.Query) iter.Seq2[audit.Finding, error] {
	return func(yield func(audit.Finding, error) bool) {
		s.mu.Lock()
		s.queries = append(s.queries, q)
		n := len(s.queries)
		s.mu.Unlock()
		if s.asked != nil {
			s.asked(n)
		}
		s.mu.Lock()
		run := s.run
		s.mu.Unlock()
		if q.RunID != "" && q.RunID != run.Header.RunID {
			yield(audit.Finding{}, audit.ErrSuperseded)
			return
		}
		if s.ended != nil && !q.Brief {
			defer close(s.ended)
		}
		s.yield(ctx, q, run, yield)
	}
}

func (s *history) yield(ctx context.Context, q audit.Query, run *audit.Run, yield func(audit.Finding, error) bool) {
	sent := 0
	for i := 0; i < len(run.Findings); i++ {
		f := run.Findings[i]
		if !q.Matches(&f) {
			continue
		}
		if q.Brief {
			f.Evidence, f.Reason = nil, ""
		} else if s.before != nil {
			if err := s.before(ctx, sent); err != nil {
				yield(audit.Finding{}, err)
				return
			}
		}
		if !yield(f, nil) {
			return
		}
		sent++
		if s.endless && !q.Brief {
			i--
		} else if sent == q.Limit {
			return
		}
	}
}

func (s *history) Runs(ctx context.Context, limit int) iter.Seq2[audit.Recorded, error] {
	return func(yield func(audit.Recorded, error) bool) {
		for i, r := range s.recorded {
			if s.before != nil {
				if err := s.before(ctx, i); err != nil {
					yield(audit.Recorded{}, err)
					return
				}
			}
			if i == limit || !yield(r, nil) {
				return
			}
		}
	}
}

func (s *history) Snapshot(_ context.Context, runID string) (*snapshot.Snapshot, bool, error) {
	kept, there := s.snapshots[runID]
	if there && kept == nil {
		return nil, false, errors.New("the disk is on fire")
	}
	return kept, there, nil
}

// finding is the nth of an estate of four accounts.
func finding(n int) audit.Finding {
	statuses, severities := audit.Statuses(), audit.Severities()
	f := audit.Finding{
		Check: fmt.Sprintf("s3-check-%d", n%3), Title: "A <check>", Status: statuses[n%4], Severity: severities[n%5],
		AccountID: fmt.Sprintf("%012d", n%4), Region: "us-east-1", Resource: fmt.Sprintf("arn:aws:s3:::acme-é&%05d", n/3),
		Reason: "Reason.", Evidence: []byte(`{}`), Controls: []audit.Control{},
		FirstSeen: takenAt, StatusSince: takenAt, Waived: n%7 == 0,
	}
	if f.Status != audit.StatusUnknown {
		f.Known = &audit.Known{Status: f.Status, Since: takenAt}
	}
	f.ID = audit.FindingID(f.Check, f.Resource, f.Subject)
	return f
}

// runOf is a run of n findings without those that leave out says to leave.
func runOf(id string, n int, leaveOut func(i int) bool) *audit.Run {
	run := &audit.Run{
		Header: audit.Header{
			RunID: id, Result: audit.Partial, StartedAt: takenAt.Add(-time.Second), TakenAt: takenAt, EndedAt: takenAt.Add(83 * time.Second),
			ControlAccountID: "111122223333", Profile: "quilt-2024", Checks: []string{"s3-check-0", "s3-check-1", "s3-check-2"},
			Accounts: []audit.HeaderAccount{
				{ID: "000000000000", Name: "genomics", Regions: []string{"us-east-1"}, Buckets: 12, Access: audit.AccessOK},
				{ID: "000000000001", Name: "imaging", Regions: []string{"us-east-1"}, Access: audit.AccessDenied},
				{ID: "000000000002", Regions: []string{"us-east-1"}, Buckets: 3, Access: audit.AccessPartial},
			},
		},
		Unread: []audit.Unread{{AccountID: "000000000001", Operation: "sts:AssumeRole", ErrorCode: "AccessDenied", Count: 1}},
		Tallies: []audit.Tally{
			{Check: "s3-check-0", Severity: audit.High, Status: audit.StatusFail, Findings: 3, Open: 3},
			{Check: "s3-check-1", Severity: audit.High, Status: audit.StatusUnknown, Findings: 2, Open: 1},
			{Check: "s3-check-1", Severity: audit.Low, Status: audit.StatusFail, Findings: 1, Open: 1},
			{Check: "s3-check-2", Severity: audit.Critical, Status: audit.StatusFail, Findings: 2, Open: 2, Waived: true},
		},
	}
	for i := range n {
		if leaveOut == nil || !leaveOut(i) {
			f := finding(i)
			run.Findings = append(run.Findings, f)
			run.Header.Counts.Add(&f)
		}
	}
	slices.SortFunc(run.Findings, func(a, b audit.Finding) int { return a.Position().Compare(b.Position()) })
	return run
}

// served is a handler and what it logged.
type served struct {
	http.Handler
	log *observer.ObservedLogs
}

func serve(s *history, adjust func(*web.Options)) served {
	core, logs := observer.New(zap.DebugLevel)
	o := web.Options{
		Findings:  s,
		Encoder:   func(w io.Writer) web.Encoder { return json.NewEncoder(w, "1.2.0") },
		MediaType: json.MediaType,
		Metrics:   http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "quilt_auditor_up 1\n") }),
		Ready:     func() error { return nil },
		Lifecycle: true,
		Reload:    func(context.Context) error { return nil },
		StartRun:  func() error { return nil },
		Version:   "1.2.0",
		Log:       zap.New(core),
	}
	if adjust != nil {
		adjust(&o)
	}
	return served{web.New(o), logs}
}

// get asks without a network.
func (s served) get(target string) *httptest.ResponseRecorder { return s.do(http.MethodGet, target) }

func (s served) do(method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

// page is what a findings stream held.
type page struct {
	runID    string
	unread   int
	findings []audit.Finding
	next     string // the target of the Link
}

func readPage(t *testing.T, w *httptest.ResponseRecorder) page {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return parsePage(t, w.Header().Get("Link"), w.Body.String())
}

// parsePage reads the page; json.Read refuses one that is not the whole run.
func parsePage(t *testing.T, link, body string) page {
	t.Helper()
	p := page{next: next(t, link)}
	for i, line := range strings.Split(strings.TrimSuffix(body, "\n"), "\n") {
		var l struct {
			Type  string `json:"type"`
			RunID string `json:"run_id"`
			audit.Finding
		}
		if err := unmarshal(line, &l); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		switch {
		case i == 0 && l.Type == "header":
			p.runID = l.RunID
		case l.Type == "unread" && len(p.findings) == 0:
			p.unread++
		case l.Type == "finding":
			p.findings = append(p.findings, l.Finding)
		default:
			t.Fatalf("line %d is of type %q", i+1, l.Type)
		}
	}
	if p.runID == "" {
		t.Fatal("no header")
	}
	return p
}

func next(t *testing.T, link string) string {
	t.Helper()
	if link == "" {
		return ""
	}
	target, ok := strings.CutSuffix(link, `>; rel="next"`)
	if !ok || !strings.HasPrefix(target, "<") {
		t.Fatalf("Link %s", link)
	}
	return target[1:]
}

var errBroken = errors.New("disk I/O error")
