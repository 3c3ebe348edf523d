// Package csv writes the findings of a run as comma-separated values (RFC
// 4180): a header, then a row for each finding. No cell is taken for a formula
// by a spreadsheet, also by one that separates cells by semicolons.
package csv

import (
	"encoding/csv"
	"fmt"
	"io"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

// MediaType is the media type of what is written.
const MediaType = "text/csv; charset=utf-8; header=present"

// Write writes the run. Columns may be added at the end; those there are keep
// their names and places. The same run gives the same bytes. An error is the
// destination's, or comes of reading findings that the run keeps elsewhere;
// what was written is then incomplete.
func Write(w io.Writer, run *audit.Run) error {
	rows := csv.NewWriter(w)
	rows.UseCRLF = true
	columns := columnsOf(run)
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.name
	}
	if err := rows.Write(row); err != nil {
		return fmt.Errorf("write the header of the CSV: %w", err)
	}
	for f, err := range run.All() {
		if err != nil {
			return fmt.Errorf("read the findings of run %s: %w", run.Header.RunID, err)
		}
		for i, c := range columns {
			row[i] = visible.Cell(c.of(&f))
		}
		if err := rows.Write(row); err != nil {
			return fmt.Errorf("write finding %s of check %s as CSV: %w", f.ID, f.Check, err)
		}
	}
	rows.Flush()
	if err := rows.Error(); err != nil {
		return fmt.Errorf("write the CSV: %w", err)
	}
	return nil
}
