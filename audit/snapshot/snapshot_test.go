package snapshot_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func contents() snapshot.Contents {
	return snapshot.Contents{
		SchemaVersion: snapshot.SchemaVersion,
		TakenAt:       time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
		EndedAt:       time.Date(2026, 11, 22, 0, 0, 9, 0, time.UTC),
		Scope: snapshot.Scope{
			ControlAccountID: "111122223333", Profile: "p", Profiles: map[string][]string{"p": {"s3:GetObject"}},
			Accounts: []snapshot.Account{
				{ID: "444455556666", Partition: "aws", Data: true, Listing: snapshot.Got(snapshot.Listing{Buckets: 2})},
				{ID: "111122223333", Partition: "aws", Control: true},
			},
			Buckets: []snapshot.ScopeBucket{
				{AccountID: "444455556666", Name: "b", Partition: "aws", Profile: "p", Presence: snapshot.Got(snapshot.Present)},
				{AccountID: "444455556666", Name: "a", Partition: "aws", Profile: "p"},
			},
		},
		Buckets: []snapshot.Bucket{{
			AccountID: "444455556666", ARN: "arn:aws:s3:::a", Policy: snapshot.Got(`{"Statement":"<&>"}`),
			Ownership: snapshot.Failed[string](&snapshot.ReadError{Operation: "s3:GetBucketOwnershipControls", Code: "SlowDown", Retryable: true}),
		}},
		Trails: []snapshot.Trail{{
			ARN: "arn:aws:cloudtrail:us-east-1:444455556666:trail/t", Status: snapshot.Got(snapshot.TrailStatus{Logging: true}),
			Selectors: snapshot.Got(json.RawMessage(`{"EventSelectors":[]}`)),
		}},
	}
}

