package testdata

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// loseAction takes an action out of the bucket's policy.
func loseAction(bucket, action string) func(*snapshot.Contents) error {
	return func(c *snapshot.Contents) error {
		b, err := bucketOf(c, bucket)
		if err != nil {
			return err
		}
		text, err := b.Policy.Get()
		if err != nil {
			return err
		}
		listed := regexp.MustCompile(`\s*"` + regexp.QuoteMeta(action) + `",`)
		if n := len(listed.FindAllString(text, -1)); n != 1 {
			return fmt.Errorf("its policy lists %s %d times instead of once", action, n)
		}
		b.Policy = snapshot.Got(listed.ReplaceAllString(text, ""))
		return nil
	}
}

// own sets the bucket's Object Ownership.
func own(bucket, ownership string) func(*snapshot.Contents) error {
	return func(c *snapshot.Contents) error {
		b, err := bucketOf(c, bucket)
		if err != nil {
			return err
		}
		b.Ownership = snapshot.Got(ownership)
		return nil
	}
}

// unlock makes a bucket readable that was not. It is set up well.
func unlock(bucket string) func(*snapshot.Contents) error {
	return func(c *snapshot.Contents) error {
		b, err := bucketOf(c, bucket)
		if err != nil {
			return err
		}
		policy, err := document("policies", bucket)
		if err != nil {
			return err
		}
		b.Ownership, b.Policy, b.Public = snapshot.Got("BucketOwnerEnforced"), snapshot.Got(policy), snapshot.Got(false)
		b.PublicAccessBlock = snapshot.Got(snapshot.PublicAccessBlock{
			BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true,
		})
		return nil
	}
}

// stopTrail stops the trail from logging.
func stopTrail(name string) func(*snapshot.Contents) error {
	return func(c *snapshot.Contents) error {
		at := slices.IndexFunc(c.Trails, func(t snapshot.Trail) bool { return t.Name == name })
		if at < 0 {
			return fmt.Errorf("there is no trail %s", name)
		}
		status, err := c.Trails[at].Status.Get()
		if err != nil {
			return err
		}
		status.Logging = false
		c.Trails[at].Status = snapshot.Got(status)
		return nil
	}
}

// remove deletes a bucket that was discovered, so that the listing of its
// account lacks it.
func remove(bucket string) func(*snapshot.Contents) error {
	return func(c *snapshot.Contents) error {
		b, err := bucketOf(c, bucket)
		if err != nil {
			return err
		}
		account, err := accountOf(c, b.AccountID)
		if err != nil {
			return err
		}
		listing, err := account.Listing.Get()
		if err != nil {
			return err
		}
		listing.Buckets--
		listing.InScope--
		account.Listing = snapshot.Got(listing)
		keepBuckets(c, func(s *snapshot.ScopeBucket) bool { return s.Name != bucket })
		return nil
	}
}

// keepBuckets drops the other buckets, and what was read of them.
func keepBuckets(c *snapshot.Contents, keep func(*snapshot.ScopeBucket) bool) {
	kept := map[string]bool{}
	c.Scope.Buckets = slices.DeleteFunc(c.Scope.Buckets, func(b snapshot.ScopeBucket) bool {
		kept[b.ARN()] = keep(&b)
		return !kept[b.ARN()]
	})
	c.Buckets = slices.DeleteFunc(c.Buckets, func(b snapshot.Bucket) bool { return !kept[b.ARN] })
}

func bucketOf(c *snapshot.Contents, name string) (*snapshot.Bucket, error) {
	at := slices.IndexFunc(c.Buckets, func(b snapshot.Bucket) bool { return b.ARN == "arn:aws:s3:::"+name })
	if at < 0 {
		return nil, fmt.Errorf("there is no bucket %s", name)
	}
	return &c.Buckets[at], nil
}

func accountOf(c *snapshot.Contents, id string) (*snapshot.Account, error) {
	at := slices.IndexFunc(c.Scope.Accounts, func(a snapshot.Account) bool { return a.ID == id })
	if at < 0 {
		return nil, fmt.Errorf("there is no account %s", id)
	}
	return &c.Scope.Accounts[at], nil
}
