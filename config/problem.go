package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong with the configuration.
type Problem struct {
	Source  string // the file as it was named, the variable's name, or the flag with its dashes
	Line    int    // in the file, from 1; 0 for a variable or a flag
	Column  int    // in the file, from 1; 0 where only the line is known
	Key     string // such as accounts[0].id; "" if it is about the source as a whole
	Message string // what is wrong and what would be right; never holds a secret
}

// String is "file:line: key: message", without the parts that are not known.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.Source)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Key != "" && p.Source != flagDashes+p.Key {
		b.WriteString(": " + p.Key)
	}
	b.WriteString(": " + p.Message)
	return b.String()
}

// order sorts by place: the lines of the file first, then variables and flags.
func (p Problem) order(other Problem) int {
	return cmp.Or(
		cmp.Compare(min(other.Line, 1), min(p.Line, 1)),
		cmp.Compare(p.Line, other.Line),
		cmp.Compare(p.Column, other.Column),
		cmp.Compare(p.Source, other.Source),
		cmp.Compare(p.Key, other.Key),
	)
}

// Warning is something that is allowed and likely not meant.
type Warning Problem

// String reads like a Problem's.
func (w Warning) String() string { return Problem(w).String() }

// Error is everything wrong with a configuration, in the order of the file.
type Error struct {
	Problems []Problem // never empty
}

// Error gives one problem a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, Problem.order)
}
