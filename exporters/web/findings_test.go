package web_test

import (
	"context"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

func unmarshal(line string, v any) error { return stdjson.Unmarshal([]byte(line), v) }

func TestFindingsAreTheWholeRun(t *testing.T) {
	t.Parallel()
	s := &history{run: runOf("run-1", 120, nil)}
	p := readPage(t, serve(s, nil).get("/api/v1/findings"))
	if diff := cmp.Diff(s.run.Findings, p.findings); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p.runID != "run-1" || p.unread != 1 || p.next != "" {
		t.Errorf("run %q, %d unread, next %q", p.runID, p.unread, p.next)
	}
}

func TestFindingsQuery(t *testing.T) {
	t.Parallel()
	waived, not := true, false
	for raw, want := range map[string]audit.Query{
		"":                         {},
		"check=s3-check-1":         {Check: "s3-check-1"},
		"check=none-such":          {Check: "none-such"},
		"status=not_applicable":    {Status: audit.StatusNotApplicable},
		"severity=informational":   {Severity: audit.Informational},
		"account_id=000000000003":  {AccountID: "000000000003"},
		"account_id=nobody":        {AccountID: "nobody"},
		"bucket=acme-%C3%A9%26x":   {Bucket: "acme-é&x"},
		"waived=true":              {Waived: &waived},
		"waived=false":             {Waived: &not},
		"outstanding=true":         {Outstanding: true},
		"outstanding=false":        {},
		"limit=1":                  {Limit: 1},
		"limit=10000":              {Limit: 10_000},
		"status=fail&severity=low": {Status: audit.StatusFail, Severity: audit.Low},
		"check=&status=&severity=&account_id=&bucket=&waived=&outstanding=&limit=&cursor=": {},
	} {
		t.Run(raw, func(t *testing.T) {
			t.Parallel()
			s := &history{run: runOf("run-1", 50, nil)}
			w := serve(s, nil).get("/api/v1/findings?" + raw)
			if w.Code != http.StatusOK || len(s.queries) != 2 {
				t.Fatalf("status %d after %d readings: %s", w.Code, len(s.queries), w.Body)
			}
			want.RunID = "run-1"
			if want.Limit == 0 {
				want.Limit = 1000
			}
			brief := want
			brief.Brief, brief.Limit = true, want.Limit+1
			if diff := cmp.Diff([]audit.Query{brief, want}, s.queries); diff != "" {
				t.Errorf("asked of the store (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindingsRefuses(t *testing.T) {
	t.Parallel()
	for raw, says := range map[string]string{
		"zone=1":                                `unknown parameter "zone": use check, status, severity, account_id, bucket, waived, outstanding, limit, cursor`,
		"Status=fail":                           `unknown parameter "Status"`,
		"=fail":                                 `unknown parameter ""`,
		"status=fail&status=fail":               "status is given 2 times",
		"cursor=&cursor=":                       "cursor is given 2 times",
		"status=FAIL":                           `status cannot be "FAIL": use fail, unknown, pass or not_applicable`,
		"status=fail%20":                        `status cannot be "fail "`,
		"severity=0":                            `severity cannot be "0": use critical, high`,
		"waived=1":                              `waived "1" is neither true nor false`,
		"outstanding=True":                      `outstanding "True" is neither true nor false`,
		"limit=0":                               `limit "0" is no number from 1 to 10000`,
		"limit=-1":                              `limit "-1" is no number`,
		"limit=%2B1":                            `limit "+1" is no number`,
		"limit=1e3":                             `limit "1e3" is no number`,
		"limit=10001":                           `limit "10001" is no number`,
		"limit=99999999999999999999":            `is no number`,
		"cursor=!":                              "cursor is none that this version gave",
		"cursor=bnVsbA":                         "cursor is none that this version gave",
		"cursor=eyJ2IjoxfQ":                     "cursor is none that this version gave",
		"check=%zz":                             "the query string is malformed",
		"check=a;status=fail":                   "the query string is malformed",
		"bucket=" + strings.Repeat("x", 16<<10): "the query string is longer than 16384 bytes",
	} {
		t.Run(raw[:min(len(raw), 30)], func(t *testing.T) {
			t.Parallel()
			s := &history{run: runOf("run-1", 5, nil)}
			w := serve(s, nil).get("/api/v1/findings?" + raw)
			var answer struct{ Error string }
			if err := unmarshal(w.Body.String(), &answer); err != nil {
				t.Fatal(err)
			}
			if w.Code != http.StatusBadRequest || !strings.Contains(answer.Error, says) || w.Header().Get("Content-Type") != "application/json" {
				t.Errorf("status %d, %q; want 400 and %q", w.Code, answer.Error, says)
			}
			if len(s.queries) > 0 {
				t.Error("the store was asked all the same")
			}
		})
	}
}

// TestPagesWhileRunsChange goes through all pages, a new run between any two
// of them, in which findings come and go: what is in every run comes exactly
// once, nothing comes twice, and the order is that of a run.
func TestPagesWhileRunsChange(t *testing.T) {
	t.Parallel()
	const estate = 120
	filters := []audit.Query{{}, {Status: audit.StatusFail}, {AccountID: "000000000002"}, {Check: "s3-check-1"}, {Outstanding: true}}
	for i, filter := range filters {
		for _, limit := range []int{1, 7, 50, estate} {
			t.Run(fmt.Sprint(i, limit), func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(uint64(i), uint64(limit)))
				runs := 0
				s := &history{}
				advance := func() {
					runs++
					s.set(runOf(fmt.Sprintf("run-%d", runs), estate, func(i int) bool { return i%5 == 0 && random.IntN(2) == 0 }))
				}
				advance()
				h := serve(s, nil)
				target := "/api/v1/findings?" + values(filter, limit).Encode()
				var got []audit.Finding
				for target != "" {
					p := readPage(t, h.get(target))
					if p.runID != s.run.Header.RunID || len(p.findings) > limit || len(p.findings) == 0 && p.next != "" {
						t.Fatalf("page of %s with %d findings", p.runID, len(p.findings))
					}
					got, target = append(got, p.findings...), p.next
					advance()
				}
				checkOnce(t, got, filter, estate)
			})
		}
	}
}

func values(q audit.Query, limit int) url.Values {
	v := url.Values{"limit": {fmt.Sprint(limit)}}
	for name, value := range map[string]string{"status": string(q.Status), "account_id": q.AccountID, "check": q.Check} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Outstanding {
		v.Set("outstanding", "true")
	}
	return v
}

func checkOnce(t *testing.T, got []audit.Finding, filter audit.Query, estate int) {
	t.Helper()
	for i := 1; i < len(got); i++ {
		if got[i-1].Position().Compare(got[i].Position()) >= 0 {
			t.Fatalf("%v stands before %v", got[i-1].Position(), got[i].Position())
		}
	}
	for i := range estate {
		f := finding(i)
		has := slices.ContainsFunc(got, func(g audit.Finding) bool { return g.ID == f.ID })
		if has && !filter.Matches(&f) {
			t.Errorf("finding %d does not match", i)
		}
		if !has && i%5 != 0 && filter.Matches(&f) {
			t.Errorf("finding %d is in every run and was left out", i)
		}
	}
}

// TestLastPageHasNoLink holds at the brink: one finding more, as many, fewer
// than the limit.
func TestLastPageHasNoLink(t *testing.T) {
	t.Parallel()
	for n, linked := range map[int]bool{0: false, 9: false, 10: false, 11: true} {
		p := readPage(t, serve(&history{run: runOf("run-1", n, nil)}, nil).get("/api/v1/findings?limit=10"))
		if len(p.findings) != min(n, 10) || (p.next != "") != linked {
			t.Errorf("%d findings: %d on the page, next %q", n, len(p.findings), p.next)
		}
	}
}

func TestLinkIsOfTheOutside(t *testing.T) {
	t.Parallel()
	for external, begins := range map[string]string{
		"":                                "/api/v1/findings?",
		"https://audit.acme.example":      "https://audit.acme.example/api/v1/findings?",
		"https://acme.example:8443/quilt": "https://acme.example:8443/quilt/api/v1/findings?",
		"http://[fe80::1%25eth0]/a%2Fb/":  "http://[fe80::1%25eth0]/a%2Fb/api/v1/findings?",
	} {
		h := serve(&history{run: runOf("run-1", 9, nil)}, func(o *web.Options) {
			if external != "" {
				o.ExternalURL, _ = url.Parse(external)
			}
		})
		p := readPage(t, h.get("/api/v1/findings?limit=1&waived=&bucket=acme-%C3%A9%2600000"))
		if !strings.HasPrefix(p.next, begins) {
			t.Errorf("%q: next is %s", external, p.next)
		}
		u, err := url.Parse(p.next)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if q.Get("cursor") == "" || q.Get("limit") != "1" || q.Get("bucket") != "acme-é&00000" || len(q) != 3 {
			t.Errorf("next asks for %v", q)
		}
	}
}

// TestSuperseded ends a run at each of the moments at which a page can notice.
func TestSuperseded(t *testing.T) {
	t.Parallel()
	for at := 1; at <= 4; at++ {
		s := &history{run: runOf("run-1", 30, nil)}
		s.asked = func(n int) {
			if n == at {
				s.set(runOf("run-2", 5, nil))
			}
		}
		w := serve(s, nil).get("/api/v1/findings?limit=10")
		p, want := readPage(t, w), 5
		if at > 2 { // the page was read by then
			want = 10
		}
		if len(p.findings) != want || (p.next == "") != (want == 5) || (p.runID == "run-2") != (want == 5) {
			t.Errorf("new run at reading %d: %d findings of %s, next %q", at, len(p.findings), p.runID, p.next)
		}
	}
}

func TestSupersededForEver(t *testing.T) {
	t.Parallel()
	s := &history{run: runOf("run-0", 30, nil)}
	s.asked = func(n int) {
		if n%2 == 0 { // a page gets as far as its link
			s.set(runOf(fmt.Sprintf("run-%d", n), 30, nil))
		}
	}
	h := serve(s, nil)
	w := h.get("/api/v1/findings?limit=10")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "try again") || w.Header().Get("Link") != "" {
		t.Errorf("status %d, Link %q: %s", w.Code, w.Header().Get("Link"), w.Body)
	}
	if h.log.Len() > 0 {
		t.Errorf("logged %v, and nothing is wrong", h.log.All())
	}
}

func TestFindingsBeforeTheFirstRun(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/api/v1/findings", "/api/v1/findings?limit=3&status=fail"} {
		w := serve(&history{}, nil).get(target)
		if w.Code != http.StatusServiceUnavailable || w.Body.String() != "{\"error\":\"no run has been recorded yet\"}\n" {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	}
}

// TestBrokenStore has the store fail before anything is sent: the answer is
// an error, which tells nothing of the inside.
func TestBrokenStore(t *testing.T) {
	t.Parallel()
	broken := func(context.Context, int) error { return errBroken }
	recorded := []audit.Recorded{{Header: runOf("run-1", 0, nil).Header}}
	for name, tt := range map[string]struct {
		target string
		s      *history
	}{
		"last run":    {"/api/v1/findings", &history{lastErr: errBroken}},
		"the finding": {"/api/v1/findings?limit=1", &history{run: runOf("run-1", 5, nil), before: broken}},
		"the runs":    {"/api/v1/runs", &history{recorded: recorded, before: broken}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := serve(tt.s, nil)
			w := h.get(tt.target)
			if w.Code != http.StatusInternalServerError || !strings.HasPrefix(w.Body.String(), `{"error":`) || strings.Contains(w.Body.String(), errBroken.Error()) {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
			if w.Header().Get("Link") != "" || w.Header().Get("Content-Encoding") != "" {
				t.Errorf("headers of a page: %v", w.Header())
			}
			if h.log.Len() != 1 || !errors.Is(h.log.All()[0].Context[0].Interface.(error), errBroken) {
				t.Errorf("logged %v, want the error once", h.log.All())
			}
		})
	}
}

func BenchmarkFindings(b *testing.B) {
	run := runOf("run-1", 10_000, nil)
	for _, limit := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(limit), func(b *testing.B) {
			h := serve(&history{run: run}, nil)
			r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/api/v1/findings?limit=%d", limit), nil)
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(discard{http.Header{}}, r)
			}
		})
	}
}

// discard is a client that reads everything and keeps nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
