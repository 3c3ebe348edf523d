package audit

// entriesInChunk is how many entries stand together: 80 KB.
const entriesInChunk = 1 << 10

// entries are a list that grows by chunks and is never copied: to copy a
// million entries, which hold pointers, stops everything in the process for
// a fifth of a second if garbage is being collected at that moment.
type entries struct {
	chunks [][]entry
	len    int
}

// at is the entry at that place, which stays where it is.
func (l *entries) at(i int) *entry { return &l.chunks[i/entriesInChunk][i%entriesInChunk] }

// add puts an entry behind the last one.
func (l *entries) add(e entry) {
	if l.len == len(l.chunks)*entriesInChunk {
		l.chunks = append(l.chunks, make([]entry, entriesInChunk))
	}
	l.len++
	*l.at(l.len - 1) = e
}

// removeLast takes the last entry away.
func (l *entries) removeLast() {
	l.len--
	*l.at(l.len) = entry{}
	if keep := l.len/entriesInChunk + 1; keep < len(l.chunks) {
		clear(l.chunks[keep:])
		l.chunks = l.chunks[:keep]
	}
}
