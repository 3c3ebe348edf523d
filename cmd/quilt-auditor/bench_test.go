package main

// The figures of docs/benchmarks.md. On a machine with nothing else to do:
//
//	go test -run '^$' -bench . -count 3 ./cmd/quilt-auditor
//
// Each is a custom metric of a benchmark; ns/op says less. They are targets,
// not tests: the tests here hold only what does not depend on the machine.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/config"
)

// largeConfig discovers every bucket of awsfake.Large with that many accounts.
func largeConfig(accounts int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "control:\n  account_id: %q\n  regions: [us-east-1]\naccounts:\n", awsfake.LargeControlAccount)
	for i := range accounts {
		id := awsfake.LargeAccountID(i)
		fmt.Fprintf(&b, "  - {id: %q, role_arn: \"arn:aws:iam::%s:role/%s\", external_id: %s, regions: [us-east-1, us-west-2, eu-central-1], discover: {}}\n",
			id, id, awsfake.LargeRole, awsfake.LargeExternalID)
	}
	return b.String()
}

// trust makes the environment trust the certificate of a server over TLS.
func trust(tb testing.TB, server *awsfake.Server) string {
	tb.Helper()
	bundle := filepath.Join(tb.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, server.CertificatePEM(), 0o600); err != nil {
		tb.Fatal(err)
	}
	return "AWS_CA_BUNDLE=" + bundle
}

// buildRelease builds the program as releases are.
func buildRelease(tb testing.TB) string {
	tb.Helper()
	binary := filepath.Join(tb.TempDir(), "quilt-auditor")
	c := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
	if out, err := c.CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// BenchmarkAudit is the program, as a process of its own, on 10,000 buckets in
// 100 accounts with 20 ms a call. Targets: 20 wall-s, 15 cpu-s, 150 rss-MB,
// 4 s3-calls/bucket, 0.05 handshakes/bucket. The fake AWS runs in this
// process, on the same cores.
func BenchmarkAudit(b *testing.B) {
	const accounts, buckets = 100, 10_000
	binary, file := buildRelease(b), writeConfig(b, largeConfig(accounts))
	estate := awsfake.Large(accounts, buckets/accounts)
	for _, secure := range []bool{true, false} {
		b.Run(fmt.Sprintf("tls=%t", secure), func(b *testing.B) {
			options := []awsfake.Option{awsfake.CountsOnly(), awsfake.WithLatency(20 * time.Millisecond)}
			if secure {
				options = append(options, awsfake.WithTLS())
			}
			server := awsfake.New(estate, options...)
			defer server.Close()
			environ := server.Env()
			if secure {
				environ = append(environ, trust(b, server))
			}
			var wall, cpu time.Duration
			var memory float64
			for b.Loop() {
				server.ResetRecord()
				c := exec.Command(binary, "audit", "--config.file", file, "--output", "json", "--out", filepath.Join(b.TempDir(), "findings"), "--log.level", "error")
				c.Env = environ
				start := time.Now()
				rss := runMeasured(b, c)
				wall, cpu, memory = wall+time.Since(start), cpu+c.ProcessState.UserTime()+c.ProcessState.SystemTime(), max(memory, rss)
			}
			b.ReportMetric(wall.Seconds()/float64(b.N), "wall-s")
			b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s")
			b.ReportMetric(memory, "rss-MB")
			b.ReportMetric(float64(server.Count(awsfake.Match{Service: awsfake.S3}))/buckets, "s3-calls/bucket")
			b.ReportMetric(float64(server.Count(awsfake.Match{}))/buckets, "calls/bucket")
			b.ReportMetric(float64(server.Count(awsfake.Match{Operation: "GetBucketLocation"})), "locations")
			b.ReportMetric(float64(server.Handshakes())/float64(b.N)/buckets, "handshakes/bucket")
		})
	}
}

// runMeasured runs the command, which ends with findings, and returns the most
// memory that it had, in MB. It asks the kernel while the command runs: what
// wait(2) reports afterwards counts the memory of this process too, from
// before the exec.
func runMeasured(b *testing.B, c *exec.Cmd) float64 {
	b.Helper()
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{})
	peak := make(chan float64)
	go func() { peak <- watchMemory(c.Process.Pid, done) }()
	_ = c.Wait() // the exit code tells
	close(done)
	if code := c.ProcessState.ExitCode(); code != exitFindings {
		b.Fatalf("exit code %d\n%s", code, stderr.String())
	}
	return <-peak
}

