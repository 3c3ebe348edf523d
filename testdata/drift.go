package testdata

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Cycle is how many runs the drift of the sample estate takes; then it begins
// anew.
const Cycle = 8

// Step is one mishap of the sample estate, from what somebody does to it until
// that is undone.
type Step struct {
	// Events tell of the step in the order of their runs: the first is its
	// beginning, the last its end, which is at most in the run Cycle.
	Events []Event
	do     func(*snapshot.Contents) error
}

// Event is what happens to the sample estate before one of its runs, for
// people.
type Event struct {
	// Run counts from 0, the estate before it drifts.
	Run int
	// What was done, such as "acme-genomics-raw: ...".
	What string
	// Shows is what the run makes of it.
	Shows string
}

// Drift is the script by which the estate changes, in the order in which its
// steps begin.
func Drift() []Step {
	return []Step{
		{[]Event{
			{1, "acme-genomics-raw: the bucket policy loses s3:GetObjectTagging", "opens a high finding, and one of the role QuiltAlice"},
			{3, "acme-genomics-raw: the bucket policy has s3:GetObjectTagging again", "resolves both findings"},
		}, loseAction("acme-genomics-raw", "s3:GetObjectTagging")},
		{[]Event{
			{2, "genomics-data-events: somebody stops the trail", "opens a finding for each bucket that no other trail records"},
			{4, "genomics-data-events: the trail is logging again", "resolves these findings"},
		}, stopTrail("genomics-data-events")},
		{[]Event{
			{2, "acme-imaging-locked: the service control policy lets the auditor read", "what was unknown of the bucket passes"},
			{7, "acme-imaging-locked: the service control policy shuts the auditor out again", "blinds its findings; what was known of them stands"},
		}, unlock("acme-imaging-locked")},
		{[]Event{
			{3, "account 777788889999 (imaging): its role no longer trusts the auditor", "opens a high finding, blinds all others of the account; none closes; the run is partial"},
			{5, "account 777788889999 (imaging): its role trusts the auditor again", "resolves that finding, regains the others with their ages"},
		}, deny("777788889999")},
		{[]Event{
			{4, "acme-genomics-legacy: the bucket is deleted", "blinds its findings: one listing alone may be wrong"},
			{5, "acme-genomics-legacy: a second complete listing lacks the bucket", "removes its findings, which is not the same as resolved"},
			{7, "acme-genomics-legacy: a bucket of that name and with those settings is made", "opens its high finding with a new age"},
		}, remove("acme-genomics-legacy")},
		{[]Event{
			{6, "acme-genomics-results: Object Ownership becomes ObjectWriter", "opens a high finding"},
			{8, "acme-genomics-results: Object Ownership is BucketOwnerEnforced again", "resolves the finding"},
		}, own("acme-genomics-results", "ObjectWriter")},
	}
}

// Timeline is every event of one cycle of the drift, by run.
func Timeline() []Event {
	var events []Event
	for _, s := range Drift() {
		events = append(events, s.Events...)
	}
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(a.Run, b.Run) })
	return events
}

// Drifted returns the estate as the run of that number would have read it at
// that time, to be judged by the checks with those IDs: the sample estate with
// the steps of the drift that are under way. Runs count from 0.
func Drifted(run int, takenAt time.Time, checks []string) (*snapshot.Snapshot, error) {
	if run < 0 {
		return nil, fmt.Errorf("the sample estate has no run %d: runs count from 0", run)
	}
	c, err := read(takenAt, checks)
	if err != nil {
		return nil, fmt.Errorf("the sample estate: %w", err)
	}
	for _, step := range Drift() {
		if !step.underWay(run % Cycle) {
			continue
		}
		if err := step.do(&c); err != nil {
			return nil, fmt.Errorf("the sample estate in run %d: %s: %w", run, step.Events[0].What, err)
		}
	}
	return snapshot.New(c)
}

// underWay reports whether the step has begun and is not undone yet.
func (s *Step) underWay(run int) bool {
	return s.Events[0].Run <= run && run < s.Events[len(s.Events)-1].Run
}
