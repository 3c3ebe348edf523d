// Package globs decides questions about sets of strings exactly: is every
// string of a span matched by one of these patterns, does a span meet a
// pattern, which combinations of patterns can one string match at all.
//
// A pattern is a glob: literal characters, ? for exactly one character, * for
// any run of characters. A [Span] is the set of strings prefix + x + suffix.
// Nothing here knows what the strings mean.
//
// [Covered] and [Meets] need no search. A character that no pattern names (a
// fresh one) can only be matched by a wildcard, and what a wildcard matches it
// matches whatever stands there. So a span is covered exactly when prefix + k
// fresh characters + suffix is matched for every k, and beyond the longest run
// of ? the answer no longer changes. The first k that fails is a shortest
// counterexample. [Find] and [Classes] are for the remaining shapes: they
// search, with a budget of work, and say [ErrBudget] rather than guess.
//
// Whether ? stands for one byte or one code point is not documented by AWS.
// Where the two readings give different answers the functions return
// [ErrUnit].
package globs
