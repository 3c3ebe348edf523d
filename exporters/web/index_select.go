package web

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// page returns a page of the listing, in its ordering, and the cursor of the
// page behind it, "" if there is none.
func (x *indexed) page(l *listing) (list []audit.Finding, next string, err error) {
	order, from := x.orders[l.Sort], 0
	if l.cursor != "" {
		after, err := decodeRank(l.cursor)
		if err != nil {
			return nil, "", err
		}
		at, found := slices.BinarySearchFunc(order, after, func(i int32, e indexEntry) int { return l.Sort.compare(x.entries[i], e) })
		if from = at; found {
			from++
		}
	}
	var last *indexEntry
	matches := x.matcher(l)
	for _, i := range order[from:] {
		e := &x.entries[i]
		if !matches(e) {
			continue
		}
		if len(list) == pageSize {
			return list, encodeRank(last), nil
		}
		list, last = append(list, e.finding()), e
	}
	return list, "", nil
}

// matcher tells which entries the listing selects, without what takes time
// where it is not asked for.
func (x *indexed) matcher(l *listing) func(*indexEntry) bool {
	text := strings.ToLower(l.Text)
	return func(e *indexEntry) bool {
		switch {
		case l.Check != "" && l.Check != e.check,
			l.Status != "" && l.Status != e.status,
			l.Severity != 0 && l.Severity != e.severity,
			l.AccountID != "" && l.AccountID != e.account,
			l.Waived != nil && *l.Waived != e.waived,
			l.Bucket != "" && l.Bucket != (&audit.Finding{Resource: e.resource, Subject: e.subject}).Bucket():
			return false
		}
		return text == "" || named(e.resource, e.subject, text)
	}
}

// named reports whether the resource or subject has the text in it, which is
// in lower case.
func named(resource, subject, text string) bool {
	return strings.Contains(strings.ToLower(resource), text) || strings.Contains(strings.ToLower(subject), text)
}

// find returns the place of the finding with that ID; false if it is not
// outstanding.
func (x *indexed) find(id string) (audit.Position, bool) {
	for i := range x.entries {
		if e := &x.entries[i]; audit.FindingID(e.check, e.resource, e.subject) == id {
			return e.position(), true
		}
	}
	return audit.Position{}, false
}
