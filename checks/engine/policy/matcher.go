package policy

import (
	"encoding/base64"
	"net/netip"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// matcher is one value of a condition, ready to be compared with the values of
// a request. Which fields count is the operator's family's matter.
type matcher struct {
	unclear   bool // the value is malformed, so what it matches is open
	pattern   globs.Pattern
	variables template // instead of pattern
	written   template // the text with its escapes, if it has any
	number    quantity // a number, or a date in seconds
	addresses netip.Prefix
	flag      bool
	bytes     string
}

func compileMatcher(op operator, text string, variables bool) matcher {
	templated := variables && hasVariables(text)
	switch op.family {
	case familyString:
		return compileString(op, text, templated)
	case familyARN:
		return compileARN(text, templated)
	case familyNumber:
		return numberMatcher(parseNumber(text))
	case familyDate:
		return numberMatcher(parseDate(text))
	case familyAddress:
		addresses, ok := parseAddresses(text)
		return matcher{addresses: addresses, unclear: !ok}
	case familyBool, familyNull:
		flag, ok := parseBool(text)
		return matcher{flag: flag, unclear: !ok}
	case familyBinary:
		bytes, err := base64.StdEncoding.Strict().DecodeString(text)
		return matcher{bytes: string(bytes), unclear: err != nil}
	default:
		return matcher{unclear: true}
	}
}

func compileString(op operator, text string, templated bool) matcher {
	kind := globs.Verbatim
	if op.wild {
		kind = globs.Wild
	}
	if !templated {
		return matcher{pattern: folded(globs.Compile(globs.Part{Text: text, Kind: kind}), op.fold)}
	}
	written := parseTemplate(text, kind)
	p, plain := written.plain()
	if !plain {
		return matcher{variables: written, written: written}
	}
	return matcher{pattern: folded(p, op.fold), written: written}
}

func folded(p globs.Pattern, fold bool) globs.Pattern {
	if fold {
		return p.Folded()
	}
	return p
}

// compileARN compiles the six parts of an ARN, which are compared one by one:
// wildcards do not reach over the first five colons.
func compileARN(text string, templated bool) matcher {
	parts := strings.SplitN(text, ":", arnParts)
	if len(parts) < arnParts || parts[0] != "arn" {
		return matcher{unclear: true}
	}
	head := strings.Join(parts[:arnParts-1], ":") + ":"
	if templated && hasVariables(head) {
		return matcher{unclear: true}
	}
	start := globs.Part{Text: head, Kind: globs.Segment}
	if !templated {
		return matcher{pattern: globs.Compile(start, globs.Part{Text: parts[arnParts-1], Kind: globs.Wild})}
	}
	rest := parseTemplate(parts[arnParts-1], globs.Wild)
	written := append(template{{part: start}}, rest...)
	return matcher{variables: written, written: written}
}

func numberMatcher(number quantity, ok bool) matcher {
	return matcher{number: number, unclear: !ok}
}

// given is a value of a request, read once for all the values of a policy with
// which an operator compares it. Which fields count is the operator's family's
// matter.
type given struct {
	text    string
	unclear bool // the text is not of the operator's type
	number  quantity
	address netip.Addr
	either  bool // an address of version 4 that is written as one of version 6
	flag    bool
	bytes   string
}

func (op operator) read(text string) given {
	value, ok := given{text: text}, true
	switch op.family {
	case familyNumber:
		value.number, ok = parseNumber(text)
	case familyDate:
		value.number, ok = parseDate(text)
	case familyAddress:
		address, err := netip.ParseAddr(text)
		value.address, value.either, ok = address, address.Is4In6(), err == nil && address.Zone() == ""
	case familyBinary:
		bytes, err := base64.StdEncoding.Strict().DecodeString(text)
		value.bytes, ok = string(bytes), err == nil
	case familyBool:
		value.flag, ok = parseBool(text)
	}
	value.unclear = !ok
	return value
}

// match compares one value of a request, leaving negation aside.
func (m *matcher) match(op operator, value *given, values *env) tri {
	switch {
	case m.unclear || value.unclear:
		return open
	case op.family == familyString || op.family == familyARN:
		return m.matchText(op.fold, value.text, values)
	case op.family == familyNumber || op.family == familyDate:
		return truth(op.relation.holds(value.number.compare(m.number)))
	case op.family == familyAddress:
		return m.matchAddress(value)
	case op.family == familyBinary:
		return truth(value.bytes == m.bytes)
	default:
		return truth(value.flag == m.flag)
	}
}

// matchAddress compares an address. One of version 4 that is written as one of
// version 6 can be taken for either.
func (m *matcher) matchAddress(value *given) tri {
	in := m.addresses.Contains(value.address)
	if value.either && in != m.addresses.Contains(value.address.Unmap()) {
		return open
	}
	return truth(in)
}

// matchText matches a glob. How letters outside ASCII fold is not documented.
func (m *matcher) matchText(fold bool, value string, values *env) tri {
	pattern, sure := m.pattern, true
	if m.variables != nil {
		f := m.variables.fill(values)
		if f.absent && !f.guessed {
			return no // a variable without a value matches nothing
		}
		pattern, sure = f.pattern(fold), f.complete()
	}
	if fold && !pattern.ASCII() {
		return open
	}
	matched, err := pattern.MatchExact(value)
	switch {
	case err != nil:
		return open
	case fold && pattern.Match(foldedToASCII.Replace(value)) != matched:
		return open
	case matched && !sure:
		return open
	default:
		return truth(matched)
	}
}

// foldedToASCII writes the two characters outside ASCII that Unicode folds into
// it, the Kelvin sign and the long s, as what they fold to.
var foldedToASCII = strings.NewReplacer("\u212a", "k", "\u017f", "s")

func parseBool(text string) (flag, ok bool) {
	switch {
	case equalFoldASCII(text, "true"):
		return true, true
	case equalFoldASCII(text, "false"):
		return false, true
	default:
		return false, false
	}
}

// parseAddresses reads an address or a CIDR block, of either version. Bits of
// the host are ignored. It is false for addresses of version 4 that are written as
// ones of version 6, too.
func parseAddresses(text string) (netip.Prefix, bool) {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix.Masked(), !prefix.Addr().Is4In6()
	}
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" || address.Is4In6() {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(address, address.BitLen()), true
}
