package policy

// Arrange returns the document with its statements arranged anew: place i stands
// for its own statement i, and place -1-i for statement i of more, which is of
// the same kind, and of the same version unless it has no variables. What is
// compiled is not compiled again.
func (d *Document) Arrange(more *Document, places ...int) *Document {
	out := *d
	out.Statements = make([]Statement, 0, len(places))
	out.compiled = make([]statement, 0, len(places))
	for _, i := range places {
		from := d
		if i < 0 {
			from, i = more, -1-i
		}
		out.Statements = append(out.Statements, from.Statements[i])
		out.compiled = append(out.compiled, from.statements()[i])
	}
	return &out
}
