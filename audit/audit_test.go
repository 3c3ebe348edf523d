package audit_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

var takenAt = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// estate has the account 444455556666 with n buckets whose ownership reads
// Enforced, is denied, or is something else, in turn.
func estate(t *testing.T, n int) *snapshot.Snapshot {
	t.Helper()
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: takenAt, EndedAt: takenAt}
	c.Scope = snapshot.Scope{
		ControlAccountID: "111122223333", Profile: "p", Profiles: map[string][]string{"p": nil},
		Accounts: []snapshot.Account{{
			ID: "444455556666", Name: "genomics", Partition: "aws", Data: true,
			Identity: snapshot.Got(snapshot.Identity{AccountID: "444455556666"}), Listing: snapshot.Got(snapshot.Listing{Buckets: n}),
		}},
	}
	readings := []snapshot.Reading[string]{
		snapshot.Got("BucketOwnerEnforced"), snapshot.Got("ObjectWriter"),
		snapshot.Failed[string](&snapshot.ReadError{Operation: "s3:GetBucketOwnershipControls", Code: "AccessDenied", MissingPermission: "s3:GetBucketOwnershipControls"}),
	}
	for i := range n {
		name := fmt.Sprintf("bucket-%04d", n-i) // against the order of the result
		c.Scope.Buckets = append(c.Scope.Buckets, snapshot.ScopeBucket{AccountID: "444455556666", Name: name, Partition: "aws", Region: "us-east-1", Profile: "p"})
		c.Buckets = append(c.Buckets, snapshot.Bucket{AccountID: "444455556666", ARN: "arn:aws:s3:::" + name, Region: "us-east-1", Ownership: readings[(n-i)%3]})
	}
	s, err := snapshot.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func perBucket(id string, eval func(*snapshot.Snapshot, audit.Subject) audit.Verdict) audit.Check {
	return audit.Check{
		ID: id, Title: "Title of " + id, Severity: audit.High, NoControls: true, Reads: []snapshot.Fact{snapshot.BucketOwnership},
		Doc: audit.Doc{Why: "w", Judges: "j", Fix: "f", Sources: []string{"s"}},
		Subjects: func(s *snapshot.Snapshot) []audit.Subject {
			var subjects []audit.Subject
			for _, b := range s.Buckets {
				subjects = append(subjects, audit.Subject{AccountID: b.AccountID, Region: b.Region, Resource: b.ARN})
			}
			return subjects
		},
		Eval: eval,
	}
}

func ownership(s *snapshot.Snapshot, subject audit.Subject) audit.Verdict {
	value, err := s.Bucket(subject.AccountID, subject.Resource).Ownership.Get()
	if err != nil {
		return audit.Unreadable("The ownership", err)
	}
	status := audit.StatusFail
	if value == "BucketOwnerEnforced" {
		status = audit.StatusPass
	}
	return audit.Verdict{Status: status, Reason: value, Evidence: map[string]string{"value": value}, Basis: value}
}

