package report

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// spell is a time of the period in which a finding was unknown.
type spell struct {
	Subject
	span // within the period
	// began is when it became unknown, which can be earlier.
	began   int64
	seen    FindingTime
	ongoing bool
	reason  string
	causes  []cause
}

// cause is why something could not be judged.
type cause struct {
	Operation  string `json:"operation"`
	Code       string `json:"code"`
	Permission string `json:"missing_permission"`
}

// unknown takes the times into the report in which a finding was unknown.
func (b *builder) unknown(s Subject, t timeline, observed *mask) {
	for i := range t {
		within := t[i].clip(b.period)
		if t[i].status != audit.StatusUnknown || within.empty() {
			continue
		}
		b.spells = append(b.spells, spell{
			Subject: s, span: within, began: t[i].from, seen: observed.within(within), ongoing: t[i].until >= b.period.until,
		})
	}
}

// momentKey is a change that began something.
type momentKey struct {
	finding string
	at      int64
}

// readMoments reads what was found when the failures opened and the spells
// began.
func (b *builder) readMoments(ctx context.Context) error {
	failures, spells := map[momentKey]*failed{}, map[momentKey]*spell{}
	first := forever
	for i := range b.failures {
		if f := &b.failures[i]; f.OpenedRun != "" {
			failures[momentKey{f.FindingID, instantOf(f.Opened)}] = f
			first = min(first, instantOf(f.Opened))
		}
	}
	for i := range b.spells {
		s := &b.spells[i]
		if s.began != never {
			spells[momentKey{s.FindingID, s.began}] = s
			first = min(first, s.began)
		}
	}
	if first == forever {
		return nil
	}
	known := map[string][]cause{}
	for m, err := range b.history.Moments(ctx, timeOf(first), b.Until) {
		if err != nil {
			return err
		}
		if m.Finding == nil {
			continue
		}
		key := momentKey{m.Change.FindingID, instantOf(m.Change.At)}
		if f := failures[key]; f != nil && m.Change.Kind == audit.Opened {
			f.describe(m.Finding, OfOpening)
		}
		if s := spells[key]; s != nil && m.Change.Kind == audit.Blinded {
			s.reason, s.causes = m.Finding.Reason, causesOf(m.Finding.Evidence, known)
		}
	}
	return nil
}

// causesOf are the reads that failed, as the evidence has them. Many findings
// have the same: known remembers.
func causesOf(evidence json.RawMessage, known map[string][]cause) []cause {
	if list, ok := known[string(evidence)]; ok {
		return list
	}
	var e struct {
		Unread []cause `json:"unread"`
	}
	if json.Unmarshal(evidence, &e) != nil { // evidence that is no object has no such list
		e.Unread = nil
	}
	slices.SortFunc(e.Unread, cause.compare)
	list := slices.Compact(e.Unread)
	known[string(evidence)] = list
	return list
}

func (c cause) compare(o cause) int {
	return cmp.Or(cmp.Compare(c.Operation, o.Operation), cmp.Compare(c.Code, o.Code), cmp.Compare(c.Permission, o.Permission))
}

// maxExamples bounds the examples of an Unknown.
const maxExamples = 5

// unknownResults sums the spells up.
func (b *builder) unknownResults() []Unknown {
	type place struct {
		account string
		cause
	}
	groups := map[place]*group{}
	slices.SortFunc(b.spells, func(x, y spell) int { return cmp.Or(x.compare(&y.Subject), cmp.Compare(x.from, y.from)) })
	for i := range b.spells {
		s := &b.spells[i]
		causes := s.causes
		if len(causes) == 0 {
			causes = []cause{{}}
		}
		for _, c := range causes {
			at := place{s.AccountID, c}
			if groups[at] == nil {
				groups[at] = newGroup(s.AccountID, c)
			}
			groups[at].add(s)
		}
	}
	list := make([]Unknown, 0, len(groups))
	for _, g := range groups {
		list = append(list, g.result())
	}
	slices.SortFunc(list, func(a, b Unknown) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.ErrorCode, b.ErrorCode),
			cmp.Compare(a.MissingPermission, b.MissingPermission))
	})
	return list
}

// group are the spells of one cause; those of a finding follow one another.
type group struct {
	Unknown
	last   string // the finding that was counted last
	checks map[string]bool
}

func newGroup(accountID string, c cause) *group {
	return &group{
		Unknown: Unknown{AccountID: accountID, Operation: c.Operation, ErrorCode: c.Code, MissingPermission: c.Permission, Examples: []Subject{}},
		checks:  map[string]bool{},
	}
}

func (g *group) add(s *spell) {
	if g.last != s.FindingID {
		g.last = s.FindingID
		g.Findings++
		if len(g.Examples) < maxExamples {
			g.Examples = append(g.Examples, s.Subject)
		}
	}
	if g.From.IsZero() || s.from < instantOf(g.From) {
		g.From = timeOf(s.from)
	}
	if g.Until.IsZero() || s.until > instantOf(g.Until) {
		g.Until = timeOf(s.until)
	}
	if s.ongoing {
		g.Ongoing++
	}
	g.Reason = cmp.Or(g.Reason, s.reason)
	g.Time += s.seen
	g.checks[s.Check] = true
}

func (g *group) result() Unknown {
	g.Checks = []string{}
	for id := range g.checks {
		g.Checks = append(g.Checks, id)
	}
	slices.Sort(g.Checks)
	return g.Unknown
}
