package testdata

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// deny shuts the auditor out of a data account. What the estate then holds is
// what collectors make of it: nobody can tell which buckets would be
// discovered, and everything of the named ones failed as the entry did.
func deny(id string) func(*snapshot.Contents) error {
	return func(c *snapshot.Contents) error {
		account, err := accountOf(c, id)
		if err != nil {
			return err
		}
		account.Identity = snapshot.Failed[snapshot.Identity](refusal())
		account.Listing = snapshot.Failed[snapshot.Listing](refusal())
		keepBuckets(c, func(b *snapshot.ScopeBucket) bool { return b.AccountID != id || b.Named })
		for i := range c.Scope.Buckets {
			if b := &c.Scope.Buckets[i]; b.AccountID == id {
				b.Presence = snapshot.Failed[snapshot.Presence](refusal())
			}
		}
		for i := range c.Buckets {
			if b := &c.Buckets[i]; b.AccountID == id {
				refuse(b)
			}
		}
		for i := range c.Accounts {
			if facts := &c.Accounts[i]; facts.ID == id {
				facts.PublicAccessBlock = snapshot.Failed[snapshot.PublicAccessBlock](refusal())
			}
		}
		keepTrails(c)
		return nil
	}
}

// refusal is how entering an account fails whose role does not trust the
// auditor; each Reading has its own.
func refusal() *snapshot.ReadError {
	return &snapshot.ReadError{
		Operation: "sts:AssumeRole", Code: "AccessDenied", MissingPermission: "sts:AssumeRole",
		Detail: "the role does not exist, or does not trust these credentials with this external id",
	}
}

func refuse(b *snapshot.Bucket) {
	b.Ownership = snapshot.Failed[string](refusal())
	b.Policy = snapshot.Failed[string](refusal())
	b.Public = snapshot.Failed[bool](refusal())
	b.PublicAccessBlock = snapshot.Failed[snapshot.PublicAccessBlock](refusal())
}

// keepTrails drops the listings of regions in which there is no bucket left to
// record, and the trails that no listing shows any more.
func keepTrails(c *snapshot.Contents) {
	seen := map[string]bool{}
	for i := range c.Accounts {
		facts := &c.Accounts[i]
		facts.Trails = slices.DeleteFunc(facts.Trails, func(l snapshot.TrailListing) bool { return !regionInUse(c, facts.ID, l.Region) })
		if len(facts.Trails) == 0 {
			facts.Trails = nil
		}
		for _, l := range facts.Trails {
			if arns, err := l.ARNs.Get(); err == nil {
				for _, arn := range arns {
					seen[arn] = true
				}
			}
		}
	}
	c.Trails = slices.DeleteFunc(c.Trails, func(t snapshot.Trail) bool { return !seen[t.ARN] })
}

// regionInUse reports whether the trails of a region are listed: in a data
// account those of its own buckets' regions, in the control account those of
// its own regions and of every bucket's.
func regionInUse(c *snapshot.Contents, accountID, region string) bool {
	control := accountID == c.Scope.ControlAccountID
	if control && slices.ContainsFunc(c.Scope.Accounts, func(a snapshot.Account) bool {
		return a.Control && slices.Contains(a.Regions, region)
	}) {
		return true
	}
	return slices.ContainsFunc(c.Scope.Buckets, func(b snapshot.ScopeBucket) bool {
		presence, err := b.Presence.Get()
		return err == nil && presence == snapshot.Present && b.Region == region && (control || b.AccountID == accountID)
	})
}
