package report

import (
	"cmp"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// report is everything that was gathered.
func (b *builder) report() *Report {
	r := &Report{SchemaVersion: SchemaVersion, Identity: b.identity(), Completeness: b.completeness()}
	r.Checks, r.Total = b.checkResults()
	r.Frameworks = b.frameworks()
	r.Failures, r.Unknowns = b.failureResults(), b.unknownResults()
	r.Changes, r.Waivers = b.changesOfPeriod(), b.waivers()
	r.Series = b.series.series(b)
	return r
}

func (b *builder) identity() Identity {
	id := Identity{
		Product: ProductName, Version: b.Version, GeneratedAt: b.GeneratedAt, Period: Period{b.Since, b.Until},
		Framework: b.Framework, AccountID: b.AccountID,
		Configs:   b.log.inUse(func(r *loggedRun) string { return r.config }),
		Rules:     b.log.inUse(func(r *loggedRun) string { return r.rules }),
		Profiles:  b.log.inUse(func(r *loggedRun) string { return r.profile }),
		Schedules: b.log.inUse(func(r *loggedRun) string { return r.schedule }),
		Snapshots: b.log.snapshots(),
	}
	if b.log.begins != never && b.log.oldest != forever {
		id.HistoryBegins = timeOf(b.log.oldest)
	}
	if last := b.log.last(); last != nil {
		id.LastRun, id.LastRunAt, id.ControlAccountID, id.Current = last.id, timeOf(last.taken), last.control, b.current()
		id.Kept = id.Current || b.log.unread != nil
	}
	return id
}

func (b *builder) completeness() Completeness {
	slots, extra := b.log.slots()
	observed := b.log.all.within(b.period)
	c := Completeness{
		Runs: b.log.counts(slots, extra), Observed: durationOf(observed), NotObserved: durationOf(b.period.length() - observed),
		Gaps: b.log.gaps(slots), Bins: b.log.bins(slots), Unread: []audit.Unread{},
	}
	c.ByAccount, c.Accounts = b.log.accountsOf(b.AccountID)
	for i := range c.ByAccount {
		if a := &c.ByAccount[i]; !a.Gone {
			c.Buckets.Listed += a.Buckets
		}
	}
	for _, j := range b.buckets {
		c.Buckets.WithFindings++
		switch {
		case !j.unknown:
			c.Buckets.Judged++
		case j.known:
			c.Buckets.PartlyJudged++
		default:
			c.Buckets.NotJudged++
		}
	}
	unread := b.log.unread
	if b.current() {
		unread = b.last.Unread
	}
	for _, u := range unread {
		if b.AccountID == "" || b.AccountID == u.AccountID {
			c.Unread = append(c.Unread, u)
		}
	}
	return c
}

// changesOfPeriod are the changes of the period.
func (b *builder) changesOfPeriod() []audit.Change {
	list := []audit.Change{}
	for i := range b.changes {
		if c := &b.changes[i]; within(instantOf(c.At), b.period) && b.wants(c.Check, c.AccountID) {
			list = append(list, *c)
		}
	}
	return list
}

// checked is a check of the report, and its findings.
type checked struct {
	rule *audit.Check // nil if this version does not have the check
	tally
}

// catalogue are the checks that the report is about.
func (b *builder) catalogue() map[string]*checked {
	byID := map[string]*checked{}
	for i := range b.Checks {
		c := &b.Checks[i]
		if b.Framework == "" || slices.ContainsFunc(b.Frameworks, func(f audit.Framework) bool { return f.Name == b.Framework && relates(c, &f, "") }) {
			byID[c.ID] = &checked{rule: c}
		}
	}
	return byID
}

// check is where the findings of a check are counted.
func (b *builder) check(id string) *checked {
	c := b.checks[id]
	if c == nil {
		c = &checked{}
		b.checks[id] = c
	}
	return c
}

func (b *builder) checkResults() ([]Check, Sums) {
	list, total := []Check{}, tally{}
	for id, c := range b.checks {
		result := Check{ID: id, Title: id, Controls: []audit.Control{}, Doc: Doc{Sources: []string{}}, InUse: b.log.checks[id], Sums: c.sums()}
		if r := c.rule; r != nil {
			result.Title, result.Severity = r.Title, r.Severity
			result.Doc = Doc{r.Doc.Why, r.Doc.Judges, r.Doc.Fix, append([]string{}, r.Doc.Sources...)}
			result.Controls = append(result.Controls, r.Controls...)
		}
		list = append(list, result)
	}
	slices.SortFunc(list, func(a, b Check) int { return cmp.Compare(a.ID, b.ID) })
	for i := range list {
		total.merge(&b.checks[list[i].ID].tally)
	}
	return list, total.sums()
}

// relates reports whether a check has to do with a control of a framework; ""
// is any.
func relates(c *audit.Check, f *audit.Framework, control string) bool {
	return relation(c, f, control) != ""
}

func relation(c *audit.Check, f *audit.Framework, control string) audit.Relation {
	for _, k := range c.Controls {
		if k.Standard == f.Title && k.Version == f.Version && (control == "" || k.ID == control) {
			return k.Relation
		}
	}
	return ""
}

// frameworks are the control matrices.
func (b *builder) frameworks() []Framework {
	list := []Framework{}
	for i := range b.Frameworks {
		f := &b.Frameworks[i]
		if b.Framework != "" && b.Framework != f.Name {
			continue
		}
		result := Framework{Name: f.Name, Title: f.Title, Version: f.Version, Publisher: f.Publisher, Source: f.Source, Note: f.Note, Controls: []Control{}}
		for _, k := range f.Controls {
			result.Controls = append(result.Controls, b.control(f, k))
		}
		list = append(list, result)
	}
	slices.SortFunc(list, func(a, b Framework) int {
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.Version, b.Version))
	})
	return list
}

func (b *builder) control(f *audit.Framework, k audit.FrameworkControl) Control {
	result, sum := Control{ID: k.ID, Title: k.Title, Checks: []Relating{}}, tally{}
	for i := range b.Checks {
		c := &b.Checks[i]
		if r := relation(c, f, k.ID); r != "" {
			result.Checks = append(result.Checks, Relating{c.ID, r})
			if r != audit.Informative {
				sum.merge(&b.checks[c.ID].tally)
			}
		}
	}
	slices.SortFunc(result.Checks, func(a, b Relating) int { return cmp.Compare(a.Check, b.Check) })
	result.Sums = sum.sums()
	return result
}
