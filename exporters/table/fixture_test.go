package table_test

import (
	stdjson "encoding/json"
	"fmt"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

var takenAt = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// tallied sets the header's counts and result from the rest of the run.
func tallied(run *audit.Run) *audit.Run {
	run.Header.Result = audit.Complete
	for _, a := range run.Header.Accounts {
		if a.Access != audit.AccessOK {
			run.Header.Result = audit.Partial
		}
	}
	c := &run.Header.Counts
	for i := range run.Findings {
		f := &run.Findings[i]
		*map[audit.Status]*int{
			audit.StatusPass: &c.Pass, audit.StatusFail: &c.Fail,
			audit.StatusUnknown: &c.Unknown, audit.StatusNotApplicable: &c.NotApplicable,
		}[f.Status]++
		if f.Waived {
			c.Waived++
		}
	}
	return run
}

func header(accounts ...audit.HeaderAccount) audit.Header {
	return audit.Header{
		RunID: "r1", TakenAt: takenAt, ControlAccountID: "111122223333", Profile: "quilt-2024", Accounts: accounts,
		Checks: []string{
			"cloudtrail-data-events", "iam-prefix-role-quilt-folder", "s3-bucket-inventory",
			"s3-bucket-policy-required-actions", "s3-object-ownership", "sts-account-access",
		},
	}
}

func genomics(buckets int) audit.HeaderAccount {
	return audit.HeaderAccount{
		ID: "444455556666", Name: "genomics", Regions: []string{"us-east-1", "us-west-2"},
		Buckets: buckets, Access: audit.AccessOK,
	}
}

func finding(check string, severity audit.Severity, status audit.Status, bucket, reason string) audit.Finding {
	titles := map[string]string{
		"cloudtrail-data-events":            "CloudTrail records reads and writes of every key",
		"iam-prefix-role-quilt-folder":      "Prefix roles can use the .quilt folder",
		"s3-bucket-inventory":               "Named buckets exist where they are declared",
		"s3-bucket-policy-required-actions": "The bucket's side grants Quilt the actions that it needs",
		"s3-object-ownership":               "The bucket owner owns every object",
		"sts-account-access":                "The account can be entered and its buckets listed",
	}
	f := audit.Finding{
		Check: check, Title: titles[check], Status: status, Severity: severity, AccountID: "444455556666",
		Region: "us-east-1", Resource: "arn:aws:s3:::" + bucket, Reason: reason, Evidence: stdjson.RawMessage(`{}`),
		FirstSeen: takenAt, StatusSince: takenAt,
	}
	if status != audit.StatusUnknown {
		f.Known, f.LastSeen = &audit.Known{Status: status, Since: takenAt}, takenAt
	}
	return f
}

// cleanRun has nothing but passes and a not applicable.
func cleanRun() *audit.Run {
	run := &audit.Run{Header: header(genomics(2))}
	for _, bucket := range []string{"acme-genomics-raw", "acme-genomics-results"} {
		for _, check := range run.Header.Checks[2:5] {
			run.Findings = append(run.Findings, finding(check, audit.High, audit.StatusPass, bucket, "Fine."))
		}
	}
	run.Findings = append(run.Findings, finding("s3-object-ownership", audit.High, audit.StatusNotApplicable,
		"acme--use1-az4--x-s3", "Directory buckets have no object ownership."))
	return tallied(run)
}

// everythingRun has one of everything that a page can show.
func everythingRun() *audit.Run {
	run := cleanRun()
	imaging := audit.HeaderAccount{ID: "777788889999", Name: "imaging", Regions: []string{"us-east-1"}, Buckets: 3, Access: audit.AccessDenied}
	run.Header = header(genomics(14), imaging, audit.HeaderAccount{
		ID: "123456789012", Regions: []string{"eu-central-1", "eu-west-1", "ap-southeast-2", "us-gov-west-1"}, Buckets: 1, Access: audit.AccessPartial,
	})
	run.Unread = []audit.Unread{
		{AccountID: "444455556666", Region: "us-east-1", Operation: "s3:GetBucketPolicy", ErrorCode: "AccessDenied", MissingPermission: "s3:GetBucketPolicy", Count: 3, Examples: []string{"arn:aws:s3:::acme-vault"}},
		{AccountID: "444455556666", Region: "us-west-2", Operation: "s3:GetBucketPolicy", ErrorCode: "AccessDenied", MissingPermission: "s3:GetBucketPolicy", Count: 9},
		{AccountID: "444455556666", Region: "us-west-2", Operation: "cloudtrail:GetEventSelectors", ErrorCode: "ThrottlingException", Count: 1},
		{AccountID: "777788889999", Operation: "sts:AssumeRole", ErrorCode: "AccessDenied", MissingPermission: "sts:AssumeRole", Count: 1},
	}

	policy := finding("s3-bucket-policy-required-actions", audit.High, audit.StatusFail, "acme-genomics-uploads",
		"The bucket policy does not let account 111122223333 s3:GetObjectTagging: no statement allows it.")
	policy.StatusSince = takenAt.AddDate(0, 0, -10)
	policy.Remediation = &audit.Remediation{
		Kind: audit.RemedyChange, Summary: `Add s3:GetObjectTagging and s3:GetObjectVersionTagging to the statement "QuiltAccess"; every other statement stays.`,
		CLI:      "aws s3api put-bucket-policy --bucket acme-genomics-uploads --expected-bucket-owner 444455556666 --policy file://acme-genomics-uploads.json",
		Document: stdjson.RawMessage(`{}`), Diff: "-\n+\n",
	}

	blind := finding("s3-bucket-policy-required-actions", audit.High, audit.StatusUnknown, "acme-vault",
		"The bucket policy could not be read: s3:GetBucketPolicy failed with AccessDenied.")
	blind.Known = &audit.Known{Status: audit.StatusFail, Since: takenAt.AddDate(0, -1, 0)}

	role := finding("iam-prefix-role-quilt-folder", audit.Medium, audit.StatusFail, "", "The role may not write below .quilt/: its policies allow s3:PutObject on arn:aws:s3:::acme-genomics-uploads/projects/alice/* only.")
	role.AccountID, role.Region, role.Resource, role.Subject = "111122223333", "", "arn:aws:iam::111122223333:role/quilt/prefix/QuiltAliceOfTheGenomicsTeam", "acme-genomics-uploads"
	role.Remediation = &audit.Remediation{Kind: audit.RemedyAdvice, Summary: "Decide which of the role's two policies is to name .quilt/*, and add it there."}

	trail := finding("cloudtrail-data-events", audit.Medium, audit.StatusFail, "acme-genomics-uploads",
		"Writes are not recorded: the trail arn:aws:cloudtrail:us-east-1:444455556666:trail/management-and-data-events-of-the-organization selects reads only.")

	entry := finding("sts-account-access", audit.Critical, audit.StatusFail, "", "The role arn:aws:iam::777788889999:role/QuiltAuditor refuses the auditor.")
	entry.AccountID, entry.Region, entry.Resource = "777788889999", "", "arn:aws:iam::777788889999:root"

	info := finding("s3-bucket-inventory", audit.Informational, audit.StatusFail, "acme-gone", "The bucket does not exist.")
	low := finding("s3-object-ownership", audit.Low, audit.StatusUnknown, "acme-genomics-uploads", "Not readable.")
	waived := finding("s3-object-ownership", audit.Low, audit.StatusFail, "acme-legacy-uploads", "Object ownership is ObjectWriter: whoever uploads an object owns it.")
	waived.Waived, waived.Waiver = true, &audit.WaiverNote{
		Owner: "storage-team@acme.example", Ticket: "SEC-1234", Reason: "vendor uploads need ACLs until the migration",
		Expires: audit.Date{Year: 2027, Month: time.January, Day: 31},
	}

	run.Findings = append(run.Findings, policy, blind, role, trail, entry, info, low, waived)
	return tallied(run)
}

// hostileRun has every untrusted text written by an enemy of the terminal.
func hostileRun() *audit.Run {
	const evil = "\x1b[2J\x1b]0;title\x07 a\nb\r\u009b31m\u202etxt.exe\u2066\u200b\u2028\xff é 漢字"
	run := &audit.Run{Header: header(audit.HeaderAccount{ID: "444455556666", Name: "lab " + evil, Regions: []string{evil}, Buckets: 1, Access: audit.Access(evil)})}
	run.Header.Profile, run.Header.ControlAccountID = evil, evil
	run.Unread = []audit.Unread{{AccountID: "444455556666", Region: evil, Operation: evil, ErrorCode: evil, MissingPermission: evil, Count: 1}}
	f := finding("s3-object-ownership", audit.High, audit.StatusFail, evil, evil)
	f.Title, f.Subject, f.Region, f.AccountID = evil, evil, evil, evil
	f.Remediation = &audit.Remediation{Kind: audit.RemedyChange, Summary: evil, CLI: "aws s3api " + evil}
	odd := f
	odd.Check, odd.Waived, odd.Waiver = evil, true, &audit.WaiverNote{Owner: evil, Reason: evil, Ticket: evil}
	run.Findings = []audit.Finding{f, odd}
	return tallied(run)
}

// largeRun has n accounts, n kinds of failed reads, and n failures and n
// unknowns of one check.
func largeRun(n int) *audit.Run {
	var accounts []audit.HeaderAccount
	run := &audit.Run{}
	for i := range n {
		a := genomics(1)
		a.ID, a.Name = fmt.Sprintf("%012d", i), ""
		if i == n-1 {
			a.Access = audit.AccessUnreachable
		}
		accounts = append(accounts, a)
		run.Unread = append(run.Unread, audit.Unread{AccountID: a.ID, Operation: "s3:GetBucketPolicy", ErrorCode: "SlowDown", Count: 1})
		for _, status := range []audit.Status{audit.StatusUnknown, audit.StatusFail} {
			f := finding("s3-object-ownership", audit.High, status, fmt.Sprintf("acme-%06d-%s", i, status), "As it is.")
			f.AccountID = a.ID
			run.Findings = append(run.Findings, f)
		}
	}
	run.Header = header(accounts...)
	return tallied(run)
}
