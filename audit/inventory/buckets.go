package inventory

import (
	"context"
	"net/http"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// searchBuckets lists the account, looks for its named buckets and picks the
// ones to discover.
func (a *account) searchBuckets(ctx context.Context) {
	list, failure := a.list(ctx)
	if failure != nil {
		a.Listing = snapshot.Failed[snapshot.Listing](failure)
		atOnce(len(a.named), func(i int) { a.findUnlisted(ctx, &a.named[i]) })
		return
	}
	at := make(map[string]listed, len(list))
	for _, b := range list {
		at[b.name] = b
	}
	for _, b := range a.named {
		if _, ok := at[b.Name]; ok {
			a.listedNamed = append(a.listedNamed, b.Name)
		}
	}
	atOnce(len(a.named), func(i int) { a.findNamed(ctx, &a.named[i], at) })
	a.Listing = snapshot.Got(snapshot.Listing{Buckets: len(list), OtherRegions: a.discover(ctx, list)})
}

// findNamed tells where a named bucket is, given a complete listing.
func (a *account) findNamed(ctx context.Context, b *snapshot.ScopeBucket, at map[string]listed) {
	found, ok := at[b.Name]
	switch {
	case b.Directory():
		b.Presence = directory()
	case ok:
		b.Region, b.Presence = a.place(ctx, found)
	default:
		a.findElsewhere(ctx, b)
	}
}

// findElsewhere looks for a bucket that a complete listing lacks: it is
// absent if there is no bucket of that name at all.
func (a *account) findElsewhere(ctx context.Context, b *snapshot.ScopeBucket) {
	head, err := a.inventory.AWS.HeadBucket(ctx, a.ID, "", b.Name, "")
	switch {
	case err != nil:
		b.Presence = snapshot.Failed[snapshot.Presence](awsapi.ReadError(err))
	case head.Status == http.StatusNotFound:
		b.Presence = snapshot.Got(snapshot.Absent)
	default:
		b.Region, b.Presence = head.Region, snapshot.Got(snapshot.Elsewhere)
	}
}

// findUnlisted looks for a named bucket where listing failed. With the
// account as the expected owner, only its own bucket answers 200; a 403 can
// mean anything.
func (a *account) findUnlisted(ctx context.Context, b *snapshot.ScopeBucket) {
	if b.Directory() {
		b.Presence = directory()
		return
	}
	head, err := a.inventory.AWS.HeadBucket(ctx, a.ID, "", b.Name, a.ID)
	switch {
	case err != nil:
		b.Presence = snapshot.Failed[snapshot.Presence](awsapi.ReadError(err))
	case head.Status == http.StatusNotFound:
		b.Presence = snapshot.Got(snapshot.Absent)
	case head.Status == http.StatusOK:
		b.Region, b.Presence = head.Region, a.presence(head.Region)
	default:
		denied := head.Denied()
		denied.Detail = "the bucket can be another account's; with s3:ListAllMyBuckets the listing would tell"
		b.Region, b.Presence = head.Region, snapshot.Failed[snapshot.Presence](denied)
	}
}

// place tells region and presence of a bucket that the listing shows.
func (a *account) place(ctx context.Context, b listed) (string, snapshot.Reading[snapshot.Presence]) {
	if b.region != "" {
		return b.region, a.presence(b.region)
	}
	head, err := a.inventory.AWS.HeadBucket(ctx, a.ID, "", b.name, a.ID)
	switch {
	case err != nil:
		return "", snapshot.Failed[snapshot.Presence](awsapi.ReadError(err))
	case head.Status == http.StatusNotFound:
		return "", snapshot.Failed[snapshot.Presence](&snapshot.ReadError{
			Operation: string(awsapi.HeadBucket), Code: "NoSuchBucket", Retryable: true,
			Detail: "the listing showed the bucket a moment before",
		})
	case head.Status == http.StatusForbidden && head.Region == "":
		return "", snapshot.Failed[snapshot.Presence](head.Denied())
	case head.Status == http.StatusMovedPermanently:
		return "", snapshot.Failed[snapshot.Presence](&snapshot.ReadError{
			Operation: string(awsapi.HeadBucket), Code: "PermanentRedirect", Retryable: true,
			Detail: "S3 sends from one region to another and back",
		})
	}
	return head.Region, a.presence(head.Region)
}

// presence is that of a bucket that is the account's own.
func (a *account) presence(region string) snapshot.Reading[snapshot.Presence] {
	switch {
	case region == "":
		hidden := awsapi.EmptyResponse(awsapi.HeadBucket)
		hidden.Detail = "S3 does not tell the region of the bucket"
		return snapshot.Failed[snapshot.Presence](hidden)
	case a.inRegion(region):
		return snapshot.Got(snapshot.Present)
	default:
		return snapshot.Got(snapshot.OtherRegion)
	}
}

// directory is the presence of a directory bucket. It is never called: S3
// Express has other endpoints, and none of the settings that are audited.
func directory() snapshot.Reading[snapshot.Presence] {
	return snapshot.Failed[snapshot.Presence](&snapshot.ReadError{
		Operation: string(awsapi.ListBuckets), Code: CodeNotListed,
		Detail: "a directory bucket; the listing shows general purpose buckets only",
	})
}

// discover picks the account's buckets that pass its filter and are not
// named, and returns how many more lie in regions that are not covered.
func (a *account) discover(ctx context.Context, list []listed) (otherRegions int) {
	filter, ok := a.inventory.Filters[a.ID]
	if !ok {
		return 0
	}
	candidates := slices.DeleteFunc(slices.Clone(list), func(b listed) bool {
		return slices.Contains(a.listedNamed, b.name) || !filter.MatchesName(b.name)
	})
	picked := make([]*snapshot.ScopeBucket, len(candidates))
	atOnce(len(candidates), func(i int) { picked[i] = a.pick(ctx, candidates[i], filter) })
	for _, b := range picked {
		switch {
		case b == nil:
		case b.Region != "" && !a.inRegion(b.Region):
			otherRegions++
		default:
			a.discovered = append(a.discovered, *b)
		}
	}
	return otherRegions
}

// pick returns the bucket with its place, nil if its tags do not match. If
// they cannot be read it stays, with that as its presence: no bucket may fall
// silently out of the audit.
func (a *account) pick(ctx context.Context, b listed, filter Filter) *snapshot.ScopeBucket {
	picked := &snapshot.ScopeBucket{AccountID: a.ID, Name: b.name, Partition: a.Partition, Profile: a.profile}
	picked.Region, picked.Presence = a.place(ctx, b)
	if len(filter.Tags) == 0 {
		return picked
	}
	matches, failure := a.matchesTags(ctx, b.name, picked.Region, filter)
	switch {
	case failure != nil:
		picked.Presence = snapshot.Failed[snapshot.Presence](failure)
	case !matches:
		return nil
	}
	return picked
}

// atOnce calls do for 0 to n-1, a few at a time.
func atOnce(n int, do func(int)) {
	var group errgroup.Group
	group.SetLimit(bucketsAtOnce)
	for i := range n {
		group.Go(func() error {
			do(i)
			return nil
		})
	}
	_ = group.Wait() // do has no errors; failures are Readings
}