func watchMemory(pid int, done <-chan struct{}) (mb float64) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return mb
		case <-tick.C:
			status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // gone at the end
			_, rest, _ := strings.Cut(string(status), "VmHWM:")
			if fields := strings.Fields(rest); len(fields) > 1 {
				kb, _ := strconv.ParseFloat(fields[0], 64)
				mb = max(mb, kb/1024)
			}
		}
	}
}

// manyBuckets is a snapshot of 100 accounts with that many buckets each, made
// of copies of the buckets of ten accounts that were read from the fake AWS.
func manyBuckets(b *testing.B, each int) snapshot.Contents {
	b.Helper()
	const accounts, read, readEach = 100, 10, 100
	useFake(b, "http://aws.test")
	server := awsfake.New(awsfake.Large(read, readEach))
	defer server.Close()
	from := newAuditOf(b, largeConfig(read)).take(b, server, patientTimeout)
	c := snapshot.Contents{SchemaVersion: from.SchemaVersion, TakenAt: from.TakenAt, EndedAt: from.EndedAt, Scope: from.Scope, Organization: from.Organization}
	c.Scope.Accounts, c.Scope.Buckets = nil, nil
	for i := range accounts {
		w := &copier{from: awsfake.LargeAccountID(i % read), to: awsfake.LargeAccountID(i), prefix: fmt.Sprintf("acme-%04d-", i%read), number: i, into: &c}
		w.copy(from, (each+readEach-1)/readEach)
	}
	w := &copier{from: awsfake.LargeControlAccount, to: awsfake.LargeControlAccount, into: &c}
	w.copy(from, 1)
	return c
}

// copier copies one account into another, whose buckets have other names.
type copier struct {
	from, to, prefix string
	number           int
	into             *snapshot.Contents
}

func (w *copier) copy(s *snapshot.Snapshot, times int) {
	a, facts := *s.Account(w.from), *s.AccountFacts(w.from)
	a.ID, facts.ID = w.to, w.to
	facts.Trails = slices.Clone(facts.Trails)
	for i := range facts.Trails {
		arns, _ := facts.Trails[i].ARNs.Get() // all were read
		facts.Trails[i].ARNs = snapshot.Got(w.renamed(arns))
	}
	w.into.Scope.Accounts, w.into.Accounts = append(w.into.Scope.Accounts, a), append(w.into.Accounts, facts)
	for _, t := range s.Trails {
		if t.AccountID() == w.from {
			t.ARN = strings.ReplaceAll(t.ARN, w.from, w.to)
			selectors, _ := t.Selectors.Get()
			t.Selectors = snapshot.Got(json.RawMessage(w.rename(string(selectors), 0)))
			w.into.Trails = append(w.into.Trails, t)
		}
	}
	for _, b := range s.Scope.Buckets {
		facts := s.Bucket(b.AccountID, b.ARN())
		if b.AccountID != w.from {
			continue
		}
		for n := range times {
			named, read := b, *facts
			named.AccountID, named.Name = w.to, w.rename(b.Name, n)
			read.AccountID, read.ARN = w.to, named.ARN()
			policy, _ := facts.Policy.Get()
			read.Policy = snapshot.Got(w.rename(policy, n))
			w.into.Scope.Buckets, w.into.Buckets = append(w.into.Scope.Buckets, named), append(w.into.Buckets, read)
		}
	}
}

func (w *copier) rename(text string, n int) string {
	if w.prefix == "" {
		return text
	}
	return strings.ReplaceAll(text, w.prefix, fmt.Sprintf("acme-%04d-%02d", w.number, n))
}

func (w *copier) renamed(arns []string) []string {
	list := make([]string, len(arns))
	for i, arn := range arns {
		list[i] = strings.ReplaceAll(arn, w.from, w.to)
	}
	return list
}

// BenchmarkJudge is all checks over 100,000 buckets that have been read, with
// policies of five templates, and with policies of which no two are alike.
// Target: 15 s on two cores.
func BenchmarkJudge(b *testing.B) {
	contents := manyBuckets(b, 1000)
	b.Run("templates", func(b *testing.B) { benchmarkJudge(b, contents) })
	for i := range contents.Buckets {
		policy, _ := contents.Buckets[i].Policy.Get() // all were read
		contents.Buckets[i].Policy = snapshot.Got(strings.Replace(policy, `"Version"`, fmt.Sprintf(`"Id":"policy-%d","Version"`, i), 1))
	}
	b.Run("unlike", func(b *testing.B) { benchmarkJudge(b, contents) })
}

