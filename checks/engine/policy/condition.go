package policy

import "strings"

// condition is a compiled Condition.
type condition struct {
	source   *Condition
	operator operator
	key      string // normalised
	values   []matcher
}

func compileCondition(source *Condition, variables bool) condition {
	c := condition{source: source, operator: parseOperator(source.Operator), key: normalKey(source.Key)}
	c.values = make([]matcher, len(source.Values))
	for i, text := range source.Values {
		c.values[i] = compileMatcher(c.operator, text, variables)
	}
	return c
}

// holds decides the condition for what a request carries.
func (c *condition) holds(values *env) tri {
	return c.holdsWith(values.named(c.key, c.source.Key).current, values)
}

// holdsWith is holds for that value of the key. A single-valued operator does
// not match a list of values, but what its negation does then, and what either
// does with a list of one value, is not settled ("Single-valued vs. multivalued
// context keys").
func (c *condition) holdsWith(value keyValue, values *env) tri {
	if c.operator.family == familyUnclear || len(c.values) == 0 || value.state == unknown {
		return open
	}
	if c.operator.family == familyNull {
		return c.isNull(value.null())
	}
	if value.state == absent {
		return c.holdsAbsent()
	}
	if c.operator.quantifier != single {
		return c.holdsForEach(value, values)
	}
	if len(value.values) == 1 {
		answer := c.holdsFor(value.values[0], values)
		if multiValued(c.key) {
			return truthOrOpen(false, answer != no || c.operator.negated)
		}
		return answer
	}
	return truthOrOpen(false, c.operator.negated)
}

// null reports whether a request carries nothing under the key. "Null dataset,
// such as an empty string", says one page of an empty value, and of the operator
// Null another that it asks whether "the key exists and its value is not null":
// whether an empty value is null is not settled.
func (v keyValue) null() tri {
	if v.state == absent {
		return yes
	}
	for _, text := range v.values {
		if text != "" {
			return no
		}
	}
	return open
}

func (c *condition) isNull(null tri) tri {
	if null == open {
		if answer := c.isNull(yes); answer == c.isNull(no) {
			return answer
		}
		return open
	}
	answer := no
	for i := range c.values {
		if c.values[i].unclear {
			answer = either(answer, open)
			continue
		}
		answer = either(answer, truth(c.values[i].flag == (null == yes)))
	}
	return answer
}

// holdsAbsent decides for a key that the request does not carry: negated
// operators, ...IfExists and ForAllValues hold, the others do not. ForAnyValue
// needs a value and IfExists does not: which of them prevails is not documented.
// Where a value is malformed the whole condition may be.
func (c *condition) holdsAbsent() tri {
	for i := range c.values {
		if c.values[i].unclear {
			return open
		}
	}
	op := c.operator
	switch op.quantifier {
	case forAll:
		return yes
	case forAny:
		return truthOrOpen(false, op.ifExists)
	default:
		return truth(op.negated || op.ifExists)
	}
}

// holdsFor decides for one value: some value of the policy matches it, or, for
// a negated operator, none does.
func (c *condition) holdsFor(text string, values *env) tri {
	answer, given := no, c.operator.read(text)
	for i := range c.values {
		answer = either(answer, c.values[i].match(c.operator, &given, values))
		if answer == yes {
			break
		}
	}
	if !c.operator.negated {
		return answer
	}
	if c.operator.family == familyARN && !isARN(text) {
		return open
	}
	return answer.not()
}

// holdsForEach decides ForAnyValue and ForAllValues. A negation stands inside
// the quantifier. An empty value can be read as one that is not there.
func (c *condition) holdsForEach(value keyValue, values *env) tri {
	answer := truth(c.operator.quantifier == forAll)
	for _, v := range value.values {
		one := c.holdsFor(v, values)
		if v == "" && one != c.holdsAbsent() {
			one = open
		}
		if c.operator.quantifier == forAll {
			answer = both(answer, one)
			continue
		}
		answer = either(answer, one)
	}
	return answer
}

func isARN(text string) bool {
	colons := 0
	for i := range len(text) {
		if text[i] == ':' {
			colons++
		}
	}
	return colons >= arnParts-1 && strings.HasPrefix(text, "arn:")
}
