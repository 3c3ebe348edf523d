package config

import (
	"fmt"
	"strings"
)

// longestGuess is the longest word that a suggestion is sought for. No key,
// check or profile comes near it.
const longestGuess = 64

// nearest is the candidate that word is most likely a slip of, or "".
func nearest(word string, candidates []string) string {
	if len(word) > longestGuess {
		return ""
	}
	plain := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "-", "_") }
	best, least := "", 2+len(word)/4
	for _, c := range candidates {
		if d := distance(plain(word), plain(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// didYouMean says which of the candidates is near, or else which are known.
func didYouMean(word string, candidates []string) string {
	if near := nearest(word, candidates); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(candidates) == 0 {
		return "none is known"
	}
	return "known: " + strings.Join(candidates, ", ")
}

// distance is Levenshtein's: how many bytes to insert, delete or replace to
// turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