func benchmarkJudge(b *testing.B, contents snapshot.Contents) {
	b.Helper()
	b.ReportAllocs()
	var judging, cpu time.Duration
	for b.Loop() {
		b.StopTimer()
		s, err := snapshot.New(contents) // a new one, since snapshots keep what was derived from them
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		start, spent := time.Now(), cpuTime(b)
		verdicts := audit.Evaluate(s, checks.All())
		judging, cpu = judging+time.Since(start), cpu+cpuTime(b)-spent
		if len(verdicts) < 4*len(contents.Buckets) || len(contents.Buckets) != 100_000 {
			b.Fatalf("%d verdicts on %d buckets", len(verdicts), len(contents.Buckets))
		}
	}
	b.ReportMetric(judging.Seconds()/float64(b.N), "wall-s")
	b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s")
}

// cpuTime is what this process has taken of the processors so far.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// policySize is the largest that S3 takes (Amazon S3 User Guide, "Bucket
// policies").
const policySize = 20 * 1024

// hostilePolicies are as large as a bucket policy can be and made to be hard.
// None grants what is asked: each denies one key, or grants too little.
func hostilePolicies() map[string]string {
	const bucket = "arn:aws:s3:::acme-raw"
	const everything = `{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["` + bucket + `","` + bucket + `/*"]}`
	const oneKey = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"` + bucket + `/the/one/key"}`
	deny := func(rest string) string { return `{"Effect":"Deny","Principal":"*","Action":"s3:*",` + rest + `}` }
	fill := func(begin []string, statement func(i int) string) string {
		text := `{"Version":"2012-10-17","Statement":[` + strings.Join(begin, ",")
		for i := 0; ; i++ {
			next := "," + statement(i)
			if len(text)+len(next)+2 > policySize {
				return text + "]}"
			}
			text += next
		}
	}
	stars := func(i, n int) string {
		letters := strings.Split(strings.Repeat("ab", n), "")
		return bucket + "/" + strconv.Itoa(i) + "*" + strings.Join(letters[:n], "*") + "*"
	}
	both := []string{everything, oneKey}
	return map[string]string{
		"denies with many stars": fill(both, func(i int) string { return deny(`"Resource":"` + stars(i, 40) + `"`) }),
		"denies of all but": fill(both, func(i int) string {
			return deny(`"NotResource":["` + bucket + `","` + bucket + `/*","` + stars(i, 20) + `"]`)
		}),
		"allows of all but": fill([]string{oneKey}, func(i int) string {
			return `{"Effect":"Allow","Principal":"*","Action":"s3:*","NotResource":"` + stars(i, 30) + `"}`
		}),
		"conditions on keys nobody knows": fill(both, func(i int) string {
			return deny(fmt.Sprintf(`"Resource":"*","Condition":{"StringLike":{"aws:PrincipalTag/k%d":["a*b*%d","?%d*"]}}`, i, i, i))
		}),
		"conditions on one key": fill(both, func(i int) string {
			return deny(fmt.Sprintf(`"Resource":%q,"Condition":{"StringNotLike":{"aws:PrincipalTag/team":["%d*a*b*","*%d?"]}}`, bucket+"/"+strconv.Itoa(i)+"*", i, i))
		}),
		"numbers, dates and addresses": fill(both, func(i int) string {
			return deny(fmt.Sprintf(`"Resource":"*","Condition":{"NumericLessThan":{"s3:signatureAge":%d},"IpAddress":{"aws:SourceIp":"10.%d.0.0/16"},"DateGreaterThan":{"aws:TokenIssueTime":"20%02d-01-01T00:00:00Z"}}`,
				i, i%256, 27+i%70))
		}),
		"allows of one prefix each": fill([]string{oneKey}, func(i int) string {
			return fmt.Sprintf(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"%s/%c%c*"}`, bucket, 'a'+i%26, 'a'+i/26%26)
		}),
		"single characters": fill(both, func(i int) string { return deny(`"Resource":"` + bucket + "/" + strings.Repeat("?", 300+i) + `*x"`) }),
		"variables": fill(both, func(i int) string {
			return deny(fmt.Sprintf(`"Resource":"%s/${aws:PrincipalTag/t%d}/*/${aws:username}*"`, bucket, i))
		}),
		"conditions on the listing": fill(both, func(i int) string {
			return deny(fmt.Sprintf(`"Resource":"*","Condition":{"StringNotLike":{"s3:prefix":["%d*a*b*","*c%d*"],"s3:delimiter":["/","%d?"]}}`, i, i, i))
		}),
		"roles by pattern": fill(both, func(i int) string {
			return deny(fmt.Sprintf(`"Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/a*b%d*","arn:aws:iam::111122223333:*/%d?*"]}}`, i, i))
		}),
	}
}

