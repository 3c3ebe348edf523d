package audit_test

import (
	"slices"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

func TestQuery(t *testing.T) {
	t.Parallel()
	f := audit.Finding{
		Check: "s3-object-ownership", Status: fail, Severity: audit.High, AccountID: "444455556666",
		Resource: "arn:aws:s3:::acme-raw", Waived: true,
	}
	yes, no := true, false
	behind := f.Position()
	behind.Check += "z"
	before := f.Position()
	before.Resource = ""
	here := f.Position()
	for name, c := range map[string]struct {
		query audit.Query
		want  bool
	}{
		"all": {audit.Query{Limit: 1}, true}, "check": {audit.Query{Check: "s3-object-ownership"}, true}, "other check": {audit.Query{Check: "s3-object"}, false},
		"status": {audit.Query{Status: fail}, true}, "other status": {audit.Query{Status: pass}, false},
		"severity": {audit.Query{Severity: audit.High}, true}, "other severity": {audit.Query{Severity: audit.Critical}, false},
		"account": {audit.Query{AccountID: "444455556666"}, true}, "other account": {audit.Query{AccountID: "44445555666"}, false},
		"bucket": {audit.Query{Bucket: "acme-raw"}, true}, "other bucket": {audit.Query{Bucket: "acme"}, false},
		"waived": {audit.Query{Waived: &yes}, true}, "not waived": {audit.Query{Waived: &no}, false},
		"after one before": {audit.Query{After: &before}, true}, "after itself": {audit.Query{After: &here}, false}, "after one behind": {audit.Query{After: &behind}, false},
	} {
		if got := c.query.Matches(&f); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestPositionsAreInTheOrderOfEvaluate(t *testing.T) {
	t.Parallel()
	w := newWorld(2)
	run := audit.Settle(w.settlement(t, "run", audit.LeftOut{}, nil))
	if len(run.Findings) != len(w.things) || !slices.IsSortedFunc(run.Findings, func(a, b audit.Finding) int { return a.Position().Compare(b.Position()) }) {
		t.Errorf("%d findings, not in order", len(run.Findings))
	}
}
