package report_test

import (
	"fmt"
	"math"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/report"
)

const (
	policyCheck    = "s3-bucket-policy-required-actions"
	ownershipCheck = "s3-object-ownership"
	trailCheck     = "cloudtrail-data-events"
	accessCheck    = "sts-account-access"
	oldCheck       = "s3-old-check" // no version has it any more

	control  = "111122223333"
	genomics = "444455556666"
	imaging  = "777788889999"
	vendor   = "222233334444"

	day = 24 * time.Hour
)

func until() time.Time { return time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC) }

// ago is a time before the end of the period.
func ago(d time.Duration) time.Time { return until().Add(-d) }

func run(n int) string { return fmt.Sprintf("019aa8f0-0000-7000-8000-%012d", n) }

func digest(n int) string { return audit.Digest(fmt.Append(nil, n)) }

// made is a report over 30 days with everything that a report can have, in
// numbers that add up.
func made() *report.Report {
	r := &report.Report{
		SchemaVersion: report.SchemaVersion,
		Identity: report.Identity{
			Product: "quilt-auditor", Version: "1.2.0", GeneratedAt: until(), Period: report.Period{Since: ago(30 * day), Until: until()},
			ControlAccountID: control, LastRun: run(2875), LastRunAt: ago(15 * time.Minute), Current: true, Kept: true,
			Configs:   []report.InUse{{Value: digest(1), From: ago(30 * day), Runs: 1900}, {Value: digest(2), From: ago(10 * day), Runs: 966}},
			Rules:     []report.InUse{{Value: digest(3), From: ago(30 * day), Runs: 2866}},
			Profiles:  []report.InUse{{Value: "quilt-2024", From: ago(30 * day), Runs: 2866}},
			Schedules: []report.InUse{{Value: "", From: ago(30 * day), Runs: 900}, {Value: "CRON_TZ=UTC */15 * * * *", From: ago(20 * day), Runs: 1966}},
			Snapshots: []report.Snapshot{
				{RunID: run(1), TakenAt: ago(30 * day), SHA256: digest(11), Kept: true},
				{RunID: run(400), TakenAt: ago(26 * day), Changes: 2},
				{RunID: run(1200), TakenAt: ago(17 * day), SHA256: digest(13), Kept: true, Changes: 3},
				{RunID: run(2875), TakenAt: ago(15 * time.Minute), SHA256: digest(14), Kept: true},
			},
		},
		Completeness: completeness(),
		Checks:       checks(),
		Frameworks:   frameworks(),
		Failures:     failures(),
		Unknowns:     unknowns(),
		Changes:      changes(),
		Waivers:      waivers(),
		Series:       series(),
	}
	r.Total = total(r.Checks)
	for i := range r.Frameworks {
		for k := range r.Frameworks[i].Controls {
			sum(&r.Frameworks[i].Controls[k], r.Checks)
		}
	}
	return r
}

func completeness() report.Completeness {
	gaps := []report.Gap{
		{From: ago(30 * day), Until: ago(30*day - 30*time.Minute), Missed: 0, BeforeHistory: true},
		{From: ago(12 * day), Until: ago(12*day - 3*time.Hour), Missed: 12},
	}
	c := report.Completeness{
		Runs: report.Runs{
			Schedule: "*/15 * * * *", Interval: report.Duration(15 * time.Minute),
			Planned: 2880, Made: 2864, Missed: 12, Pending: 2, BeforeHistory: 2, Recorded: 2867, Complete: 2770, Partial: 96, CutShort: 1, Extra: 2,
		},
		Observed: report.Duration(30*day - 210*time.Minute), NotObserved: report.Duration(210 * time.Minute), Gaps: gaps,
		Accounts: report.AccountCounts{Expected: 4, Read: 2, ReadSometimes: 1, Failed: 1},
		ByAccount: []report.Account{
			account(control, "control", 2, 2866, 0), account(vendor, "vendor <uploads>", 0, 0, 2866), account(genomics, "genomics", 9, 2866, 0), account(imaging, "imaging", 4, 2770, 96),
		},
		Buckets: report.BucketCounts{Listed: 15, WithFindings: 15, Judged: 13, PartlyJudged: 1, NotJudged: 1},
		Unread: []audit.Unread{
			{AccountID: vendor, Operation: "sts:AssumeRole", ErrorCode: "AccessDenied", MissingPermission: "sts:AssumeRole", Count: 1, Examples: []string{"arn:aws:iam::" + vendor + ":root"}},
			{AccountID: imaging, Region: "us-west-2", Operation: "s3:GetBucketPolicy", ErrorCode: "AccessDenied", MissingPermission: "s3:GetBucketPolicy", Count: 2, Examples: []string{"arn:aws:s3:::acme-imaging"}},
		},
	}
	for i := range 60 {
		from := ago(30*day - time.Duration(i)*12*time.Hour)
		b := report.Bin{From: from, Until: from.Add(12 * time.Hour), Complete: 48}
		switch i {
		case 20, 21:
			b.Complete, b.Partial = 0, 48
		case 36:
			b.Complete, b.Missed, b.NotObserved = 36, 12, report.Duration(3*time.Hour)
		case 50:
			b.CutShort = 1
		case 0:
			b.Complete, b.NotObserved = 46, report.Duration(30*time.Minute)
		}
		c.Bins = append(c.Bins, b)
	}
	return c
}

