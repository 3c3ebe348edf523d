package policy

import "slices"

// Case is one row of the table of a conditional answer: what the answer is for
// requests whose values are of these classes, one for each key in DependsOn.
type Case struct {
	Classes []Class    `json:"classes"`
	Answer  AnswerKind `json:"answer"` // Granted or Refused
}

// Class is a set of values of one condition key that the policies treat alike:
// those of any of its cells.
type Class struct {
	Key   string `json:"key"`
	Cells []Cell `json:"any_of"`
}

// Cell is the set of values for which all of Matches hold and none of Fails, or
// the absence of the key. Without either it is every value.
type Cell struct {
	Absent  bool         `json:"absent,omitempty"`
	Matches []Comparison `json:"matches,omitempty"`
	Fails   []Comparison `json:"fails,omitempty"`
}

// Comparison compares a key with a value of a policy.
type Comparison struct {
	How   How    `json:"how"`
	Value string `json:"value"`
}

// How names a comparison.
type How string

// The comparisons. Like is that of StringLike and ArnLike, in whose values ${*}
// and ${?} are the characters; In is that of IpAddress.
const (
	Equals           How = "equals"
	EqualsIgnoreCase How = "equals ignoring case"
	Like             How = "like"
	In               How = "in"
	LessThan         How = "less than"
	AtMost           How = "at most"
	MoreThan         How = "more than"
	AtLeast          How = "at least"
	Before           How = "before"
	AtOrBefore       How = "at or before"
	After            How = "after"
	AtOrAfter        How = "at or after"
)

// tabulate adds the table to a conditional answer, if every class of values of
// every key it depends on can be described.
func (d *decision) tabulate(answer *Answer, outcomes []outcome, fixed []*slot) {
	var t table
	at := []int{0} // the outcomes with all other keys at their first value
	stride := len(outcomes)
	for _, s := range fixed {
		stride /= len(s.domain)
		if !slices.Contains(answer.DependsOn, s.name) {
			continue
		}
		described, ok := d.describe(s)
		if !ok || len(described.groups) != len(s.domain) {
			return
		}
		t.keys = append(t.keys, described)
		var next []int
		for _, from := range at {
			for i := range s.domain {
				next = append(next, from+i*stride)
			}
		}
		at = next
	}
	if len(t.keys) != len(answer.DependsOn) {
		return
	}
	for number, i := range at {
		if outcomes[i].kind != impossible {
			t.rows = append(t.rows, tableRow{groups: t.groups(number), granted: outcomes[i].kind == Granted})
		}
	}
	answer.When, answer.Sentence = t.cases(), t.sentence()
}

// described is a key with the comparisons that conditions make, and the values
// that were tried, grouped by what the conditions make of them.
type described struct {
	key         string
	comparisons []Comparison
	groups      [][]tried
}

// tried is a value, as the comparisons see it.
type tried struct {
	absent bool
	holds  []bool
}

// describe is false if a class cannot be told in terms of comparisons: lists of
// values, values of policies with variables that are not known, and keys that only
// fill variables.
func (d *decision) describe(s *slot) (described, bool) {
	q := d.enquire(s, d.rules)
	if q.lists() || len(q.conditions) == 0 {
		return described{}, false
	}
	out := described{key: s.name}
	var compared []compared
	for _, c := range q.conditions {
		if c.operator.family == familyNull {
			continue
		}
		for i := range c.values {
			more, ok := compare(c, &c.values[i], i, &d.env)
			if !ok {
				return out, false
			}
			for _, one := range more {
				if !slices.Contains(out.comparisons, one.Comparison) {
					out.comparisons, compared = append(out.comparisons, one.Comparison), append(compared, one)
				}
			}
		}
	}
	for _, text := range d.apart(&q) {
		if one := comparedTo(text); !slices.Contains(out.comparisons, one.Comparison) {
			out.comparisons, compared = append(out.comparisons, one.Comparison), append(compared, one)
		}
	}
	valueCount := 0
	for _, group := range d.groups(s, &q) {
		values := make([]tried, 0, len(group))
		for _, value := range group {
			if value.state == unknown {
				return out, false
			}
			values = append(values, see(value, compared, &d.env))
		}
		out.groups = append(out.groups, values)
		valueCount += len(values)
	}
	return out, valueCount*valueCount*len(compared) <= maxTold
}

// maxTold bounds the work of telling values by comparisons: of more than some
// eighty of each nobody would read a table.
const maxTold = 1 << 19
