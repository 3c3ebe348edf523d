package prometheus

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// service is an AWS service that the auditor calls.
type service struct {
	name string
	// throttle is the error code by which it refuses what is too much, as it
	// stands in answers (its API Reference, "Common Errors" or "Error
	// responses"; of Organizations, the errors of each operation).
	throttle   string
	operations []string
}

// services are those that AWSRequest is told of, with their operations. Their
// series start at 0: a rate over a series that begins with the first request,
// or the first refusal, does not see it, and no series at all does not say
// whether nothing was asked or nobody looks.
func services() []service {
	return []service{
		{"cloudtrail", "ThrottlingException", []string{"DescribeTrails", "GetEventSelectors", "GetTrailStatus"}},
		{"iam", "Throttling", []string{"GetPolicy", "GetPolicyVersion", "GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListRolePolicies"}},
		{"organizations", "TooManyRequestsException", []string{"DescribeOrganization"}},
		{"s3", "SlowDown", []string{
			"GetBucketOwnershipControls", "GetBucketPolicy", "GetBucketPolicyStatus", "GetBucketTagging", "GetPublicAccessBlock", "HeadBucket", "ListBuckets",
		}},
		{"s3control", "SlowDown", []string{"GetPublicAccessBlock"}},
		{"sts", "Throttling", []string{"AssumeRole", "GetCallerIdentity"}},
	}
}

// known makes the series that are known before anything happens.
func (l *live) known(checks []audit.Check) {
	for _, s := range services() {
		l.awsDuration.with(s.name)
		throttle := l.codes.label(s.throttle)
		for _, operation := range s.operations {
			l.awsRequests.with(s.name, operation, codeOK)
			l.awsRequests.with(s.name, operation, throttle)
			l.awsThrottles.with(s.name, operation, throttle)
		}
	}
	l.collectorDuration.with(snapshot.InventoryCollector)
	for i := range checks {
		l.checkDuration.with(checks[i].ID)
		for _, fact := range checks[i].Reads {
			l.collectorDuration.with(fact.Collector())
		}
	}
}
