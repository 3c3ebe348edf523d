package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// configFile is the configuration beside the history of the demo, by which
// other commands read that.
func (s *sample) configFile() string { return filepath.Join(s.dir, "quilt-auditor.yaml") }

// writeConfig writes a configuration of the estate, as one would be.
func (s *sample) writeConfig(estate *snapshot.Scope) error {
	var b strings.Builder
	b.WriteString("# The sample estate. It has no roles: it cannot be audited by this file, only reported on.\n")
	fmt.Fprintf(&b, "control: {account_id: %q}\naccounts:\n", estate.ControlAccountID)
	for _, a := range estate.Accounts {
		if a.ID != estate.ControlAccountID {
			fmt.Fprintf(&b, "  - {id: %q, name: %q, regions: [%s], discover: {}}\n", a.ID, a.Name, strings.Join(a.Regions, ", "))
		}
	}
	b.WriteString("schedule: \"* * * * *\"   # once a minute, the least that cron can say\nstorage: {path: .}\n")
	if err := os.WriteFile(s.configFile(), []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("writing the configuration of the demo: %w", err)
	}
	return nil
}
