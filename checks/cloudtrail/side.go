package cloudtrail

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

// trap is a selector value that looks right and matches nothing.
type trap struct {
	selector.Trap
	trail string
}

// side is what the trails of one account record of a bucket.
type side struct {
	account     string
	read, write selector.Result
	trails      []*trail // all that the account sees in the bucket's region
	traps       []trap
	unread      []error // what could not be read and might change the answer
}

// sideOf finds what the trails that the account sees in the bucket's region
// record of the bucket.
func sideOf(s *snapshot.Snapshot, b *snapshot.ScopeBucket, account string) *side {
	d := &side{account: account}
	err := whereabouts(b)
	var arns []string
	if err == nil {
		arns, err = listing(s, account, b.Region).Get()
	}
	if err != nil {
		d.unread = []error{err}
		d.read.Level, d.write.Level = selector.Unknown, selector.Unknown
		return d
	}
	var sure, maybe []selector.Trail
	for _, arn := range arns {
		t, errs := view(s, arn, b.Region)
		d.trails = append(d.trails, t)
		switch {
		case t.Counts:
			sure = append(sure, selector.Trail{Name: arn, Selectors: t.selectors})
		case t.WhyNot == "": // its status or its selectors are in doubt
			maybe = append(maybe, selector.Trail{Name: arn, Selectors: t.selectors})
			d.unread = append(d.unread, errs...)
		}
	}
	d.judge(b, sure, maybe)
	return d
}

// whereabouts returns why it is not certain that the bucket is the declared
// account's and where it lies: then nobody knows whose trails to ask.
func whereabouts(b *snapshot.ScopeBucket) error {
	presence, err := b.Presence.Get()
	switch {
	case err != nil:
		return err
	case presence != snapshot.Present || b.Region == "":
		return &snapshot.ReadError{Operation: "s3:HeadBucket", Code: snapshot.CodeBucketNotReachable, Detail: "the bucket is not where it was declared to be, see s3-bucket-inventory"}
	}
	return nil
}

// judge asks what the trails record at least, and what at most: a failed read
// counts only if some value of it would change the answer.
func (d *side) judge(b *snapshot.ScopeBucket, sure, maybe []selector.Trail) {
	bucket := selector.Bucket{Partition: b.Partition, Name: b.Name}
	report := selector.Coverage(sure, bucket)
	most := report
	if len(maybe) > 0 {
		most = selector.Coverage(slices.Concat(sure, maybe), bucket)
	}
	d.read, d.write = between(report.Read, most.Read), between(report.Write, most.Write)
	if d.status() != audit.StatusUnknown {
		d.unread = nil
	}
	d.record(report)
	for _, t := range slices.Concat(sure, maybe) {
		for _, found := range selector.Suspicious([]selector.Trail{t}, bucket) {
			d.traps = append(d.traps, trap{found, t.Name[strings.LastIndexByte(t.Name, '/')+1:]})
		}
	}
}

// between is the answer that holds whatever is true of what is in doubt.
func between(least, most selector.Result) selector.Result {
	if least.Level != selector.All && !refuted(most.Level) {
		least.Level = selector.Unknown
		return least
	}
	return most
}

// record notes at each trail which of its selectors record the bucket.
func (d *side) record(report selector.Report) {
	for _, place := range slices.Concat(report.Read.Recording, report.Write.Recording) {
		for _, t := range d.trails {
			if t.ARN == place.Trail && !slices.Contains(t.Selectors, place.Selector) {
				t.Selectors = append(t.Selectors, place.Selector)
				slices.Sort(t.Selectors)
			}
		}
	}
}

// misunderstood names the first selector that the engine could not judge.
func (d *side) misunderstood() string {
	for _, r := range slices.Concat(d.read.Reasons, d.write.Reasons) {
		if len(r.Problems) > 0 {
			return fmt.Sprintf("selector %d of %s is not understood (%s)", r.Selector, r.Trail, strings.Join(r.Problems, "; "))
		}
	}
	return "its selectors take more work to decide than is allowed"
}
