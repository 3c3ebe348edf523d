package cloudtrail

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
	"github.com/quilt-auditor/quilt-auditor/checks/remedy"
)

// remediation adds the bucket to a trail of its account that counts; where
// there is none, it says what is to be made or started.
func remediation(b *snapshot.ScopeBucket, owner *side) *audit.Remediation {
	for _, t := range owner.trails {
		if !t.Counts || t.snapshot.Organization || t.snapshot.AccountID() != b.AccountID {
			continue
		}
		if r := addTo(t, b); r != nil {
			return r
		}
	}
	for _, t := range owner.trails {
		if t.WhyNot == whyStopped && t.snapshot.AccountID() == b.AccountID && covers(t, b) {
			return &audit.Remediation{
				Kind:    audit.RemedyAdvice,
				Summary: fmt.Sprintf("Find out who stopped the trail %s and why, then start it again: its selectors record the bucket.", t.name),
				CLI:     remedy.Command("aws", "cloudtrail", "start-logging", "--name", t.ARN, "--region", t.snapshot.HomeRegion),
			}
		}
	}
	return &audit.Remediation{
		Kind: audit.RemedyAdvice,
		Summary: fmt.Sprintf("Create a trail in account %s that is multi-region or homed in %s and delivers without error, and let it record the data events of arn:%s:s3:::%s/ for reads and writes.",
			b.AccountID, b.Region, b.Partition, b.Name),
	}
}

func covers(t *trail, b *snapshot.ScopeBucket) bool {
	r := selector.Coverage([]selector.Trail{{Name: t.ARN, Selectors: t.selectors}}, selector.Bucket{Partition: b.Partition, Name: b.Name})
	return r.Read.Level == selector.All && r.Write.Level == selector.All
}

// addTo makes the merged selectors; nil if the trail has no room or its
// selectors are not understood.
func addTo(t *trail, b *snapshot.ScopeBucket) *audit.Remediation {
	raw, err := t.snapshot.Selectors.Get()
	if err != nil {
		return nil
	}
	merged, err := t.selectors.AddBucket(b.Partition, b.Name)
	if err != nil {
		return nil
	}
	var before bytes.Buffer
	if err := json.Indent(&before, raw, "", "  "); err != nil {
		return nil
	}
	before.WriteByte('\n')
	merged = append(bytes.TrimRight(merged, "\n"), '\n')
	return &audit.Remediation{
		Kind:    audit.RemedyChange,
		Summary: fmt.Sprintf("Let the trail %s record the bucket too; every other selector stays. Data events are charged per event.", t.name),
		CLI: remedy.Command("aws", "cloudtrail", "put-event-selectors", "--trail-name", t.ARN, "--region", t.snapshot.HomeRegion,
			"--cli-input-json", "file://event-selectors.json"),
		Document: merged,
		Diff:     remedy.Diff("event-selectors.json", before.String(), string(merged)),
	}
}
