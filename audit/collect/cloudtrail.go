package collect

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// sightings are the trails that one account sees in one region.
type sightings struct {
	account, region string
	trails          []snapshot.Trail
}

// trailListTasks prepares a listing per account and region in use and returns
// the tasks that fill them. Shadow trails are asked for, so that the listing
// of a bucket's region shows every trail that can record the bucket's events.
func (r *run) trailListTasks() []task {
	if !r.wanted[snapshot.TrailList] && !r.wanted[snapshot.TrailStatuses] && !r.wanted[snapshot.TrailSelectors] {
		return nil
	}
	regions := r.trailRegions()
	for i := range r.contents.Accounts {
		facts := &r.contents.Accounts[i]
		for _, region := range regions[facts.ID] {
			facts.Trails = append(facts.Trails, snapshot.TrailListing{Region: region})
			r.seen = append(r.seen, sightings{account: facts.ID, region: region})
		}
	}
	var tasks []task
	next := 0
	for i := range r.contents.Accounts {
		facts := &r.contents.Accounts[i]
		shut := r.shut(facts.ID)
		for j := range facts.Trails {
			listing, seen := &facts.Trails[j], &r.seen[next]
			next++
			if shut != nil {
				listing.ARNs = snapshot.Failed[[]string](r.shut(facts.ID))
				continue
			}
			tasks = append(tasks, task{account: facts.ID, do: func(ctx context.Context) { listing.ARNs = r.describeTrails(ctx, seen) }})
		}
	}
	return tasks
}

// trailRegions returns the regions to list, by account: of a data account
// those of its own buckets, of the control and the organization account those
// of all buckets, since their trails can record calls to any of them.
func (r *run) trailRegions() map[string][]string {
	all, own := map[string]bool{}, map[string]map[string]bool{}
	for i := range r.contents.Scope.Buckets {
		b := &r.contents.Scope.Buckets[i]
		if unreachable(b) != "" {
			continue
		}
		if own[b.AccountID] == nil {
			own[b.AccountID] = map[string]bool{}
		}
		own[b.AccountID][b.Region], all[b.Region] = true, true
	}
	regions := map[string][]string{}
	for _, a := range r.contents.Scope.Accounts {
		use := map[string]bool{}
		maps.Copy(use, own[a.ID])
		if a.Control || a.Organization {
			maps.Copy(use, all)
		}
		if a.Control {
			for _, region := range a.Regions {
				use[region] = true
			}
		}
		regions[a.ID] = slices.Sorted(maps.Keys(use))
	}
	return regions
}

func (r *run) describeTrails(ctx context.Context, seen *sightings) snapshot.Reading[[]string] {
	const op = awsapi.DescribeTrails
	out, err := r.aws.CloudTrail(seen.account, seen.region).DescribeTrails(ctx,
		&cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(true)})
	switch {
	case err != nil:
		return failed[[]string](err)
	case out.TrailList == nil:
		return empty[[]string](op)
	}
	arns := make([]string, 0, len(out.TrailList))
	for i := range out.TrailList {
		t, ok := describedTrail(&out.TrailList[i])
		if !ok {
			return snapshot.Failed[[]string](awsapi.MalformedResponse(op))
		}
		seen.trails = append(seen.trails, t)
		arns = append(arns, t.ARN)
	}
	slices.Sort(arns)
	return snapshot.Got(slices.Compact(arns))
}

func describedTrail(t *types.Trail) (snapshot.Trail, bool) {
	arn := aws.ToString(t.TrailARN)
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return snapshot.Trail{}, false
	}
	return snapshot.Trail{
		ARN: arn, Name: aws.ToString(t.Name), HomeRegion: cmp.Or(aws.ToString(t.HomeRegion), parts[3]),
		MultiRegion: aws.ToBool(t.IsMultiRegionTrail), Organization: aws.ToBool(t.IsOrganizationTrail),
		S3Bucket: aws.ToString(t.S3BucketName), S3KeyPrefix: aws.ToString(t.S3KeyPrefix), KMSKeyID: aws.ToString(t.KmsKeyId),
	}, true
}

// trailTasks makes one Trail of each ARN that was seen, and returns the tasks
// that read their status and selectors. Its own account's view of a trail
// comes first, then that of the lowest account id and region.
func (r *run) trailTasks() []task {
	views := map[string]*snapshot.Trail{}
	seenBy := map[string][]string{}
	for i := range r.seen {
		seen := &r.seen[i]
		for j := range seen.trails {
			t := &seen.trails[j]
			if views[t.ARN] == nil || t.AccountID() == seen.account && seenBy[t.ARN][0] != seen.account {
				views[t.ARN] = t
				seenBy[t.ARN] = slices.Insert(seenBy[t.ARN], 0, seen.account)
			}
		}
	}
	arns := slices.Sorted(maps.Keys(views))
	r.contents.Trails = make([]snapshot.Trail, len(arns))
	var tasks []task
	for i, arn := range arns {
		t := &r.contents.Trails[i]
		*t = *views[arn]
		readers := r.trailReaders(t, seenBy[arn][0])
		if r.wanted[snapshot.TrailStatuses] || r.wanted[snapshot.TrailSelectors] {
			tasks = append(tasks, task{account: readers[0], do: func(ctx context.Context) { r.readTrail(ctx, t, readers) }})
		}
	}
	return tasks
}
