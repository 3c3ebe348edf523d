package s3

import (
	"fmt"
	"strings"
)

// hints names what in the policy looks like the cause of a refusal.
func (e *grantEvidence) hints() string {
	var b strings.Builder
	for _, o := range e.OrphanedGrants {
		fmt.Fprintf(&b, " Statement %d names %s, which stands for a role or user that was deleted; making it anew does not restore the grant.", o.Statement, o.Principal)
	}
	if e.OtherPartition != "" {
		fmt.Fprintf(&b, " The policy names the bucket in another partition, as %s.", e.OtherPartition)
	}
	for _, p := range e.Placeholders {
		fmt.Fprintf(&b, " The %s of statement %d still holds the placeholder %s.", p.Element, p.Statement, p.Text)
	}
	return b.String()
}
