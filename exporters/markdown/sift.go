package markdown

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// group is what one check found of one kind. It counts all and keeps the
// worst.
type group struct {
	check, title string
	most, least  audit.Severity
	all          int
	first        []audit.Finding // the worst first, among these in the order of the run
}

// sifted is what a page shows of the findings, however many there are.
type sifted struct {
	counts   map[string]*audit.Counts // by check
	severity map[string]audit.Severity
	failures []*group
	unknowns []*group
	waivers  group // of all checks
}

// sift goes through the findings once.
func sift(run *audit.Run) (*sifted, error) {
	s := &sifted{counts: map[string]*audit.Counts{}, severity: map[string]audit.Severity{}}
	for _, id := range run.Header.Checks {
		s.counts[id] = &audit.Counts{}
	}
	failures, unknowns := map[string]*group{}, map[string]*group{}
	for f, err := range run.All() {
		if err != nil {
			return nil, fmt.Errorf("read the findings of run %s: %w", run.Header.RunID, err)
		}
		s.count(&f)
		switch {
		case f.Waived && f.Waiver != nil:
			s.waivers.add(&f)
		case f.Status == audit.StatusFail:
			grouped(failures, &f).add(&f)
		case f.Status == audit.StatusUnknown:
			grouped(unknowns, &f).add(&f)
		}
	}
	s.failures, s.unknowns = worstFirst(failures), worstFirst(unknowns)
	return s, nil
}

func (s *sifted) count(f *audit.Finding) {
	c := s.counts[f.Check]
	if c == nil {
		c = &audit.Counts{}
		s.counts[f.Check] = c
	}
	s.severity[f.Check] = max(s.severity[f.Check], f.Severity)
	c.Add(f)
}

func grouped(groups map[string]*group, f *audit.Finding) *group {
	g := groups[f.Check]
	if g == nil {
		g = &group{check: f.Check, title: f.Title}
		groups[f.Check] = g
	}
	return g
}

func (g *group) add(f *audit.Finding) {
	if g.all++; g.all == 1 {
		g.most, g.least = f.Severity, f.Severity
	}
	g.most, g.least = max(g.most, f.Severity), min(g.least, f.Severity)
	at := len(g.first)
	for at > 0 && g.first[at-1].Severity < f.Severity {
		at--
	}
	if at < maxListed {
		g.first = slices.Insert(g.first, at, *f)
		g.first = g.first[:min(len(g.first), maxListed)]
	}
}

// severity is that of all in the group, or of the worst.
func (g *group) severity() string {
	if g.least < g.most {
		return "at most " + g.most.String()
	}
	return g.most.String()
}

func worstFirst(groups map[string]*group) []*group {
	list := make([]*group, 0, len(groups))
	for _, g := range groups {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.most, a.most), cmp.Compare(a.check, b.check))
	})
	return list
}

func sum(groups []*group) int {
	n := 0
	for _, g := range groups {
		n += g.all
	}
	return n
}