// account has so many runs that could read it, and that were denied.
func account(id, name string, buckets, ok, denied int) report.Account {
	a := report.Account{
		ID: id, Name: name, Regions: []string{"us-east-1"}, Buckets: buckets, Runs: ok + denied, OK: ok, Denied: denied, Access: audit.AccessOK,
		Time: report.AccountTime{NotObserved: report.Duration(210 * time.Minute)},
	}
	rest := 30*day - 210*time.Minute
	a.Time.Denied = report.Duration(rest / 2866 * time.Duration(denied))
	a.Time.OK = report.Duration(rest) - a.Time.Denied
	if ok == 0 {
		a.Time.OK, a.Time.Denied = 0, report.Duration(rest)
		a.Access, a.FailingSince, a.Regions = audit.AccessDenied, ago(30*day), []string{}
	}
	return a
}

func checks() []report.Check {
	doc := func(what string) report.Doc {
		return report.Doc{
			Why: "Without " + what + " Quilt cannot work, or nobody can tell afterwards who has read what.", Judges: "Passes with " + what + " on every key; fails with a witness otherwise.",
			Fix: "Add " + what + ".", Sources: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/" + what + ".html"},
		}
	}
	list := []report.Check{
		{ID: trailCheck, Title: "CloudTrail records reads and writes of every object", Severity: audit.Medium, Doc: doc("trails"), Controls: controls("S3.22", audit.Supports)},
		{ID: policyCheck, Title: "The bucket policy grants Quilt every required action", Severity: audit.High, Doc: doc("grants"), Controls: controls("AC-3", audit.Informative)},
		{ID: ownershipCheck, Title: "Object Ownership is BucketOwnerEnforced", Severity: audit.High, Doc: doc("ownership"), Controls: controls("S3.12", audit.Stricter)},
		{ID: oldCheck, Title: oldCheck, Controls: []audit.Control{}, Doc: report.Doc{Sources: []string{}}},
		{ID: accessCheck, Title: "The account can be entered and its buckets listed", Severity: audit.Critical, Doc: doc("entry"), Controls: []audit.Control{}},
	}
	// passing, failing, unknown, not applicable at the start, and at the end
	states := [][8]int{{11, 2, 2, 0, 13, 1, 1, 0}, {12, 1, 1, 1, 12, 1, 1, 1}, {13, 1, 0, 1, 13, 1, 0, 1}, {1, 0, 0, 0, 0, 0, 0, 0}, {3, 1, 0, 0, 3, 1, 0, 0}}
	for i := range list {
		s := states[i]
		list[i].Sums, list[i].InUse = sums(s), list[i].ID != oldCheck
	}
	list[0].Opened, list[0].Resolved, list[0].OpenRemoved = 1, 1, 1
	list[0].ToFix = report.TimeToFix{N: 1, Median: report.Duration(9 * day), Mean: report.Duration(9 * day), Max: report.Duration(9 * day)}
	list[1].Opened, list[1].Resolved = 1, 1
	list[1].ToFix = report.TimeToFix{N: 1, Median: report.Duration(95 * time.Minute), Mean: report.Duration(95 * time.Minute), Max: report.Duration(95 * time.Minute)}
	list[3].Removed = 1
	list[2].OldestOpen = &report.OldestOpen{Failure: subject(ownershipCheck, genomics, "acme-legacy-vendor"), Age: report.Duration(200 * day)}
	list[4].OldestOpen = &report.OldestOpen{Failure: rooted(), Age: report.Duration(30 * day)}
	list[1].OldestOpen = &report.OldestOpen{Failure: subject(policyCheck, genomics, "acme-genomics-raw"), Age: report.Duration(17 * day)}
	list[0].OldestOpen = &report.OldestOpen{Failure: subject(trailCheck, imaging, "acme-imaging"), Age: report.Duration(26 * day)}
	return list
}

func controls(id string, relation audit.Relation) []audit.Control {
	return []audit.Control{{Standard: "AWS FSBP", Version: "1.0.0", ID: id, Relation: relation}}
}

func ms(d time.Duration) report.FindingTime { return report.FindingTime(d.Milliseconds()) }

