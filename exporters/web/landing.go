package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"html/template"
	"net/http"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

//go:embed landing.html
var landingHTML string

//go:embed landing.css
var landingCSS string

// landingPage is the front page and the content policy that it is served
// under, which allows its one style sheet and nothing else.
type landingPage struct {
	page   *template.Template
	policy string
}

func newLandingPage() landingPage {
	sum := sha256.Sum256([]byte(landingCSS))
	return landingPage{
		page:   template.Must(template.New("landing").Parse(landingHTML)),
		policy: contentPolicy + "; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
	}
}

// overview is what the front page shows.
type overview struct {
	Style    template.CSS
	Prefix   string // of links
	Version  string
	NotReady string // why; "" if ready
	Broken   bool   // the last run could not be read
	Run      *summary
}

// summary is what the front page shows of the last run.
type summary struct {
	audit.Header
	Counts   []statusCount
	Open     []severityCount
	Duration time.Duration
	// Limited are accounts that were not entered, or not listed, and
	// MoreLimited is how many there are beside them.
	Limited     []audit.HeaderAccount
	MoreLimited int
}

// maxLimited is how many accounts the front page lists.
const maxLimited = 20

type statusCount struct {
	Status audit.Status
	Count  int
}

type severityCount struct {
	Severity audit.Severity
	Count    int
}

// landing serves the front page. It is served whatever is broken: it is where
// a person looks first.
func (h *handler) landing(w http.ResponseWriter, r *http.Request) {
	o := overview{Style: template.CSS(landingCSS), Prefix: h.prefix(), Version: h.Version}
	if err := h.Ready(); err != nil {
		o.NotReady = err.Error()
	}
	switch run, ok, err := h.Findings.Last(r.Context()); {
	case err != nil:
		h.Log.Error("reading the last run for the front page", zap.Error(err))
		o.Broken = true
	case ok:
		o.Run = summarize(run)
	}
	var page bytes.Buffer
	if err := h.front.page.Execute(&page, o); err != nil {
		h.Log.Error("making the front page", zap.Error(err))
		answer(w, http.StatusInternalServerError, "The page could not be made; the log says why.")
		return
	}
	w.Header().Set("Content-Security-Policy", h.front.policy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page.Bytes()) // a client that is gone needs no answer
}

func summarize(run *audit.Run) *summary {
	n := run.Header.Counts
	s := &summary{
		Header: run.Header,
		Counts: []statusCount{
			{audit.StatusFail, n.Fail},
			{audit.StatusUnknown, n.Unknown},
			{audit.StatusPass, n.Pass},
			{audit.StatusNotApplicable, n.NotApplicable},
		},
		Duration: run.Header.EndedAt.Sub(run.Header.StartedAt).Round(time.Second),
	}
	open := map[audit.Severity]int{}
	for _, t := range run.Tallies {
		if !t.Waived {
			open[t.Severity] += t.Open
		}
	}
	for _, severity := range audit.Severities() {
		if open[severity] > 0 {
			s.Open = append(s.Open, severityCount{severity, open[severity]})
		}
	}
	s.Limited = slices.DeleteFunc(slices.Clone(run.Header.Accounts), func(a audit.HeaderAccount) bool { return a.Access == audit.AccessOK })
	if more := len(s.Limited) - maxLimited; more > 0 {
		s.Limited, s.MoreLimited = s.Limited[:maxLimited], more
	}
	return s
}
