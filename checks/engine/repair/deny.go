package repair

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// narrow changes every Deny that stands in the way. Where something has been
// added, perhaps none does.
func (j *job) narrow(d *draft, added bool) (*draft, error) {
	if added && allGranted(j.answers(j.wanting, j.having(d.document))) {
		return d, nil
	}
	for i := 0; i < len(d.statements); i++ {
		if d.statement(i).Effect != policy.Deny {
			continue
		}
		for hit := j.hitBy(d, i, j.wanting); len(hit) > 0; {
			claims := j.together(hit)
			next, err := j.spare(d, i, hit, claims)
			if err != nil {
				return nil, err
			}
			edit := "narrow " + d.name(i) + " so that it spares " + people(hit)
			if len(next.statements) > len(d.statements) {
				edit += " what is required, and deny the rest in a statement of its own"
			}
			j.note(edit)
			j.narrowed = true
			hit, d = j.hitBy(next, i, missing(hit, claims)), next
		}
	}
	return d, nil
}

// hitBy lists those of the claims that the Deny at i surely refuses.
func (j *job) hitBy(d *draft, i int, claims []*claim) []*claim {
	named := slices.DeleteFunc(slices.Clone(claims), func(c *claim) bool { return !namesAction(d.statement(i), c.action) })
	if len(named) == 0 {
		return nil
	}
	return whose(named, j.answers(named, j.onlyDenying(denying(d.document, i))), func(k policy.AnswerKind) bool { return k == policy.Refused })
}

// variant is one way to narrow a Deny: the statements that take its place.
type variant struct {
	pieces []*value
	spared spared
}

// spare narrows the Deny at i for one set of parties with the same claims. Of
// the ways that are safe it takes the one with the fewest bytes.
func (j *job) spare(d *draft, i int, hit, claims []*claim) (*draft, error) {
	if first := j.sparing(d, i, claims, []variant{{nil, spared{claims: claims}}}); len(first) > 0 {
		// The others keep something besides, which takes more bytes.
		if next, err := j.narrowest(d, i, hit, claims, first[:1]); next != nil || err != nil {
			return next, err
		}
	}
	next, err := j.narrowest(d, i, hit, claims, j.variants(d, i, claims))
	if next == nil && err == nil {
		err = j.unspared(d, i, claims)
	}
	return next, err
}

// narrowest is the first of the variants that is safe and does it, nil if none
// is.
func (j *job) narrowest(d *draft, i int, hit, claims []*claim, variants []variant) (*draft, error) {
	for _, v := range variants {
		if j.gives(d, d.statement(i), v.spared) {
			continue
		}
		next, err := d.drawn(d.with(i, v.pieces...))
		switch {
		case err != nil:
			return nil, err
		case !j.spares(next, i, len(v.pieces), hit, claims):
			continue
		case next.size() > 2*j.goal.limit():
			return nil, &SizeError{Size: next.size(), Limit: j.goal.limit()}
		default:
			return next, nil
		}
	}
	return nil, nil
}

// size is the length of the pieces, with what separates them.
func (v variant) size() int {
	n := 0
	for _, piece := range v.pieces {
		n += piece.size() + 1
	}
	return n
}

// together returns all claims of those parties that are hit and whose claims
// are the same as the first one's.
func (j *job) together(hit []*claim) []*claim {
	if len(j.parties) == 1 {
		return j.claims
	}
	first := signature(j.claimsOf(hit[0].principal, ""))
	var out []*claim
	for _, p := range parties(hit) {
		if mine := j.claimsOf(p, ""); signature(mine) == first {
			out = append(out, mine...)
		}
	}
	return out
}

// signature tells apart what parties claim.
func signature(claims []*claim) string {
	var all []string
	for _, c := range claims {
		all = append(all, c.action+" "+c.resource)
	}
	slices.Sort(all)
	return fmt.Sprint(slices.Compact(all))
}

// spares reports whether the pieces let pass all claims that were hit and are to
// be spared.
func (j *job) spares(d *draft, first, count int, hit, claims []*claim) bool {
	var places []int
	for k := range count {
		places = append(places, first+k)
	}
	spared := slices.DeleteFunc(slices.Clone(hit), func(c *claim) bool { return !slices.Contains(claims, c) })
	return allGranted(j.answers(spared, j.onlyDenying(denying(d.document, places...))))
}

// variants lists the ways to narrow a Deny, those with the fewest bytes first.
// The Deny may except the parties, if
// it concerns others as well; what it denies beyond the claims may be kept in a
// further Deny, or be kept by leaving the claims out.
func (j *job) variants(d *draft, i int, claims []*claim) []variant {
	statement, written := d.statement(i), d.statements[i]
	rest := remainder{job: j, statement: statement, written: written, claims: slices.DeleteFunc(slices.Clone(claims), func(c *claim) bool {
		return !namesAction(statement, c.action) || !j.world.resourcesMeet(c.level, j.world.resourcesNamed(statement, false), group{patternsOf([]*claim{c}), false})
	})}
	rests := []variant{{nil, spared{claims: claims}}}
	add := func(s spared, ok bool, pieces ...*value) {
		if ok {
			s.claims = claims
			rests = append(rests, variant{slices.DeleteFunc(pieces, func(v *value) bool { return v == nil }), s})
		}
	}
	add(spared{actions: true}, true, rest.withoutActions())
	left, ok := rest.withoutResources()
	add(spared{resources: true}, ok, left)
	for _, exact := range []func() ([]*value, bool){rest.exact, rest.exactly} {
		pieces, ok := exact()
		add(spared{actions: true, resources: true}, ok, pieces...)
	}

	if out := j.sparing(d, i, claims, rests); out != nil {
		return out
	}
	out := slices.DeleteFunc(rests, func(v variant) bool { return len(v.pieces) == 0 })
	for _, v := range admitting(statement, written, claims) {
		out = append(out, variant{[]*value{v}, spared{claims: claims}})
	}
	return ordered(d, out)
}

// sparing lists the ways in which the Deny excepts the parties and is followed by
// a rest, those with the fewest bytes first. There is none if it would then be
// void.
func (j *job) sparing(d *draft, i int, claims []*claim, rests []variant) []variant {
	statement, written, all := d.statement(i), d.statements[i], parties(claims)
	if d.kind != policy.Resource || !j.others(statement, all) {
		return nil
	}
	var first []*value
	if v, ok := excepting(statement, written, all); ok {
		first = append(first, v)
	}
	if v, ok := j.unlisting(statement, written, all); ok {
		first = append(first, v)
	}
	out := []variant{}
	for _, rest := range rests {
		for _, v := range first {
			out = append(out, variant{append([]*value{v}, rest.pieces...), rest.spared})
		}
	}
	return ordered(d, out)
}

// ordered gives the pieces free Sids and sorts the variants by size.
func ordered(d *draft, variants []variant) []variant {
	for k := range variants {
		variants[k].pieces = titled(d, variants[k].pieces)
	}
	slices.SortStableFunc(variants, func(a, b variant) int { return cmp.Compare(a.size(), b.size()) })
	return variants
}

// titled gives all pieces but the first, which keeps its own, a Sid that is free.
func titled(d *draft, pieces []*value) []*value {
	taken := d.sids()
	out := slices.Clone(pieces)
	for k := 1; k < len(out); k++ {
		sid := out[k].get("Sid")
		if sid == nil || plain(sid.raw) == "" {
			continue
		}
		free := freeSid(plain(sid.raw), taken)
		taken = append(taken, free)
		out[k] = out[k].clone()
		out[k].set("Sid", "Sid", text(free))
	}
	return out
}
