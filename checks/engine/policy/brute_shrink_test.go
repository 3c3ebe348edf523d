package policy_test

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// shrink takes everything out of a failing problem that it fails without.
func shrink(q policy.Question, l policy.Layers, fails func(policy.Question, policy.Layers) bool) (policy.Question, policy.Layers) {
	for again := true; again; {
		again = false
		for _, smaller := range smallerLayers(l) {
			if fails(q, smaller) {
				l, again = smaller, true
				break
			}
		}
		for _, smaller := range smallerQuestions(q) {
			if fails(smaller, l) {
				q, again = smaller, true
				break
			}
		}
	}
	return q, l
}

func smallerQuestions(q policy.Question) (all []policy.Question) {
	for key := range q.Context {
		smaller := q
		smaller.Context = map[string][]string{}
		for other, values := range q.Context {
			if other != key {
				smaller.Context[other] = values
			}
		}
		if !q.UnknownByDefault {
			all = append(all, smaller)
		}
	}
	for _, list := range []func(*policy.Question) *[]string{
		func(q *policy.Question) *[]string { return &q.Unknown },
		func(q *policy.Question) *[]string { return &q.Any },
	} {
		for i := range *list(&q) {
			smaller := q
			*list(&smaller) = slices.Delete(slices.Clone(*list(&q)), i, i+1)
			all = append(all, smaller)
		}
	}
	if q.UnknownByDefault {
		smaller := q
		smaller.UnknownByDefault, smaller.Absent = false, nil
		all = append(all, smaller)
	}
	if q.Keys != (policy.Keys{}) {
		smaller := q
		smaller.Keys = policy.Keys{}
		all = append(all, smaller)
	}
	return all
}

// copyLayers copies what holds documents, so that they can be replaced.
func copyLayers(l policy.Layers) policy.Layers {
	l.Identity = slices.Clone(l.Identity)
	for _, levels := range []*[][]*policy.Document{&l.SCPs, &l.RCPs} {
		*levels = slices.Clone(*levels)
		for i := range *levels {
			(*levels)[i] = slices.Clone((*levels)[i])
		}
	}
	return l
}

func smallerLayers(l policy.Layers) (all []policy.Layers) {
	add := func(change func(*policy.Layers)) {
		smaller := copyLayers(l)
		change(&smaller)
		all = append(all, smaller)
	}
	if l.Identity != nil {
		add(func(l *policy.Layers) { l.Identity, l.Boundary, l.Session, l.SCPs = nil, nil, nil, nil })
	}
	for _, change := range []func(*policy.Layers){
		func(l *policy.Layers) { l.Boundary = nil }, func(l *policy.Layers) { l.Session = nil },
		func(l *policy.Layers) { l.SCPs = nil }, func(l *policy.Layers) { l.RCPs = nil },
		func(l *policy.Layers) { l.Endpoint = nil }, func(l *policy.Layers) { l.RestrictPublicBuckets = false },
		func(l *policy.Layers) { l.SCPs = l.SCPs[:max(0, len(l.SCPs)-1)] },
		func(l *policy.Layers) { l.Identity = l.Identity[:max(0, len(l.Identity)-1)] },
	} {
		before := describeSize(l)
		smaller := copyLayers(l)
		if change(&smaller); describeSize(smaller) != before {
			all = append(all, smaller)
		}
	}
	for i, d := range documentsOf(&l) {
		for _, smaller := range smallerDocuments(*d) {
			add(func(l *policy.Layers) { *documentsOf(l)[i] = smaller })
		}
	}
	return all
}

// describeSize differs for layers of different shape.
func describeSize(l policy.Layers) [4]int {
	restricted := 0
	if l.RestrictPublicBuckets {
		restricted = 1
	}
	return [4]int{len(documentsOf(&l)), len(l.SCPs), len(l.RCPs), restricted}
}

func smallerDocuments(d *policy.Document) (all []*policy.Document) {
	with := func(statements []policy.Statement) {
		smaller := *d
		smaller.Statements = statements
		all = append(all, smaller.Compile())
	}
	for i, s := range d.Statements {
		with(slices.Delete(slices.Clone(d.Statements), i, i+1))
		for k := range s.Conditions {
			smaller := slices.Clone(d.Statements)
			smaller[i].Conditions = slices.Delete(slices.Clone(s.Conditions), k, k+1)
			with(smaller)
		}
		for _, list := range []func(*policy.Statement) *[]string{
			func(s *policy.Statement) *[]string { return &s.Actions }, func(s *policy.Statement) *[]string { return &s.NotActions },
			func(s *policy.Statement) *[]string { return &s.Resources }, func(s *policy.Statement) *[]string { return &s.NotResources },
		} {
			for k := range *list(&s) {
				if len(*list(&s)) > 1 {
					smaller := slices.Clone(d.Statements)
					*list(&smaller[i]) = slices.Delete(slices.Clone(*list(&s)), k, k+1)
					with(smaller)
				}
			}
		}
	}
	return all
}
