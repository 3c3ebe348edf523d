package main

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
)

// outcome is how a command ended.
type outcome struct {
	code           int
	stdout, stderr string
}

func command(t *testing.T, environ []string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, environ, strings.NewReader(""), &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String()}
}

func (o outcome) want(t *testing.T, code int) outcome {
	t.Helper()
	if o.code != code {
		t.Fatalf("exit code %d, want %d\n%s", o.code, code, o.stderr)
	}
	return o
}

// ownTimes are what a replay does not share with what it replays.
var ownTimes = regexp.MustCompile(`"(run_id|started_at|ended_at)":"[^"]*"`)

func withoutOwnTimes(stream string) string { return ownTimes.ReplaceAllString(stream, `"$1":""`) }

// recorded is a snapshot of the fake estate, in a file.
func recorded(t *testing.T, a *auditOf) (*snapshot.Snapshot, string) {
	t.Helper()
	s := a.take(t, startFake(t, fakeEstate()), patientTimeout)
	file := filepath.Join(t.TempDir(), "snapshot.json")
	var b bytes.Buffer
	if err := snapshot.Encode(&b, s); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return s, file
}

// TestReplay judges what was read at once, and again from the file: the same
// stream, byte for byte, but for the run's own id and times.
func TestReplay(t *testing.T) {
	useFake(t, "http://aws.test")
	a := newAuditOf(t, fakeConfigHome)
	s, file := recorded(t, a)
	run, _ := a.judged(t, s)
	var live bytes.Buffer
	if err := json.Write(&live, productVersion(), run); err != nil {
		t.Fatal(err)
	}
	want := withoutOwnTimes(live.String())
	out := filepath.Join(t.TempDir(), "findings.ndjson")
	for name, args := range map[string][]string{
		"without configuration": {},
		"with configuration":    {"--config.file", writeConfig(t, fakeConfigHome)},
		"into a file":           {"--out", out},
	} {
		args = append([]string{"audit", "--snapshot", file, "--output", "json"}, args...)
		got := command(t, nil, args...).want(t, exitFindings)
		if slices.Contains(args, "--out") {
			content, err := os.ReadFile(out)
			if err != nil || got.stdout != "" {
				t.Fatalf("%v; on stdout: %s", err, got.stdout)
			}
			got.stdout = string(content)
		}
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(withoutOwnTimes(got.stdout), "\n")); diff != "" {
			t.Errorf("%s (-live +replayed)\n%s", name, diff)
		}
		validStream(t, []byte(got.stdout))
		noSecret(t, []byte(got.stdout), []byte(got.stderr))
	}
}

