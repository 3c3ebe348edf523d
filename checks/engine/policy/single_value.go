package policy

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Values that are not of the operator's type compare as maybe: AWS rejects most
// of them when a policy is saved, and does not say what the rest mean.

// singleEqualFold compares without regard to case. Whether AWS folds more than
// A to Z is not documented.
func singleEqualFold(a, b string) singleTri {
	return singleBoth(singleIf(singleSameFolded(a, b)), singleIf(strings.EqualFold(a, b)))
}

// singleARN compares six parts one by one; the last is all the rest. A text
// that is no ARN matches nothing, but tools do not agree that a negated operator
// then holds.
func singleARN(pattern singleText, value string, negated bool) singleTri {
	wanted, wantedCount := pattern.cut()
	given, givenCount := singleCut(value)
	malformed := wantedCount < 6 || givenCount < 6 || given[0] != "arn"
	if malformed && negated {
		return singleMaybe
	}
	if malformed {
		return singleNo
	}
	result := singleYes
	if wanted[0].text != "arn" {
		result = singleMaybe // a wildcard where every ARN says arn, or no ARN
	}
	for i := range wanted {
		result = singleAnd(result, singleMatch(wanted[i], given[i]))
	}
	if pattern.colon {
		// The value that was put in may count as one part or as several.
		return singleBoth(result, singleMaybe)
	}
	return result
}

func singleBool(wanted, value string) singleTri {
	if !singleIsBool(wanted) || !singleIsBool(value) {
		return singleMaybe
	}
	return singleIf(singleSameFolded(wanted, value))
}

func singleIsBool(text string) bool {
	return singleSameFolded(text, "true") || singleSameFolded(text, "false")
}

func singleBinary(wanted, value string) singleTri {
	a, errA := base64.StdEncoding.Strict().DecodeString(wanted)
	b, errB := base64.StdEncoding.Strict().DecodeString(value)
	if errA != nil || errB != nil {
		return singleMaybe
	}
	return singleIf(bytes.Equal(a, b))
}

// singleAddress says whether an address lies in a range, or is the address
// given. IPv4 is never in IPv6; an IPv4 address written in the IPv6 way may be
// taken for either.
func singleAddress(wanted, value string) singleTri {
	network, ok := singleNetwork(wanted)
	if !ok {
		return singleMaybe
	}
	address, err := netip.ParseAddr(value)
	if err != nil || address.Zone() != "" {
		return singleMaybe
	}
	if network.Addr().Is4In6() {
		return singleMaybe
	}
	return singleBoth(singleIf(network.Contains(address)), singleIf(network.Contains(address.Unmap())))
}

func singleNumeric(relation, wanted, value string) singleTri {
	a, okA := singleNumber(value)
	b, okB := a, okA
	if wanted != value {
		b, okB = singleNumber(wanted)
	}
	if !okA || !okB {
		return singleMaybe
	}
	return singleCompare(relation, a, b)
}

// singleCompare says whether a stands in the relation to b.
func singleCompare(relation string, a, b *big.Rat) singleTri {
	order := a.Cmp(b)
	switch relation {
	case "Equals":
		return singleIf(order == 0)
	case "LessThan":
		return singleIf(order < 0)
	case "LessThanEquals":
		return singleIf(order <= 0)
	case "GreaterThan":
		return singleIf(order > 0)
	default: // GreaterThanEquals
		return singleIf(order >= 0)
	}
}

// singleNumber reads a decimal number exactly: a sign, digits around a point, an
// exponent. Longer ones than any format of floating point holds are not numbers
// here.
func singleNumber(text string) (*big.Rat, bool) {
	number := strings.TrimLeft(text, "+-")
	mantissa, exponent, hasExponent := number, "", false
	if e := strings.IndexAny(number, "eE"); e >= 0 {
		mantissa, exponent, hasExponent = number[:e], number[e+1:], true
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := singleDigits(whole) && singleDigits(fraction) && whole+fraction != ""
	if !digits || len(text) > 400 || len(text)-len(number) > 1 {
		return nil, false
	}
	if hasExponent {
		n, err := strconv.Atoi(exponent)
		if err != nil || n < -400 || n > 400 {
			return nil, false
		}
	}
	return new(big.Rat).SetString(text)
}

func singleDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

func singleDate(relation, wanted, value string) singleTri {
	given, wants := singleInstants(value), singleInstants(wanted)
	if len(given) == 0 || len(wants) == 0 {
		return singleMaybe
	}
	result := singleCompare(relation, given[0], wants[0])
	for _, a := range given {
		for _, b := range wants {
			result = singleBoth(result, singleCompare(relation, a, b))
		}
	}
	return result
}

var singleW3C = regexp.MustCompile(`^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$`)

// singleInstants reads a date as seconds of the epoch: a number, or the formats
// of the W3C note "Date and Time Formats". Four digits can be either. None: it
// is no date.
func singleInstants(text string) (readings []*big.Rat) {
	if seconds, ok := singleNumber(text); ok {
		readings = append(readings, seconds)
	}
	if !singleW3C.MatchString(text) {
		return readings
	}
	for _, layout := range []string{"2006", "2006-01", "2006-01-02", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z07:00"} {
		instant, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		seconds := new(big.Rat).SetInt64(instant.Unix())
		readings = append(readings, seconds.Add(seconds, big.NewRat(int64(instant.Nanosecond()), int64(time.Second))))
	}
	return readings
}
