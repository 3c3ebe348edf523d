package web

import "strings"

// diffLine is a line of a diff in unified format.
type diffLine struct {
	Kind string // add, cut, place or same
	Sign string // "+", "-" or " "
	Text string
}

// diffLines are those of the diff but for its head, which names files that
// there are not.
func diffLines(diff string) (list []diffLine) {
	for line := range strings.Lines(diff) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case len(list) == 0 && !strings.HasPrefix(line, "@@"):
		case strings.HasPrefix(line, "@@"):
			list = append(list, diffLine{"place", "", line})
		case strings.HasPrefix(line, "+"):
			list = append(list, diffLine{"add", "+", line[1:]})
		case strings.HasPrefix(line, "-"):
			list = append(list, diffLine{"cut", "-", line[1:]})
		default:
			list = append(list, diffLine{"same", " ", strings.TrimPrefix(line, " ")})
		}
	}
	return list
}
