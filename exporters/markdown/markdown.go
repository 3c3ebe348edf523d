// Package markdown writes a run for a pull request or a ticket, in GitHub
// Flavored Markdown: a summary, what could not be read, and what fails with
// its reason, its witness and the way to mend it. A page fits into a comment
// of GitHub; what does not fit is counted.
//
// All text of the run is untrusted: none of it makes structure, links,
// mentions or HTML.
package markdown

import (
	"bufio"
	"fmt"
	"io"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Limits on what is listed.
const (
	maxListed = 20 // findings of one kind of one check, accounts, kinds of failed reads
	// maxPage is the most bytes after which another finding is only counted. A
	// comment of GitHub holds 65,536 characters; what comes on top are counts.
	maxPage  = 52_000
	maxBlock = 6_000 // bytes of a command or a change
	// maxHeading is more than the bytes that begin and end what there is of a
	// check: its ID and its title are ours.
	maxHeading = 500
	maxText    = 1_000 // characters of another text of the run
)

// Write writes the run; version is that of the product. The same arguments
// give the same bytes. An error is the destination's, or comes of reading
// findings that the run keeps elsewhere; nothing is written then.
func Write(w io.Writer, version string, run *audit.Run) error {
	s, err := sift(run)
	if err != nil {
		return err
	}
	p := &page{run: run, sifted: s, names: map[string]string{}}
	for _, a := range run.Header.Accounts {
		p.names[a.ID] = a.Name
	}
	p.head()
	p.checks()
	p.accounts()
	p.unread()
	p.attention("Failures", audit.StatusFail, s.failures)
	p.attention("Unknown", audit.StatusUnknown, s.unknowns)
	p.waived()
	p.line("\n---\n\nRun " + code(run.Header.RunID) + " of quilt-auditor " + code(version) + ". Everything is in the findings stream (`--output json`), also the documents that commands name as file://.")
	out := bufio.NewWriter(w)
	_, _ = out.WriteString(p.text.String())
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the Markdown: %w", err)
	}
	return nil
}
