package repair

import (
	"cmp"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// allow adds what no Allow grants: to existing statements or as new ones, with
// the fewest bytes.
func (j *job) allow(d *draft) (*draft, error) {
	lacking := j.lacking(d)
	if len(lacking) == 0 {
		return d, nil
	}
	blocks := j.blocks(lacking)
	var ways []way
	for _, p := range j.plans(d, blocks) {
		ways = append(ways, j.apply(d, p, blocks))
	}
	slices.SortStableFunc(ways, func(a, b way) int { return cmp.Compare(a.size, b.size) })
	for _, w := range ways {
		next, err := d.drawn(w.sketch)
		if err != nil {
			return nil, err
		}
		if len(j.lacking(next)) == 0 {
			for _, edit := range w.edits {
				j.note(edit)
			}
			return next, nil
		}
	}
	return nil, impossible("no statement that names just %s, its actions and resources grants it", people(lacking))
}

// way is a changed policy, and what is changed.
type way struct {
	sketch *sketch
	size   int
	edits  []string
}

// lacking lists the refused claims that the Allows of the document do not grant,
// its Denies left aside.
func (j *job) lacking(d *draft) []*claim {
	var allows []int
	for i := range d.statements {
		if d.statement(i).Effect == policy.Allow {
			allows = append(allows, i)
		}
	}
	having := j.having(d.document.Arrange(nil, allows...))
	answers := j.answers(j.wanting, func(layers policy.Layers) policy.Layers {
		layers = having(layers)
		layers.Public = policy.StatedNotPublic
		return layers
	})
	return whose(j.wanting, answers, func(k policy.AnswerKind) bool { return k != policy.Granted })
}

// whose lists the claims with such an answer.
func whose(claims []*claim, answers []policy.Answer, is func(policy.AnswerKind) bool) []*claim {
	var out []*claim
	for i, c := range claims {
		if is(answers[i].Kind) {
			out = append(out, c)
		}
	}
	return out
}

// block is what one statement can grant: every action on every resource to every
// party, as far as these go together.
type block struct {
	parties            []party
	actions, resources []string
}

func blockOf(claims []*claim) block {
	return block{parties(claims), actionsOf(claims), resourcesOf(claims)}
}

// blocks parts the claims so that each block grants nothing that is not claimed:
// by the resources, and by the parties where these claim different things.
func (j *job) blocks(lacking []*claim) []block {
	var out []block
	var order []string
	byParties := map[string][]*claim{}
	for _, p := range parties(lacking) {
		mine := slices.DeleteFunc(slices.Clone(lacking), func(c *claim) bool { return c.principal != p })
		s := signature(mine)
		if byParties[s] == nil {
			order = append(order, s)
		}
		byParties[s] = append(byParties[s], mine...)
	}
	for _, s := range order {
		for _, claims := range alike(byParties[s]) {
			out = append(out, blockOf(claims))
		}
	}
	return out
}

// joined is a block with all of the blocks, its actions in the order of the
// claims.
func (j *job) joined(blocks ...block) block {
	var out block
	for _, b := range blocks {
		out.parties = append(out.parties, missing(b.parties, out.parties)...)
		out.actions = append(out.actions, missing(b.actions, out.actions)...)
		out.resources = append(out.resources, missing(b.resources, out.resources)...)
	}
	order := actionsOf(j.claims)
	slices.SortFunc(out.actions, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
	slices.Sort(out.resources)
	return out
}

// missing are those of all that are not there.
func missing[T comparable](all, there []T) []T {
	return slices.DeleteFunc(slices.Clone(all), func(one T) bool { return slices.Contains(there, one) })
}

// plan says for each block which statement it is added to, fresh for a new one.
type plan []int

const fresh = -1

// maxMixed bounds the blocks of which every mixture is tried.
const maxMixed = 6

// plans lists what to try: all new, all into one statement, and each mixture of
// new ones with the best statement for the block.
func (j *job) plans(d *draft, blocks []block) []plan {
	all := slices.Repeat(plan{fresh}, len(blocks))
	out := []plan{all}
	best := slices.Clone(all)
	takes := make([]int, len(d.statements)) // how many of the blocks, one at a time
	for b := range blocks {
		least := 0
		for i := range d.statements {
			added, ok := j.extended(d, i, blocks[b])
			if !ok {
				continue
			}
			if takes[i]++; best[b] == fresh || added < least {
				best[b], least = i, added
			}
		}
	}
	for i := range d.statements {
		if takes[i] < len(blocks) {
			continue
		}
		ok := len(blocks) == 1
		if !ok {
			_, ok = j.extended(d, i, blocks...)
		}
		if ok {
			out = append(out, slices.Repeat(plan{i}, len(blocks)))
		}
	}
	return j.mixtures(out, best)
}

// mixtures adds to the plans each mixture of new statements with the best one
// for the block.
func (j *job) mixtures(out []plan, best plan) []plan {
	if len(best) > maxMixed {
		return append(out, best)
	}
	for mask := 1; mask < 1<<len(best); mask++ {
		p := slices.Repeat(plan{fresh}, len(best))
		for b := range best {
			if mask&(1<<b) != 0 {
				p[b] = best[b]
			}
		}
		if !slices.ContainsFunc(out, func(o plan) bool { return slices.Equal(o, p) }) {
			out = append(out, p)
		}
	}
	return out
}

// apply carries a plan out.
func (j *job) apply(d *draft, p plan, blocks []block) way {
	w := way{sketch: &d.sketch}
	for i := range d.statements {
		var mine []block
		for b := range blocks {
			if p[b] == i {
				mine = append(mine, blocks[b])
			}
		}
		if len(mine) == 0 {
			continue
		}
		if len(mine) > 1 { // that it can take each one is known
			if _, ok := j.extended(d, i, mine...); !ok {
				continue
			}
		}
		w.sketch = w.sketch.with(i, extend(d.statement(i), d.statements[i], j.world.partition, mine...))
		w.edits = append(w.edits, "add "+j.joined(mine...).String()+" to "+d.name(i))
	}
	sids := d.sids()
	for _, b := range j.fused(p, blocks) {
		sid := freeSid(j.goal.Sid, sids)
		sids = append(sids, sid)
		w.sketch = w.sketch.adding(b.written(d.kind, sid))
		w.edits = append(w.edits, "add a statement that allows "+b.String())
	}
	w.size = w.sketch.size()
	return w
}

// fused are the blocks for new statements, joined as long as that grants nothing
// that is not claimed.
func (j *job) fused(p plan, blocks []block) []block {
	var out []block
next:
	for b := range blocks {
		if p[b] != fresh {
			continue
		}
		for i := range out {
			if joined := j.joined(out[i], blocks[b]); j.claimsAll(joined.statement(), nil) {
				out[i] = joined
				continue next
			}
		}
		out = append(out, blocks[b])
	}
	return out
}