// sums are of findings that stay in one state for most of the period.
func sums(s [8]int) report.Sums {
	seen := max(s[0]+s[1]+s[2]+s[3], s[4]+s[5]+s[6]+s[7])
	month := 30 * day
	lost := 210 * time.Minute
	t := report.Time{
		Failing: ms(time.Duration(s[5]) * (month - lost)), Unknown: ms(time.Duration(s[6]) * (month - lost)),
		NotApplicable: ms(time.Duration(s[7]) * (month - lost)), NotObserved: ms(time.Duration(seen) * lost), Findings: seen,
	}
	t.Compliant = ms(time.Duration(seen)*month) - t.Failing - t.Unknown - t.NotApplicable - t.NotObserved
	if s[4]+s[5]+s[6]+s[7] == 0 {
		t.OutOfScope = ms(20 * day)
		t.Compliant -= t.OutOfScope
	}
	t.InScope = t.Compliant + t.Failing + t.Unknown + t.NotApplicable + t.NotObserved
	shared(&t)
	return report.Sums{
		Time:  t,
		Start: report.State{Findings: s[0] + s[1] + s[2] + s[3], Pass: s[0], Fail: s[1], Unknown: s[2], NotApplicable: s[3], Open: s[1]},
		End:   report.State{Findings: s[4] + s[5] + s[6] + s[7], Pass: s[4], Fail: s[5], Unknown: s[6], NotApplicable: s[7], Open: s[5]},
	}
}

func shared(t *report.Time) {
	part := func(d report.FindingTime) float64 { return float64(d) / math.Max(1, float64(t.InScope)) }
	t.Shares = report.Shares{Compliant: part(t.Compliant), Failing: part(t.Failing), Unknown: part(t.Unknown), NotApplicable: part(t.NotApplicable), NotObserved: part(t.NotObserved)}
	if judged := t.Compliant + t.Failing + t.Unknown; judged > 0 {
		compliance := float64(t.Compliant) / float64(judged)
		t.Shares.Compliance = &compliance
	}
}

func total(list []report.Check) report.Sums {
	var t report.Sums
	for i := range list {
		add(&t, &list[i].Sums)
	}
	t.ToFix = report.TimeToFix{N: 2, Median: report.Duration(95 * time.Minute), Mean: report.Duration(4 * day), Max: report.Duration(9 * day)}
	t.OldestOpen = list[2].OldestOpen
	return t
}

func sum(k *report.Control, list []report.Check) {
	for _, r := range k.Checks {
		for i := range list {
			if list[i].ID == r.Check {
				add(&k.Sums, &list[i].Sums)
			}
		}
	}
}

func add(to, s *report.Sums) {
	to.Time.Compliant += s.Time.Compliant
	to.Time.Failing += s.Time.Failing
	to.Time.Unknown += s.Time.Unknown
	to.Time.NotApplicable += s.Time.NotApplicable
	to.Time.NotObserved += s.Time.NotObserved
	to.Time.InScope += s.Time.InScope
	to.Time.OutOfScope += s.Time.OutOfScope
	to.Time.Findings += s.Time.Findings
	shared(&to.Time)
	state := func(to *report.State, s report.State) {
		to.Findings += s.Findings
		to.Pass += s.Pass
		to.Fail += s.Fail
		to.Unknown += s.Unknown
		to.NotApplicable += s.NotApplicable
		to.Open += s.Open
	}
	state(&to.Start, s.Start)
	state(&to.End, s.End)
	to.Opened += s.Opened
	to.Resolved += s.Resolved
	to.OpenRemoved += s.OpenRemoved
	to.Removed += s.Removed
}

func frameworks() []report.Framework {
	relating := func(check string, relation audit.Relation) report.Relating {
		return report.Relating{Check: check, Relation: relation}
	}
	return []report.Framework{
		{
			Name: "fsbp", Title: "AWS Foundational Security Best Practices", Version: "1.0.0", Publisher: "Amazon Web Services",
			Source: "https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html", Note: "Checks of this product look at single buckets, S3.22 and S3.23 at the account.",
			Controls: []report.Control{
				{ID: "S3.1", Title: "Block public access settings enabled", Checks: []report.Relating{}},
				{ID: "S3.12", Title: "ACLs should not be used to manage user access", Checks: []report.Relating{relating(ownershipCheck, audit.Stricter)}},
				{ID: "S3.22", Title: "Object-level write events should be logged", Checks: []report.Relating{relating(trailCheck, audit.Supports)}},
				{ID: "S3.23", Title: "Object-level read events should be logged", Checks: []report.Relating{relating(trailCheck, audit.Supports)}},
			},
		},
		{
			Name: "part-11", Title: "21 CFR Part 11", Version: "2026-04-01", Publisher: "U.S. Food and Drug Administration", Source: "https://www.ecfr.gov/current/title-21/part-11",
			Controls: []report.Control{
				{ID: "11.10(d)", Title: "Limiting system access to authorized individuals", Checks: []report.Relating{relating(policyCheck, audit.Informative), relating(ownershipCheck, audit.Informative)}},
				{ID: "11.10(e)", Title: "Audit trails", Checks: []report.Relating{relating(trailCheck, audit.Supports)}},
			},
		},
	}
}