func mustNew(t *testing.T, c snapshot.Contents) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func encode(t *testing.T, s *snapshot.Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := snapshot.Encode(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadingKeepsItsThreeStates(t *testing.T) {
	t.Parallel()
	if _, err := (snapshot.Reading[string]{}).Get(); !errors.Is(err, snapshot.ErrNotRead) {
		t.Errorf("the zero Reading gives %v, want ErrNotRead", err)
	}
	if v, err := snapshot.Got("").Get(); v != "" || err != nil {
		t.Errorf("an empty value reads as %q, %v", v, err)
	}
	denied := &snapshot.ReadError{Operation: "s3:GetBucketPolicy", Code: "AccessDenied", MissingPermission: "s3:GetBucketPolicy"}
	_, err := snapshot.Failed[string](denied).Get()
	if want := "s3:GetBucketPolicy failed with AccessDenied; the auditor needs s3:GetBucketPolicy"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	for _, text := range []string{`{}`, `{"value":"a","error":{"operation":"o","code":"c"}}`, `{"valu":"a"}`, `7`} {
		var r snapshot.Reading[string]
		if json.Unmarshal([]byte(text), &r) == nil {
			t.Errorf("%s was read as a Reading", text)
		}
	}
}

func TestEncodingIsStableAndComplete(t *testing.T) {
	t.Parallel()
	first := encode(t, mustNew(t, contents()))
	back, err := snapshot.Decode(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(first), string(encode(t, back))); diff != "" {
		t.Errorf("encoding what was decoded differs (-first +second)\n%s", diff)
	}
	shuffled := contents()
	shuffled.Scope.Buckets[0], shuffled.Scope.Buckets[1] = shuffled.Scope.Buckets[1], shuffled.Scope.Buckets[0]
	if !bytes.Equal(first, encode(t, mustNew(t, shuffled))) {
		t.Error("the order in which buckets were collected changes the bytes")
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	s := mustNew(t, contents())
	if b := s.Bucket("444455556666", "arn:aws:s3:::a"); b == nil || b.ARN != "arn:aws:s3:::a" {
		t.Errorf("Bucket gives %v", b)
	}
	if s.Bucket("111122223333", "arn:aws:s3:::a") != nil {
		t.Error("a bucket is found in an account that it is not in")
	}
	if b := s.ScopeBucket("444455556666", "arn:aws:s3:::b"); b == nil || b.Name != "b" {
		t.Errorf("ScopeBucket gives %v", b)
	}
	if tr := s.Trail("arn:aws:cloudtrail:us-east-1:444455556666:trail/t"); tr == nil || tr.AccountID() != "444455556666" {
		t.Errorf("Trail gives %v", tr)
	}
	if s.Account("444455556666") == nil || s.Account("000000000000") != nil || s.Role("r") != nil || s.ManagedPolicy("a", "b") != nil || s.AccountFacts("x") != nil {
		t.Error("an account, role or policy lookup is wrong")
	}
}

func TestNewRefusesContradictions(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*snapshot.Contents){
		`the bucket [444455556666 arn:aws:s3:::a] is there twice`:    func(c *snapshot.Contents) { c.Buckets = append(c.Buckets, c.Buckets[0]) },
		`"444455556666", which is not in scope`:                      func(c *snapshot.Contents) { c.Scope.Accounts = c.Scope.Accounts[1:] },
		`profile "q", which is not among the profiles`:               func(c *snapshot.Contents) { c.Scope.Buckets[0].Profile = "q" },
		`"arn:aws:s3:::z" of account "444455556666" is not in scope`: func(c *snapshot.Contents) { c.Buckets[0].ARN = "arn:aws:s3:::z" },
	} {
		c := contents()
		change(&c)
		if _, err := snapshot.New(c); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got error %v, want %q", err, name)
		}
	}
}

func TestDecodeRefusesWhatIsNoSnapshot(t *testing.T) {
	t.Parallel()
	good := string(encode(t, mustNew(t, contents())))
	for name, c := range map[string]struct{ text, want string }{
		"empty":        {"", "the snapshot is empty"},
		"truncated":    {good[:len(good)/2], "cut off"},
		"no JSON":      {"schema", "no valid JSON at byte"},
		"wrong type":   {strings.Replace(good, `"buckets":[`, `"buckets":7,"x":[`, 1), "wants a"},
		"unknown":      {strings.Replace(good, `"taken_at"`, `"surprise":1,"taken_at"`, 1), "surprise"},
		"version":      {strings.Replace(good, `"schema_version":"1"`, `"schema_version":"9"`, 1), `schema version "9"`},
		"trailing":     {good + `{}`, "more after the end"},
		"no time":      {strings.Replace(good, `"taken_at":"2026-11-22T00:00:00Z"`, `"taken_at":"0001-01-01T00:00:00Z"`, 1), "taken_at"},
		"account id":   {strings.Replace(good, `"control_account_id":"111122223333"`, `"control_account_id":"1"`, 1), "twelve digits"},
		"bucket name":  {strings.Replace(good, `"name":"b"`, `"name":"b\u001b[31m"`, 1), "no bucket name"},
		"error code":   {strings.Replace(good, `"code":"SlowDown"`, `"code":"Slow\u202eDown"`, 1), "no operation, error code or permission"},
		"region":       {strings.Replace(good, `"partition":"aws","profile"`, `"partition":"aws","region":"us\u001b-east-1","profile"`, 1), "is no region"},
		"detail":       {strings.Replace(good, `"code":"SlowDown"`, `"code":"SlowDown","detail":"a\nb"`, 1), "not printable"},
		"a reading":    {strings.Replace(good, `"presence":{"value":"present"}`, `"presence":{}`, 1), "exactly one of"},
		"deep nesting": {strings.Repeat("[", 20000), "exceeded max depth"},
	} {
		if _, err := snapshot.Decode(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q", name, err, c.want)
		}
	}
}

func TestEachReachesEveryReading(t *testing.T) {
	t.Parallel()
	c := contents()
	c.Accounts = []snapshot.AccountFacts{{ID: "444455556666", Trails: []snapshot.TrailListing{{Region: "us-east-1"}}}}
	c.Roles = []snapshot.Role{{ARN: "arn:aws:iam::111122223333:role/r", AccountID: "111122223333", Inline: []snapshot.InlinePolicy{{Name: "i"}}}}
	c.ManagedPolicies = []snapshot.ManagedPolicy{{AccountID: "111122223333", ARN: "arn:aws:iam::aws:policy/p"}}
	failure := &snapshot.ReadError{Operation: "o", Code: "c"}
	seen := map[snapshot.Fact]int{}
	for r := range c.Each {
		seen[r.Fact]++
		r.Fail(failure)
	}
	for _, f := range snapshot.Facts() {
		if seen[f] == 0 {
			t.Errorf("no Reading of %s is reached", f)
		}
	}
	text := string(encode(t, mustNew(t, c)))
	if strings.Contains(text, `"value"`) || strings.Contains(text, "null,\"arn\"") {
		t.Errorf("a Reading was not failed: %s", text)
	}
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	s, err := snapshot.New(contents())
	if err != nil {
		f.Fatal(err)
	}
	if err := snapshot.Encode(&b, s); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"schema_version":"1"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := snapshot.Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		again, err := snapshot.Decode(bytes.NewReader(encode(t, s)))
		if err != nil {
			t.Fatalf("what was decoded cannot be decoded again: %v", err)
		}
		if !bytes.Equal(encode(t, s), encode(t, again)) {
			t.Fatal("a second round trip changes the bytes")
		}
	})
}

// TestEncodeIsEncodingJSON holds the bytes to those of encoding/json, with
// every member there or not.
func TestEncodeIsEncodingJSON(t *testing.T) {
	t.Parallel()
	full := contents()
	full.Scope.OrganizationAccountID, full.Scope.Principals = "999988887777", []string{"arn:aws:iam::111122223333:role/A&B"}
	full.Scope.Context = map[string][]string{"aws:SourceVpce": {"vpce-1"}}
	full.Scope.PrefixRoles, full.Scope.Checks = []snapshot.PrefixRole{{RoleARN: "arn", Bucket: "a"}}, []string{"x", "y"}
	full.Accounts, full.Roles = []snapshot.AccountFacts{{ID: "444455556666"}}, []snapshot.Role{}
	full.Organization = snapshot.Got(snapshot.Organization{ID: "o-1"})
	for name, c := range map[string]snapshot.Contents{"empty": {}, "some": contents(), "full": full} {
		s := mustNew(t, c)
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s.Contents); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), string(encode(t, s))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
