package report_test

import (
	"encoding/json"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/report"
)

func subject(check, account, bucket string) report.Subject {
	arn := "arn:aws:s3:::" + bucket
	return report.Subject{FindingID: audit.FindingID(check, arn, ""), Check: check, AccountID: account, Region: "us-east-1", Resource: arn}
}

func rooted() report.Subject {
	arn := "arn:aws:iam::" + vendor + ":root"
	return report.Subject{FindingID: audit.FindingID(accessCheck, arn, ""), Check: accessCheck, AccountID: vendor, Resource: arn}
}

func failures() []report.Failure {
	evidence := json.RawMessage(`{"profile":"quilt-2024","principals":["arn:aws:iam::111122223333:root"],"missing":["s3:GetObjectTagging"],` +
		`"witness":{"principal":"arn:aws:iam::111122223333:root","action":"s3:GetObjectTagging","resource":"arn:aws:s3:::acme-genomics-raw/z<&>é","context":{}},` +
		`"decided_by":{"layer":"bucket_policy","effect":"implicit"},"not_considered":["identity policies","SCPs","RCPs"]}`)
	waiver := &audit.WaiverNote{Owner: "storage-team@acme.example", Reason: "The vendor cannot write without ACLs before the migration.", Ticket: "SEC-1234", Expires: audit.Date{Year: 2027, Month: time.January, Day: 31}}
	return []report.Failure{
		{
			Subject: rooted(), Title: "The account can be entered and its buckets listed", Severity: audit.Critical, Opened: ago(30 * day), OpenedRun: run(1), Outcome: report.StillOpen,
			Open: report.Duration(30 * day), OpenInPeriod: report.Duration(30 * day), Unreadable: report.Duration(3 * time.Hour),
			Detail: &report.Detail{
				Of: report.OfLastRun, Reason: "The account cannot be entered: sts:AssumeRole failed: AccessDenied.", Evidence: json.RawMessage(`{"error":"AccessDenied"}`),
				Remedy: &report.Remedy{Kind: audit.RemedyAdvice, Summary: "Let the role trust the auditor."},
			},
		},
		{
			Subject: subject(policyCheck, genomics, "acme-genomics-raw"), Title: "The bucket policy grants Quilt every required action", Severity: audit.High,
			Opened: ago(17 * day), OpenedRun: run(1200), Outcome: report.StillOpen, Open: report.Duration(17 * day), OpenInPeriod: report.Duration(17 * day),
			Detail: &report.Detail{
				Of: report.OfLastRun, Reason: "The bucket policy does not let account 111122223333 s3:GetObjectTagging: no statement allows it.", Evidence: evidence,
				Witness:     json.RawMessage(`{"principal":"arn:aws:iam::111122223333:root","action":"s3:GetObjectTagging","resource":"arn:aws:s3:::acme-genomics-raw/z<&>é","context":{}}`),
				DecidedBy:   json.RawMessage(`{"layer":"bucket_policy","effect":"implicit"}`),
				Fingerprint: digest(21),
				Remedy: &report.Remedy{
					Kind: audit.RemedyChange, Summary: "Add s3:GetObjectTagging to statement 0.", CLI: "aws s3api put-bucket-policy --bucket acme-genomics-raw --policy file://policy.json",
				},
			},
		},
		{
			Subject: subject(policyCheck, genomics, "acme-shared"), Title: "The bucket policy grants Quilt every required action", Severity: audit.High,
			Opened: ago(20 * day), OpenedRun: run(960), Outcome: report.Resolved, Ended: ago(20*day - 95*time.Minute), EndedRun: run(966), OpenedBefore: false,
			Open: report.Duration(95 * time.Minute), OpenInPeriod: report.Duration(95 * time.Minute),
			Detail: &report.Detail{Of: report.OfOpening, Reason: "A Deny of statement 2 hits s3:GetObject.", Evidence: json.RawMessage(`{"missing":["s3:GetObject"]}`)},
		},
		{
			Subject: subject(ownershipCheck, genomics, "acme-legacy-vendor"), Title: "Object Ownership is BucketOwnerEnforced", Severity: audit.High,
			Opened: ago(200 * day), OpenedBefore: true, Outcome: report.StillOpen, Open: report.Duration(200 * day), OpenInPeriod: report.Duration(30 * day),
			Detail: &report.Detail{
				Of: report.OfLastRun, Reason: "Object Ownership is ObjectWriter: objects belong to whoever writes them.", Evidence: json.RawMessage(`{"object_ownership":"ObjectWriter"}`), Waiver: waiver,
			},
		},
		{
			Subject: subject(trailCheck, genomics, "acme-shared"), Title: "CloudTrail records reads and writes of every object", Severity: audit.Medium,
			Opened: ago(35 * day), OpenedBefore: true, Outcome: report.Resolved, Ended: ago(26 * day), EndedRun: run(400), Open: report.Duration(9 * day), OpenInPeriod: report.Duration(4 * day),
		},
		{
			Subject: subject(trailCheck, imaging, "acme-imaging"), Title: "CloudTrail records reads and writes of every object", Severity: audit.Medium,
			Opened: ago(26 * day), OpenedRun: run(400), Outcome: report.Unreadable, Open: report.Duration(26 * day), OpenInPeriod: report.Duration(26 * day), Unreadable: report.Duration(day),
			Detail: &report.Detail{Of: report.OfOpening, Reason: "Only writes are recorded: reads of z are not.", Evidence: json.RawMessage(`{"owner_side":{"read":"none","write":"all","trails":["main"]}}`)},
		},
		{
			Subject: subject(trailCheck, imaging, "acme-scratch"), Title: "CloudTrail records reads and writes of every object", Severity: audit.Medium,
			OpenedBefore: true, Outcome: report.Removed, Ended: ago(17 * day), EndedRun: run(1200), OpenInPeriod: report.Duration(13 * day),
		},
	}
}