// oneBucket is a snapshot of one bucket, with that policy.
func oneBucket(tb testing.TB, policy string) *snapshot.Snapshot {
	tb.Helper()
	identity := snapshot.Got(snapshot.Identity{AccountID: "444455556666", ARN: "arn:aws:iam::444455556666:user/auditor"})
	s, err := snapshot.New(snapshot.Contents{
		SchemaVersion: snapshot.SchemaVersion, TakenAt: fakeTime, EndedAt: fakeTime,
		Scope: snapshot.Scope{
			ControlAccountID: "111122223333", Profile: "quilt-2024", Profiles: map[string][]string{"quilt-2024": config.BuiltinProfiles()["quilt-2024"]},
			Accounts: []snapshot.Account{{ID: "444455556666", Partition: "aws", Data: true, Identity: identity, Listing: snapshot.Got(snapshot.Listing{Buckets: 1, InScope: 1})}},
			Buckets:  []snapshot.ScopeBucket{{AccountID: "444455556666", Name: "acme-raw", Partition: "aws", Region: "us-east-1", Profile: "quilt-2024", Presence: snapshot.Got(snapshot.Present)}},
		},
		Accounts: []snapshot.AccountFacts{{ID: "444455556666", PublicAccessBlock: snapshot.Got(snapshot.PublicAccessBlock{})}},
		Buckets: []snapshot.Bucket{{
			AccountID: "444455556666", ARN: "arn:aws:s3:::acme-raw", Region: "us-east-1", Ownership: snapshot.Got("BucketOwnerEnforced"),
			Policy: snapshot.Got(policy), Public: snapshot.Got(true), PublicAccessBlock: snapshot.Got(snapshot.PublicAccessBlock{}),
		}},
		Organization: snapshot.Got(snapshot.Organization{}),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// TestHostilePoliciesNeverPass judges policies that take more work than is
// allowed: undecided is no pass.
func TestHostilePoliciesNeverPass(t *testing.T) {
	t.Parallel()
	for name, policy := range hostilePolicies() {
		if !json.Valid([]byte(policy)) || len(policy) > policySize || len(policy) < policySize*9/10 {
			t.Errorf("%s: %d bytes", name, len(policy))
		}
		for _, v := range audit.Evaluate(oneBucket(t, policy), checks.All()) {
			if v.Check == "s3-bucket-policy-required-actions" && v.Status != audit.StatusFail && v.Status != audit.StatusUnknown {
				t.Errorf("%s: %s: %s", name, v.Status, v.Reason)
			}
		}
	}
}

// BenchmarkHostilePolicy is all checks over one bucket with the policy. Target:
// 20 ms.
func BenchmarkHostilePolicy(b *testing.B) {
	policies := hostilePolicies()
	for _, name := range slices.Sorted(maps.Keys(policies)) {
		policy := policies[name]
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			status := audit.Status("")
			var judging time.Duration
			for b.Loop() {
				s := oneBucket(b, policy)
				start := time.Now()
				verdicts := audit.Evaluate(s, checks.All())
				judging += time.Since(start)
				for _, v := range verdicts {
					if v.Check == "s3-bucket-policy-required-actions" {
						status = v.Status
					}
				}
			}
			b.ReportMetric(float64(judging.Microseconds())/1000/float64(b.N), "ms")
			if status == audit.StatusPass {
				b.Error("pass")
			}
		})
	}
}

// BenchmarkBinary builds the program. Target: 30 MB.
func BenchmarkBinary(b *testing.B) {
	for b.Loop() {
		info, err := os.Stat(buildRelease(b))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	}
}
