package selector

import (
	"cmp"
	"slices"
	"strings"
)

// maxComparisons bounds the work of one question, reads or writes of a bucket. It
// is some 20 ms, far above what the quotas of a dozen trails allow unless selectors
// are made to hurt. Past it the answer is undecided, never a guess.
const maxComparisons = 2_000_000

// representatives returns the rests of strings that begin with stem such that
//
//   - every string under stem is treated by the conditions as one of them is, and
//   - among the strings that the conditions treat alike, a shortest is there,
//
// shortest first. The comparisons that judging them will take are taken off work;
// ok is false if that is not enough.
//
// Why this is all: how a string is treated depends on the longest prefix p and
// the longest suffix s it has among the values, and on which value it equals.
// With a character # that stands in no value, stem+p+#+s has that p and that s
// and equals no value. A string with p and s that is no longer than that is
// either as long, or p and s adjoin or overlap in it and leave no choice.
func representatives(stem string, allowEmpty bool, conditions []*condition, work *int) (rests []string, ok bool) {
	v := gather(stem, conditions)
	if *work -= len(v.prefixes) * len(v.suffixes) * v.size; *work < 0 {
		return nil, false
	}
	fresh := freshCharacter(v)
	rests = slices.Clone(v.equals)
	for _, p := range v.prefixes {
		for _, s := range v.suffixes {
			rests = append(rests, p+fresh+s)
			rests = appendJoins(rests, stem, p, s)
		}
	}
	if !allowEmpty {
		rests = slices.DeleteFunc(rests, func(r string) bool { return r == "" })
	}
	slices.SortFunc(rests, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	rests = slices.Compact(rests)
	*work -= len(rests) * v.size
	return rests, *work >= 0
}

// appendJoins appends each rest p+s' where s' is what is left of s when it
// begins inside stem+p, the case that it begins right after included.
func appendJoins(rests []string, stem, p, s string) []string {
	left := stem + p
	for k := 0; k <= min(len(left), len(s)); k++ {
		if strings.HasSuffix(left, s[:k]) {
			rests = append(rests, p+s[k:])
		}
	}
	return rests
}

type values struct {
	prefixes, suffixes, equals []string // prefixes and equals without stem
	size                       int      // comparisons that one string costs
}

func gather(stem string, conditions []*condition) values {
	v := values{prefixes: []string{""}, suffixes: []string{""}, size: 1}
	for _, c := range conditions {
		v.size += c.size()
		v.suffixes = append(append(v.suffixes, c.endsWith...), c.notEndsWith...)
		v.prefixes = appendRests(v.prefixes, stem, c.startsWith, c.notStartsWith)
		v.equals = appendRests(v.equals, stem, c.equals, c.notEquals)
	}
	for _, list := range []*[]string{&v.prefixes, &v.suffixes, &v.equals} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return v
}

func appendRests(rests []string, stem string, lists ...[]string) []string {
	for _, list := range lists {
		for _, value := range list {
			if rest, found := strings.CutPrefix(value, stem); found {
				rests = append(rests, rest)
			}
		}
	}
	return rests
}

// freshCharacter returns a character that occurs in no value, a plain letter or
// digit if there is one, since people read it in a witness.
func freshCharacter(v values) string {
	used := make(map[rune]bool)
	for _, list := range [][]string{v.prefixes, v.suffixes, v.equals} {
		for _, value := range list {
			for _, r := range value {
				used[r] = true
			}
		}
	}
	for _, r := range "xyzwvqkjabcdefghilmnoprstuXYZABCDEFGHIJKLMNOPQRSTUVW0123456789" {
		if !used[r] {
			return string(r)
		}
	}
	r := rune(0x100)
	for used[r] {
		r++
	}
	return string(r)
}
