package exportertest

import (
	"encoding/json"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

const (
	policyTitle    = "The bucket policy grants Quilt every required action"
	ownershipTitle = "Object Ownership is BucketOwnerEnforced"
	roleTitle      = "The prefix role reaches its folders and .quilt/"
	accessTitle    = "The account can be entered and its buckets listed"
)

func findings() []audit.Finding {
	waiver := audit.WaiverNote{
		Owner: "storage-team@acme.example", Reason: "The vendor cannot write without ACLs before the migration.",
		Ticket: "SEC-1234", Expires: audit.Date{Year: 2027, Month: time.January, Day: 31},
	}
	before := TakenAt().Add(-36 * time.Hour)

	vendor := finding(ownershipCheck, ownershipTitle, audit.High, audit.StatusFail, "arn:aws:s3:::acme-legacy-vendor", "Object Ownership is ObjectWriter: objects belong to whoever writes them.")
	vendor.Evidence = json.RawMessage(`{"object_ownership":"ObjectWriter"}`)
	vendor.FirstSeen, vendor.StatusSince, vendor.Known.Since = before, before, before
	vendor.Waived, vendor.Waiver = true, &waiver

	blinded := finding(ownershipCheck, ownershipTitle, audit.High, audit.StatusUnknown, "arn:aws:s3:::acme-imaging", "The ownership controls could not be read: s3:GetBucketOwnershipControls failed: AccessDenied.")
	blinded.Evidence = json.RawMessage(`{"unread":[{"operation":"s3:GetBucketOwnershipControls","code":"AccessDenied"}]}`)
	blinded.FirstSeen, blinded.LastSeen = before, before
	blinded.Known = &audit.Known{Status: audit.StatusFail, Since: before}

	accepted := finding(policyCheck, policyTitle, audit.High, audit.StatusUnknown, "arn:aws:s3:::acme-legacy-vendor", "The bucket policy could not be read: s3:GetBucketPolicy failed: AccessDenied.")
	accepted.Waived, accepted.Waiver = true, &audit.WaiverNote{Owner: waiver.Owner, Reason: waiver.Reason, Expires: waiver.Expires}

	pass := finding(ownershipCheck, ownershipTitle, audit.High, audit.StatusPass, "arn:aws:s3:::acme-genomics-raw", "Object Ownership is BucketOwnerEnforced.")
	pass.Evidence = json.RawMessage(`{"object_ownership":"BucketOwnerEnforced"}`)
	pass.FirstSeen, pass.StatusSince, pass.Known.Since = before, before, before

	directory := finding(ownershipCheck, ownershipTitle, audit.High, audit.StatusNotApplicable, "arn:aws:s3:::acme--use1-az4--x-s3", "Directory buckets have no object ownership.")
	directory.Evidence = json.RawMessage(`{"directory_bucket":true}`)

	entry := finding(accessCheck, accessTitle, audit.High, audit.StatusUnknown, "arn:aws:iam::777788889999:root", "The account could not be entered: sts:AssumeRole failed: Timeout.")
	entry.AccountID, entry.Region = "777788889999", ""
	return []audit.Finding{policyFailure(), vendor, blinded, accepted, pass, directory, roleFailure(), entry}
}

// policyFailure opened in this run, and has every member that a failure can
// have.
func policyFailure() audit.Finding {
	f := finding(policyCheck, policyTitle, audit.High, audit.StatusFail, "arn:aws:s3:::acme-genomics-raw",
		"The bucket policy does not let account 111122223333 s3:GetObjectTagging: no statement allows it.")
	f.FirstSeen = TakenAt().Add(-36 * time.Hour)
	f.Evidence = json.RawMessage(`{"profile":"quilt-2024","principals":["arn:aws:iam::111122223333:root"],"missing":["s3:GetObjectTagging"],` +
		`"witness":{"principal":"arn:aws:iam::111122223333:root","action":"s3:GetObjectTagging","resource":"arn:aws:s3:::acme-genomics-raw/z<&>é","context":{}},"not_considered":["SCPs"]}`)
	f.Remediation = &audit.Remediation{
		Kind: audit.RemedyChange, Summary: "Add s3:GetObjectTagging to statement 0.",
		CLI:      "aws s3api put-bucket-policy --bucket acme-genomics-raw --policy file://policy.json",
		Document: json.RawMessage(`{"Version":"2012-10-17"}`),
		Diff:     "--- a\n+++ b\n@@ -1 +1 @@\n-\"s3:GetObject\"\n+\"s3:GetObject\", \"s3:GetObjectTagging\"\n",
	}
	f.Controls = []audit.Control{
		{Standard: "NIST SP 800-53", Version: "Rev. 5", ID: "AC-3", Relation: audit.Supports},
		{Standard: "NIST SP 800-53", Version: "Rev. 5", ID: "AC-6", Relation: audit.Informative},
		{Standard: "Acme Baseline", Version: "2026", ID: "S3-1", Relation: audit.Equals},
	}
	return f
}

// roleFailure is of a role, and has stayed open.
func roleFailure() audit.Finding {
	f := finding(roleCheck, roleTitle, audit.Medium, audit.StatusFail, "arn:aws:iam::111122223333:role/quilt/QuiltAlice",
		"The role cannot s3:PutObject on .quilt/*: no identity policy allows it.")
	f.AccountID, f.Region, f.Subject = "111122223333", "", "acme-genomics-raw"
	f.FirstSeen = TakenAt().Add(-36 * time.Hour)
	f.StatusSince, f.Known.Since = f.FirstSeen, f.FirstSeen
	f.Remediation = &audit.Remediation{Kind: audit.RemedyAdvice, Summary: "Let the role's policy allow it."}
	return f
}
