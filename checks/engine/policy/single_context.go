package policy

import (
	"strings"
	"unicode/utf8"
)

// singleContext holds the condition keys of a request.
type singleContext []singleEntry

type singleEntry struct {
	key    string
	values []string
}

// singleMostKeys is more than any request carries. It bounds the search for keys.
const singleMostKeys = 4096

func newSingleContext(given map[string][]string) (context singleContext, reason string) {
	if len(given) > singleMostKeys {
		return nil, "there are more condition keys than a request can carry"
	}
	context = make(singleContext, 0, len(given))
	for key, values := range given {
		if context.find(key) >= 0 {
			return nil, "a condition key is given twice in different case"
		}
		for _, value := range values {
			if !utf8.ValidString(value) {
				return nil, "a condition key's value is not valid UTF-8"
			}
		}
		context = append(context, singleEntry{key, values})
	}
	return context, ""
}

// values returns none for a key that is not in the request.
func (c singleContext) values(key string) []string {
	if at := c.find(key); at >= 0 {
		return c[at].values
	}
	return nil
}

func (c singleContext) find(key string) int {
	for i := range c {
		if singleSameKey(c[i].key, key) {
			return i
		}
	}
	return -1
}

// singleSameKey compares the names of condition keys: case does not count,
// except in the name of a tag, which follows a slash.
func singleSameKey(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	tag := strings.IndexByte(a, '/')
	return a == b || tag < 0 && singleSameFolded(a, b) || tag >= 0 && singleSameFolded(a[:tag], b[:tag]) && a[tag:] == b[tag:]
}

// singleLower changes A to Z only: strings.ToLower would also turn the Kelvin
// sign into a k.
func singleLower(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

func singleLowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// singleSameFolded compares without regard to the case of A to Z.
func singleSameFolded(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if singleLowerByte(a[i]) != singleLowerByte(b[i]) {
			return false
		}
	}
	return true
}

func singleIsAccount(text string) bool {
	if len(text) != 12 {
		return false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
