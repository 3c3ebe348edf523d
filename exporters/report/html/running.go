package html

import (
	"fmt"
	"strings"
)

// running is the style of the printed margins: the title on top of every page
// but the first, the page number below. A string of CSS cannot break out of its
// quotes: whatever is no plain character is written by its code.
func running(title string) string {
	var quoted strings.Builder
	for _, r := range title {
		if r >= ' ' && r <= '~' && !strings.ContainsRune(`"\<>`, r) {
			quoted.WriteRune(r)
			continue
		}
		fmt.Fprintf(&quoted, `\%06x`, r)
	}
	return fmt.Sprintf("@page { @top-left { content: \"%s\"; } }\n@page :first { @top-left { content: none; } }\n", quoted.String())
}
