package report

import (
	_ "embed" // the schema
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit/report"
)

//go:embed schema/report.schema.json
var schema []byte

// Schema is the JSON Schema (draft 2020-12) of the JSON form. It describes
// exactly what this version writes; a reader that is to outlive it should
// ignore members that it does not know.
func Schema() []byte { return slices.Clone(schema) }

// writeJSON writes the whole report, indented.
func writeJSON(w io.Writer, r *report.Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("write the report as JSON: %w", err)
	}
	return nil
}
