package audit

import (
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// enoughListings is how many complete listings in a row have to lack a bucket
// before its findings are removed: one alone can be wrong for a moment.
const enoughListings = 2

// absentees are the prior findings that no verdict is about.
type absentees struct {
	removed []*entry
	unknown []Verdict // in the order of Evaluate, for those that stay in the stream
	missed  map[findingKey]int
}

// absent decides what becomes of each prior finding without a verdict.
func (t *Settling) absent() absentees {
	list := absentees{missed: map[findingKey]int{}}
	for _, e := range t.unjudged() {
		check, subject := e.check.Value(), *e.subject
		if t.LeftOut.Has(check, subject.AccountID) {
			t.useWaivers(e)
			continue
		}
		v, missed, stays := t.fate(e, check, subject)
		if !stays {
			list.removed = append(list.removed, e)
			continue
		}
		v.Check, v.Subject = check, subject
		list.unknown = append(list.unknown, v)
		if missed > 0 {
			list.missed[e.key] = missed
		}
	}
	slices.SortFunc(list.unknown, compareVerdicts)
	return list
}

// unjudged are the prior findings that got no verdict.
func (t *Settling) unjudged() []*entry {
	if t.Prior.Len() == 0 {
		return nil
	}
	var list []*entry
	for i, is := range t.judged {
		if !is {
			list = append(list, t.Prior.entries.at(i))
		}
	}
	return list
}

// fate decides whether a finding without a verdict stays in the stream, as
// what, and how many complete listings have lacked its bucket by now.
//
// Accounts, roles and named buckets get a verdict as long as they are in the
// configuration, so that only a discovered bucket can be missing for another
// reason.
func (t *Settling) fate(e *entry, check string, s Subject) (v Verdict, missed int, stays bool) {
	account := t.Snapshot.Account(s.AccountID)
	if t.checks[check] == nil || account == nil || !account.Data || !isBucket(s.Resource) {
		return Verdict{}, 0, false
	}
	if t.Snapshot.ScopeBucket(s.AccountID, s.Resource) != nil || t.Discovers != nil && !t.Discovers(s.AccountID, bucketOf(s.Resource, "")) {
		return Verdict{}, 0, false
	}
	if what, err := shut(account); err != nil {
		return notListed(what, err), int(e.missed), true
	}
	missed = int(e.missed) + 1
	return missingOnce(), missed, missed < enoughListings
}

// shut tells why the account could not be entered or listed, and nil if it
// could.
func shut(a *snapshot.Account) (what string, err error) {
	if _, err := a.Identity.Get(); err != nil {
		return "The account of the bucket could not be entered", err
	}
	if _, err := a.Listing.Get(); err != nil {
		return "The buckets of the account could not be listed", err
	}
	return "", nil
}

func notListed(what string, err error) Verdict {
	v := Unreadable("", err)
	v.Reason = fmt.Sprintf("%s: %s.", what, err)
	return v
}

// missingOnce is the verdict on a bucket that the first complete listing
// lacks.
func missingOnce() Verdict {
	const reason = "The listing of the account lacks the bucket; if the next complete one does too, this finding is removed."
	return Verdict{Status: StatusUnknown, Reason: reason, Evidence: struct{}{}, Basis: reason}
}
