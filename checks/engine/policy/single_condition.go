package policy

import "strings"

// singleOperator is a condition operator taken apart.
type singleOperator struct {
	quantifier string // ForAllValues, ForAnyValue or empty
	base       string // without Not: StringLike for StringNotLike
	negated    bool
	ifExists   bool
}

// singleReadOperator knows the operators of "IAM JSON policy elements:
// Condition operators".
func singleReadOperator(name string) (op singleOperator, known bool) {
	if quantifier, rest, quantified := strings.Cut(name, ":"); quantified {
		if quantifier != "ForAllValues" && quantifier != "ForAnyValue" {
			return op, false
		}
		op.quantifier, name = quantifier, rest
	}
	name, op.ifExists = strings.CutSuffix(name, "IfExists")
	switch name {
	case "StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike", "NumericNotEquals",
		"DateNotEquals", "NotIpAddress", "ArnNotEquals", "ArnNotLike":
		op.negated, op.base = true, strings.Replace(name, "Not", "", 1)
		return op, true
	case "StringEquals", "StringEqualsIgnoreCase", "StringLike", "BinaryEquals", "Bool", "IpAddress", "ArnEquals", "ArnLike",
		"NumericEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
		"DateEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals":
		op.base = name
		return op, true
	case "Null":
		op.base = name
		return op, op.quantifier == "" && !op.ifExists
	default:
		return op, false
	}
}

// matchConditions: all of them must hold.
func (run *singleRun) matchConditions(d *Document, s *Statement) singleTri {
	result := singleYes
	for _, c := range s.Conditions {
		result = singleAnd(result, run.context.holds(c, d.Version))
	}
	return result
}

// holds judges one operator on one key.
func (c singleContext) holds(condition Condition, version string) singleTri {
	op, known := singleReadOperator(condition.Operator)
	if !known || len(condition.Values) == 0 {
		return singleMaybe
	}
	present := c.values(condition.Key)
	if op.base == "Null" {
		return singleNull(condition.Values, len(present) == 0)
	}
	if len(present) == 0 {
		return op.holdsWithoutKey()
	}
	all, some := singleYes, singleNo
	for _, value := range present {
		one := c.satisfies(op, condition.Values, version, value)
		all, some = singleAnd(all, one), singleOr(some, one)
	}
	switch {
	case op.quantifier == "ForAllValues":
		return all
	case op.quantifier == "ForAnyValue", len(present) == 1:
		return some
	case op.negated:
		// Several values and no quantifier: either nothing holds, or no value
		// may match.
		return singleAnd(singleMaybe, all)
	default:
		return singleNo
	}
}

// holdsWithoutKey: a comparison with a missing key fails, so its negation holds.
// IfExists is documented to hold then, and ForAnyValue not to.
func (op singleOperator) holdsWithoutKey() singleTri {
	switch op.quantifier {
	case "ForAnyValue":
		return singleAnd(singleMaybe, singleIf(op.ifExists))
	case "ForAllValues":
		return singleYes
	default:
		return singleIf(op.ifExists || op.negated)
	}
}

// singleNull: "true" asks for the key to be absent, "false" for it to be there.
func singleNull(values []string, absent bool) singleTri {
	result := singleNo
	for _, value := range values {
		switch {
		case singleSameFolded(value, "true"):
			result = singleOr(result, singleIf(absent))
		case singleSameFolded(value, "false"):
			result = singleOr(result, singleIf(!absent))
		default:
			result = singleOr(result, singleMaybe)
		}
	}
	return result
}

// satisfies compares one value of the request with all values of the policy:
// one must match, or none for a negated operator.
func (c singleContext) satisfies(op singleOperator, values []string, version, value string) singleTri {
	matches := singleNo
	for _, wanted := range values {
		matches = singleOr(matches, c.compare(op, wanted, version, value))
	}
	if op.negated {
		return matches.not()
	}
	return matches
}

// compare says whether the request's value matches one value of the policy.
func (c singleContext) compare(op singleOperator, wanted, version, value string) singleTri {
	switch op.base {
	case "StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike":
		return c.compareText(op, wanted, version, value)
	case "Bool":
		return c.compareBool(wanted, version, value)
	case "BinaryEquals":
		return singleBinary(wanted, value)
	case "IpAddress":
		return singleAddress(wanted, value)
	default:
		if relation, ok := strings.CutPrefix(op.base, "Numeric"); ok {
			return singleNumeric(relation, wanted, value)
		}
		return singleDate(strings.TrimPrefix(op.base, "Date"), wanted, value)
	}
}

// compareText puts variables in. A text with an unresolved one matches nothing,
// so that a negated operator holds.
func (c singleContext) compareText(op singleOperator, wanted, version, value string) singleTri {
	text := c.expand(wanted, version)
	switch text.resolution {
	case singleUnresolved:
		return singleNo
	case singleUnsettled:
		return singleMaybe
	}
	switch op.base {
	case "StringEquals":
		return singleIf(text.text == value)
	case "StringEqualsIgnoreCase":
		return singleEqualFold(text.text, value)
	case "StringLike":
		return singleMatch(text.singlePattern, value)
	default: // ArnEquals, ArnLike
		return singleARN(text, value, op.negated)
	}
}

// compareBool: the documentation says in one place that variables work here,
// and in another that they do not.
func (c singleContext) compareBool(wanted, version, value string) singleTri {
	if !singleHasVariables(wanted, version) {
		return singleBool(wanted, value)
	}
	text := c.expand(wanted, version)
	switch text.resolution {
	case singleUnresolved:
		return singleNo
	case singleUnsettled:
		return singleMaybe
	default:
		return singleAnd(singleMaybe, singleBool(text.text, value))
	}
}
