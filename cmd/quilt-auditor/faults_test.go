package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	stream "github.com/quilt-auditor/quilt-auditor/exporters/json"
)

// faultedOperations are all reads that an audit makes; the test holds them
// against the calls that reach the fake.
var faultedOperations = []awsapi.Operation{
	awsapi.AssumeRole, awsapi.GetCallerIdentity,
	awsapi.ListBuckets, awsapi.HeadBucket, awsapi.GetBucketTagging, awsapi.GetBucketOwnershipControls, awsapi.GetBucketPolicy,
	awsapi.GetBucketPolicyStatus, awsapi.GetPublicAccessBlock, awsapi.GetAccountPublicAccessBlock,
	awsapi.DescribeTrails, awsapi.GetTrailStatus, awsapi.GetEventSelectors,
	awsapi.GetRole, awsapi.ListRolePolicies, awsapi.GetRolePolicy, awsapi.ListAttachedRolePolicies, awsapi.GetPolicy, awsapi.GetPolicyVersion,
	awsapi.DescribeOrganization,
}

// namedFault is a fault with the name that it has in the names of the tests.
type namedFault struct {
	name  string
	fault awsfake.Fault
}

// lastingFaults stay for the whole run, passingFaults hit one call: retries
// heal them.
var (
	lastingFaults = []namedFault{
		{"AccessDenied", awsfake.AccessDenied},
		{"DeniedBySCP", awsfake.DeniedBySCP},
		{"Throttle", awsfake.Throttle},
		{"InternalError", awsfake.InternalError},
		{"Hang", awsfake.Hang},
		{"Reset", awsfake.Reset},
		{"Truncate", awsfake.Truncate},
		{"Malformed", awsfake.Malformed},
		{"EmptyBody", awsfake.EmptyBody},
		{"WrongRegion", awsfake.WrongRegion},
		{"ExpiredToken", awsfake.ExpiredToken},
		{"NoSuchBucket", awsfake.NoSuchBucket},
		{"NotFound", awsfake.NotFound},
	}
	passingFaults = []namedFault{
		{"Throttle", awsfake.Throttle},
		{"InternalError", awsfake.InternalError},
		{"Reset", awsfake.Reset},
		{"Truncate", awsfake.Truncate},
		{"Malformed", awsfake.Malformed},
	}
)

// isLie tells of a fault that it is a lasting, calm and well-formed answer
// that something is not configured, to a read for which that is an answer:
// nothing tells it from the truth. The answers that other reads contradict are
// not among them: the policy status of a bucket whose policy was read, and the
// policy lists of a role that exists.
func isLie(op awsapi.Operation, f awsfake.Fault) bool {
	switch op {
	case awsapi.GetBucketOwnershipControls, awsapi.GetBucketPolicy, awsapi.GetPublicAccessBlock, awsapi.GetBucketTagging:
		return f == awsfake.NotFound
	case awsapi.GetAccountPublicAccessBlock, awsapi.GetRole, awsapi.DescribeOrganization:
		return f == awsfake.NotFound || f == awsfake.NoSuchBucket // the same answer outside S3
	}
	return false
}

// faultCase is one run of the matrix.
type faultCase struct {
	name  string
	op    awsapi.Operation // "" where several are hit
	fault awsfake.Fault
	rules []awsfake.Rule
	// heals demands the verdicts of the healthy run.
	heals bool
	// noRegion takes BucketRegion out of listings, so that every bucket is
	// looked at by HeadBucket.
	noRegion bool
	// quiet cases may go unnoticed: what they break is not looked at.
	quiet bool
}

// beyondS3 tells that one operation is hit, by which no bucket is read.
func (c *faultCase) beyondS3() bool { return c.op != "" && !strings.HasPrefix(string(c.op), "s3") }

func matchOf(op awsapi.Operation) awsfake.Match {
	service, operation, _ := strings.Cut(string(op), ":")
	return awsfake.Match{Service: service, Operation: operation}
}

// faultMatrix is every operation with every fault, and the faults that need
// several rules.
func faultMatrix() []faultCase {
	var cases []faultCase
	for _, op := range faultedOperations {
		for _, f := range lastingFaults {
			if isLie(op, f.fault) {
				continue
			}
			c := faultCase{name: string(op) + "/" + f.name, op: op, fault: f.fault, rules: []awsfake.Rule{{Match: matchOf(op), Fault: f.fault}}}
			c.quiet = op == awsapi.HeadBucket // it tells most by its status, and its answer has no body
			cases = append(cases, c)
			if op == awsapi.HeadBucket {
				c.name, c.noRegion = c.name+"/no-region", true
				cases = append(cases, c)
			}
		}
	}
	return slices.Concat(cases, passingCases(), notFoundUnderThrottling(), vanishingBuckets())
}

