// Package schedule says when runs are due. It is pure: the same spec, zone
// and instant give the same slots, and nothing here looks at a clock.
//
// A spec is the five fields of cron: minute, hour, day of month, month, day
// of week. A field is "*" or "?", a number, a range (8-18), a step (*/15,
// 8-18/2, 5/20) or a list of those with commas; months and days of the week
// have English names of three letters too, and Sunday is 0. If neither day
// field holds a "*", a date that matches either of them will do, as in every
// cron; note that a step such as */2 holds none here. Intervals (@every) and
// nicknames (@daily) are refused: each schedule has one spelling.
//
// An instant at which a run is due is a slot. What a slot is where the local
// clock is moved depends on the hour field:
//
//   - If some part of it is "*", "?" or a step, the spec speaks of elapsed
//     time. Every instant whose local time matches is a slot: an hour that
//     comes twice has its slots twice, an hour that is skipped has none.
//   - Otherwise it speaks of times of day. Every matching local date and time
//     has its slot once: at the first pass if the time comes twice, at the
//     first instant after the gap if it is skipped. That holds for a whole
//     date that a zone leaves out as well. Times that come to the same instant
//     in this way share one slot.
//
// Fields are read by github.com/robfig/cron/v3. Its own Next is not used: at
// changes of the clock it leaves out or doubles what people expect once a day.
package schedule
