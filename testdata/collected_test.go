package testdata

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/collect"
	"github.com/quilt-auditor/quilt-auditor/audit/inventory"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// TestCollectorsReadTheSame builds each state of the drifting estate as an AWS
// and has the real inventory and collectors read it: what they make of it is
// what Drifted says, denied account and all.
func TestCollectorsReadTheSame(t *testing.T) {
	at := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	for run := range Cycle {
		t.Run(fmt.Sprint("run ", run), func(t *testing.T) {
			want, err := Drifted(run, at, []string{"a-check"})
			if err != nil {
				t.Fatal(err)
			}
			got := collected(t, worldOf(t, run, at), want)
			if diff := cmp.Diff(encoded(t, want), encoded(t, got)); diff != "" {
				t.Errorf("the collectors read something else (-drifted +collected):\n%s", diff)
			}
		})
	}
}

// collected reads the world as an auditor does that was told of its scope.
func collected(t *testing.T, w *world, want *snapshot.Snapshot) *snapshot.Snapshot {
	t.Helper()
	server := awsfake.New(w.estate(t), awsfake.WithRules(w.hidden()...))
	t.Cleanup(server.Close)
	for _, variable := range server.Env() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	declared := declaredBy(w.Scope)
	aws := factory(t, declared)
	finder := inventory.Inventory{AWS: aws, Filters: map[string]inventory.Filter{
		"444455556666": {Exclude: []string{"*-logs", "*-scratch"}}, "777788889999": {},
	}}
	scope, err := finder.Discover(t.Context(), declared)
	if err != nil {
		t.Fatal(err)
	}
	scope.Checks = want.Scope.Checks
	collector := collect.Collector{AWS: aws, TakenAt: want.TakenAt, Now: func() time.Time { return want.EndedAt }}
	s, err := collector.Collect(t.Context(), scope, snapshot.Facts())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// factory enters the accounts, without limits.
func factory(t *testing.T, scope snapshot.Scope) *awsapi.Factory {
	t.Helper()
	plenty := awsapi.Limit{Start: 1000, Min: 1000, Max: 1000}
	options := awsapi.Options{SessionName: "quilt-auditor", Limits: map[awsapi.Service]awsapi.Limit{
		awsapi.S3: plenty, awsapi.S3Control: plenty, awsapi.STS: plenty,
		awsapi.CloudTrail: plenty, awsapi.IAM: plenty, awsapi.Organizations: plenty,
	}}
	for _, a := range scope.Accounts {
		options.Accounts = append(options.Accounts, awsapi.Account{ID: a.ID, RoleARN: a.RoleARN})
	}
	aws, err := awsapi.New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(aws.Close)
	return aws
}

// declaredBy is the scope before anything was read: without what was
// discovered and what AWS told.
func declaredBy(found snapshot.Scope) snapshot.Scope {
	declared := found
	declared.Accounts = slices.Clone(found.Accounts)
	for i := range declared.Accounts {
		a := &declared.Accounts[i]
		a.Identity, a.Listing = snapshot.Reading[snapshot.Identity]{}, snapshot.Reading[snapshot.Listing]{}
	}
	declared.Buckets = nil
	for _, b := range found.Buckets {
		if b.Named {
			b.Region, b.Presence = "", snapshot.Reading[snapshot.Presence]{}
			declared.Buckets = append(declared.Buckets, b)
		}
	}
	return declared
}

// encoded is the snapshot's JSON, in lines.
func encoded(t *testing.T, s *snapshot.Snapshot) []string {
	t.Helper()
	var line, text bytes.Buffer
	if err := snapshot.Encode(&line, s); err != nil {
		t.Fatal(err)
	}
	if err := json.Indent(&text, line.Bytes(), "", " "); err != nil {
		t.Fatal(err)
	}
	return strings.Split(text.String(), "\n")
}
