package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// place names a place in the configuration as messages show it, list items
// counted from 0: accounts[0].buckets[1].name. The root is "".
type place string

// plainKey is what a key may hold to be shown without quotes. All else is
// quoted, so that no key can break a message into lines.
var plainKey = regexp.MustCompile(`^[A-Za-z0-9_:/@+=-][A-Za-z0-9_.:/@+=-]*$`)

func (p place) key(name string) place {
	if !plainKey.MatchString(name) {
		name = strconv.Quote(name)
	}
	if p == "" {
		return place(name)
	}
	return p + "." + place(name)
}

func (p place) item(index int) place {
	return place(fmt.Sprintf("%s[%d]", p, index))
}

// parent is the place around p. A key that itself holds a dot gives more
// steps on the way to the root than there are levels, which does no harm to
// those who look for the nearest known place.
func (p place) parent() place {
	return p[:max(0, strings.LastIndexAny(string(p), ".["))]
}

// holds reports whether other is p or lies below it.
func (p place) holds(other place) bool {
	rest, ok := strings.CutPrefix(string(other), string(p))
	return ok && (p == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}
