package cloudtrail

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// basis is what the verdict rests on: which trails count, and their selectors.
func (d *side) basis() any {
	type entry struct {
		ARN       string
		WhyNot    string
		Selectors string
	}
	entries := make([]entry, 0, len(d.trails))
	for _, t := range d.trails {
		e := entry{ARN: t.ARN, WhyNot: t.WhyNot}
		if t.snapshot != nil {
			raw, _ := t.snapshot.Selectors.Get() // unread selectors are in Unread
			e.Selectors = string(raw)
		}
		entries = append(entries, e)
	}
	return struct {
		Trails []entry
		Unread []*snapshot.ReadError
	}{entries, audit.ReadErrors(d.unread...)}
}
