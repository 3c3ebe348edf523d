package policy

// rows finds the row of an action by its name in AWS's spelling. It is read only.
var rows = indexRows(allActions, actions)

func indexRows(all []Action, table actionTable) map[string]int {
	out := make(map[string]int, len(table))
	for _, a := range all {
		if row, ok := table.find(lowerASCII(a.Name)); ok {
			out[a.Name] = row
		}
	}
	return out
}

// row returns the row of an action in any case.
func (t actionTable) row(name string) (int, bool) {
	if row, ok := rows[name]; ok {
		return row, true
	}
	return t.find(lowerASCII(name))
}