// TestReplayOfFewerChecks disables a check in the configuration of the replay.
func TestReplayOfFewerChecks(t *testing.T) {
	useFake(t, "http://aws.test")
	_, file := recorded(t, newAuditOf(t, fakeConfigHome))
	config := writeConfig(t, fakeConfigHome+"checks: {disable: [cloudtrail-data-events]}\n")
	all := command(t, nil, "audit", "--snapshot", file, "--output", "json").want(t, exitFindings)
	fewer := command(t, nil, "audit", "--snapshot", file, "--output", "json", "--config.file", config).want(t, exitFindings)
	var want []string
	for line := range strings.Lines(all.stdout) {
		if strings.Contains(line, `"type":"finding"`) && !strings.Contains(line, `"check":"cloudtrail-data-events"`) {
			want = append(want, line)
		}
	}
	var got []string
	for line := range strings.Lines(fewer.stdout) {
		if strings.Contains(line, `"type":"finding"`) {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// ages are the times of a finding that begin with the snapshot, and the
// session name in the evidence of who entered an account.
var ages = regexp.MustCompile(`"(first_seen|last_seen|status_since|since|taken_at|latest_delivery_time)":"[^"]*"|/quilt-auditor-[0-9a-f-]{36}`)

// TestLiveAndReplay runs the commands as a person does: audit and snapshot
// read the same AWS one after the other, and come to the same findings.
func TestLiveAndReplay(t *testing.T) {
	server := startFake(t, fakeEstate())
	environ := useFake(t, server.URL)
	config, file := writeConfig(t, fakeConfigHome), filepath.Join(t.TempDir(), "snapshot.json")
	live := command(t, environ, "audit", "--config.file", config, "--output", "json", "--log.level", "debug").want(t, exitFindings)
	taken := command(t, environ, "snapshot", "--config.file", config, "--out", file, "--log.level", "debug", "--log.format", "json").want(t, exitClean)
	replayed := command(t, nil, "audit", "--snapshot", file, "--output", "json").want(t, exitFindings)
	again := command(t, nil, "audit", "--snapshot", file, "--output", "json").want(t, exitFindings)
	if diff := cmp.Diff(withoutOwnTimes(replayed.stdout), withoutOwnTimes(again.stdout)); diff != "" {
		t.Errorf("two replays differ\n%s", diff)
	}
	plain := func(stream string) []string {
		return strings.Split(ages.ReplaceAllString(withoutOwnTimes(stream), ""), "\n")
	}
	if diff := cmp.Diff(plain(live.stdout), plain(replayed.stdout)); diff != "" {
		t.Errorf("(-live +replayed)\n%s", diff)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []outcome{live, taken, replayed} {
		noSecret(t, []byte(o.stdout), []byte(o.stderr), content)
	}
	if !strings.Contains(live.stderr, "operation=GetBucketPolicy") || !strings.Contains(taken.stderr, `"operation":"GetBucketPolicy"`) {
		t.Error("the debug log, which must hold no secret, shows no calls")
	}
}

// badSnapshots are files that are no snapshot of this version, from one that
// is.
func badSnapshots(sound string) map[string]string {
	bad := map[string]string{
		"empty":                "",
		"white space":          " \n",
		"null":                 "null",
		"not JSON":             "# quilt-auditor: what to audit\n",
		"a list":               "[" + sound + "]",
		"a string":             `"` + strings.Repeat("x", 1<<16) + `"`,
		"other version":        strings.Replace(sound, `"schema_version":"1"`, `"schema_version":"2"`, 1),
		"no version":           strings.Replace(sound, `"schema_version":"1",`, "", 1),
		"other type":           strings.Replace(sound, `"buckets":[`, `"buckets":7,"x":[`, 1),
		"unknown member":       strings.Replace(sound, `"scope":{`, `"evil\nname\u001b[31m":1,"scope":{`, 1),
		"more after the end":   sound + "{}",
		"twice":                sound + sound,
		"deep":                 strings.Repeat(`{"scope":`, 20000),
		"no time":              regexp.MustCompile(`"taken_at":"[^"]*"`).ReplaceAllString(sound, `"taken_at":"0001-01-01T00:00:00Z"`),
		"an account's id":      strings.ReplaceAll(sound, `"id":"444455556666"`, `"id":"44445555\n\u001b[31m"`),
		"a bucket's name":      strings.ReplaceAll(sound, `"name":"acme-good"`, `"name":"acme\r\n-good"`),
		"an unknown account":   strings.Replace(sound, `"account_id":"444455556666","name":"acme-bad"`, `"account_id":"000000000000","name":"acme-bad"`, 1),
		"a bucket twice":       strings.ReplaceAll(sound, "acme-bare", "acme-good"),
		"both of a reading":    strings.Replace(sound, `"presence":{"value":"present"}`, `"presence":{"value":"present","error":{"operation":"x","code":"y"}}`, 1),
		"neither of a reading": strings.Replace(sound, `"presence":{"value":"present"}`, `"presence":{}`, 1),
	}
	for i := range 40 {
		at := 1 + i*(len(sound)-2)/40
		bad[fmt.Sprintf("cut off at byte %d", at)] = sound[:at]
	}
	return bad
}

// TestBadSnapshots wants one clear line and no output of each.
func TestBadSnapshots(t *testing.T) {
	useFake(t, "http://aws.test")
	_, file := recorded(t, newAuditOf(t, fakeConfigHome))
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range badSnapshots(string(sound)) {
		if content == string(sound) {
			t.Fatalf("%s: nothing is wrong with it", name)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, name, file)
	}
	refused(t, "missing", filepath.Join(t.TempDir(), "nowhere.json"))
	refused(t, "a directory", t.TempDir())
}

func refused(t *testing.T, name, file string) {
	t.Helper()
	dir := t.TempDir()
	got := command(t, nil, "audit", "--snapshot", file, "--output", "json", "--out", filepath.Join(dir, "findings.ndjson"))
	line, rest, _ := strings.Cut(got.stderr, "\n")
	if got.code != exitError || rest != "" || !strings.HasPrefix(line, "quilt-auditor: reading the snapshot") || got.stdout != "" {
		t.Errorf("%s: exit code %d, stdout %.200q, stderr %.500q", name, got.code, got.stdout, got.stderr)
	}
	if strings.ContainsFunc(line, unicode.IsControl) || len(line) > 500 {
		t.Errorf("%s: not for a terminal: %.600q", name, line)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%s: left behind: %v %v", name, left, err)
	}
}

// TestHostileText replays a snapshot whose free text is meant for a terminal,
// a log or a reader of lines: it stays text.
func TestHostileText(t *testing.T) {
	useFake(t, "http://aws.test")
	_, file := recorded(t, newAuditOf(t, fakeConfigHome))
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const evil = `\u001b]0;x\u0007\n{\"type\":\"finding\",\"status\":\"pass\"}\r\u202e\u009b1m`
	for _, place := range []string{"genomics", "AccessDenied", "no identity-based policy allows it", "trail/own", "role/QuiltBob", "o-acme123456", "ObjectWriter", "us-west-2"} {
		hostile := strings.ReplaceAll(string(content), place, place+evil)
		if hostile == string(content) {
			t.Fatalf("the snapshot has no %s", place)
		}
		if err := os.WriteFile(file, []byte(hostile), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, output := range []string{"json", "table"} {
			got := command(t, nil, "audit", "--snapshot", file, "--output", output)
			if got.code != exitFindings && got.code != exitError {
				t.Errorf("%s: exit code %d\n%s", place, got.code, got.stderr)
			}
			shown := got.stderr
			if output == "table" {
				shown += got.stdout
			}
			if at := strings.IndexFunc(shown, active); at >= 0 {
				t.Errorf("%s as %s: %q", place, output, shown[max(0, at-80):at+20])
			}
			for line := range strings.Lines(got.stdout) {
				if output == "json" && !stdjson.Valid([]byte(line)) {
					t.Errorf("%s: %q is no line of JSON", place, line)
				}
				if output == "table" && strings.HasPrefix(line, "{") {
					t.Errorf("%s: the table has a line of the attacker's: %q", place, line)
				}
			}
		}
	}
}

// active are the characters by which text does something to a terminal.
func active(r rune) bool {
	return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
}

// TestOutIsReplacedWhole holds that a reader of --out sees the old findings or
// the new, and the old ones if there are no new ones.
func TestOutIsReplacedWhole(t *testing.T) {
	useFake(t, "http://aws.test")
	_, file := recorded(t, newAuditOf(t, fakeConfigHome))
	dir := t.TempDir()
	out, held := filepath.Join(dir, "findings.ndjson"), filepath.Join(dir, "held")
	const old = "the findings of yesterday\n"
	if err := os.WriteFile(out, []byte(old), 0o640); err != nil {
		t.Fatal(err)
	}
	command(t, nil, "audit", "--snapshot", filepath.Join(dir, "nowhere"), "--out", out).want(t, exitError)
	if content, err := os.ReadFile(out); err != nil || string(content) != old {
		t.Fatalf("a failed run left %q, %v", content, err)
	}
	// A second name of the file keeps the old content only if the new one is
	// written aside and renamed.
	if err := os.Link(out, held); err != nil {
		t.Fatal(err)
	}
	command(t, nil, "audit", "--snapshot", file, "--output", "json", "--out", out).want(t, exitFindings)
	if content, err := os.ReadFile(held); err != nil || string(content) != old {
		t.Errorf("the file was written in place: %.80q, %v", content, err)
	}
	content, err := os.ReadFile(out)
	if err != nil || len(content) == 0 {
		t.Fatal("no findings", err)
	}
	validStream(t, content)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("left beside it: %v %v", entries, err)
	}
	command(t, nil, "audit", "--snapshot", file, "--out", filepath.Join(dir, "none", "findings")).want(t, exitError)
}

// fakeSecrets must be in no output.
var fakeSecrets = []string{fakeExternalID, "secret-of-", "session-token-of-"}

func noSecret(t *testing.T, outputs ...[]byte) {
	t.Helper()
	for _, output := range outputs {
		for _, secret := range fakeSecrets {
			if at := bytes.Index(output, []byte(secret)); at >= 0 {
				t.Errorf("a secret shows: %s", output[max(0, at-60):min(len(output), at+60)])
			}
		}
	}
}

// schemaFiles serves the shipped schemas, and nothing from elsewhere.
type schemaFiles struct{ files fs.FS }

const schemaBase = "https://schemas.test/"

// Load reads one schema.
func (s schemaFiles) Load(url string) (any, error) {
	f, err := s.files.Open(strings.TrimPrefix(url, schemaBase))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return jsonschema.UnmarshalJSON(f)
}

// streamSchemas compiles the schema of each line type once: a compiled schema
// does not change.
var streamSchemas = sync.OnceValue(func() map[string]*jsonschema.Schema {
	schemas := map[string]*jsonschema.Schema{}
	for _, kind := range []string{"header", "unread", "finding"} {
		c := jsonschema.NewCompiler()
		c.UseLoader(schemaFiles{json.Schemas()})
		c.AssertFormat()
		schemas[kind] = c.MustCompile(schemaBase + kind + ".schema.json")
	}
	return schemas
})

// validLines are lines that were validated before: most are the same in every
// run.
var validLines sync.Map

// validStream holds every line of a findings stream against its schema.
func validStream(t *testing.T, stream []byte) {
	t.Helper()
	for line := range bytes.Lines(stream) {
		if _, seen := validLines.LoadOrStore(string(line), true); seen {
			continue
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		kind, _ := v.(map[string]any)["type"].(string)
		schema := streamSchemas()[kind]
		if schema == nil {
			t.Fatalf("a line of type %q", kind)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%v\n%s", err, line)
		}
	}
}
