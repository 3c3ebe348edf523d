package s3

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// buckets lists every bucket in scope as a subject.
func buckets(s *snapshot.Snapshot) []audit.Subject {
	subjects := make([]audit.Subject, 0, len(s.Scope.Buckets))
	for i := range s.Scope.Buckets {
		b := &s.Scope.Buckets[i]
		subjects = append(subjects, audit.Subject{AccountID: b.AccountID, Region: b.Region, Resource: b.ARN()})
	}
	return subjects
}

// facts returns what was read of the bucket; nothing read gives zero
// Readings, which are "not read".
func facts(s *snapshot.Snapshot, subject audit.Subject) *snapshot.Bucket {
	if b := s.Bucket(subject.AccountID, subject.Resource); b != nil {
		return b
	}
	return &snapshot.Bucket{}
}

type directoryEvidence struct {
	DirectoryBucket bool `json:"directory_bucket"`
}

// directoryBucket is the verdict on a directory bucket, which does not have what
// is in question.
func directoryBucket(what string) audit.Verdict {
	e := directoryEvidence{DirectoryBucket: true}
	return audit.Verdict{
		Status: audit.StatusNotApplicable, Reason: what + " on directory buckets, which Quilt cannot index.",
		Evidence: e, Basis: e,
	}
}
