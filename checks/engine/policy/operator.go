package policy

import "strings"

// family is what an operator compares.
type family uint8

const (
	familyUnclear family = iota // an operator that is not understood
	familyString
	familyARN
	familyNumber
	familyDate
	familyAddress
	familyBool
	familyBinary
	familyNull
)

// quantifier says how a list of request values is treated.
type quantifier uint8

const (
	single quantifier = iota
	forAny
	forAll
)

// relation is the comparison of an ordered operator.
type relation uint8

const (
	equal relation = iota
	less
	lessEqual
	greater
	greaterEqual
)

// holds reports whether two values in that order stand in the relation.
func (r relation) holds(order int) bool {
	switch r {
	case less:
		return order < 0
	case lessEqual:
		return order <= 0
	case greater:
		return order > 0
	case greaterEqual:
		return order >= 0
	default:
		return order == 0
	}
}

// operator is a condition operator taken apart ("IAM JSON policy elements:
// Condition operators"). Names must be spelt as documented.
type operator struct {
	family     family
	quantifier quantifier
	negated    bool
	ifExists   bool
	wild       bool // values are globs
	fold       bool // letters match in either case
	relation   relation
}

func parseOperator(name string) operator {
	op := operator{}
	if base, found := strings.CutPrefix(name, "ForAnyValue:"); found {
		name, op.quantifier = base, forAny
	} else if base, found := strings.CutPrefix(name, "ForAllValues:"); found {
		name, op.quantifier = base, forAll
	}
	base, ifExists := strings.CutSuffix(name, "IfExists")
	op.ifExists = ifExists
	op.setBase(base)
	if op.family == familyNull && (ifExists || op.quantifier != single) {
		op.family = familyUnclear
	}
	return op
}

func (op *operator) setBase(base string) {
	switch base {
	case "StringEquals":
		op.family = familyString
	case "StringNotEquals":
		op.family, op.negated = familyString, true
	case "StringEqualsIgnoreCase":
		op.family, op.fold = familyString, true
	case "StringNotEqualsIgnoreCase":
		op.family, op.fold, op.negated = familyString, true, true
	case "StringLike":
		op.family, op.wild = familyString, true
	case "StringNotLike":
		op.family, op.wild, op.negated = familyString, true, true
	case "ArnEquals", "ArnLike":
		op.family = familyARN
	case "ArnNotEquals", "ArnNotLike":
		op.family, op.negated = familyARN, true
	case "IpAddress":
		op.family = familyAddress
	case "NotIpAddress":
		op.family, op.negated = familyAddress, true
	case "Bool":
		op.family = familyBool
	case "BinaryEquals":
		op.family = familyBinary
	case "Null":
		op.family = familyNull
	default:
		op.setOrdered(base)
	}
}

func (op *operator) setOrdered(base string) {
	family, comparison := familyUnclear, ""
	if rest, found := strings.CutPrefix(base, "Numeric"); found {
		family, comparison = familyNumber, rest
	} else if rest, found := strings.CutPrefix(base, "Date"); found {
		family, comparison = familyDate, rest
	}
	switch comparison {
	case "Equals":
		op.relation = equal
	case "NotEquals":
		op.relation, op.negated = equal, true
	case "LessThan":
		op.relation = less
	case "LessThanEquals":
		op.relation = lessEqual
	case "GreaterThan":
		op.relation = greater
	case "GreaterThanEquals":
		op.relation = greaterEqual
	default:
		return
	}
	op.family = family
}
