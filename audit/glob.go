package audit

// globMatches reports whether the glob matches the whole text: * stands for
// any characters, ? for one byte, everything else for itself. It goes back to
// the last * only, so that no pattern takes more than the product of the
// lengths.
func globMatches(glob, text string) bool {
	g, t := 0, 0
	star, resume := -1, 0
	for t < len(text) {
		switch {
		case g < len(glob) && glob[g] == '*':
			star, resume = g, t
			g++
		case g < len(glob) && (glob[g] == '?' || glob[g] == text[t]):
			g++
			t++
		case star >= 0:
			resume++
			g, t = star+1, resume
		default:
			return false
		}
	}
	for g < len(glob) && glob[g] == '*' {
		g++
	}
	return g == len(glob)
}
