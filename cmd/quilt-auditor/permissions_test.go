package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

var update = flag.Bool("update", false, "write the IAM policies in deploy/iam and the generated pages in docs")

// accountKinds are the values of permissions --for, with the accounts of the
// estate that are of that kind and of no other.
var accountKinds = map[string][]string{
	"data":         {fakeGenomics, fakeImaging},
	"control":      {fakeControl},
	"organization": {fakeManagement},
}

// printed is what permissions prints.
func printed(t *testing.T, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), append([]string{"permissions"}, args...), nil, nil, &stdout, &stderr); code != exitClean || stderr.Len() > 0 {
		t.Fatalf("permissions %q: exit code %d\n%s", args, code, stderr.String())
	}
	return stdout.Bytes()
}

// TestShippedPermissions holds the policies in deploy/iam against the command.
func TestShippedPermissions(t *testing.T) {
	t.Parallel()
	shipped := map[string][]string{"all": nil}
	for kind := range accountKinds {
		shipped[kind] = []string{"--for", kind}
	}
	dir := filepath.Join("..", "..", "deploy", "iam")
	for name, args := range shipped {
		file, want := filepath.Join(dir, name+".json"), printed(t, args...)
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is not what permissions prints; go test -update writes it (-want +got)\n%s", file, diff)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) != len(shipped) {
		t.Errorf("%d policies in %s, want %d (%v)", len(files), dir, len(shipped), err)
	}
}

// allowed are the actions that a printed policy allows on everything.
func allowed(t *testing.T, policy []byte) []string {
	t.Helper()
	var document policyDocument
	if err := json.Unmarshal(policy, &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Statement) != 1 || document.Version != "2012-10-17" {
		t.Fatalf("one statement of the current version is expected: %s", policy)
	}
	if s := document.Statement[0]; s.Effect != "Allow" || s.Resource != "*" {
		t.Fatalf("a statement that allows is expected: %+v", s)
	}
	return document.Statement[0].Action
}

// reading are actions that change nothing. No object is read with them:
// s3:GetObject and its kin would be refused below.
var reading = regexp.MustCompile(`^[a-z0-9]+:(Get|List|Describe)[A-Z][A-Za-z]+$`)

// TestPermissionsAreTheCallsMade audits estates that need everything that
// their configuration asks for, and compares what is printed with the calls
// that reached AWS: none missing, none extra, in any kind of account.
func TestPermissionsAreTheCallsMade(t *testing.T) {
	useFake(t, "http://aws.test")
	configs := map[string]string{
		"everything":      fakeConfig,
		"without tags":    strings.Replace(fakeConfig, `      tags: {quilt: "true"}`+"\n", "", 1),
		"without roles":   fakeConfig + "checks: {disable: [iam-prefix-role-quilt-folder]}\n",
		"without trails":  fakeConfig + "checks: {disable: [cloudtrail-data-events]}\n",
		"inventory alone": fakeConfig + "checks: {disable: [iam-prefix-role-quilt-folder, cloudtrail-data-events, s3-object-ownership, s3-bucket-policy-required-actions, s3-bucket-policy-excess-access]}\n",
	}
	for name, yaml := range configs {
		t.Run(name, func(t *testing.T) {
			server := startFake(t, fakeEstate())
			newAuditOf(t, yaml).take(t, server, patientTimeout)
			file := writeConfig(t, yaml)
			for kind, accounts := range accountKinds {
				policy := allowed(t, printed(t, "--config.file", file, "--for", kind))
				if diff := cmp.Diff(needed(server.Calls(), accounts), policy); diff != "" {
					t.Errorf("%s accounts (-called +allowed)\n%s", kind, diff)
				}
				for _, action := range policy {
					if !reading.MatchString(action) || strings.HasPrefix(action, "s3:GetObject") {
						t.Errorf("%s must not be asked for", action)
					}
				}
			}
		})
	}
}

// needed are the actions of the calls made in the accounts, by the fake's own
// table. Neither call of STS is among them: sts:GetCallerIdentity needs no
// permission, and sts:AssumeRole is called with the auditor's own identity.
func needed(calls []awsfake.Call, accounts []string) []string {
	actions := map[string]bool{}
	for _, c := range calls {
		if slices.Contains(accounts, c.Account) && c.Service != awsfake.STS {
			actions[c.Action] = true
		}
	}
	return append([]string{}, slices.Sorted(maps.Keys(actions))...)
}

// TestEconomy counts what a run costs AWS: no more than four calls of S3 and a
// twentieth of a TLS handshake for each bucket.
func TestEconomy(t *testing.T) {
	const buckets = 1000
	server := awsfake.New(awsfake.Large(1, buckets), awsfake.WithTLS())
	t.Cleanup(server.Close)
	useFake(t, server.URL)
	name, value, _ := strings.Cut(trust(t, server), "=")
	t.Setenv(name, value)
	s := newAuditOf(t, largeConfig(1)).take(t, server, patientTimeout)
	if len(s.Buckets) != buckets {
		t.Fatalf("%d buckets", len(s.Buckets))
	}
	if calls := server.Count(awsfake.Match{Service: awsfake.S3}); calls > 4*buckets {
		t.Errorf("%d calls of S3 for %d buckets", calls, buckets)
	}
	for _, operation := range []string{"GetBucketLocation", "HeadBucket"} {
		if n := server.Count(awsfake.Match{Operation: operation}); n > 0 {
			t.Errorf("%d calls of %s, which a listing makes needless", n, operation)
		}
	}
	if n := server.Handshakes(); n > buckets/20 {
		t.Errorf("%d TLS handshakes for %d buckets", n, buckets)
	}
	for _, c := range server.Calls() {
		if c.Service == awsfake.S3 && c.Operation != "ListBuckets" && (!c.PathStyle || c.ExpectedBucketOwner != c.Account) {
			t.Fatalf("not path-style, or without the expected owner: %+v", c)
		}
	}
}
