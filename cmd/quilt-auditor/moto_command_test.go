//go:build moto

package main_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
)

// ownershipOnly audits the ownership of two named buckets.
const ownershipOnly = `
control:
  account_id: "111122223333"
  role_arn: arn:aws:iam::111122223333:role/QuiltAuditor
  external_id: s3cr3t-per-organization
accounts:
  - id: "444455556666"
    name: genomics
    role_arn: arn:aws:iam::444455556666:role/QuiltAuditor
    external_id: s3cr3t-per-organization
    regions: [us-east-1]
    buckets: [acme-good, acme-other]
checks:
  disable: [s3-bucket-policy-required-actions, s3-bucket-policy-excess-access, cloudtrail-data-events, iam-prefix-role-quilt-folder]
`

// buildTwo makes the buckets of ownershipOnly, the second with the ownership.
func buildTwo(t *testing.T, l *lab, second types.ObjectOwnership) string {
	t.Helper()
	l.admit(t, control, genomics)
	l.moto.bucket(t, genomics, bucketSpec{name: "acme-good", ownership: types.ObjectOwnershipBucketOwnerEnforced})
	l.moto.bucket(t, genomics, bucketSpec{name: "acme-other", ownership: second})
	return writeFile(t, "config.yaml", ownershipOnly)
}

// testOutputs: the two outputs tell the same, one to programs, one to people.
func testOutputs(t *testing.T, l *lab) {
	config := buildTwo(t, l, types.ObjectOwnershipObjectWriter)
	got := l.run(t, "audit", "--config.file", config, "--output", "json").want(t, 3)
	wantSchemas(t, got.stdout)
	run := got.findings(t)
	wantFindings(t, run, map[string]string{
		"sts-account-access " + control: "pass", "sts-account-access " + genomics: "pass: lists 2 buckets, of which 2 are in scope",
		"s3-bucket-inventory acme-good": "pass", "s3-object-ownership acme-good": "pass",
		"s3-bucket-inventory acme-other": "pass", "s3-object-ownership acme-other": "fail: ObjectWriter",
	})
	want := audit.Header{
		Result: audit.Complete, ControlAccountID: control, Profile: "quilt-2024",
		Checks: []string{"s3-bucket-inventory", "s3-object-ownership", "sts-account-access"},
		Accounts: []audit.HeaderAccount{
			{ID: control, Regions: []string{}, Access: audit.AccessOK},
			{ID: genomics, Name: "genomics", Regions: []string{"us-east-1"}, Buckets: 2, Access: audit.AccessOK},
		},
		Counts: audit.Counts{Pass: 5, Fail: 1},
	}
	vary := cmpopts.IgnoreFields(audit.Header{}, "RunID", "StartedAt", "TakenAt", "EndedAt", "ChecksDigest", "ConfigDigest")
	if diff := cmp.Diff(want, run.Header, vary); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	table := l.run(t, "audit", "--config.file", config).want(t, 3)
	for _, part := range []string{"1 fail", "5 pass", "s3-object-ownership", "arn:aws:s3:::acme-other", "put-bucket-ownership-controls --bucket acme-other"} {
		if !strings.Contains(table.stdout, part) {
			t.Errorf("the table lacks %q:\n%s", part, table.stdout)
		}
	}
	if strings.Contains(table.stdout, "\x1b") {
		t.Errorf("a table for no terminal has escapes:\n%q", table.stdout)
	}
}

// schemaFiles serves the shipped schemas.
type schemaFiles struct{ fs.FS }

const schemaBase = "https://schemas.test/"

func (s schemaFiles) Load(url string) (any, error) {
	f, err := s.Open(strings.TrimPrefix(url, schemaBase))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return jsonschema.UnmarshalJSON(f)
}

// wantSchemas holds each line of the stream against the shipped schema of its
// type.
func wantSchemas(t *testing.T, stream string) {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(schemaFiles{json.Schemas()})
	compiler.AssertFormat()
	for line := range strings.Lines(stream) {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		must(t, "a line of the stream", err)
		object, _ := value.(map[string]any)
		kind, _ := object["type"].(string)
		schema, err := compiler.Compile(schemaBase + kind + ".schema.json")
		must(t, "the schema of a line", err)
		if err := schema.Validate(value); err != nil {
			t.Errorf("%v\n%s", err, line)
		}
	}
}

