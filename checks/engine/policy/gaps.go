package policy

import (
	"encoding/base64"
	"net/netip"
	"slices"
	"time"
)

// numberValues returns the ends, and a value below, between and above them. It
// is false if there is none that can be written. Whole says that only integers
// from 0 are possible.
func numberValues(ends []quantity, whole bool) ([]string, bool) {
	values, ok := around(ends, whole)
	var out []string
	for _, value := range values {
		if !whole || value.whole >= 0 && value.part == 0 {
			out = append(out, value.String())
		}
	}
	return out, ok
}

// dateValues is numberValues for dates, which it writes as RFC 3339 does.
func dateValues(ends []quantity) ([]string, bool) {
	values, ok := around(ends, false)
	var out []string
	for _, value := range values {
		const perNanosecond = scale / int64(time.Second)
		text := time.Unix(value.whole, value.part/perNanosecond).UTC().Format(time.RFC3339Nano)
		back, readable := parseDate(text)
		ok = ok && readable && back == value
		out = append(out, text)
	}
	return out, ok
}

// around returns the distinct ends in order, with one value below, one in each
// gap and one above. Whole says that gaps without an integer have no value.
func around(ends []quantity, whole bool) ([]quantity, bool) {
	ends = slices.Clone(ends)
	slices.SortFunc(ends, quantity.compare)
	ends = slices.Compact(ends)
	out, ok := []quantity{{whole: ends[0].whole - 1}}, true
	for i, end := range ends {
		out = append(out, end)
		next := quantity{whole: end.whole + 1}
		switch {
		case i == len(ends)-1 || next.compare(ends[i+1]) < 0:
			out = append(out, next)
		case !whole:
			middle, exact := between(end, ends[i+1])
			out, ok = append(out, middle), ok && exact
		}
	}
	return out, ok
}

// between returns the middle of two quantities that are at most one apart. It
// is false if that has too many places.
func between(a, b quantity) (quantity, bool) {
	gap := b.part - a.part
	if b.whole > a.whole {
		gap += scale
	}
	middle := quantity{a.whole, a.part + gap/2}
	if middle.part >= scale {
		middle = quantity{a.whole + 1, middle.part - scale}
	}
	return middle, gap%2 == 0
}

// addressValues returns the first address of every stretch of addresses that
// the blocks tell apart, after two for documentation (RFC 5737, RFC 3849).
func addressValues(blocks []netip.Prefix) []string {
	out := []string{"203.0.113.1", "2001:db8::1"}
	ends := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	for _, block := range blocks {
		ends = append(ends, block.Addr())
		if next := last(block).Next(); next.IsValid() {
			ends = append(ends, next)
		}
	}
	for _, end := range ends {
		out = append(out, end.String())
	}
	return out
}

// last returns the last address of a block.
func last(block netip.Prefix) netip.Addr {
	bytes := block.Addr().AsSlice()
	for bit := block.Bits(); bit < block.Addr().BitLen(); bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	address, _ := netip.AddrFromSlice(bytes)
	return address
}

// binaryValues returns the byte strings and one that is none of them, as they
// are written in requests.
func binaryValues(listed []string) []string {
	other := "z"
	for slices.Contains(listed, other) {
		other += "z"
	}
	var out []string
	for _, bytes := range append(slices.Clone(listed), other) {
		out = append(out, base64.StdEncoding.EncodeToString([]byte(bytes)))
	}
	return out
}
