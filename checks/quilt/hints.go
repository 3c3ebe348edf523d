package quilt

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// ListsByPrefix tells whether some statement of the documents has a condition
// on s3:prefix, which Quilt's listing of a whole bucket does not carry.
func ListsByPrefix(documents ...*policy.Document) bool {
	for _, d := range documents {
		if d != nil && slices.ContainsFunc(d.Statements, conditionedOnPrefix) {
			return true
		}
	}
	return false
}

func conditionedOnPrefix(s policy.Statement) bool {
	return slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool { return strings.EqualFold(c.Key, "s3:prefix") })
}

// OtherPartition returns an ARN by which the document names the bucket in a
// partition that it is not in, "" if there is none.
func OtherPartition(d *policy.Document, b *snapshot.ScopeBucket) string {
	for i := range d.Statements {
		for _, r := range d.Statements[i].Resources {
			_, rest, _ := strings.Cut(r, ":")
			partition, _, _ := strings.Cut(rest, ":")
			if partition == b.Partition || strings.ContainsAny(partition, "*?") {
				continue
			}
			if parts := strings.SplitN(r, ":", 6); len(parts) == 6 && parts[2] == "s3" && (parts[5] == b.Name || strings.HasPrefix(parts[5], b.Name+"/")) {
				return r
			}
		}
	}
	return ""
}
