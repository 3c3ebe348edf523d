package config

import "fmt"

// origin is where a value was given.
type origin struct {
	source       string
	line, column int
}

// report gathers what the layers and the rules find, and knows where each
// value came from.
type report struct {
	origins  map[place]origin
	unread   map[place]bool // places that hold something of the wrong shape
	told     map[place]bool // places with a broken rule; one message each is enough
	problems []Problem
	warnings []Problem
}

func newReport(file string) *report {
	return &report{
		origins: map[place]origin{"": {source: file, line: 1}},
		unread:  map[place]bool{},
		told:    map[place]bool{},
	}
}

// origin is where p was given, or for what is missing the place around it.
func (r *report) origin(p place) origin {
	for ; p != ""; p = p.parent() {
		if o, ok := r.origins[p]; ok {
			return o
		}
	}
	return r.origins[""]
}

// written is p if it was given as such, else the place around it: a bucket
// given by its bare name has no key called name.
func (r *report) written(p place) place {
	if _, ok := r.origins[p]; ok {
		return p
	}
	return p.parent()
}

// override records that a later layer gave p, whatever the file says.
func (r *report) override(p place, source string) {
	for known := range r.origins {
		if p != known && p.holds(known) {
			delete(r.origins, known)
		}
	}
	r.origins[p] = origin{source: source}
}

// where names the place of p in a message about another place.
func (r *report) where(p place) string {
	o := r.origin(p)
	if o.line > 0 {
		return fmt.Sprintf("line %d", o.line)
	}
	return o.source
}

// note adds a problem at p.
func (r *report) note(p place, format string, args ...any) {
	r.problems = append(r.problems, r.problem(p, format, args...))
}

// misshapen notes that nothing usable stands at p, so that the rules do not
// complain about what is missing there.
func (r *report) misshapen(p place, format string, args ...any) {
	r.unread[p] = true
	r.note(p, format, args...)
}

// broken notes a rule that the value at p breaks. Only the first of a place
// is kept, and none of a place that could not be read.
func (r *report) broken(p place, format string, args ...any) {
	if r.told[p] || r.lost(p) {
		return
	}
	r.told[p] = true
	r.note(p, format, args...)
}

func (r *report) warn(p place, message string) {
	r.warnings = append(r.warnings, r.problem(p, "%s", message))
}

func (r *report) problem(p place, format string, args ...any) Problem {
	o := r.origin(p)
	return Problem{Source: o.source, Line: o.line, Column: o.column, Key: string(p), Message: fmt.Sprintf(format, args...)}
}

// lost reports whether p, or a place around it, could not be read.
func (r *report) lost(p place) bool {
	for ; p != ""; p = p.parent() {
		if r.unread[p] {
			return true
		}
	}
	return r.unread[""]
}

// partial reports whether something at p, around it or below it could not be
// read, so that what is there is not all that was meant.
func (r *report) partial(p place) bool {
	for place := range r.unread {
		if p.holds(place) {
			return true
		}
	}
	return r.lost(p)
}

// err is all problems as an *Error, or nil.
func (r *report) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	sortProblems(r.problems)
	return &Error{Problems: r.problems}
}

// warned is all warnings, in the order of the file.
func (r *report) warned() []Warning {
	sortProblems(r.warnings)
	warnings := make([]Warning, len(r.warnings))
	for i, p := range r.warnings {
		warnings[i] = Warning(p)
	}
	return warnings
}
