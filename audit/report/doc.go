// Package report makes an audit report of a period from the history: what was
// looked at and how completely, for what share of the period each check and
// control was met, every failure with its evidence, every change, what was
// unknown and for how long, and which waivers stand behind it.
//
// It is pure: Build reads an audit.Reader and nothing else, so that the same
// history and the same Request give the same Report, whenever it is made.
//
// # What time is counted
//
// A period is [Since, Until): what happened at Since belongs to it, what
// happened at Until does not. A run speaks as of its taken_at. What it found is
// taken to hold until the next run that judged, but no longer than until the
// next slot of the schedule has passed without one, and a grace of a tenth of
// the schedule's interval (one minute at least) after that slot. What lies
// behind is not observed: the report says nothing of it, and it is never
// counted as compliant. A run that was cut short judged nothing and observes
// nothing.
//
// Each finding has as much time as the period is long, and that time is split
// without rest: compliant, failing, unknown, not applicable, not observed, or
// out of scope, that is before the finding was first seen and after it was
// removed. Time during which a known failure could not be read again is
// unknown, here as everywhere. Times of several findings add up.
package report