// passingCases hit the first call of every operation.
func passingCases() []faultCase {
	var cases []faultCase
	for _, f := range passingFaults {
		c := faultCase{name: "passing/" + f.name, fault: f.fault, heals: true}
		for _, op := range faultedOperations {
			m := matchOf(op)
			if op == awsapi.ListBuckets {
				m.Account = fakeGenomics // the first call may be of the account that is refused anyway
			}
			if op != awsapi.GetBucketPolicy || f.fault != awsfake.Malformed { // half a policy is a well-formed answer, which nothing repeats
				c.rules = append(c.rules, awsfake.Rule{Match: m, Fault: f.fault, Times: 1})
			}
		}
		cases = append(cases, c)
	}
	return cases
}

// notFoundUnderThrottling are answers that something is not configured, given
// once, after a throttled one: S3 does that under load.
func notFoundUnderThrottling() []faultCase {
	buckets := []string{"acme-good", "acme-public", "acme-open", "acme-member", "acme-tagged", "acme-slides", "acme-scans"}
	places := map[awsapi.Operation][]string{
		awsapi.HeadBucket:                  {"acme-slides", "acme-scans", "acme-hidden", "acme-foreign"},
		awsapi.GetBucketTagging:            {"acme-tagged"},
		awsapi.GetBucketOwnershipControls:  buckets,
		awsapi.GetBucketPolicy:             buckets,
		awsapi.GetBucketPolicyStatus:       buckets,
		awsapi.GetPublicAccessBlock:        buckets,
		awsapi.GetAccountPublicAccessBlock: {fakeGenomics, fakeImaging},
		awsapi.GetRole:                     {"QuiltAlice", "QuiltBob"},
		awsapi.ListRolePolicies:            {"QuiltAlice", "QuiltBob"},
		awsapi.ListAttachedRolePolicies:    {"QuiltAlice", "QuiltLocal"},
		awsapi.DescribeOrganization:        {""},
	}
	var cases []faultCase
	for _, op := range faultedOperations {
		c := faultCase{name: string(op) + "/NotFound-under-throttling", op: op, fault: awsfake.NotFound, quiet: true} // it may heal
		for _, place := range places[op] {
			m := matchOf(op)
			m.Resource = place
			c.rules = append(c.rules, awsfake.Rule{Match: m, Fault: awsfake.Throttle, Times: 1}, awsfake.Rule{Match: m, Fault: awsfake.NotFound, Skip: 1, Times: 1})
		}
		if len(c.rules) > 0 {
			cases = append(cases, c)
		}
	}
	return cases
}

// vanishingBuckets are buckets deleted between two calls of a run.
func vanishingBuckets() []faultCase {
	var cases []faultCase
	for nth := range 5 {
		c := faultCase{name: fmt.Sprintf("vanished/%d", nth), fault: awsfake.NoSuchBucket, quiet: true}
		for _, bucket := range []string{"acme-good", "acme-bad", "acme-public", "acme-open", "acme-tagged", "acme-slides", "acme-scans"} {
			c.rules = append(c.rules, awsfake.Rule{Match: awsfake.Match{Service: awsfake.S3, Resource: bucket}, Fault: awsfake.NoSuchBucket, Skip: nth})
		}
		cases = append(cases, c)
	}
	return cases
}

// faultTimeout bounds the attempts of calls that hang; patientTimeout is met
// by no call.
const (
	faultTimeout   = 250 * time.Millisecond
	patientTimeout = time.Minute
)

// TestFaultMatrix breaks every read in every way. Against the healthy run a
// finding keeps its status or turns unknown, with its reason.
func TestFaultMatrix(t *testing.T) {
	useFake(t, "http://aws.test")
	whole, lean := newAuditOf(t, fakeConfigHome), newAuditOf(t, fakeConfigLean)
	sound, leanSound := whole.healthy(t, true), lean.healthy(t, false)
	cases := faultMatrix()
	t.Run("run", func(t *testing.T) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				if c.beyondS3() {
					lean.holds(t, c, leanSound)
				} else {
					whole.holds(t, c, sound)
				}
			})
		}
	})
	t.Logf("%d audits: each of %d operations with each of %d faults that last, and %d faults that pass", len(cases), len(faultedOperations), len(lastingFaults), len(passingFaults))
}

