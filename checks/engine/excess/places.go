package excess

import (
	"net/netip"
	"slices"
	"strings"
)

// anywhere are contexts of requests from no particular place: an address that
// no condition names, and one of each block of addresses that S3 takes for
// public, wider than /8 or, of version 6, /32.
func (f *finder) anywhere() []map[string][]string {
	blocks := f.blocks()
	if len(blocks) == 0 {
		return []map[string][]string{{}}
	}
	var out []map[string][]string
	for _, address := range f.addresses(blocks) {
		out = append(out, map[string][]string{"aws:SourceIp": {address.String()}})
	}
	return out
}

const narrowest4, narrowest6 = 8, 32 // bits of the widest blocks that are not public

func narrow(b netip.Prefix) bool {
	if b.Addr().Is4() {
		return b.Bits() >= narrowest4
	}
	return b.Bits() >= narrowest6
}

// addresses are one of each wide block and one of none, each in no narrow
// block.
func (f *finder) addresses(blocks []netip.Prefix) []netip.Addr {
	free := func(within netip.Prefix, wanted bool) (netip.Addr, bool) {
		for octet := byte(1); octet < 224; octet++ {
			candidate := netip.AddrFrom4([4]byte{octet, 77, 77, 77})
			if within.Addr().Is6() {
				candidate = netip.AddrFrom16([16]byte{0x20, octet, 0x77, octet, 0x77})
			}
			named := slices.ContainsFunc(blocks, func(b netip.Prefix) bool { return (narrow(b) || !wanted) && b.Contains(candidate) })
			if !named && within.Contains(candidate) {
				return candidate, true
			}
		}
		return netip.Addr{}, false
	}
	var out []netip.Addr
	for _, b := range blocks {
		if narrow(b) {
			continue
		}
		if a, ok := free(b, true); ok && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	if a, ok := free(netip.PrefixFrom(netip.IPv4Unspecified(), 0), false); ok {
		out = append(out, a)
	}
	return out
}

// blocks are those that conditions on aws:SourceIp name.
func (f *finder) blocks() []netip.Prefix {
	var out []netip.Prefix
	f.conditions(func(key, value string) {
		if key != "aws:sourceip" {
			return
		}
		if b, err := netip.ParsePrefix(value); err == nil {
			out = append(out, b.Masked())
		} else if a, err := netip.ParseAddr(value); err == nil && a.Zone() == "" {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
		}
	})
	return out
}

// conditions visits every value that a condition names, its key in lower case.
func (c *Case) conditions(visit func(key, value string)) {
	for i := range c.Policy.Statements {
		for _, condition := range c.Policy.Statements[i].Conditions {
			for _, value := range condition.Values {
				visit(strings.ToLower(condition.Key), value)
			}
		}
	}
}
