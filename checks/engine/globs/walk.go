package globs

// A pattern is run over text as a set of positions: position p means that the
// first p elements have matched what was read. Sets are sorted, without
// duplicates, and closed: where a * starts, the position behind it is in too.

// start returns the positions before anything is read, appended to set.
func (p Pattern) start(set []int) []int { return p.enter(set, 0) }

// enter adds position at, and those that follow it for nothing, to a sorted
// set none of whose members is greater than at.
func (p Pattern) enter(set []int, at int) []int {
	for {
		if len(set) == 0 || set[len(set)-1] < at {
			set = append(set, at)
		}
		if at == len(p.elements) || !p.elements[at].many() {
			return set
		}
		at++
	}
}

// step appends to next the positions after reading c in set. Positions come
// out in order because each one leads only to itself and its successor.
func (p Pattern) step(set []int, c rune, next []int) []int {
	for _, at := range set {
		if at == len(p.elements) || !p.elements[at].accepts(c, p.fold) {
			continue
		}
		if p.elements[at].many() {
			next = p.enter(next, at)
			continue
		}
		next = p.enter(next, at+1)
	}
	return next
}

// accepting reports whether the pattern's end is in set.
func (p Pattern) accepting(set []int) bool {
	return len(set) > 0 && set[len(set)-1] == len(p.elements)
}

// after returns the positions that reading text leads to.
func (p Pattern) after(text []rune) []int {
	set := p.start(nil)
	var spare []int
	for _, c := range text {
		spare = p.step(set, c, spare[:0])
		set, spare = spare, set
		if len(set) == 0 {
			return nil
		}
	}
	return set
}

// before returns, for each position, whether reading text from there leads to
// the pattern's end.
func (p Pattern) before(text []rune) []bool {
	n := len(p.elements)
	ok := make([]bool, n+1)
	ok[n] = true
	for at := n - 1; at >= 0 && p.elements[at].many(); at-- {
		ok[at] = true
	}
	for i := len(text) - 1; i >= 0; i-- {
		for at := range n {
			ok[at] = p.leads(ok, at, text[i])
		}
		ok[n] = false
		for at := n - 1; at >= 0; at-- {
			if p.elements[at].many() && ok[at+1] {
				ok[at] = true
			}
		}
	}
	return ok
}

// leads reports whether reading c at position at leads into ok. It is asked in
// ascending order while ok is overwritten: it looks only at at and at+1.
func (p Pattern) leads(ok []bool, at int, c rune) bool {
	if !p.elements[at].accepts(c, p.fold) {
		return false
	}
	if p.elements[at].many() {
		return ok[at]
	}
	return ok[at+1]
}

func meet(set []int, ok []bool) bool {
	for _, at := range set {
		if ok[at] {
			return true
		}
	}
	return false
}
