package quilt

import "github.com/quilt-auditor/quilt-auditor/audit/snapshot"

// Blocked tells whether the bucket's public access block voids every grant to
// other accounts: RestrictPublicBuckets is on, at the bucket or its account,
// and S3 deems the policy public (Amazon S3 User Guide, "Blocking public
// access to your Amazon S3 storage"). Errors mean that it cannot be told; they
// are the reads whose values would tell.
func Blocked(s *snapshot.Snapshot, b *snapshot.Bucket) (bool, []error) {
	public, publicErr := b.Public.Get()
	if publicErr == nil && !public {
		return false, nil
	}
	bucket, bucketErr := b.PublicAccessBlock.Get()
	account, accountErr := accountBlock(s, b.AccountID).Get()
	on := bucketErr == nil && bucket.RestrictPublicBuckets || accountErr == nil && account.RestrictPublicBuckets
	off := bucketErr == nil && accountErr == nil && !on
	switch {
	case off:
		return false, nil
	case on && publicErr == nil:
		return true, nil
	case on:
		return false, []error{publicErr}
	}
	var errs []error
	for _, err := range []error{publicErr, bucketErr, accountErr} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return false, errs
}

func accountBlock(s *snapshot.Snapshot, account string) snapshot.Reading[snapshot.PublicAccessBlock] {
	if facts := s.AccountFacts(account); facts != nil {
		return facts.PublicAccessBlock
	}
	return snapshot.Reading[snapshot.PublicAccessBlock]{}
}
