// Package promqltest holds PromQL, wherever the repository has some, to the
// series and labels that there are: an expression that misspells one is valid
// and finds nothing, ever. Only tests use it.
package promqltest
