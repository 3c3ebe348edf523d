package policy

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// enquiry is what the rules ask about one open key.
type enquiry struct {
	key        string
	conditions []*condition
	patterns   []globs.Pattern
	numbers    []quantity
	dates      []quantity
	addresses  []netip.Prefix
	binaries   []string
	bools      bool
	blank      bool            // a condition may treat an empty value otherwise than it says
	varies     bool            // a condition compares the key with what other keys hold
	fillers    []*slot         // those of them that policies use in variables only
	crowded    bool            // which are too many
	guards     []globs.Pattern // values match one of these, if there are any
	excluded   []string        // and none of these
}

// guard limits the ARNs of callers to those that the asker can have.
func (d *decision) guard(q *enquiry, s *slot) {
	if s.key != keyPrincipalArn || !s.present {
		return
	}
	a := d.asker
	iam := "arn:" + a.partition + ":iam::" + a.account + ":"
	if a.form == formSession {
		q.guards = []globs.Pattern{globs.Literal(iam + "role/" + a.roleName()), withWild(iam+"role/", "*", "/"+a.roleName())}
		return
	}
	q.guards = []globs.Pattern{
		withWild(iam+"role/", "?*", ""), withWild(iam+"user/", "?*", ""), globs.Literal(iam + "root"),
		withWild("arn:"+a.partition+":sts::"+a.account+":federated-user/", "?*", ""),
	}
	for _, c := range d.callers {
		if !c.unnamed && c.form != formSession {
			q.patterns = append(q.patterns, globs.Literal(c.arn))
			q.excluded = append(q.excluded, c.arn)
		}
	}
}

func withWild(before, wild, after string) globs.Pattern {
	return globs.Compile(globs.Part{Text: before}, globs.Part{Text: wild, Kind: globs.Wild}, globs.Part{Text: after})
}

// add takes in what a condition compares the key with. Values of unclear
// meaning leave the condition open whatever the key holds. A variable that has
// no value yet stands as a *, so that its condition is open for all values of a
// class or false for all.
func (q *enquiry) add(c *condition, e *env) {
	q.conditions = append(q.conditions, c)
	q.blank = q.blank || c.operator.family == familyNull || c.operator.quantifier != single
	for i := range c.values {
		m := &c.values[i]
		switch {
		case m.unclear:
		case m.variables != nil:
			q.varies = true
			f := m.variables.fill(e)
			q.patterns = append(q.patterns, f.pattern(c.operator.fold))
		case c.operator.family == familyString || c.operator.family == familyARN:
			q.patterns = append(q.patterns, m.pattern)
		case c.operator.family == familyNumber:
			q.numbers = append(q.numbers, m.number)
		case c.operator.family == familyDate:
			q.dates = append(q.dates, m.number)
		case c.operator.family == familyAddress:
			q.addresses = append(q.addresses, m.addresses)
		case c.operator.family == familyBool:
			q.bools = true
		case c.operator.family == familyBinary:
			q.binaries = append(q.binaries, m.bytes)
		}
	}
	if c.operator.family == familyARN {
		q.patterns = append(q.patterns, anyARN())
	}
}

// anyARN matches what isARN does.
func anyARN() globs.Pattern {
	return globs.Compile(
		globs.Part{Text: "arn:*:*:*:*:", Kind: globs.Segment}, globs.Part{Text: "*", Kind: globs.Wild})
}

// values lists values of every class that the conditions tell apart. It is
// false if they compare the key in more than one way, or work runs out.
func (q *enquiry) values(budget *globs.Budget) ([]string, bool) {
	kinds := 0
	for _, used := range []bool{len(q.patterns) > 0, len(q.numbers) > 0, len(q.dates) > 0, len(q.addresses) > 0, len(q.binaries) > 0} {
		if used {
			kinds++
		}
	}
	switch {
	case q.crowded:
		return nil, false
	case boolean(q.key) || q.bools && kinds == 0:
		return []string{"true", "false"}, true
	case kinds > 1:
		return nil, false
	case kinds > 0 && len(q.patterns) == 0 && q.bools:
		return nil, false
	case len(q.numbers) > 0:
		return numberValues(q.numbers, wholeNumber(q.key))
	case len(q.dates) > 0:
		return dateValues(q.dates)
	case len(q.addresses) > 0:
		return addressValues(q.addresses), true
	case len(q.binaries) > 0:
		return binaryValues(q.binaries), true
	default:
		return q.textValues(budget)
	}
}

// textValues lists a shortest member of each class of texts.
func (q *enquiry) textValues(budget *globs.Budget) ([]string, bool) {
	patterns, excluded := slices.Clone(q.patterns), q.excluded
	if q.blank {
		patterns = append(patterns, globs.Literal(""))
	}
	if q.blank && !mayBeEmpty(q.key) {
		excluded = append(slices.Clip(excluded), "")
	}
	if q.bools {
		patterns = append(patterns, globs.Literal("true").Folded(), globs.Literal("false").Folded())
	}
	guards := q.guards
	if len(guards) == 0 && arnValued(q.key) {
		guards = []globs.Pattern{anyARN()}
	}
	given := *budget / classesShare
	share := given
	classes, err := globs.Classes(slices.Concat(patterns, guards), &share)
	*budget -= given - share
	if err != nil || len(classes) > maxClasses {
		return nil, false
	}
	var out []string
	for _, class := range classes {
		inside := len(guards) == 0 || slices.Contains(class.Match[len(patterns):], true)
		// No principal's name holds a wildcard ("IAM and AWS STS quotas").
		unheard := q.key == keyPrincipalArn && strings.ContainsAny(class.Shortest, "*?")
		if inside && !unheard && !slices.Contains(excluded, class.Shortest) {
			out = append(out, class.Shortest)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return rank(a) - rank(b) })
	return out, true
}

const (
	classesShare = 4   // the part of the budget that one key's classes may use
	maxClasses   = 512 // more are not tried
)

// rank puts ARNs of roles first, as the likelier callers, and ARNs with a colon
// in their last part, which only an odd path has, last.
func rank(text string) int {
	if strings.Count(text, ":") >= arnParts {
		return 2
	}
	if strings.Contains(text, ":role/") {
		return 0
	}
	return 1
}
