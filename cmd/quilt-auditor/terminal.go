package main

import (
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/quilt-auditor/quilt-auditor/exporters/terminal"
)

// tableWidth is the width of a table that goes to no terminal.
const tableWidth = 120

// tableOptions fits a table to where stdout goes: the terminal's width, and
// colours unless NO_COLOR is set (no-color.org).
func (p *program) tableOptions() terminal.Options {
	f, ok := isTerminal(p.stdout)
	if !ok {
		return terminal.Options{Width: tableWidth}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		width = tableWidth
	}
	noColor := slices.ContainsFunc(p.environ, func(v string) bool {
		return strings.HasPrefix(v, "NO_COLOR=") && v != "NO_COLOR=" || v == "TERM=dumb"
	})
	return terminal.Options{Width: width, Color: !noColor}
}
