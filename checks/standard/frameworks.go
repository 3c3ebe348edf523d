package standard

import (
	"embed"
	"encoding/json"
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

//go:embed frameworks/*.json
var files embed.FS

// Frameworks are the standards that the checks relate to, with the controls
// that S3, CloudTrail and SNS settings have to do with, those to which no check
// relates included; by name.
func Frameworks() []audit.Framework {
	const directory = "frameworks"
	entries, err := files.ReadDir(directory)
	if err != nil {
		panic(err) // it is compiled in
	}
	list := make([]audit.Framework, len(entries))
	for i, e := range entries {
		text, err := files.ReadFile(directory + "/" + e.Name())
		if err == nil {
			err = json.Unmarshal(text, &list[i])
		}
		if err != nil {
			panic(fmt.Errorf("the framework %s: %w", e.Name(), err)) // a test reads them all
		}
	}
	return list
}
