// Package batch answers questions of coverage that come as JSON, one a line:
// the form of the command policy batch.
//
// [Run] streams: it reads lines, answers them in parallel and writes the
// answers in the order of the lines, within bounded memory. A line that is no
// question is answered by an error of its own and holds nothing up. [Read] is
// strict: a member that is unknown, given twice or of the wrong type is an
// error that names it.
package batch
