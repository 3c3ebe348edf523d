package selector

// A stem is a beginning of ARNs that is asked about, with every rest.
type stem struct {
	arn string
	// prefix is what of the stem belongs to the key. Only the rest after an empty
	// prefix must not be empty: there is no object without a key.
	prefix string
}

// An answer is what a set of rules does with the keys, given all else of the event.
type answer struct {
	gap       key  // a shortest key that no rule records
	open      key  // a shortest key that no rule surely records; gap is one
	any       bool // some key is or may be recorded
	undecided bool
}

type key struct {
	name  string
	found bool
}

// keep keeps the shorter of two.
func (k *key) keep(other key) {
	if other.found && (!k.found || len(other.name) < len(k.name)) {
		*k = other
	}
}

// answer asks about the keys under every stem. outcomes holds what each rule does
// if its filter on resources.ARN passes.
func (q *question) answer(outcomes []byte) answer {
	var all answer
	for i, s := range q.stems {
		a := q.answerUnder(i, s, outcomes)
		all.gap.keep(a.gap)
		all.open.keep(a.open)
		all.any = all.any || a.any
		all.undecided = all.undecided || a.undecided
	}
	return all
}

func (q *question) answerUnder(i int, s stem, outcomes []byte) answer {
	best := omits // what happens to every key, whatever the filters on ARN
	var active []int
	var rests []*condition
	for r := range q.rules {
		under := q.rules[r].under[i]
		if outcomes[r] == byte(omits) || !under.possible {
			continue
		}
		if under.rest == nil {
			best = max(best, outcome(outcomes[r]))
			q.recording[r] = q.recording[r] || outcomes[r] == byte(records)
			continue
		}
		active, rests = append(active, r), append(rests, under.rest)
	}
	if best == records {
		return answer{any: true}
	}
	names, ok := representatives(s.arn, s.prefix != "", rests, &q.work)
	if !ok {
		return answer{any: best > omits || len(active) > 0, undecided: true}
	}
	var a answer
	for _, rest := range names {
		o := max(best, q.judge(i, s.arn+rest, active, outcomes))
		name := key{s.prefix + rest, true}
		if o < records {
			a.open.keep(name)
		}
		if o == omits {
			a.gap.keep(name)
		}
		a.any = a.any || o > omits
	}
	return a
}

// judge is what the active rules do with one ARN.
func (q *question) judge(i int, arn string, active []int, outcomes []byte) outcome {
	best := omits
	for _, r := range active {
		if q.rules[r].under[i].rest.match(arn) {
			best = max(best, outcome(outcomes[r]))
			q.recording[r] = q.recording[r] || outcomes[r] == byte(records)
		}
	}
	return best
}