// holds runs the audit with the fault and holds what it says against the law.
func (a *auditOf) holds(t *testing.T, c faultCase, sound *audit.Run) {
	e := fakeEstate()
	e.NoBucketRegion = c.noRegion
	server := startFake(t, e)
	server.SetRules(append([]awsfake.Rule{unlisted}, c.rules...)...)
	timeout := patientTimeout
	if c.fault == awsfake.Hang {
		timeout = faultTimeout
	}
	s := a.take(t, server, timeout)
	run, lines := a.judged(t, s)
	law := &faultLaw{c, findingsByID(sound), findingsByID(run)}
	law.hold(t)
	validStream(t, lines)
	var recorded bytes.Buffer
	if err := snapshot.Encode(&recorded, s); err != nil {
		t.Fatal(err)
	}
	noSecret(t, lines, recorded.Bytes())
	if !slices.ContainsFunc(server.Calls(), c.struck) {
		t.Error("the fault hit no call")
	}
	noticed := slices.ContainsFunc(run.Unread, func(u audit.Unread) bool { return u.Operation == string(c.op) })
	if !noticed && !c.quiet && !c.heals {
		t.Error("the fault went unnoticed")
	}
}

// struck reports whether the call was hit, other than by the rule that is
// always there.
func (c *faultCase) struck(call awsfake.Call) bool {
	always := call.Operation == unlisted.Operation && call.Account == unlisted.Account
	return call.Fault != awsfake.None && call.Fault == c.fault && !always
}

func findingsByID(run *audit.Run) map[string]audit.Finding {
	m := make(map[string]audit.Finding, len(run.Findings))
	for _, f := range run.Findings {
		m[f.ID] = f
	}
	return m
}

// faultLaw holds a run with a fault against the healthy one.
type faultLaw struct {
	faultCase
	sound, found map[string]audit.Finding
}

func (l *faultLaw) hold(t *testing.T) {
	t.Helper()
	for id, want := range l.sound {
		if _, ok := l.found[id]; !ok && (l.heals || l.access(want.AccountID) == audit.StatusPass) {
			t.Errorf("no finding %s of %s, though its account could be listed", want.Check, want.Resource)
		}
	}
	for id, got := range l.found {
		l.unplaced(t, &got)
		want, known := l.sound[id]
		switch {
		case got.Status == audit.StatusUnknown && !l.heals:
			l.reasoned(t, &got)
		case known && got.Status == want.Status:
		case l.heals:
			t.Errorf("one passing fault turned %s of %s from %s to %s: %s", got.Check, got.Resource, want.Status, got.Status, got.Reason)
		case !known:
			t.Errorf("a finding that the healthy run lacks: %s of %s is %s: %s", got.Check, got.Resource, got.Status, got.Reason)
		case !l.excused(t, &got):
			t.Errorf("%s of %s %s turned from %s to %s: %s", got.Check, got.Resource, got.Subject, want.Status, got.Status, got.Reason)
		}
	}
}

// changed reports whether the healthy run says otherwise.
func (l *faultLaw) changed(got *audit.Finding) bool { return l.sound[got.ID].Status != got.Status }

// unplaced holds that nothing but unknown is said of a bucket that is not
// where it was declared.
func (l *faultLaw) unplaced(t *testing.T, got *audit.Finding) {
	t.Helper()
	inventory, ok := l.found[audit.FindingID("s3-bucket-inventory", got.Resource, "")]
	if ok && inventory.Status == audit.StatusFail && got.Check != inventory.Check && got.Status != audit.StatusUnknown {
		t.Errorf("%s of %s is %s, though the bucket is not there: %s", got.Check, got.Resource, got.Status, got.Reason)
	}
}

// access is the status of the account's sts-account-access.
func (l *faultLaw) access(account string) audit.Status {
	return l.found[audit.FindingID("sts-account-access", "arn:aws:iam::"+account+":root", "")].Status
}

// refusals are the faults by which AWS says no, as opposed to saying nothing.
var refusals = []awsfake.Fault{
	awsfake.AccessDenied, awsfake.DeniedBySCP, awsfake.ExpiredToken, awsfake.WrongRegion, awsfake.NoSuchBucket, awsfake.NotFound,
}

