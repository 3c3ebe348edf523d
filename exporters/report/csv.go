package report

import (
	"encoding/csv"
	"fmt"
	"io"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

// writeCSV writes a header and a row for each failure that was open at some
// time of the period (RFC 4180). Columns may be added at the end; those there
// are keep their names and places. No cell is taken for a formula.
func writeCSV(w io.Writer, r *report.Report) error {
	rows := csv.NewWriter(w)
	rows.UseCRLF = true
	columns := columnsOf(r)
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.name
	}
	if err := rows.Write(row); err != nil {
		return fmt.Errorf("write the header of the CSV: %w", err)
	}
	for k := range r.Failures {
		for i, c := range columns {
			row[i] = visible.Cell(c.of(&r.Failures[k]))
		}
		if err := rows.Write(row); err != nil {
			return fmt.Errorf("write failure %s of check %s as CSV: %w", r.Failures[k].FindingID, r.Failures[k].Check, err)
		}
	}
	rows.Flush()
	if err := rows.Error(); err != nil {
		return fmt.Errorf("write the CSV: %w", err)
	}
	return nil
}
