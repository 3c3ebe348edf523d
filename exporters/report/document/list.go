package document

// Room is how much there is of a document for a list that can be of any
// length.
type Room struct{ Rows, Bytes int }

// Fill adds rows to the table, in their order, as long as there is room, and
// counts the others as left out.
func (t *Table) Fill(room Room, rows int, row func(i int) []Cell) *Table {
	for i := range rows {
		if len(t.Rows) == room.Rows {
			t.LeftOut = rows - i
			break
		}
		cells := row(i)
		if room.Bytes -= Size(cells); room.Bytes < 0 {
			t.LeftOut = rows - i
			break
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