func TestEvaluateIsSortedAndDeterministic(t *testing.T) {
	t.Parallel()
	s := estate(t, 100)
	checks := []audit.Check{perBucket("z-last-check", ownership), perBucket("a-first-check", ownership)}
	first := audit.Evaluate(s, checks)
	if len(first) != 200 {
		t.Fatalf("got %d verdicts, want 200", len(first))
	}
	for i := 1; i < len(first); i++ {
		a, b := first[i-1], first[i]
		if a.Subject.Resource+" "+a.Check >= b.Subject.Resource+" "+b.Check {
			t.Fatalf("%s %s stands before %s %s", a.Subject.Resource, a.Check, b.Subject.Resource, b.Check)
		}
	}
	for range 5 {
		if diff := cmp.Diff(first, audit.Evaluate(s, checks)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestEvaluateSurvivesAPanickingCheck(t *testing.T) {
	t.Parallel()
	s := estate(t, 6)
	bad := perBucket("b-panicking-check", func(s *snapshot.Snapshot, subject audit.Subject) audit.Verdict {
		if strings.HasSuffix(subject.Resource, "3") {
			panic("secret text from AWS")
		}
		return ownership(s, subject)
	})
	verdicts := audit.Evaluate(s, []audit.Check{bad, perBucket("c-quiet-check", ownership)})
	if len(verdicts) != 12 {
		t.Fatalf("got %d verdicts, want 12", len(verdicts))
	}
	var panics []audit.Verdict
	for _, v := range verdicts {
		if v.Panic != nil {
			panics = append(panics, v)
		}
	}
	if len(panics) != 1 || panics[0].Status != audit.StatusUnknown || !strings.HasSuffix(panics[0].Subject.Resource, "3") {
		t.Fatalf("panicking verdicts: %+v", panics)
	}
	if strings.Contains(panics[0].Reason+panics[0].Panic.Stack, "secret") {
		t.Error("the value of the panic leaks")
	}
	if !strings.Contains(panics[0].Panic.Stack, "TestEvaluateSurvivesAPanickingCheck") {
		t.Errorf("the stack does not name the check:\n%s", panics[0].Panic.Stack)
	}
	again := audit.Evaluate(s, []audit.Check{bad})
	for _, v := range again {
		if v.Panic != nil && v.Panic.Digest != panics[0].Panic.Digest {
			t.Error("the digest of the same panic differs between runs")
		}
	}
}

func TestNewRun(t *testing.T) {
	t.Parallel()
	s := estate(t, 3)
	checks := []audit.Check{perBucket("a-first-check", ownership)}
	run := audit.NewRun("run-1", s, checks, audit.Evaluate(s, checks), audit.Times{StartedAt: takenAt.Add(-time.Second), EndedAt: takenAt.Add(time.Minute)})
	if diff := cmp.Diff(audit.Counts{Pass: 1, Fail: 1, Unknown: 1}, run.Header.Counts); diff != "" {
		t.Error(diff)
	}
	if run.Header.Result != audit.Complete || run.Header.Accounts[0].Buckets != 3 || run.Header.Accounts[0].Access != audit.AccessOK {
		t.Errorf("header %+v", run.Header)
	}
	unknown := run.Findings[1]
	if unknown.Status != audit.StatusUnknown || unknown.Known != nil || !unknown.LastSeen.IsZero() || unknown.FirstSeen != takenAt {
		t.Errorf("an unknown finding has evidence: %+v", unknown)
	}
	fail := run.Findings[0]
	if fail.Known == nil || fail.Known.Status != audit.StatusFail || fail.Known.Since != takenAt || fail.ID != audit.FindingID("a-first-check", fail.Resource, "") {
		t.Errorf("a failing finding: %+v", fail)
	}
	want := []audit.Unread{{
		AccountID: "444455556666", Region: "us-east-1", Operation: "s3:GetBucketOwnershipControls", ErrorCode: "AccessDenied",
		MissingPermission: "s3:GetBucketOwnershipControls", Count: 1, Examples: []string{"arn:aws:s3:::bucket-0002"},
	}}
	if diff := cmp.Diff(want, run.Unread); diff != "" {
		t.Error(diff)
	}
}

func TestFindingIDIsWhatTheInterfaceSays(t *testing.T) {
	t.Parallel()
	// printf 'c\nr\ns' | sha256sum | head -c 32
	if got, want := audit.FindingID("c", "r", "s"), "ba00d1a58b08351fa44edd9b6b51a8fb"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if audit.FindingID("c", "r", "") == audit.FindingID("c", "r", "s") {
		t.Error("the sub-key is no part of the identity")
	}
}

func TestRunIsPartialWithoutAccess(t *testing.T) {
	t.Parallel()
	for want, change := range map[audit.Access]func(*snapshot.Account){
		audit.AccessOK: func(*snapshot.Account) {},
		audit.AccessDenied: func(a *snapshot.Account) {
			a.Identity = snapshot.Failed[snapshot.Identity](&snapshot.ReadError{Code: "AccessDenied"})
		},
		audit.AccessUnreachable: func(a *snapshot.Account) {
			a.Identity = snapshot.Failed[snapshot.Identity](&snapshot.ReadError{Code: "Timeout", Retryable: true})
		},
		audit.AccessPartial: func(a *snapshot.Account) {
			a.Listing = snapshot.Failed[snapshot.Listing](&snapshot.ReadError{Code: "AccessDenied"})
		},
	} {
		s := estate(t, 0)
		change(&s.Scope.Accounts[0])
		run := audit.NewRun("r", s, nil, nil, audit.Times{})
		if got := run.Header.Accounts[0].Access; got != want {
			t.Errorf("access %s, want %s", got, want)
		}
		if partial := run.Header.Result == audit.Partial; partial != (want != audit.AccessOK) {
			t.Errorf("access %s gives result %s", want, run.Header.Result)
		}
	}
}

func TestExceeds(t *testing.T) {
	t.Parallel()
	run := func(f audit.Finding) *audit.Run { return &audit.Run{Findings: []audit.Finding{f}} }
	for _, c := range []struct {
		name    string
		finding audit.Finding
		failOn  audit.Severity
		want    bool
	}{
		{"a fail at the limit", audit.Finding{Status: audit.StatusFail, Severity: audit.Medium}, audit.Medium, true},
		{"a fail below the limit", audit.Finding{Status: audit.StatusFail, Severity: audit.Medium}, audit.High, false},
		{"an unknown", audit.Finding{Status: audit.StatusUnknown, Severity: audit.Medium}, audit.Low, true},
		{"a waived fail", audit.Finding{Status: audit.StatusFail, Severity: audit.Critical, Waived: true}, audit.Low, false},
		{"a pass", audit.Finding{Status: audit.StatusPass, Severity: audit.Critical}, audit.Low, false},
		{"not applicable", audit.Finding{Status: audit.StatusNotApplicable, Severity: audit.Critical}, audit.Low, false},
	} {
		if got := run(c.finding).Exceeds(c.failOn); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	t.Parallel()
	good := perBucket("a-good-check", ownership)
	if err := audit.Validate([]audit.Check{good}); err != nil {
		t.Errorf("a good check is refused: %v", err)
	}
	for want, change := range map[string]func(*audit.Check){
		"service-thing-property":        func(c *audit.Check) { c.ID = "Bad" },
		"no title":                      func(c *audit.Check) { c.Title = "" },
		"incomplete documentation":      func(c *audit.Check) { c.Doc.Fix = "" },
		"no severity":                   func(c *audit.Check) { c.Severity = 0 },
		"reads nothing":                 func(c *audit.Check) { c.Reads = nil },
		"no Subjects or no Eval":        func(c *audit.Check) { c.Eval = nil },
		"either Controls or NoControls": func(c *audit.Check) { c.NoControls = false },
		`unknown fact "nonsense"`:       func(c *audit.Check) { c.Reads = []snapshot.Fact{"nonsense"} },
		"lacks standard, version or id": func(c *audit.Check) { c.Controls, c.NoControls = []audit.Control{{Relation: audit.Equals}}, false },
		"control AC-3 has no relation": func(c *audit.Check) {
			c.Controls, c.NoControls = []audit.Control{{Standard: "s", Version: "v", ID: "AC-3"}}, false
		},
	} {
		bad := good
		change(&bad)
		if err := audit.Validate([]audit.Check{bad}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if err := audit.Validate([]audit.Check{good, good}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a duplicate is accepted: %v", err)
	}
}

func TestSeverityText(t *testing.T) {
	t.Parallel()
	for _, s := range audit.Severities() {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back audit.Severity
		if err := json.Unmarshal(text, &back); err != nil || back != s {
			t.Errorf("%s reads back as %v, %v", text, back, err)
		}
	}
	var s audit.Severity
	if err := s.UnmarshalText([]byte("grave")); err == nil || !strings.Contains(err.Error(), "critical") {
		t.Errorf("got %v, want the severities that there are", err)
	}
}
