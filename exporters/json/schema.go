package json

import (
	"embed"
	"io/fs"
)

//go:embed schema
var files embed.FS

// Schemas holds the JSON Schemas (draft 2020-12) of the findings stream:
// header.schema.json, unread.schema.json and finding.schema.json, one for each
// line type, and what they refer to by relative path, among it
// evidence/<check ID>.schema.json; and run.schema.json, of the list of runs.
// They describe exactly what this version writes; a reader that is to outlive
// it should ignore members that it does not know.
func Schemas() fs.FS {
	schemas, err := fs.Sub(files, "schema")
	if err != nil {
		panic(err) // the name is a constant and valid
	}
	return schemas
}
