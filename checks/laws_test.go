package checks_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/checks/checktest"
	"github.com/quilt-auditor/quilt-auditor/testdata"
)

// estate is a named way to build the same snapshot again and again.
type estate struct {
	name  string
	build func(testing.TB) *snapshot.Snapshot
}

// estates are the sample estate and every case of every check.
func estates(t testing.TB) []estate {
	t.Helper()
	list := []estate{{"sample", func(t testing.TB) *snapshot.Snapshot {
		s, err := testdata.Sample(checktest.TakenAt, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}}}
	for _, c := range checks.All() {
		for _, k := range checktest.Cases(t, folder(c.ID)) {
			list = append(list, estate{c.ID + "/" + k.Name, func(t testing.TB) *snapshot.Snapshot { return k.Snapshot(t) }})
		}
	}
	return list
}

// folder is where the cases of the check lie.
func folder(id string) string {
	service, _, _ := strings.Cut(id, "-")
	return filepath.Join(service, "testdata", id)
}

// contents is a deep copy of what the snapshot holds.
func contents(t testing.TB, s *snapshot.Snapshot) snapshot.Contents {
	t.Helper()
	back, err := snapshot.Decode(bytes.NewReader(encode(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	return back.Contents
}

func encode(t testing.TB, s *snapshot.Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := snapshot.Encode(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func build(t testing.TB, c snapshot.Contents) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// key identifies a verdict.
type key struct{ check, resource, sub string }

func byKey(verdicts []audit.Verdict) map[key]audit.Verdict {
	m := make(map[key]audit.Verdict, len(verdicts))
	for _, v := range verdicts {
		m[key{v.Check, v.Subject.Resource, v.Subject.Key}] = v
	}
	return m
}

// text is everything that a verdict says.
func text(t testing.TB, v audit.Verdict) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var unreadable = &snapshot.ReadError{Operation: "test:Operation", Code: "Timeout", Retryable: true}

func TestLaw1TheCatalogueIsValid(t *testing.T) {
	t.Parallel()
	if err := audit.Validate(checks.All()); err != nil {
		t.Error(err)
	}
}

func TestLaw2NothingReadIsUnknownEverywhere(t *testing.T) {
	t.Parallel()
	c := contents(t, estates(t)[0].build(t))
	for r := range c.Each {
		r.Fail(unreadable)
	}
	s := build(t, c)
	verdicts := byKey(audit.Evaluate(s, checks.All()))
	for k := range byKey(audit.Evaluate(estates(t)[0].build(t), checks.All())) {
		if _, ok := verdicts[k]; !ok {
			t.Errorf("%v has no verdict once nothing can be read", k)
		}
	}
	for k, v := range verdicts {
		if v.Status != audit.StatusUnknown {
			t.Errorf("%v is %s: %s", k, v.Status, v.Reason)
		}
	}
}

func TestLaw3And4VerdictsAreStableAndTheSnapshotIsUntouched(t *testing.T) {
	t.Parallel()
	for _, e := range estates(t) {
		s := e.build(t)
		before := encode(t, s)
		first := audit.Evaluate(s, checks.All())
		if !bytes.Equal(before, encode(t, s)) {
			t.Fatalf("%s: judging changed the snapshot", e.name)
		}
		shuffled := contents(t, s)
		shuffle(&shuffled)
		again := audit.Evaluate(build(t, shuffled), checks.All())
		if len(byKey(first)) != len(first) {
			t.Fatalf("%s: two verdicts for one check and subject", e.name)
		}
		if len(first) != len(again) {
			t.Fatalf("%s: %d verdicts, then %d", e.name, len(first), len(again))
		}
		for i := range first {
			if diff := cmp.Diff(text(t, first[i]), text(t, again[i])); diff != "" {
				t.Errorf("%s: another order gives another verdict\n%s", e.name, diff)
			}
		}
	}
}

func shuffle(c *snapshot.Contents) {
	slices.Reverse(c.Scope.Accounts)
	slices.Reverse(c.Scope.Buckets)
	slices.Reverse(c.Scope.PrefixRoles)
	slices.Reverse(c.Accounts)
	slices.Reverse(c.Buckets)
	slices.Reverse(c.Trails)
	slices.Reverse(c.Roles)
	slices.Reverse(c.ManagedPolicies)
}

// TestLaw5BlindnessNeverFlips fails every Reading alone, every fact as a
// whole, and random sets of Readings: a verdict stays or becomes unknown.
func TestLaw5BlindnessNeverFlips(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, e := range estates(t) {
		s := e.build(t)
		sighted := byKey(audit.Evaluate(s, checks.All()))
		total := 0
		for range s.Each {
			total++
		}
		var masks []func(int, snapshot.Ref) bool
		for i := range total {
			masks = append(masks, func(n int, _ snapshot.Ref) bool { return n == i })
		}
		for _, f := range snapshot.Facts() {
			masks = append(masks, func(_ int, r snapshot.Ref) bool { return r.Fact == f })
		}
		for range 20 {
			seed := random.Uint64()
			masks = append(masks, func(n int, _ snapshot.Ref) bool { return (seed>>(n%64))&1 == 1 })
		}
		for _, mask := range masks {
			c := contents(t, s)
			n := 0
			for r := range c.Each {
				if mask(n, r) {
					r.Fail(unreadable)
				}
				n++
			}
			for k, v := range byKey(audit.Evaluate(build(t, c), checks.All())) {
				if v.Status != audit.StatusUnknown && v.Status != sighted[k].Status {
					t.Fatalf("%s: blindness turns %v from %s into %s: %s", e.name, k, sighted[k].Status, v.Status, v.Reason)
				}
			}
		}
	}
}

// TestLaw8ReadsAreExactlyTheFactsTouched fails whole facts: one that a check
// does not declare must change none of its verdicts, one that it declares must
// change some.
func TestLaw8ReadsAreExactlyTheFactsTouched(t *testing.T) {
	t.Parallel()
	for _, c := range checks.All() {
		touched := map[snapshot.Fact]bool{}
		for _, e := range estates(t) {
			s := e.build(t)
			sighted := byKey(audit.Evaluate(s, []audit.Check{c}))
			for _, f := range snapshot.Facts() {
				blind := contents(t, s)
				for r := range blind.Each {
					if r.Fact == f {
						r.Fail(unreadable)
					}
				}
				for k, v := range byKey(audit.Evaluate(build(t, blind), []audit.Check{c})) {
					touched[f] = touched[f] || text(t, v) != text(t, sighted[k])
				}
			}
		}
		for _, f := range snapshot.Facts() {
			if declared := slices.Contains(c.Reads, f); declared != touched[f] {
				t.Errorf("%s: declares %s: %v, touches it: %v", c.ID, f, declared, touched[f])
			}
		}
	}
}

// TestLaw8EveryStatusIsShown holds the cases of each check against the
// statuses that it can give; only a check whose documentation says so can be
// not applicable.
func TestLaw8EveryStatusIsShown(t *testing.T) {
	t.Parallel()
	for _, c := range checks.All() {
		shown := map[audit.Status]bool{}
		for _, k := range checktest.Cases(t, folder(c.ID)) {
			for _, v := range audit.Evaluate(k.Snapshot(t), []audit.Check{c}) {
				shown[v.Status] = true
			}
		}
		for _, status := range audit.Statuses() {
			want := status != audit.StatusNotApplicable || strings.Contains(c.Doc.Judges, "Not applicable")
			if shown[status] != want {
				t.Errorf("%s: status %s is shown by a case: %v, want %v", c.ID, status, shown[status], want)
			}
		}
	}
}

func TestEnabledKeepsWhatIsAlwaysOn(t *testing.T) {
	t.Parallel()
	all := checks.All()
	var ids []string
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	var left []string
	for _, c := range checks.Enabled(ids) {
		left = append(left, c.ID)
	}
	if want := []string{"sts-account-access", "s3-bucket-inventory"}; !slices.Equal(left, want) {
		t.Errorf("with everything disabled %v are left, want %v", left, want)
	}
	if got := len(checks.Enabled([]string{"s3-object-ownership"})); got != len(all)-1 {
		t.Errorf("disabling one of %d checks leaves %d", len(all), got)
	}
}
