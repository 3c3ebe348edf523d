package selector

// A scopedRule is a rule that can record keys in question.
type scopedRule struct {
	*rule
	trail string
	under []scopedARN // one for each stem
}

// A scopedARN is what a rule's filter on resources.ARN leaves to decide under a
// stem.
type scopedARN struct {
	possible bool
	rest     *condition // nil: every key passes
}

// scope drops the rules that can record no key under any of the stems: of the many
// values of a trail it leaves the few that name the bucket.
func scope(trails []Trail, stems []stem) []scopedRule {
	var scoped []scopedRule
	for _, t := range trails {
		if t.Selectors == nil {
			continue
		}
		for i := range t.Selectors.rules {
			r := &t.Selectors.rules[i]
			if under, possible := scopeARN(r.filters[fieldARN], stems); possible {
				scoped = append(scoped, scopedRule{rule: r, trail: t.Name, under: under})
			}
		}
	}
	return scoped
}

func scopeARN(c *condition, stems []stem) (under []scopedARN, possible bool) {
	under = make([]scopedARN, len(stems))
	for i, s := range stems {
		under[i].rest, under[i].possible = c.under(s.arn)
		possible = possible || under[i].possible
	}
	return under, possible
}

func (r *scopedRule) place() Place {
	return Place{Trail: r.trail, Selector: r.selector, Name: r.name}
}
