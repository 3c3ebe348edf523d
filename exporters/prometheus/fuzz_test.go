package prometheus

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// FuzzPage puts any text into every label that a run can bring, in findings
// that differ in little: the page stays readable and has no series twice.
func FuzzPage(f *testing.F) {
	f.Add("acme-raw", "us-east-1", "Quilt", uint64(1))
	f.Add("a\"b\\c\nd\r\x00", "\xff\xfe", "}\n# TYPE x gauge\n", uint64(2))
	f.Add("", "=,{", "\u2028\u00e9", uint64(3))
	f.Fuzz(func(t *testing.T, a, b, c string, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 0))
		run := randomRun(random, []string{a, b, c, a + b, "\xff" + a})
		seriesOf(t, rendered(run, random.IntN(40)))
	})
}

func TestRandomPages(t *testing.T) {
	t.Parallel()
	texts := []string{"", "a", "b", "\"", "\\", "\n", "\xff", "\xfe", "\uFFFD", "a,b", "{}", "arn:aws:s3:::a", "arn:aws:iam::1:role/a"}
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 7))
		run := randomRun(random, texts)
		limit := random.IntN(30)
		page := rendered(run, limit)
		all := seriesOf(t, page)
		if n := len(only(all, "finding_since_timestamp_seconds")); n > limit {
			t.Fatalf("seed %d: %d series at a cap of %d", seed, n, limit)
		}
		random.Shuffle(len(run.Findings), func(i, j int) { run.Findings[i], run.Findings[j] = run.Findings[j], run.Findings[i] })
		if again := rendered(run, limit); again != page {
			t.Fatalf("seed %d: the order of findings changes the page:\n%s", seed, cmp.Diff(page, again))
		}
	}
}

// randomRun holds what no real run would: few texts in every place, times of
// any kind, tallies and accounts that come twice and fit nothing.
func randomRun(random *rand.Rand, texts []string) *audit.Run {
	text := func() string { return texts[random.IntN(len(texts))] }
	at := func() time.Time {
		return []time.Time{{}, takenAt, takenAt.Add(time.Nanosecond), ago(time.Hour), time.Unix(1<<40, 0)}[random.IntN(5)]
	}
	status := func() audit.Status { return append(audit.Statuses(), audit.Status(text()))[random.IntN(5)] }
	severity := func() audit.Severity { return audit.Severity(random.IntN(7) - 1) }
	run := &audit.Run{}
	for range random.IntN(20) {
		f := audit.Finding{Check: text(), Severity: severity(), Status: status(), AccountID: text(), Region: text(), Resource: text(), Subject: text(), StatusSince: at()}
		if random.IntN(2) == 0 {
			f.Known = known(status(), at())
		}
		run.Findings = append(run.Findings, f)
	}
	for range random.IntN(10) {
		run.Tallies = append(run.Tallies, audit.Tally{
			Check: text(), Severity: severity(), AccountID: text(), Status: status(), Waived: random.IntN(2) == 0,
			Findings: random.IntN(3) - 1, Open: random.IntN(3) - 1, OldestOpen: at(),
		})
		run.Header.Checks = append(run.Header.Checks, text())
		run.Header.Accounts = append(run.Header.Accounts, audit.HeaderAccount{ID: text(), Name: text(), Access: audit.Access(text()), Buckets: random.IntN(3)})
		run.Collected = append(run.Collected, audit.Collected{Collector: text(), AccountID: text(), Complete: random.IntN(2) == 0})
		run.Waivers = append(run.Waivers, audit.WaiverUse{
			Waiver: audit.Waiver{Check: text(), Bucket: text(), Expires: audit.Date{Year: random.IntN(1 << 40), Month: 1, Day: 1}}, State: audit.WaiverState(text()),
		})
	}
	return run
}