// excused are the failures that a fault may make: where access is what is
// judged, a refusal is evidence; and a bucket that is gone is gone.
func (l *faultLaw) excused(t *testing.T, got *audit.Finding) bool {
	t.Helper()
	if got.Status != audit.StatusFail {
		return false
	}
	switch got.Check {
	case "sts-account-access":
		var evidence audit.UnreadEvidence
		if err := json.Unmarshal(got.Evidence, &evidence); err != nil {
			t.Error(err)
		}
		return slices.Contains(refusals, l.fault) && len(evidence.Unread) == 1 && !evidence.Unread[0].Retryable && strings.Contains(got.Reason, evidence.Unread[0].Error())
	case "s3-bucket-inventory":
		return (l.fault == awsfake.NoSuchBucket || l.fault == awsfake.NotFound) && strings.Contains(got.Reason, "S3 answered 404")
	}
	return false
}

// unreadReason is how a reason names a failed read.
var unreadReason = regexp.MustCompile(`([a-z0-9]+:[A-Z][A-Za-z]+) failed with ([A-Za-z][A-Za-z0-9._-]*)(?:; the auditor needs ([a-z0-9]+:[A-Z][A-Za-z]+))?`)

// reasoned holds that an unknown names operation, code and, where the call was
// denied, the permission. For a bucket that could not be placed the others
// point to s3-bucket-inventory, which names them.
func (l *faultLaw) reasoned(t *testing.T, got *audit.Finding) {
	t.Helper()
	named := unreadReason.FindStringSubmatch(got.Reason)
	if named == nil {
		t.Errorf("%s of %s is unknown and does not say which read failed: %s", got.Check, got.Resource, got.Reason)
		return
	}
	denied := l.fault == awsfake.AccessDenied || l.fault == awsfake.DeniedBySCP
	if denied && l.changed(got) && named[2] != "BucketNotReachable" && (named[3] == "" || !strings.Contains(got.Reason, l.op.Action())) {
		t.Errorf("%s of %s is unknown and does not say that %s lacks: %s", got.Check, got.Resource, l.op.Action(), got.Reason)
	}
	if !strings.Contains(string(got.Evidence), named[1]) {
		t.Errorf("%s of %s has a reason that its evidence lacks: %s, %s", got.Check, got.Resource, got.Reason, got.Evidence)
	}
}

// TestProgramUnderFaults runs the program itself, with its own patience: what
// it prints obeys the same law.
func TestProgramUnderFaults(t *testing.T) {
	t.Parallel()
	binary, err := exec.LookPath("quilt-auditor") // TestMain puts it there
	if err != nil {
		t.Fatal(err)
	}
	file := writeConfig(t, fakeConfigHome)
	audited := func(t *testing.T, server *awsfake.Server) (*audit.Run, string) {
		c := exec.CommandContext(t.Context(), binary, "audit", "--config.file", file, "--output", "json", "--log.level", "debug")
		c.Env = server.Env()
		var stdout, stderr bytes.Buffer
		c.Stdout, c.Stderr = &stdout, &stderr
		if err := c.Run(); c.ProcessState.ExitCode() != exitFindings {
			t.Fatalf("%v\n%s", err, stderr.String())
		}
		validStream(t, stdout.Bytes())
		noSecret(t, stdout.Bytes(), stderr.Bytes())
		run, err := stream.Read(&stdout)
		if err != nil {
			t.Fatal(err)
		}
		return run, stderr.String()
	}
	sound, _ := audited(t, startFake(t, fakeEstate()))
	for _, c := range []faultCase{
		{name: "denied", op: awsapi.GetBucketPolicy, fault: awsfake.AccessDenied},
		{name: "expired", op: awsapi.AssumeRole, fault: awsfake.ExpiredToken},
		{name: "throttled", op: awsapi.GetBucketOwnershipControls, fault: awsfake.Throttle},
		{name: "reset", op: awsapi.GetCallerIdentity, fault: awsfake.Reset},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := startFake(t, fakeEstate())
			server.SetRules(unlisted, awsfake.Rule{Match: matchOf(c.op), Fault: c.fault})
			run, log := audited(t, server)
			law := &faultLaw{c, findingsByID(sound), findingsByID(run)}
			law.hold(t)
			if !strings.Contains(log, `msg="could not read"`) || !strings.Contains(log, "operation="+string(c.op)) {
				t.Errorf("the log does not tell:\n%s", log)
			}
		})
	}
}
