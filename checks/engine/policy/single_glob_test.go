package policy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// singleGlobDefinition is what * and ? mean, read off directly.
func singleGlobDefinition[C byte | rune](pattern, text []C) bool {
	if len(pattern) == 0 {
		return len(text) == 0
	}
	if pattern[0] == '*' {
		return singleGlobDefinition(pattern[1:], text) || len(text) > 0 && singleGlobDefinition(pattern, text[1:])
	}
	return len(text) > 0 && (pattern[0] == '?' || pattern[0] == text[0]) && singleGlobDefinition(pattern[1:], text[1:])
}

// checkSingleGlob compares both readings of ? with the definition.
func checkSingleGlob(t *testing.T, pattern, text string) (matches bool) {
	t.Helper()
	glob := singleGlob{pattern: singlePattern{text: pattern}, text: text}
	bytes := singleGlobDefinition([]byte(pattern), []byte(text))
	if got := glob.matches(); got != bytes {
		t.Fatalf("%q on %q by bytes: %t, want %t", pattern, text, got, bytes)
	}
	glob.points = true
	points := singleGlobDefinition([]rune(pattern), []rune(text))
	if got := glob.matches(); got != points {
		t.Fatalf("%q on %q by code points: %t, want %t", pattern, text, got, points)
	}
	return points
}

func TestSingleGlobIsTheDefinition(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) // always the same pairs
	draw := func(alphabet string, longest int) string {
		letters, text := []rune(alphabet), ""
		for range random.IntN(longest + 1) {
			text += string(letters[random.IntN(len(letters))])
		}
		return text
	}
	matched := 0
	for range 20_000 {
		if checkSingleGlob(t, draw("**?abé", 8), draw("aabé*", 9)) {
			matched++
		}
	}
	if matched < 1_000 {
		t.Errorf("only %d of the pairs matched: the test says little", matched)
	}
}

func FuzzSingleGlob(f *testing.F) {
	f.Add("*a?b*", "xxaab")
	f.Add("?", "é")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) <= 12 && len(text) <= 16 && utf8.ValidString(pattern) && utf8.ValidString(text) {
			checkSingleGlob(t, pattern, text)
		}
	})
}

func TestSingleGlobFoldsCase(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]bool{"S3:GET*": true, "s3:g?toBJECT": true, "s3:Put*": false, "s3:GetObject\u212A": false} {
		if got := (singleGlob{pattern: singlePattern{text: pattern}, text: "s3:GetObject", fold: true}).matches(); got != want {
			t.Errorf("%q: %t, want %t", pattern, got, want)
		}
	}
}

func TestSingleMatch(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, pattern, text string
		want                singleTri
	}{
		{"5: a star takes slashes and colons", "data/*", "data/a//b:c/", singleYes},
		{"5: a star takes nothing", "data*", "data", singleYes},
		{"5: case counts", "Data", "data", singleNo},
		{"32: a star takes line ends", "data/*z", "data/\r\n\u2028z", singleYes},
		{"32: a star in the key is itself", "data/a", "data/*", singleNo},
		{"7: a question mark takes one character", "a?c", "abc", singleYes},
		{"7: a question mark takes no fewer", "a?", "a", singleNo},
		{"7: byte or code point, undocumented", "a?", "aé", singleMaybe},
		{"7: two bytes or two code points", "a??", "aé", singleMaybe},
		{"7: both readings agree behind a star", "a?*", "aé", singleYes},
		{"7: both readings agree on literals", "é", "é", singleYes},
		{"7: an astral character is one code point of four bytes", "????", "😀", singleMaybe},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := singleMatch(singlePattern{text: c.pattern}, c.text); got != c.want {
				t.Errorf("%q on %q: %d, want %d", c.pattern, c.text, got, c.want)
			}
		})
	}
}

// TestSingleGlobStaysPolynomial uses shapes on which trying every star in turn
// would not end within the life of the machine.
func TestSingleGlobStaysPolynomial(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a", 1024)
	cases := map[string]string{
		"many stars":          strings.Repeat("*a", 500) + "*b",
		"stars and any":       strings.Repeat("*?a", 300) + "b",
		"long run after star": "*" + strings.Repeat("a", 1000) + "b",
		"20 KB of stars":      strings.Repeat("*", 20_000) + "b",
		"20 KB of any":        strings.Repeat("*?", 10_000),
	}
	for name, pattern := range cases {
		if (singleGlob{pattern: singlePattern{text: pattern}, text: text}).matches() {
			t.Errorf("%s: matches", name)
		}
	}
}

func BenchmarkSingleHostilePolicy(b *testing.B) {
	resource := "arn:aws:s3:::data/" + strings.Repeat("a", 1000)
	cases := map[string]*Document{"long literal": {Kind: Resource, Version: Version2012}, "sessions": {Kind: Resource, Version: Version2012}}
	everyone := []Principal{{Kind: "*", Value: "*"}}
	pattern := "arn:aws:s3:::data/*" + strings.Repeat("a", 500) + "b"
	for range 36 {
		cases["long literal"].Statements = append(cases["long literal"].Statements, Statement{
			Effect: Deny, Actions: []string{"*"}, Principals: everyone, Resources: []string{pattern},
		})
	}
	statement := Statement{Effect: Allow, Actions: []string{"*"}, Resources: []string{"arn:aws:s3:::data/*"}}
	for n := range 120 {
		name := fmt.Sprintf("arn:aws:sts::111122223333:assumed-role/Quilt/%d", n)
		statement.Principals = append(statement.Principals, Principal{Kind: "AWS", Value: name})
	}
	cases["sessions"].Statements = append(append(cases["sessions"].Statements, statement), cases["long literal"].Statements[:18]...)
	for name, bucket := range cases {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				EvaluateSingle(SingleRequest{
					Principal: singleQuiltRole, Action: "s3:GetObject", Resource: resource, ResourceAccount: singleOwnerAccount,
				}, SinglePolicies{Bucket: bucket})
			}
		})
	}
}