func testExitCodes(t *testing.T, l *lab) {
	failing := buildTwo(t, l, types.ObjectOwnershipBucketOwnerPreferred)
	clean := writeFile(t, "clean.yaml", strings.Replace(ownershipOnly, "[acme-good, acme-other]", "[acme-good]", 1))
	broken := writeFile(t, "broken.yaml", strings.Replace(ownershipOnly, "buckets:", "bucket:", 1))
	for _, test := range []struct {
		name   string
		code   int
		stderr string
		args   []string
	}{
		{"clean", 0, "", []string{"--config.file", clean}},
		{"clean at any severity", 0, "", []string{"--config.file", clean, "--fail-on", "informational"}},
		{"findings", 3, "", []string{"--config.file", failing}},
		{"findings of this severity", 3, "", []string{"--config.file", failing, "--fail-on", "high"}},
		{"findings of a lower severity", 0, "", []string{"--config.file", failing, "--fail-on", "critical"}},
		{"invalid configuration", 1, "broken.yaml:12: accounts[0].bucket:", []string{"--config.file", broken}},
		{"no such configuration", 1, "missing.yaml", []string{"--config.file", filepath.Join(t.TempDir(), "missing.yaml")}},
		{"no such directory", 1, "writing the findings", []string{"--config.file", clean, "--out", filepath.Join(t.TempDir(), "no", "f")}},
		{"no such snapshot", 1, "nothing.json", []string{"--snapshot", "nothing.json"}},
		{"no configuration", 2, "--config.file is required", nil},
		{"unknown flag", 2, "--nonsense", []string{"--config.file", clean, "--nonsense"}},
		{"unknown format", 2, "--output", []string{"--config.file", clean, "--output", "pdf"}},
		{"unknown severity", 2, "--fail-on", []string{"--config.file", clean, "--fail-on", "terrible"}},
		{"argument", 2, "", []string{"--config.file", clean, "acme-good"}},
	} {
		got := l.run(t, append([]string{"audit"}, test.args...)...)
		if got.code != test.code || !strings.Contains(got.stderr, test.stderr) {
			t.Errorf("%s: exit code %d, want %d and %q\n%s", test.name, got.code, test.code, test.stderr, got.stderr)
		}
		if written := got.stdout != ""; written != (test.code == 0 || test.code == 3) {
			t.Errorf("%s: stdout %q", test.name, got.stdout)
		}
	}
}

// testUnreachable: an endpoint that nobody serves is no error of the program.
// Nothing is known then, and each finding says why.
func testUnreachable(t *testing.T, l *lab) {
	config := writeFile(t, "config.yaml", wholeEstate)
	cmd := l.command(t, "audit", "--config.file", config, "--output", "json")
	cmd.Env = append(cmd.Env, "AWS_ENDPOINT_URL=http://127.0.0.1:1")
	got := l.runCommand(t, cmd).want(t, 3)
	wantSchemas(t, got.stdout)
	run := got.findings(t)
	if run.Header.Result != audit.Partial || len(run.Header.Accounts) != 3 {
		t.Errorf("header %+v, want a partial run of three accounts", run.Header)
	}
	for _, a := range run.Header.Accounts {
		if a.Access != audit.AccessUnreachable {
			t.Errorf("account %s is %s, want unreachable", a.ID, a.Access)
		}
	}
	for i := range run.Findings {
		f := &run.Findings[i]
		if f.Resource == "arn:aws:s3:::acme-express--use1-az4--x-s3" {
			continue // its name tells most
		}
		if f.Status != audit.StatusUnknown || !strings.Contains(f.Reason, "Unreachable") {
			t.Errorf("%s: %s: %s, want unknown: Unreachable", name(f), f.Status, f.Reason)
		}
	}
	// Named buckets are 17, with five checks each; the imaging account has none.
	if want := 3 + 5*17 + len(wantRoles); len(run.Findings) != want {
		t.Errorf("%d findings, want %d: nothing in scope may be silent", len(run.Findings), want)
	}
}

// testOut: with --out the file is all there is, whole and alone.
func testOut(t *testing.T, l *lab) {
	config := buildTwo(t, l, types.ObjectOwnershipObjectWriter)
	out := writeFile(t, "findings.ndjson", strings.Repeat("older and longer\n", 10_000))
	got := l.run(t, "audit", "--config.file", config, "--output", "json", "--out", out, "--log.level", "debug").want(t, 3)
	if got.stdout != "" {
		t.Errorf("stdout %q, want nothing", got.stdout)
	}
	content, err := os.ReadFile(out)
	must(t, "reading the file", err)
	run := outcome{stdout: string(content)}.findings(t)
	if one(t, run, "s3-object-ownership", "acme-other", "").Status != audit.StatusFail {
		t.Error("the file lacks the finding")
	}
	files, err := os.ReadDir(filepath.Dir(out))
	must(t, "reading the directory", err)
	if len(files) != 1 {
		t.Errorf("%d files beside the one asked for: %v", len(files)-1, files)
	}
	stdout := l.run(t, "audit", "--config.file", config, "--output", "json", "--out", "-").want(t, 3).findings(t)
	if !slices.EqualFunc(run.Findings, stdout.Findings, func(a, b audit.Finding) bool { return a.ID == b.ID && a.Fingerprint == b.Fingerprint }) {
		t.Error("--out - differs from --out FILE")
	}
}

// testInterrupted: a run that is interrupted while AWS has not answered ends at
// once, with an error, and leaves what was there.
func testInterrupted(t *testing.T, l *lab) {
	config := buildTwo(t, l, types.ObjectOwnershipObjectWriter)
	out := writeFile(t, "findings.ndjson", "of yesterday")
	for _, action := range []string{"s3:ListAllMyBuckets", "s3:GetBucketOwnershipControls"} {
		var stderr bytes.Buffer
		cmd := l.command(t, "audit", "--config.file", config, "--output", "json", "--out", out)
		cmd.Stderr = &stderr
		held, release := l.gate.hold(action)
		must(t, "starting the program", cmd.Start())
		select {
		case <-held:
		case <-time.After(time.Minute):
			t.Fatalf("no request for %s after a minute", action)
		}
		must(t, "interrupting the program", cmd.Process.Signal(os.Interrupt))
		_ = cmd.Wait() // its exit code is looked at
		release()
		if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(stderr.String(), "interrupted") {
			t.Errorf("interrupted at %s: exit code %d, want 1\n%s", action, code, &stderr)
		}
		if content, err := os.ReadFile(out); err != nil || string(content) != "of yesterday" {
			t.Errorf("interrupted at %s: the file holds %q, %v", action, content, err)
		}
	}
}
