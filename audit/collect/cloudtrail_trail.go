package collect

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// trailReaders returns the accounts to read a trail from, best first: its
// own, for an organization trail the organization account, else the one that
// saw it. Whether AWS lets a member account read an organization trail by its
// ARN is reported both ways, so it is tried where nothing better is there.
func (r *run) trailReaders(t *snapshot.Trail, seer string) []string {
	var readers []string
	add := func(account string) {
		if account != "" && r.shut(account) == nil && !slices.Contains(readers, account) {
			readers = append(readers, account)
		}
	}
	add(t.AccountID())
	if t.Organization {
		add(r.contents.Scope.OrganizationAccountID)
	}
	if len(readers) == 0 || t.Organization {
		add(seer)
	}
	return readers
}

// readTrail reads status and selectors, by ARN and in the home region, as
// CloudTrail wants it for trails that are seen from elsewhere.
func (r *run) readTrail(ctx context.Context, t *snapshot.Trail, readers []string) {
	if r.wanted[snapshot.TrailStatuses] {
		t.Status = firstReading(readers, func(account string) snapshot.Reading[snapshot.TrailStatus] {
			return r.trailStatus(ctx, account, t)
		})
		hintOrganization(r, t, t.Status.Err())
	}
	if r.wanted[snapshot.TrailSelectors] {
		t.Selectors = firstReading(readers, func(account string) selectorsReading {
			return r.trailSelectors(ctx, account, t)
		})
		hintOrganization(r, t, t.Selectors.Err())
	}
}

// firstReading returns the first success, else the failure of the best reader.
func firstReading[T any](readers []string, read func(account string) snapshot.Reading[T]) snapshot.Reading[T] {
	var first snapshot.Reading[T]
	for i, account := range readers {
		reading := read(account)
		if reading.Err() == nil {
			return reading
		}
		if i == 0 {
			first = reading
		}
	}
	return first
}

// hintOrganization adds to a failure that an organization trail was asked for
// from a member account only, and what would help.
func hintOrganization(r *run, t *snapshot.Trail, failure *snapshot.ReadError) {
	if failure == nil || !t.Organization || failure.Retryable {
		return
	}
	if r.shut(t.AccountID()) == nil || r.contents.Scope.OrganizationAccountID != "" {
		return
	}
	failure.Detail = "an organization trail, not readable from a member account: configure the organization account " +
		"(the management account or a delegated administrator of CloudTrail)"
}

func (r *run) trailStatus(ctx context.Context, account string, t *snapshot.Trail) snapshot.Reading[snapshot.TrailStatus] {
	const op = awsapi.GetTrailStatus
	out, err := r.aws.CloudTrail(account, t.HomeRegion).GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: aws.String(t.ARN)})
	switch {
	case err != nil:
		return failed[snapshot.TrailStatus](err)
	case out.IsLogging == nil:
		return empty[snapshot.TrailStatus](op)
	}
	return snapshot.Got(snapshot.TrailStatus{
		Logging: *out.IsLogging, LatestDeliveryError: aws.ToString(out.LatestDeliveryError),
		LatestDeliveryTime: aws.ToTime(out.LatestDeliveryTime).UTC(),
	})
}
