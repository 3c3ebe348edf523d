package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks"
)

func (p *program) checks() *cobra.Command {
	list := &cobra.Command{
		Use:   "list",
		Short: "List every check",
		Args:  noArguments,
		RunE:  func(*cobra.Command, []string) error { return listChecks(p.stdout, checks.All()) },
	}
	show := &cobra.Command{
		Use:   "show ID",
		Short: "Show the documentation of a check",
		Args:  oneArgument("name one check; \"quilt-auditor checks list\" lists those there are"),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, c := range checks.All() {
				if c.ID == args[0] {
					return showCheck(p.stdout, &c)
				}
			}
			return fmt.Errorf("there is no check %q: \"quilt-auditor checks list\" lists those there are", args[0])
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return checkIDs(checks.All()), cobra.ShellCompDirectiveNoFileComp
		},
	}
	return group("checks", "The catalogue of checks", list, show)
}

func checkIDs(list []audit.Check) []string {
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	return ids
}

func listChecks(w io.Writer, list []audit.Check) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tSEVERITY\tTITLE")
	for _, c := range list {
		fmt.Fprintf(t, "%s\t%s\t%s\n", c.ID, c.Severity, c.Title)
	}
	return t.Flush()
}

const docWidth = 80

func showCheck(w io.Writer, c *audit.Check) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n%s\n", c.ID, c.Severity, c.Title)
	for _, part := range []struct{ title, text string }{
		{"Why it matters", c.Doc.Why},
		{"What it judges", c.Doc.Judges},
		{"How to fix it", c.Doc.Fix},
	} {
		fmt.Fprintf(&b, "\n%s\n%s", part.title, indent(part.text, docWidth))
	}
	b.WriteString("\nReads\n")
	for _, f := range c.Reads {
		fmt.Fprintf(&b, "  %s\n", f)
	}
	b.WriteString("\nControls\n")
	for _, k := range c.Controls {
		fmt.Fprintf(&b, "  %s %s, %s (%s)\n", k.Standard, k.Version, k.ID, k.Relation)
	}
	if c.NoControls {
		b.WriteString("  none: no published control asks for this\n")
	}
	b.WriteString("\nSources\n")
	for _, s := range c.Doc.Sources {
		fmt.Fprintf(&b, "  %s\n", s)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// indent wraps the text at width and indents every line by two spaces.
func indent(text string, width int) string {
	var b strings.Builder
	line := " "
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width && line != " " {
			b.WriteString(line + "\n")
			line = " "
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
	return b.String()
}
