package policy

func see(value keyValue, compared []compared, e *env) tried {
	out := tried{absent: value.state == absent}
	if out.absent {
		return out
	}
	for _, c := range compared {
		out.holds = append(out.holds, c.matcher.match(c.operator, value.values[0], e) == yes)
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
