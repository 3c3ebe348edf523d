package iam

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

func (a *access) readBucket(s *snapshot.Snapshot, _ *snapshot.Role) error {
	facts := s.Bucket(a.bucket.AccountID, a.bucket.ARN())
	if facts == nil {
		facts = &snapshot.Bucket{}
	}
	text, err := facts.Policy.Get()
	if err != nil {
		a.unread = append(a.unread, err)
		a.layers.Bucket = quilt.GrantEverything()
		return nil
	}
	a.texts = append(a.texts, text)
	if text != "" {
		if a.layers.Bucket, err = a.policies.Parse(text, policy.Resource); err != nil {
			return fmt.Errorf("the bucket policy of %s: %w", a.bucket.Name, err)
		}
	}
	if a.role.AccountID == a.bucket.AccountID {
		return nil // the public access block is about other accounts
	}
	blocked, errs := quilt.Blocked(s, facts)
	a.layers.RestrictPublicBuckets, a.layers.Public = blocked, policy.StatedPublic
	a.unread = append(a.unread, errs...)
	return nil
}
