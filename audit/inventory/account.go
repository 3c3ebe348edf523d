package inventory

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// account is one account of the scope while it is searched.
type account struct {
	snapshot.Account
	inventory *Inventory
	profile   string // of discovered buckets

	named       []snapshot.ScopeBucket
	listedNamed []string // the named buckets that the listing shows
	discovered  []snapshot.ScopeBucket
}

// search enters the account, and if it is a data account lists it and looks
// for its buckets.
func (a *account) search(ctx context.Context) {
	a.Identity = a.enter(ctx)
	identity, err := a.Identity.Get()
	switch {
	case err == nil:
		a.Partition = partition(identity.ARN)
	case a.Partition == "":
		a.Partition = partition(a.RoleARN)
	}
	for i := range a.named {
		a.named[i].Partition = a.Partition
	}
	switch {
	case err != nil:
		a.shut(a.Identity.Err())
	case a.Data:
		a.searchBuckets(ctx)
	}
}

// enter asks who the auditor is in the account. Credentials of another
// account would make every later answer be about the wrong buckets.
func (a *account) enter(ctx context.Context) snapshot.Reading[snapshot.Identity] {
	out, err := a.inventory.AWS.STS(a.ID).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return snapshot.Failed[snapshot.Identity](awsapi.ReadError(err))
	}
	identity := snapshot.Identity{AccountID: aws.ToString(out.Account), ARN: aws.ToString(out.Arn)}
	switch {
	case identity.AccountID == "" || identity.ARN == "":
		return snapshot.Failed[snapshot.Identity](awsapi.EmptyResponse(awsapi.GetCallerIdentity))
	case identity.AccountID != a.ID:
		return snapshot.Failed[snapshot.Identity](&snapshot.ReadError{
			Operation: string(awsapi.GetCallerIdentity), Code: CodeWrongAccount,
			Detail: "the credentials belong to another account; give this one a role_arn of its own, or fix it",
		})
	}
	return snapshot.Got(identity)
}

// The codes of failures that are conclusions of ours.
const (
	// CodeWrongAccount: the credentials are not of the account that was declared.
	CodeWrongAccount = "WrongAccount"
	// CodeNotListed: a directory bucket, which no listing of ours shows.
	CodeNotListed = "NotListed"
)

// shut records that the account could not be entered, in everything that
// would have been read of it.
func (a *account) shut(entry *snapshot.ReadError) {
	if a.Data {
		a.Listing = snapshot.Failed[snapshot.Listing](duplicate(entry))
	}
	for i := range a.named {
		a.named[i].Presence = snapshot.Failed[snapshot.Presence](duplicate(entry))
	}
}

func duplicate(e *snapshot.ReadError) *snapshot.ReadError {
	d := *e
	return &d
}

// inRegion reports whether the configuration covers the region.
func (a *account) inRegion(region string) bool {
	return len(a.Regions) == 0 || slices.Contains(a.Regions, region)
}
