package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// commandLine is one of the program in a document, up to where the shell, a
// comment or the code ends.
var (
	commandLine = regexp.MustCompile("(?:^|[ /`\"])quilt-auditor ([a-z][^`|>#\n]*)")
	flagName    = regexp.MustCompile(`(?:^|[\s"])--([a-z][a-z.-]*)`)
	dottedFlag  = regexp.MustCompile(`--([a-z]+(?:\.[a-z-]+)+)`)
)

// TestDocumentedFlags: every flag that the documents give to the program is
// there, on the command that they give it to.
func TestDocumentedFlags(t *testing.T) {
	t.Parallel()
	root := (&program{}).root()
	serve, _, err := root.Find([]string{"serve"})
	if err != nil {
		t.Fatal(err)
	}
	up := filepath.Join("..", "..")
	files, err := filepath.Glob(filepath.Join(up, "docs", "runbooks", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		"README.md", "docs/operations.md", "docs/install.md", "docs/security.md", "docs/troubleshooting.md", "deploy/systemd/quilt-auditor.service",
		"deploy/prometheus/prometheus.yaml", "deploy/compose/README.md",
		"deploy/helm/quilt-auditor/README.md", "deploy/cloudformation/README.md",
	} {
		files = append(files, filepath.Join(up, filepath.FromSlash(file)))
	}
	lines := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range dottedFlag.FindAllStringSubmatch(string(text), -1) {
			if serve.Flags().Lookup(found[1]) == nil {
				t.Errorf("%s: serve has no --%s", file, found[1])
			}
		}
		for _, found := range commandLine.FindAllStringSubmatch(string(text), -1) {
			if wantFlags(t, root, file, found[1]) {
				lines++
			}
		}
	}
	if lines < 8 {
		t.Errorf("only %d command lines are in the documents", lines)
	}
}

// wantFlags holds one command line against its command; it is false where
// prose goes on after the name of the program.
func wantFlags(t *testing.T, root *cobra.Command, file, line string) bool {
	t.Helper()
	command, rest, err := root.Find(strings.Fields(line))
	if err != nil || command == root {
		return false
	}
	command.InitDefaultHelpFlag()
	for _, found := range flagName.FindAllStringSubmatch(strings.Join(rest, " "), -1) {
		if command.Flags().Lookup(found[1]) == nil {
			t.Errorf("%s: quilt-auditor %s: there is no --%s", file, line, found[1])
		}
	}
	return true
}
