package markdown

import (
	"github.com/quilt-auditor/quilt-auditor/exporters/gfm"
	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

// code shows a text as it is, as far as there is room.
func code(s string) string { return gfm.Code(cut(visible.Text(s))) }

// prose shows sentences, as far as there is room.
func prose(s string) string { return gfm.Prose(cut(visible.Text(s))) }

// cut is the beginning of a text that is too long for a page.
func cut(s string) string {
	runes := 0
	for i := range s {
		if runes == maxText {
			return s[:i] + "…"
		}
		runes++
	}
	return s
}
