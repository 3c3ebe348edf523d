package remedy

import (
	"slices"
	"strconv"
	"strings"
)

// context is how many unchanged lines stand around what changed.
const context = 3

// Diff is the unified difference between two versions of a document, "" if they
// are the same; before is "" for a document that does not exist yet. Lines that
// stand once in each version anchor it, so that what is new is not matched up
// with braces elsewhere ("patience diff").
func Diff(name, before, after string) string {
	if before == after {
		return ""
	}
	w := writer{old: lines(before), now: lines(after)}
	w.out.Grow(len(name)*4 + len(after)/2 + 256)
	for _, text := range []string{"diff a/", name, " b/", name, "\n--- a/", name, "\n+++ b/", name, "\n"} {
		w.out.WriteString(text)
	}
	for _, anchor := range anchors(w.old, w.now) {
		if anchor.old >= w.done.old {
			w.match(w.around(anchor))
		}
	}
	return w.out.String()
}

// lines are the lines of the text with their ends. One without an end says so,
// as diff(1) has it.
func lines(text string) []string {
	out := strings.SplitAfter(text, "\n")
	last := len(out) - 1
	if out[last] == "" {
		return out[:last]
	}
	out[last] += "\n\\ No newline at end of file\n"
	return out
}

// place is a line of each version.
type place struct{ old, now int }

// writer writes the differences between two versions.
type writer struct {
	old, now []string
	done     place // what has been written or is the same
	hunk     place // where the hunk begins
	text     []string
	lines    place // of the hunk
	out      strings.Builder
}

// around is the longest run of common lines about the place, behind what is
// done.
func (w *writer) around(at place) (first, end place) {
	first, end = at, at
	for first.old > w.done.old && first.now > w.done.now && w.old[first.old-1] == w.now[first.now-1] {
		first.old--
		first.now--
	}
	for end.old < len(w.old) && end.now < len(w.now) && w.old[end.old] == w.now[end.now] {
		end.old++
		end.now++
	}
	return first, end
}

// match goes on to a run of common lines: what lies before it has changed.
func (w *writer) match(first, end place) {
	w.add("-", w.old[w.done.old:first.old])
	w.add("+", w.now[w.done.now:first.now])
	w.done = end
	same, last := end.old-first.old, end.old == len(w.old) && end.now == len(w.now)
	if !last && (same < context || len(w.text) > 0 && same < 2*context) {
		w.add(" ", w.old[first.old:end.old])
		return
	}
	if len(w.text) > 0 {
		w.add(" ", w.old[first.old:first.old+min(same, context)])
		w.flush()
	}
	if !last {
		w.hunk = place{end.old - context, end.now - context}
		w.add(" ", w.old[w.hunk.old:end.old])
	}
}

func (w *writer) add(mark string, lines []string) {
	for _, line := range lines {
		w.text = append(w.text, mark, line)
	}
	if mark != "+" {
		w.lines.old += len(lines)
	}
	if mark != "-" {
		w.lines.now += len(lines)
	}
}

// flush writes the hunk. Lines count from 1, but for a version without lines.
func (w *writer) flush() {
	w.out.WriteString("@@ -" + span(w.hunk.old, w.lines.old) + " +" + span(w.hunk.now, w.lines.now) + " @@\n")
	for _, text := range w.text {
		w.out.WriteString(text)
	}
	w.text, w.lines = w.text[:0], place{}
}

func span(first, count int) string {
	return strconv.Itoa(first+min(count, 1)) + "," + strconv.Itoa(count)
}

// anchors are both ends, and between them the most lines in the same order that
// stand once in each version. Those at the beginning and at the end that are
// the same need none.
func anchors(old, now []string) []place {
	begin, rest := 0, min(len(old), len(now))
	for begin < rest && old[begin] == now[begin] {
		begin++
	}
	end := 0
	for begin+end < rest && old[len(old)-1-end] == now[len(now)-1-end] {
		end++
	}
	once := unique(old, now, begin, end)
	longest := increasing(once)
	out := make([]place, 0, len(longest)+2)
	out = append(out, place{})
	for _, i := range longest {
		out = append(out, once[i])
	}
	return append(out, place{len(old), len(now)})
}

// unique are the lines, but for those at the beginning and at the end, that
// stand once in each version, in the order of the old one.
func unique(old, now []string, begin, end int) []place {
	type found struct {
		place
		inOld, inNow int
	}
	middle := old[begin : len(old)-end]
	known := make(map[string]*found, len(middle))
	all := make([]found, len(middle))
	for i, line := range middle {
		if known[line] == nil {
			known[line] = &all[i]
			all[i].old = begin + i
		}
	}
	for _, line := range old {
		if f := known[line]; f != nil {
			f.inOld++
		}
	}
	for i, line := range now {
		if f := known[line]; f != nil {
			f.inNow++
			f.now = i
		}
	}
	var out []place
	for _, f := range all {
		if f.inOld == 1 && f.inNow == 1 {
			out = append(out, f.place)
		}
	}
	return out
}

// increasing returns which of the places, in the order of the old version, make
// the longest list that is in the order of the new one as well (Szymanski, "A
// Special Case of the Maximal Common Subsequence Problem", 1975).
func increasing(all []place) []int {
	least := make([]int, 0, len(all)) // the least last line of a list of each length
	length := make([]int, len(all))   // of the longest list that ends here
	for i, at := range all {
		k, _ := slices.BinarySearch(least, at.now)
		if k == len(least) {
			least = append(least, at.now)
		} else {
			least[k] = at.now
		}
		length[i] = k + 1
	}
	out := make([]int, len(least))
	for i, k := len(all)-1, len(least); k > 0; i-- {
		if length[i] == k && (k == len(least) || all[i].now < all[out[k]].now) {
			k--
			out[k] = i
		}
	}
	return out
}
