package excess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// add notes that someone is granted the actions.
func (f *finder) add(class Class, name string, actions []policy.Action, found policy.Found) {
	f.addTo(Excess{Class: class, Who: name}, actions, found)
}

// addServed is add for what a service is granted.
func (f *finder) addServed(class Class, name string, actions []policy.Action, found policy.Found) {
	f.addTo(Excess{Class: class, Who: name, ByService: true}, actions, found)
}

func (f *finder) addTo(like Excess, actions []policy.Action, found policy.Found) {
	if len(actions) == 0 {
		return
	}
	i := slices.IndexFunc(f.found, func(e Excess) bool {
		return e.Class == like.Class && e.Who == like.Who && e.ByService == like.ByService
	})
	if i < 0 {
		i = len(f.found)
		f.found = append(f.found, like)
	}
	e := &f.found[i]
	if first := actions[0].Name; e.Witness == nil || first < e.Witness.Action {
		w := *found.Witness
		w.Action = first
		e.Witness = &w
	}
	for _, a := range actions {
		e.Actions = append(e.Actions, a.Name)
	}
	if by := found.GrantedBy; by != nil && !slices.ContainsFunc(e.GrantedBy, func(d policy.DecidedBy) bool { return *d.Statement == *by.Statement }) {
		e.GrantedBy = append(e.GrantedBy, *by)
	}
}

// doubt notes that it cannot be told whether someone is granted the actions.
// One construct that is not understood leaves many open, so it is noted once.
func (f *finder) doubt(name string, actions []policy.Action, found policy.Found) {
	i := slices.IndexFunc(f.doubts, func(d Doubt) bool {
		return d.Reason == found.Reason && slices.Equal(d.DependsOn, found.DependsOn) && sameStatement(d.GrantedBy, found.GrantedBy)
	})
	if i < 0 {
		i = len(f.doubts)
		f.doubts = append(f.doubts, Doubt{Who: name, DependsOn: found.DependsOn, Reason: found.Reason, GrantedBy: found.GrantedBy})
	}
	for _, a := range actions {
		f.doubts[i].Actions = append(f.doubts[i].Actions, a.Name)
	}
}

func sameStatement(a, b *policy.DecidedBy) bool {
	return a == nil && b == nil || a != nil && b != nil && *a.Statement == *b.Statement
}

func (f *finder) report() Report {
	for i := range f.found {
		e := &f.found[i]
		slices.Sort(e.Actions)
		e.Actions = slices.Compact(e.Actions)
		slices.SortFunc(e.GrantedBy, func(a, b policy.DecidedBy) int { return cmp.Compare(*a.Statement, *b.Statement) })
	}
	order := Classes()
	slices.SortStableFunc(f.found, func(a, b Excess) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Class), slices.Index(order, b.Class)), strings.Compare(a.Who, b.Who))
	})
	for i := range f.doubts {
		slices.Sort(f.doubts[i].Actions)
		f.doubts[i].Actions = slices.Compact(f.doubts[i].Actions)
	}
	return Report{Excesses: f.found, Doubts: f.doubts}
}
