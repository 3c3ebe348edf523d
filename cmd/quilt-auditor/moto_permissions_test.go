//go:build moto

package main_test

import (
	stdjson "encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testCalls holds the calls of an audit of everything against the policies that
// the permissions command prints: none is missing, none is there in vain.
func testCalls(t *testing.T, l *lab) {
	buildEstate(t, l)
	l.audit(t, writeFile(t, "config.yaml", controlAccount+dataAccounts))
	used := map[string]map[string]bool{}
	for _, c := range l.gate.seen() {
		kind := "data"
		switch {
		case c.account == "" || c.action == "sts:GetCallerIdentity":
			continue // entering, which needs no permission in the account
		case c.account == control:
			kind = "control"
		}
		if used[kind] == nil {
			used[kind] = map[string]bool{}
		}
		used[kind][c.action] = true
	}
	for _, kind := range []string{"data", "control"} {
		if diff := cmp.Diff(l.permissions(t, kind), slices.Sorted(maps.Keys(used[kind]))); diff != "" {
			t.Errorf("%s accounts (-printed +used):\n%s", kind, diff)
		}
	}
}

// permissions are the actions that the program says it needs.
func (l *lab) permissions(t *testing.T, kind string) []string {
	t.Helper()
	var policy struct {
		Statement []struct{ Action []string }
	}
	printed := l.run(t, "permissions", "--for", kind).want(t, 0).stdout
	must(t, "the policy", stdjson.Unmarshal([]byte(printed), &policy))
	if len(policy.Statement) != 1 {
		t.Fatalf("%d statements, want one:\n%s", len(policy.Statement), printed)
	}
	return slices.Sorted(slices.Values(policy.Statement[0].Action))
}
