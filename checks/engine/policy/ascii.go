package policy

// Names of actions, keys and truth values have no letters but A to Z. Unicode
// would make the Kelvin sign a k, and the long s an s.

// lowerASCII changes A to Z only.
func lowerASCII(text string) string {
	for i := range len(text) {
		if lowerLetter(text[i]) != text[i] {
			lower := []byte(text)
			for ; i < len(lower); i++ {
				lower[i] = lowerLetter(lower[i])
			}
			return string(lower)
		}
	}
	return text
}

// equalFoldASCII compares without regard to the case of A to Z.
func equalFoldASCII(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lowerLetter(a[i]) != lowerLetter(b[i]) {
			return false
		}
	}
	return true
}

func lowerLetter(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
