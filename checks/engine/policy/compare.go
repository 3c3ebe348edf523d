package policy

import "github.com/quilt-auditor/quilt-auditor/checks/engine/globs"

func see(value keyValue, compared []compared, e *env) tried {
	out := tried{absent: value.state == absent}
	if out.absent {
		return out
	}
	for _, c := range compared {
		given := c.operator.read(value.values[0])
		out.holds = append(out.holds, c.matcher.match(c.operator, &given, e) == yes)
	}
	return out
}

// compared is a comparison with what carries it out.
type compared struct {
	Comparison
	operator operator
	matcher  matcher
}

// compare says what a condition compares the key with in its value of that
// number. It is false if that is not certain.
func compare(c *condition, m *matcher, number int, e *env) ([]compared, bool) {
	op := c.operator
	if m.unclear || op.family == familyUnclear {
		return nil, false
	}
	text, like := c.source.Values[number], !m.pattern.Exact()
	if m.written != nil {
		var ok bool
		if text, like, ok = m.written.text(e); !ok {
			return nil, false
		}
	}
	how := op.how(like)
	if op.family != familyBool {
		return []compared{{Comparison{how, text}, op, *m}}, true
	}
	var out []compared
	for _, flag := range []bool{true, false} {
		word := "false"
		if flag {
			word = "true"
		}
		out = append(out, compared{Comparison{how, word}, op, matcher{flag: flag}})
	}
	return out, true
}

// apart lists the values that requests are judged by without a condition that
// compares the key with them.
func (d *decision) apart(q *enquiry) []string {
	switch {
	case q.blank && mayBeEmpty(q.key):
		return []string{""}
	case q.key == keyPrincipalArn && d.root != "":
		return []string{d.root}
	default:
		return nil
	}
}

// comparedTo is the comparison with a value as it is.
func comparedTo(text string) compared {
	return compared{Comparison{Equals, text}, operator{family: familyString}, matcher{pattern: globs.Literal(text)}}
}

// how names what the operator does, negation aside; like says that the value has
// wildcards.
func (op operator) how(like bool) How {
	switch op.family {
	case familyString, familyARN:
		return op.howText(like)
	case familyAddress:
		return In
	case familyNumber:
		return [...]How{Equals, LessThan, AtMost, MoreThan, AtLeast}[op.relation]
	case familyDate:
		return [...]How{Equals, Before, AtOrBefore, After, AtOrAfter}[op.relation]
	default:
		return Equals
	}
}

func (op operator) howText(like bool) How {
	switch {
	case op.fold:
		return EqualsIgnoreCase
	case like:
		return Like
	default:
		return Equals
	}
}
