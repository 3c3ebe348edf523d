package policy

// Likeness tells actions apart that statements of the layers treat
// differently: where two actions on the same level are alike, questions that
// differ in nothing else have the same answer, but for the action in it. An
// action that is not known is like no other.
func (l *Layers) Likeness(action string) string {
	row, ok := actions.row(action)
	if !ok {
		return action
	}
	likeness := append(make([]byte, 0, 64), byte(actions[row].level))
	if onBucketPolicy(row) {
		likeness = append(likeness, 'o')
	}
	l.each(func(d *Document, _ place) { likeness = d.likeness(likeness, row) })
	return string(likeness)
}

// likeness appends how each statement of the document treats the action.
func (d *Document) likeness(likeness []byte, row int) []byte {
	statements := d.statements()
	for i := range statements {
		switch s := &statements[i]; {
		case s.sure.has(row):
			likeness = append(likeness, 's')
		case s.may.has(row):
			likeness = append(likeness, 'm')
		default:
			likeness = append(likeness, '-')
		}
	}
	return likeness
}
