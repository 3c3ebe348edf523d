package policy

import (
	"slices"
)

// withExcepted adds the principals that do not count to the callers to tell
// apart, so that none of them can stand for one that does.
func (h *hunt) withExcepted(callers []caller) []caller {
	if h.asker.form != formAccount {
		return callers
	}
	for _, arn := range h.search.Except {
		p := parseAWSPrincipal(arn)
		if h.asker.includes(&p) && !slices.ContainsFunc(callers, func(c caller) bool { return c.arn == arn }) {
			callers = append(callers, caller{principal: p, arn: arn})
		}
	}
	return callers
}

// excepted reports whether the caller does not count: it is listed, or it is a
// session of a role that is.
func (h *hunt) excepted(c *caller) bool {
	if h.asker.form != formAccount || c.unnamed {
		return false
	}
	return slices.ContainsFunc(h.search.Except, func(arn string) bool {
		if c.form != formSession {
			return arn == c.arn
		}
		p := parseAWSPrincipal(arn)
		return p.form == formRole && p.account == c.account && p.roleName() == c.roleName()
	})
}

// choose takes every open slot back to open, but for the slots listed, which
// take the value listed.
func (h *hunt) choose(slots []*slot, values []keyValue) {
	for i := range h.env.slots {
		h.env.slots[i].choose(h.env.slots[i].base)
	}
	for i, s := range slots {
		s.choose(values[i])
	}
	h.refill()
}

// every calls try with every combination of the slots' possibilities that a
// request can carry until it returns false.
func (h *hunt) every(slots []*slot, try func() bool) {
	values := make([]keyValue, len(slots))
	var from func(int) bool
	from = func(i int) bool {
		if i == len(slots) {
			h.choose(slots, values)
			return h.clashes() || try()
		}
		for _, value := range slots[i].domain {
			values[i] = value
			if !from(i + 1) {
				return false
			}
		}
		return true
	}
	from(0)
}
