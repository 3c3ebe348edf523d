//go:build moto

package main_test

import (
	stdjson "encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// wantEvidence looks into what proves and refutes: the members that other
// programs hold on to.
func wantEvidence(t *testing.T, run *audit.Run) {
	t.Helper()
	for _, test := range []struct{ check, name, subject, want string }{
		{"s3-bucket-policy-required-actions", "acme-denied", "", `{
			"missing": ["s3:DeleteObject"],
			"witness": {"principal": "arn:aws:iam::111122223333:root", "action": "s3:DeleteObject"},
			"decided_by": {"layer": "bucket_policy", "policy": 0, "statement": 1, "sid": "DenySome", "effect": "Deny"}}`},
		{"s3-bucket-policy-required-actions", "acme-bare", "", `{"decided_by": {"layer": "bucket_policy", "effect": "implicit"}}`},
		{"s3-bucket-policy-required-actions", "acme-role-only", "", `{"granted_principals": ["arn:aws:iam::111122223333:role/QuiltRegistry"]}`},
		{"s3-bucket-policy-required-actions", "acme-orphaned", "", `{"orphaned_grants": [{"statement": 0, "principal": "AROAEXAMPLEEXAMPLE123"}]}`},
		{"s3-bucket-policy-required-actions", "acme-endpoint", "", `{"depends_on": ["aws:SourceVpce"]}`},
		{"s3-bucket-policy-excess-access", "acme-listing", "", `{"excess": [{
			"class": "beyond_profile", "severity": "low", "who": "111122223333", "actions": ["s3:ListBucketMultipartUploads"]}]}`},
		{"s3-object-ownership", "acme-writer", "", `{"object_ownership": "ObjectWriter"}`},
		{"s3-object-ownership", "acme-bare", "", `{"object_ownership": null}`},
		{"cloudtrail-data-events", "acme-good", "", `{"owner_side": {"read": "all", "write": "all"}, "caller_side": {"read": "all", "write": "all", "readable_by_quilt": true}}`},
		{"cloudtrail-data-events", "acme-writer", "", `{"owner_side": {"read": "all", "write": "none"}, "witness": {"event": "PutObject", "read_only": false}}`},
		{"cloudtrail-data-events", "acme-restricted", "", `{"owner_side": {"read": "partial", "write": "all"}, "witness": {"read_only": true}}`},
		{"cloudtrail-data-events", "acme-endpoint", "", `{"traps": [{"found": "arn:aws:s3:::acme-endpoint", "right": "arn:aws:s3:::acme-endpoint/"}]}`},
		{"iam-prefix-role-quilt-folder", "QuiltCarol", "acme-good", `{"decided_by": {"layer": "boundary", "effect": "implicit"}}`},
		{"iam-prefix-role-quilt-folder", "QuiltAlice", "acme-good", `{"policies": ["inline policy inline"], "advisory": {"s3:DeleteObjectVersion": "refused", "s3:RestoreObject": "refused"}}`},
		{"iam-prefix-role-quilt-folder", "QuiltErin", "acme-bare", `{"decided_by": {"layer": "bucket_policy", "effect": "implicit"}}`},
		{"sts-account-access", control, "", `{"access": "ok", "role": "arn:aws:iam::111122223333:role/QuiltAuditor"}`},
	} {
		var want, evidence any
		must(t, "the wanted evidence", stdjson.Unmarshal([]byte(test.want), &want))
		must(t, "the evidence", stdjson.Unmarshal(one(t, run, test.check, test.name, test.subject).Evidence, &evidence))
		if diff := cmp.Diff(want, within(want, evidence)); diff != "" {
			t.Errorf("evidence of %s %s (-want +got):\n%s", test.check, test.name, diff)
		}
	}
}

// within leaves of the evidence what is wanted: the same members, in lists as
// in objects.
func within(want, evidence any) any {
	switch w := want.(type) {
	case map[string]any:
		object, ok := evidence.(map[string]any)
		if !ok {
			return evidence
		}
		some := map[string]any{}
		for key, value := range w {
			if got, ok := object[key]; ok {
				some[key] = within(value, got)
			}
		}
		return some
	case []any:
		list, ok := evidence.([]any)
		if !ok || len(list) != len(w) {
			return evidence
		}
		some := make([]any, len(w))
		for i := range w {
			some[i] = within(w[i], list[i])
		}
		return some
	}
	return evidence
}

// wantAges: without a store every age begins when collection began.
func wantAges(t *testing.T, run *audit.Run) {
	t.Helper()
	for i := range run.Findings {
		f := &run.Findings[i]
		if !f.FirstSeen.Equal(run.Header.TakenAt) || !f.StatusSince.Equal(run.Header.TakenAt) {
			t.Errorf("%s: first seen %s, status since %s, want %s", name(f), f.FirstSeen, f.StatusSince, run.Header.TakenAt)
		}
		if (f.Known == nil) != (f.Status == audit.StatusUnknown) {
			t.Errorf("%s: %s with known %v", name(f), f.Status, f.Known)
		}
	}
}
