package config

import (
	"regexp"
	"strings"
	"testing"
)

func TestDigest(t *testing.T) {
	t.Parallel()
	base := string(Example())
	digest := Digest(mustLoad(t, base, Options{}))
	if !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(digest) {
		t.Errorf("digest %q", digest)
	}
	same := map[string][2]string{
		"comments":                     {"# Profiles of your own", "# Other words"},
		"a rotated secret":             {"change-me-1f6b2c", "change-me-again"},
		"an empty list":                {"  disable: []", "  disable:"},
		"an empty mapping":             {"  params: {}", "  params:"},
		"the default":                  {"profile: quilt-2024\n", ""},
		"quotes":                       {`"444455556666"`, "444455556666"},
		"another spelling of a path":   {"quilt-auditor/findings.ndjson", "quilt-auditor/a/.././findings.ndjson"},
		"another spelling of a period": {"keep: 90d", "keep: 12w6d"},
		"the default keep":             {", keep: 90d", ""},
		"the default formats":          {"    formats: [html, csv]\n", "    formats: [html, csv]\n    framework: \"\"\n"},
		"the spelling of a directory":  {"quilt-auditor/reports", "quilt-auditor/./reports/"},
		"no waivers":                   {`waivers_file: ""`, ""},
	}
	for name, change := range same {
		if Digest(mustLoad(t, replaced(t, base, change), Options{})) != digest {
			t.Errorf("%s: the digest changes", name)
		}
	}
	other := map[string][2]string{
		"a bucket":          {"name: acme-shared", "name: acme-shared-2"},
		"a region":          {"us-west-2", "us-west-1"},
		"a tag":             {`quilt: "true"`, `quilt: ""`},
		"a profile":         {"profile: quilt-2024", "profile: quilt-2022"},
		"an action":         {"s3:GetObjectVersion\n", "s3:GetObjectTagging\n"},
		"a check":           {"disable: []", "disable: [s3-object-ownership]"},
		"a waivers file":    {`waivers_file: ""`, "waivers_file: waivers.yaml"},
		"a schedule":        {`"*/15 * * * *"`, `"*/20 * * * *"`},
		"a storage":         {"path: /var/lib/quilt-auditor", "path: /var/lib/quilt"},
		"an export":         {"quilt-auditor/findings.ndjson", "quilt-auditor/all.ndjson"},
		"a keep":            {"keep: 90d", "keep: 91d"},
		"a report's period": {"period: month", "period: 30d"},
		"a report's bucket": {"acme-audit-reports", "acme-audit"},
		"a report's format": {"[html, csv]", "[csv, html]"},
		"no tags":           {"      tags:\n        quilt: \"true\"\n", ""},
	}
	seen := map[string]string{digest: "the example"}
	for name, change := range other {
		d := Digest(mustLoad(t, replaced(t, base, change), Options{}))
		if seen[d] != "" {
			t.Errorf("%s: the same digest as %s", name, seen[d])
		}
		seen[d] = name
	}
}

func replaced(t *testing.T, text string, change [2]string) string {
	t.Helper()
	if !strings.Contains(text, change[0]) {
		t.Fatalf("the example does not hold %q", change[0])
	}
	return strings.ReplaceAll(text, change[0], change[1])
}

// What is not a secret must be in what is digested, and no secret may be.
func TestCanonical(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, `accounts: [{id: "444455556666", name: "a<b", buckets: [acme-raw]}]
checks: {disable: [], params: {}}
control: {account_id: "111122223333", external_id: hunter2, role_arn: "arn:aws:iam::111122223333:role/R"}`, Options{})
	want := `{"accounts":[{"buckets":[{"name":"acme-raw"}],"id":"444455556666","name":"a<b"}],` +
		`"control":{"account_id":"111122223333","external_id":"(set)","role_arn":"arn:aws:iam::111122223333:role/R"},` +
		`"exports":[{"format":"json","path":"/var/lib/quilt-auditor/findings.ndjson"}],"profile":"quilt-2024","schedule":"*/15 * * * *",` +
		`"storage":{"keep":"400d","path":"/var/lib/quilt-auditor"},"timezone":"UTC"}`
	if got := string(canonical(c)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Where the file lies is no part of what is configured.
func TestDigestOfAnotherDirectory(t *testing.T) {
	t.Parallel()
	digests := map[string]bool{}
	for _, file := range []string{"quilt.yaml", "./quilt.yaml", "/etc/quilt/quilt.yaml", "../quilt.yaml"} {
		o := tested(Options{})
		o.File = file
		cfg, _, err := load([]byte(minimal+"waivers_file: ../waivers.yaml\nstorage: {path: history}\n"), o)
		if err != nil {
			t.Fatal(err)
		}
		digests[Digest(cfg)] = true
	}
	if len(digests) != 1 {
		t.Errorf("%d digests of the same file", len(digests))
	}
}
