package sqlite

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// drifted is a store after some runs over a small world, and the last run.
func drifted(t *testing.T, seed uint64) (*Store, *audit.Run) {
	t.Helper()
	s, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w, prior := newWorld(seed), audit.NewPrior(0)
	for range 12 {
		keepAndRecord(t, s, w, prior)
		w.drift(10)
	}
	keepAndRecord(t, s, w, prior)
	last, _, err := s.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s, last
}

func TestSearchIsFindingsWithTheText(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		s, last := drifted(t, seed)
		for _, text := range []string{"bucket-1", "BUCKET-1", "role/<alice>", "-7777", ":", "_", "%", `\`, "nowhere", "arn:aws:s3:::bucket-0-4444"} {
			for _, q := range []audit.Query{
				{},
				{Limit: 3},
				{Status: audit.StatusPass},
				{AccountID: "444455556666"},
				{Check: worldCheck(3), Brief: true},
				{Outstanding: true},
				{After: &audit.Position{AccountID: "444455556666", Resource: "arn:aws:s3:::bucket-1-4444", Check: worldCheck(1)}},
			} {
				q.RunID = last.Header.RunID
				all := q
				all.Limit = 0
				var want []audit.Finding
				for _, f := range collect(t, s.Findings(t.Context(), all)) {
					if strings.Contains(strings.ToLower(f.Resource), strings.ToLower(text)) || strings.Contains(strings.ToLower(f.Subject), strings.ToLower(text)) {
						want = append(want, f)
					}
				}
				if q.Limit > 0 {
					want = want[:min(len(want), q.Limit)]
				}
				same(t, fmt.Sprintf("%q in %+v", text, q), want, collect(t, s.Search(t.Context(), q, text)))
			}
		}
		if got := collectError(s.Search(t.Context(), audit.Query{RunID: "another"}, "x")); !errors.Is(got, audit.ErrSuperseded) {
			t.Errorf("of another run: %v", got)
		}
	}
}

func collectError[T any](values func(func(T, error) bool)) (failed error) {
	for _, err := range values {
		failed = cmp.Or(failed, err)
	}
	return failed
}

func TestFindAndAt(t *testing.T) {
	t.Parallel()
	s, last := drifted(t, 5)
	findings := collect(t, s.Findings(t.Context(), audit.Query{}))
	var places []audit.Position
	for _, f := range findings {
		at, there, err := s.Find(t.Context(), last.Header.RunID, f.ID)
		if err != nil || !there || at != f.Position() {
			t.Fatalf("%s of %s stands at %v, %v, %v", f.Check, f.Resource, at, there, err)
		}
		places = append(places, at)
	}
	slices.Reverse(places)
	got, err := s.At(t.Context(), last.Header.RunID, append(places, audit.Position{AccountID: "nobody"}))
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(got)
	same(t, "findings at their places", findings, got)
	if _, there, err := s.Find(t.Context(), last.Header.RunID, strings.Repeat("0", 32)); there || err != nil {
		t.Errorf("found what is not there: %v", err)
	}
	if _, _, err := s.Find(t.Context(), "another", findings[0].ID); !errors.Is(err, audit.ErrSuperseded) {
		t.Errorf("of another run: %v", err)
	}
	if _, err := s.At(t.Context(), "another", places); !errors.Is(err, audit.ErrSuperseded) {
		t.Errorf("of another run: %v", err)
	}
}

func TestChangesOfAndLatest(t *testing.T) {
	t.Parallel()
	s, last := drifted(t, 6)
	changes := collect(t, s.Changes(t.Context(), time.Time{}, last.Header.TakenAt.Add(1)))
	slices.Reverse(changes)
	same(t, "the latest changes", changes, collect(t, s.LatestChanges(t.Context(), time.Time{}, 1<<20)))
	same(t, "the three latest changes", changes[:3], collect(t, s.LatestChanges(t.Context(), time.Time{}, 3)))
	byFinding := map[string][]audit.Change{}
	for _, c := range changes {
		byFinding[c.FindingID] = append(byFinding[c.FindingID], c)
	}
	for _, list := range byFinding {
		c := list[0]
		same(t, c.Resource, list, collect(t, s.ChangesOf(t.Context(), audit.Position{Resource: c.Resource, Check: c.Check, Subject: c.Subject}, 100)))
	}
	runs := collect(t, s.Runs(t.Context(), 0))
	for _, want := range runs {
		got, there, err := s.RunWithID(t.Context(), want.Header.RunID)
		if diff := gocmp.Diff(want, got); diff != "" || !there || err != nil {
			t.Errorf("run %s: %v, %v (-want +got):\n%s", want.Header.RunID, there, err, diff)
		}
	}
	if _, there, err := s.RunWithID(t.Context(), "another"); there || err != nil {
		t.Errorf("a run that is not there: %v, %v", there, err)
	}
}

// TestOpenSteps holds that going back by the steps gives how many were open
// after each run.
func TestOpenSteps(t *testing.T) {
	t.Parallel()
	s, last := drifted(t, 7)
	changes := collect(t, s.Changes(t.Context(), time.Time{}, last.Header.TakenAt.Add(1)))
	want := map[time.Time]int{}
	for _, c := range changes {
		switch {
		case c.Kind == audit.Opened:
			want[c.At]++
		case c.Kind == audit.Resolved, c.Kind == audit.Removed && c.From == audit.StatusFail:
			want[c.At]--
		}
	}
	for at, by := range want {
		if by == 0 {
			delete(want, at)
		}
	}
	steps := 0 // blinded and regained are none
	for _, c := range changes {
		if c.Kind == audit.Opened || c.Kind == audit.Resolved || c.Kind == audit.Removed {
			steps++
		}
	}
	for limit, cut := range map[int]bool{1 << 20: false, steps: false, steps - 1: true, steps / 2: true} {
		got, before := map[time.Time]int{}, last.Header.TakenAt.Add(1)
		wasCut, err := s.OpenSteps(t.Context(), time.Time{}, limit, func(at time.Time, by int) {
			if got[at] = by; !at.Before(before) {
				t.Errorf("%v comes after %v", at, before)
			}
			before = at
		})
		if err != nil {
			t.Fatal(err)
		}
		for at, by := range got {
			if want[at] != by {
				t.Errorf("at %v by %d, want %d", at, by, want[at])
			}
		}
		if cut != wasCut || !cut && len(got) != len(want) || len(got) == 0 {
			t.Errorf("limit %d of %d: %d of %d steps, cut %v", limit, steps, len(got), len(want), wasCut)
		}
	}
}

// hostilePolicy holds what stands between buckets in a snapshot, and is large.
func hostilePolicy(i int) string {
	const between = `{"account_id":"444455556666","arn":"arn:aws:s3:::bucket-00001","policy":{"value":""}}],"trails":[{"arn":"x"}]`
	return fmt.Sprintf(`{"Statement":[{"Sid":%q}],"Id":"%d%s"}`, between, i, strings.Repeat("x", i*97%20_000))
}

// TestReadBucketAndRole reads each bucket and each role of a snapshot of many
// pieces.
func TestReadBucketAndRole(t *testing.T) {
	t.Parallel()
	for _, buckets := range []int{0, 1, 250} {
		s, err := Open(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		w, prior := newWorld(1), audit.NewPrior(0)
		c := excerptContents(buckets)
		snap, err := snapshot.New(c)
		if err != nil {
			t.Fatal(err)
		}
		digest, err := s.Keep(t.Context(), snap)
		if err != nil {
			t.Fatal(err)
		}
		run := audit.Settle(w.settlement(t, audit.LeftOut{}, prior))
		if err := s.Record(t.Context(), run, digest); err != nil {
			t.Fatal(err)
		}
		id := run.Header.RunID
		for i := range snap.Buckets {
			want := &snap.Buckets[i]
			got, err := s.ReadBucket(t.Context(), id, want.AccountID, want.ARN)
			if err != nil || got == nil || text(got.Policy) != text(want.Policy) || got.ARN != want.ARN || got.AccountID != want.AccountID {
				t.Fatalf("%d buckets: %s is %v, %v", buckets, want.ARN, got, err)
			}
		}
		for _, absent := range [][2]string{{"444455556666", "arn:aws:s3:::a"}, {"444455556666", "arn:aws:s3:::bucket-00001x"}, {"999999999999", "arn:aws:s3:::z"}, {"000000000000", "arn:aws:s3:::a"}} {
			if got, err := s.ReadBucket(t.Context(), id, absent[0], absent[1]); got != nil || err != nil {
				t.Errorf("%d buckets: %v is %v, %v", buckets, absent, got, err)
			}
		}
		role, managed, err := s.ReadRole(t.Context(), id, "arn:aws:iam::444455556666:role/Alice")
		if err != nil || role == nil || text(role.Inline[0].Document) != hostilePolicy(3) || len(managed) != 1 || text(managed[0].Document) != hostilePolicy(4) {
			t.Errorf("%d buckets: the role is %v, %v, %v", buckets, role, managed, err)
		}
		if role, _, err := s.ReadRole(t.Context(), id, "arn:aws:iam::444455556666:role/Bob"); role != nil || err != nil {
			t.Errorf("a role that is not there: %v, %v", role, err)
		}
		trails, err := s.ReadTrails(t.Context(), id, []string{"arn:aws:cloudtrail:us-east-1:444455556666:trail/b", "arn:aws:cloudtrail:us-east-1:444455556666:trail/none"})
		if err != nil || buckets > 0 && (len(trails) != 1 || trails[0].Name != "b" || trails[0].ARN != "arn:aws:cloudtrail:us-east-1:444455556666:trail/b") {
			t.Errorf("%d buckets: the trails are %v, %v", buckets, trails, err)
		}
		if trails, err := s.ReadTrails(t.Context(), "another", []string{"x"}); trails != nil || err != nil {
			t.Errorf("trails of another run: %v, %v", trails, err)
		}
		if b, err := s.ReadBucket(t.Context(), "another", "444455556666", "arn:aws:s3:::bucket-00001"); b != nil || err != nil {
			t.Errorf("of another run: %v, %v", b, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func text(r snapshot.Reading[string]) string {
	s, _ := r.Get()
	return s
}

func excerptContents(buckets int) snapshot.Contents {
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: worldStart, EndedAt: worldStart}
	c.Scope = snapshot.Scope{ControlAccountID: "444455556666", Profile: "p", Profiles: map[string][]string{"p": {"s3:GetObject"}}}
	for _, id := range worldAccounts() {
		c.Scope.Accounts = append(c.Scope.Accounts, snapshot.Account{ID: id, Partition: "aws", Data: true, Identity: snapshot.Got(snapshot.Identity{AccountID: id, ARN: "arn:aws:sts::" + id + ":x"})})
		c.Accounts = append(c.Accounts, snapshot.AccountFacts{ID: id, Trails: []snapshot.TrailListing{{Region: "us-east-1", ARNs: snapshot.Got([]string{})}}})
	}
	for i := range buckets {
		b := snapshot.ScopeBucket{AccountID: worldAccounts()[i%3], Name: fmt.Sprintf("bucket-%05d", i), Partition: "aws", Profile: "p"}
		c.Scope.Buckets = append(c.Scope.Buckets, b)
		c.Buckets = append(c.Buckets, snapshot.Bucket{AccountID: b.AccountID, ARN: b.ARN(), Policy: snapshot.Got(hostilePolicy(i))})
	}
	for _, name := range []string{"a", "b"} {
		c.Trails = append(c.Trails, snapshot.Trail{ARN: "arn:aws:cloudtrail:us-east-1:444455556666:trail/" + name, Name: name, HomeRegion: "us-east-1", Selectors: snapshot.Got(json.RawMessage(`{"EventSelectors":[]}`))})
	}
	c.Roles = []snapshot.Role{{ARN: "arn:aws:iam::444455556666:role/Alice", AccountID: "444455556666", Inline: []snapshot.InlinePolicy{{Name: "x", Document: snapshot.Got(hostilePolicy(3))}}}}
	c.ManagedPolicies = []snapshot.ManagedPolicy{{AccountID: "444455556666", ARN: "arn:aws:iam::aws:policy/x", Document: snapshot.Got(hostilePolicy(4))}}
	return c
}
