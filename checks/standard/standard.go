// Package standard names the published standards that checks relate to, each
// with the version whose numbers are meant: several renumber their controls.
package standard

import "github.com/quilt-auditor/quilt-auditor/audit"

// FSBP relates to controls of AWS Foundational Security Best Practices, as
// Security Hub CSPM numbers them.
func FSBP(r audit.Relation, ids ...string) []audit.Control {
	return audit.ControlsOf("AWS Foundational Security Best Practices", "1.0.0", r, ids...)
}

// CIS relates to controls of the CIS AWS Foundations Benchmark 5.0.0, which
// shares its numbers with 3.0.0 and 4.0.1; 6.0.0 and 7.0.0 shift them.
func CIS(r audit.Relation, ids ...string) []audit.Control {
	return audit.ControlsOf("CIS AWS Foundations Benchmark", "5.0.0", r, ids...)
}

// NIST relates to controls of NIST SP 800-53 Rev. 5.
func NIST(r audit.Relation, ids ...string) []audit.Control {
	return audit.ControlsOf("NIST SP 800-53", "Rev. 5", r, ids...)
}

// PCI relates to requirements of PCI DSS 4.0.1.
func PCI(r audit.Relation, ids ...string) []audit.Control {
	return audit.ControlsOf("PCI DSS", "4.0.1", r, ids...)
}

// SOC2 relates to criteria of the AICPA Trust Services Criteria of 2017.
func SOC2(r audit.Relation, ids ...string) []audit.Control {
	return audit.ControlsOf("SOC 2 Trust Services Criteria", "2017", r, ids...)
}

// HIPAA relates to paragraphs of the HIPAA Security Rule, 45 CFR Part 164.
func HIPAA(r audit.Relation, ids ...string) []audit.Control {
	return audit.ControlsOf("HIPAA Security Rule, 45 CFR Part 164", "2013", r, ids...)
}

// Part11 relates to paragraphs of 21 CFR Part 11.
func Part11(r audit.Relation, ids ...string) []audit.Control {
	return audit.ControlsOf("21 CFR Part 11", "1997", r, ids...)
}

// Annex11 relates to clauses of EU GMP Annex 11.
func Annex11(r audit.Relation, ids ...string) []audit.Control {
	return audit.ControlsOf("EU GMP Annex 11", "2011", r, ids...)
}