func unknowns() []report.Unknown {
	return []report.Unknown{
		{
			AccountID: imaging, Operation: "s3:GetBucketPolicy", ErrorCode: "AccessDenied", MissingPermission: "s3:GetBucketPolicy", Reason: "The bucket policy could not be read: s3:GetBucketPolicy failed: AccessDenied.",
			Checks: []string{policyCheck}, Findings: 1, From: ago(30 * day), Until: until(), Ongoing: 1, Time: ms(30*day - 210*time.Minute),
			Examples: []report.Subject{subject(policyCheck, imaging, "acme-imaging")},
		},
		{
			AccountID: imaging, Checks: []string{trailCheck}, Findings: 1, From: ago(day), Until: until(), Ongoing: 1, Time: ms(day), Examples: []report.Subject{},
		},
	}
}

func changes() []audit.Change {
	change := func(s report.Subject, kind audit.ChangeKind, from, to audit.Status, at time.Time, n int) audit.Change {
		return audit.Change{
			FindingID: s.FindingID, Check: s.Check, AccountID: s.AccountID, Region: s.Region, Resource: s.Resource, Subject: s.Subject,
			Kind: kind, From: from, To: to, At: at, RunID: run(n),
		}
	}
	const pass, fail, unknown = audit.StatusPass, audit.StatusFail, audit.StatusUnknown
	return []audit.Change{
		change(subject(trailCheck, genomics, "acme-shared"), audit.Resolved, fail, pass, ago(26*day), 400),
		change(subject(trailCheck, imaging, "acme-imaging"), audit.Opened, pass, fail, ago(26*day), 400),
		change(subject(policyCheck, genomics, "acme-shared"), audit.Opened, pass, fail, ago(20*day), 960),
		change(subject(policyCheck, genomics, "acme-shared"), audit.Resolved, fail, pass, ago(20*day-95*time.Minute), 966),
		change(subject(policyCheck, genomics, "acme-genomics-raw"), audit.Opened, pass, fail, ago(17*day), 1200),
		change(subject(trailCheck, imaging, "acme-scratch"), audit.Removed, fail, "", ago(17*day), 1200),
		change(subject(oldCheck, genomics, "acme-genomics-raw"), audit.Changed, pass, audit.StatusNotApplicable, ago(10*day), 1900),
		change(subject(trailCheck, imaging, "acme-imaging"), audit.Blinded, fail, unknown, ago(day), 2780),
		change(subject(policyCheck, control, "acme-control"), audit.Regained, unknown, pass, ago(12*time.Hour), 2820),
	}
}

func waivers() []report.Waiver {
	waiver := func(w audit.Waiver, state audit.WaiverState, findings int, left time.Duration) report.Waiver {
		return report.Waiver{ID: w.ID(), Waiver: w, State: state, Findings: findings, Since: ago(30 * 24 * time.Hour), Left: report.Duration(left)}
	}
	day := func(year int, month time.Month, day int) audit.Date {
		return audit.Date{Year: year, Month: month, Day: day}
	}
	return []report.Waiver{
		waiver(audit.Waiver{
			Check: ownershipCheck, Account: genomics, Bucket: "acme-legacy-*", Reason: "The vendor cannot write without ACLs before the migration.", Owner: "storage-team@acme.example", Ticket: "SEC-1234", Expires: day(2027, 1, 31),
		}, audit.WaiverActive, 1, day(2027, 1, 31).End().Sub(until())),
		waiver(audit.Waiver{Check: "s3-*", Resource: "arn:aws:s3:::acme-old", Reason: "Being deleted.", Owner: "Ann", Expires: day(2026, 11, 1), Fingerprint: digest(31)}, audit.WaiverExpired, 0, 0),
		takenOut(waiver(audit.Waiver{Check: trailCheck, Account: imaging, Reason: "The trail is moved.", Owner: "Bob", Expires: day(2027, 3, 1)}, audit.WaiverActive, 1, day(2027, 3, 1).End().Sub(until()))),
	}
}

func takenOut(w report.Waiver) report.Waiver {
	w.Removed = ago(3 * day)
	return w
}

func series() report.Series {
	s := report.Series{Step: report.Duration(12 * time.Hour)}
	for i := range 61 {
		at := ago(30*day - time.Duration(i)*12*time.Hour)
		p := report.Point{At: at, Open: report.Severe{Critical: 1, High: 1, Medium: 2}, Unknown: 3, Findings: 49, Observed: i != 36, Runs: 48}
		if i >= 8 {
			p.Opened, p.Resolved = 1, 1
		}
		if i == 20 {
			p.Open.High++
		}
		if i >= 26 {
			p.Open.High, p.Open.Medium = 2, 1
		}
		s.Points = append(s.Points, p)
	}
	return s
}
