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
		return singleNullOf(condition.Values, present)
	}
	if len(present) == 0 {
		return op.holdsWithoutKey()
	}
	all, some := singleYes, singleNo
	for _, value := range present {
		one := c.satisfies(op, condition.Values, version, value)
		if value == "" && op.quantifier != "" {
			one = singleBoth(one, op.holdsWithoutKey()) // "a null dataset, such as an empty string"
		}
		all, some = singleAnd(all, one), singleOr(some, one)
	}
	switch {
	case op.quantifier == "ForAllValues":
		return all
	case op.quantifier == "ForAnyValue", len(present) == 1 && !singleTakesLists(condition.Key):
		return some
	case op.negated:
		// A list and no quantifier: the negation of no match, or no match.
		return singleMaybe
	case len(present) == 1:
		return singleAnd(singleMaybe, some) // no list, or one of one value
	default:
		return singleNo
	}
}

// singleTakesLists says whether requests carry lists under the key, so that only
// ForAllValues and ForAnyValue are documented for it ("AWS global condition
// context keys" and "Actions, resources, and condition keys for Amazon S3").
func singleTakesLists(key string) bool {
	for _, list := range [...]string{
		"aws:CalledVia", "aws:PrincipalOrgPaths", "aws:PrincipalServiceNamesList", "aws:ResourceOrgPaths", "aws:SourceOrgPaths",
		"aws:TagKeys", "aws:VpceOrgPaths", "s3:InventoryAccessibleOptionalFields", "s3:RequestObjectTagKeys",
	} {
		if singleSameFolded(list, key) {
			return true
		}
	}
	return false
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

// singleNullOf: the key is null if it is not there. If all that is there is empty
// values it may be taken for null, too: "false" asks whether "the key exists and
// its value is not null".
func singleNullOf(values, present []string) singleTri {
	if len(present) > 0 && strings.Join(present, "") == "" {
		return singleBoth(singleNull(values, true), singleNull(values, false))
	}
	return singleNull(values, len(present) == 0)
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
		return singleAnd(singleMaybe, op.mayMatch(text, value))
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

// mayMatch is no where a text with guesses cannot match whatever these stand for.
func (op singleOperator) mayMatch(text singleText, value string) singleTri {
	switch op.base {
	case "StringEquals":
		return singleMatch(text.exactly(), value)
	case "StringEqualsIgnoreCase":
		folded := singleGlob{pattern: text.exactly(), text: value, fold: true}
		lower := singleGlob{pattern: text.exactly(), text: strings.ToLower(value), fold: true}
		return singleIf(folded.matches() || lower.matches())
	case "StringLike":
		return singleMatch(text.singlePattern, value)
	default: // ArnEquals, ArnLike
		if strings.Count(text.text[:text.guesses[0]], ":") < 5 {
			return singleMaybe // a guess that may hold colons
		}
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
