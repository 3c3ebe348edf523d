//go:build simulate

package policy_test

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rewriteAddresses gives every address and range its canonical form and a
// prefix, and splits the range of all addresses in two.
func rewriteAddresses(c *simCase) bool {
	changed := false
	c.Policies.statements(func(_ simLayer, s *simStatement) {
		for operator, keys := range s.Condition {
			for key, values := range keys {
				if !strings.Contains(operator, "IpAddress") {
					continue
				}
				keys[key] = canonicalSimRanges(values)
				changed = changed || !slices.Equal(keys[key], values)
			}
		}
	})
	return c.requestTexts(func(text string) string {
		if address, err := netip.ParseAddr(text); err == nil {
			return address.StringExpanded()
		}
		return text
	}) || changed
}

func canonicalSimRanges(values []string) []string {
	var out []string
	for _, value := range values {
		network, err := netip.ParsePrefix(value)
		if address, bare := netip.ParseAddr(value); err != nil && bare == nil {
			network, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		switch {
		case err != nil:
			out = append(out, value)
		case network.Bits() > 0:
			out = append(out, network.Addr().StringExpanded()+"/"+strconv.Itoa(network.Bits()))
		case network.Addr().Is4():
			out = append(out, "0.0.0.0/1", "128.0.0.0/1")
		default:
			out = append(out, "::/1", "8000::/1")
		}
	}
	return out
}

func rewriteSeconds(c *simCase) bool {
	return c.rewriteTexts(func(_ simLayer, operator, text string) string {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if !strings.Contains(operator, "Date") || err != nil {
			return text
		}
		return time.Unix(seconds, 0).UTC().Format(time.RFC3339)
	})
}

func rewriteTagNames(c *simCase) bool {
	changed := false
	c.Policies.statements(func(_ simLayer, s *simStatement) {
		for _, keys := range s.Condition {
			if values, found := keys["aws:PrincipalTag/Team"]; found {
				delete(keys, "aws:PrincipalTag/Team")
				keys["aws:PrincipalTag/"+simUnmatched] = values
				changed = true
			}
		}
	})
	return changed
}
