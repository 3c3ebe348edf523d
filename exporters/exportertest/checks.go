package exportertest

import "github.com/quilt-auditor/quilt-auditor/audit"

// Checks is the catalogue of the runs. One check that ran is not in it, as if
// the run were of another version.
func Checks() []audit.Check {
	doc := func(what string) audit.Doc {
		return audit.Doc{
			Why: "Without " + what + " Quilt cannot work.", Judges: "Passes with " + what + ".", Fix: "Add " + what + ".",
			Sources: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/" + what + ".html"},
		}
	}
	controls := policyFailure().Controls
	return []audit.Check{
		{ID: policyCheck, Title: policyTitle, Doc: doc("grants"), Severity: audit.High, Controls: controls},
		{ID: ownershipCheck, Title: ownershipTitle, Doc: doc("ownership"), Severity: audit.High, NoControls: true},
		{ID: roleCheck, Title: roleTitle, Doc: doc("roles"), Severity: audit.Medium, NoControls: true},
	}
}
