package policy

import (
	"errors"
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// Search is the reverse of a [Question]: it asks whether the bucket's side
// grants at least one request. Of what the question leaves open, the principals
// that Principal stands for, the keys, and the values of Unknown and Any keys,
// one choice that is granted is enough.
type Search struct {
	Question
	// Except lists roles and users, by ARN, that do not count as a principal.
	// It serves searches for an account.
	Except []string
	// Budget, if not nil, bounds the work of this and of further searches
	// together; each takes what it uses. One search takes no more than
	// globs.DefaultBudget.
	Budget *globs.Budget
}

// Existence is the outcome of a [Search].
type Existence string

const (
	// Exists means that the request Witness is granted.
	Exists Existence = "exists"
	// NoneExists means that it is proved that every such request is refused.
	NoneExists Existence = "none"
	// Untold means that neither could be shown, for the Reason.
	Untold Existence = "untold"
)

// Found is what [Some] found.
type Found struct {
	Kind Existence
	// Witness is a granted request, nil unless one exists. Its Context holds the
	// values of the keys that the search left open and that matter.
	Witness *Witness
	// GrantedBy names the statement that grants the witness, or, if Untold, the
	// one that may.
	GrantedBy *DecidedBy
	// Unnamed tells that the witness's principal, one of an account, is not one
	// that a statement names: a grant to the account as a whole.
	Unnamed bool
	// DependsOn and Reason say why it is untold.
	DependsOn []string
	Reason    string
}

// Some decides a search. Only the bucket's side is looked at: the bucket
// policy, resource control policies and RestrictPublicBuckets; whoever is
// granted something in another account can let its own side allow it. What the
// owner's root user keeps whatever policies say, its access to the bucket policy,
// is no grant. The error means that the search itself makes no sense, as it does
// for [Decide].
func Some(s Search, layers Layers) (Found, error) {
	var r Searcher
	return r.Some(s, layers)
}

// Searcher decides searches one after the other, in the same memory. The zero
// value is ready. It is not for use by several goroutines at once.
type Searcher struct{ decision decision }

// Some is the function [Some].
func (r *Searcher) Some(s Search, layers Layers) (Found, error) {
	found, err := r.some(&s, &layers)
	if err != nil {
		return Found{}, fmt.Errorf("looking for a granted %s by %s on bucket %s: %w", s.Action, s.Principal, s.Bucket, err)
	}
	return found, nil
}

func (r *Searcher) some(s *Search, layers *Layers) (Found, error) {
	row, ok := actions.row(s.Action)
	if !ok {
		return Found{}, fmt.Errorf("%q is not an S3 action on a bucket or object", s.Action)
	}
	a, err := s.asker()
	if err != nil {
		return Found{}, err
	}
	if layers.Identity != nil || layers.Endpoint != nil {
		return Found{}, errors.New("only the bucket's side is searched, so leave other layers out")
	}
	level := actions[row].level
	if err := s.check(level, a, layers); err != nil {
		return Found{}, err
	}
	d := &r.decision
	d.start(&s.Question, layers, a, level)
	if d.blocked {
		return Found{Kind: NoneExists}, nil
	}
	hunt := hunt{decision: d, search: s, layers: layers, least: gripAccount}
	if a.account == s.BucketAccount {
		hunt.least = gripRole
	}
	if s.Budget == nil {
		d.gather(layers, row)
		return hunt.run(), nil
	}
	if *s.Budget <= 0 {
		return hunt.untold(causes{reason: globs.ErrBudget.Error()}), nil
	}
	given := min(*s.Budget, d.budget)
	d.budget = given
	d.gather(layers, row)
	found := hunt.run()
	*s.Budget -= given - d.budget
	return found, nil
}

// hunt is a search under way. The question is put once per Allow: is there a
// resource that it names, outside of every Deny?
type hunt struct {
	*decision
	search *Search
	layers *Layers
	least  grip // what an Allow needs to grant by itself
	allow  *rule
	why    causes // of what may exist
	maybe  *rule  // the Allow that may grant
	// open and tried are what classes and samples have listed so far, by key.
	open, tried map[string][]keyValue
}

func (h *hunt) run() Found {
	h.keep(h.locate)
	if !h.candidates() {
		return Found{Kind: NoneExists}
	}
	callers, ok := h.asker.callers(h.rules, func(*rule) bool { return true })
	if !ok {
		return h.untold(causes{reason: "the policies name too many principals of the account"})
	}
	h.callers = h.withExcepted(callers)
	h.openSlots()
	h.noteRoutes()
	h.settleVariables()
	for i := range h.rules {
		if h.rules[i].statement.deny {
			continue
		}
		h.allow = &h.rules[i]
		if found := h.hunt(); found.Kind == Exists {
			return found
		}
	}
	if h.maybe != nil {
		return h.untold(h.why)
	}
	return Found{Kind: NoneExists}
}

// candidates reports whether any statement left allows something.
func (h *hunt) candidates() bool {
	return slices.ContainsFunc(h.rules, func(r rule) bool { return !r.statement.deny })
}

// hunt looks for a request that the one Allow grants to some caller. What
// remains possible, if none was found, is noted.
func (h *hunt) hunt() Found {
	for i := range h.callers {
		c := &h.callers[i]
		h.choose(nil, nil)
		if h.excepted(c) || h.place(c, open).nothing() {
			continue
		}
		if found := h.concrete(c); found.Kind == Exists {
			return found
		}
		if h.maybe == nil {
			h.remains(c)
		}
	}
	return Found{}
}

// place looks for a resource that the Allow grants the caller with the keys as
// they are: for certain, if certainty is yes, or at all.
func (h *hunt) place(c *caller, certainty tri) finding {
	h.env.adopt(c)
	defer h.env.restore()
	h.refresh(c)
	if !h.budget.Spend(len(h.rules)) {
		return finding{err: globs.ErrBudget}
	}
	r := h.allow
	if both(r.status, truthOrOpen(r.grips.sure >= h.least, r.grips.may >= h.least)) < certainty {
		return finding{}
	}
	outside, inside := h.denied(certainty)
	region := r.region.patterns(certainty == yes)
	if r.region.not {
		outside = append(outside, region...)
	} else {
		inside = append(inside, region)
	}
	return h.target.outsideAll(outside, inside, &h.budget)
}

// denied returns what the Denies leave: what no pattern of outside and every
// list of inside matches. To be certain, one is left that no Deny can hit.
func (h *hunt) denied(certainty tri) (outside []globs.Pattern, inside [][]globs.Pattern) {
	for i := range h.rules {
		r := &h.rules[i]
		if !r.statement.deny {
			continue
		}
		hits := both(r.status, truthOrOpen(r.grips.sure != gripNone, r.grips.may != gripNone))
		if hits == no || certainty == open && hits != yes {
			continue
		}
		region := r.region.patterns(certainty == open)
		if r.region.not {
			inside = append(inside, region)
		} else {
			outside = append(outside, region...)
		}
	}
	return outside, inside
}

// patterns are those of the region that it names for certain, or possibly. With
// not, what is left out possibly is what is not named for certain.
func (r *region) patterns(certain bool) []globs.Pattern {
	if certain != r.not {
		return r.sure
	}
	return r.may
}

// nothing reports whether it is proved that there is no member.
func (f finding) nothing() bool { return !f.found && f.err == nil }

func (h *hunt) untold(why causes) Found {
	answer := h.undecided(why)
	by := answer.DecidedBy
	if by == nil && h.maybe != nil {
		by = h.maybe.decidedBy()
	}
	return Found{Kind: Untold, GrantedBy: by, DependsOn: answer.DependsOn, Reason: answer.Reason}
}
