package collect

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func (c roleCall) attachedARNs(ctx context.Context, exists bool) snapshot.Reading[[]string] {
	const op = awsapi.ListAttachedRolePolicies
	return pages(op, exists, func(marker *string) (page[types.AttachedPolicy], error) {
		out, err := c.ListAttachedRolePolicies(ctx,
			&iam.ListAttachedRolePoliciesInput{RoleName: c.name, Marker: marker})
		if err != nil {
			return page[types.AttachedPolicy]{}, err
		}
		return page[types.AttachedPolicy]{out.AttachedPolicies, out.IsTruncated, out.Marker}, nil
	}, func(p types.AttachedPolicy) string { return aws.ToString(p.PolicyArn) })
}

// page is one page of a list of IAM.
type page[T any] struct {
	items     []T
	truncated bool
	marker    *string
}

// pages reads a list to its end and returns the name of each item, sorted. A
// role that does not exist has an empty list.
func pages[T any](op awsapi.Operation, exists bool, read func(marker *string) (page[T], error), name func(T) string) snapshot.Reading[[]string] {
	names := []string{}
	var marker *string
	for {
		p, err := read(marker)
		switch {
		case awsapi.IsNotFound(err) && marker == nil && !exists:
			return snapshot.Got([]string{})
		case err != nil:
			return failed[[]string](err)
		case p.items == nil:
			return empty[[]string](op)
		}
		for _, item := range p.items {
			names = append(names, name(item))
		}
		if !p.truncated {
			slices.Sort(names)
			return snapshot.Got(slices.Compact(names))
		}
		if next := aws.ToString(p.marker); next == "" || next == aws.ToString(marker) {
			return snapshot.Failed[[]string](awsapi.MalformedResponse(op))
		}
		marker = p.marker
	}
}

// managedPolicyTasks prepares the managed policies and boundaries of the
// roles, each once per account, and returns the tasks that read them.
func (r *run) managedPolicyTasks() []task {
	if !r.wanted[snapshot.RolePolicies] {
		return nil
	}
	for i := range r.contents.Roles {
		role := &r.contents.Roles[i]
		arns, _ := role.AttachedARNs.Get() // none if they were not read
		for _, arn := range arns {
			r.contents.ManagedPolicies = append(r.contents.ManagedPolicies, snapshot.ManagedPolicy{AccountID: role.AccountID, ARN: arn})
		}
		if detail, err := role.Detail.Get(); err == nil && detail.BoundaryARN != "" {
			r.contents.ManagedPolicies = append(r.contents.ManagedPolicies,
				snapshot.ManagedPolicy{AccountID: role.AccountID, ARN: detail.BoundaryARN})
		}
	}
	slices.SortFunc(r.contents.ManagedPolicies, func(a, b snapshot.ManagedPolicy) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.ARN, b.ARN))
	})
	r.contents.ManagedPolicies = slices.CompactFunc(r.contents.ManagedPolicies, func(a, b snapshot.ManagedPolicy) bool {
		return a.AccountID == b.AccountID && a.ARN == b.ARN
	})
	var tasks []task
	for i := range r.contents.ManagedPolicies {
		p := &r.contents.ManagedPolicies[i]
		tasks = append(tasks, task{account: p.AccountID, do: func(ctx context.Context) { p.Document = r.managedPolicy(ctx, p.AccountID, p.ARN) }})
	}
	return tasks
}

// managedPolicy reads the version of the policy that is in force.
func (r *run) managedPolicy(ctx context.Context, account, arn string) snapshot.Reading[string] {
	client := r.aws.IAM(account)
	policy, err := client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(arn)})
	switch {
	case err != nil:
		return failed[string](err)
	case policy.Policy == nil || aws.ToString(policy.Policy.DefaultVersionId) == "":
		return empty[string](awsapi.GetPolicy)
	}
	const op = awsapi.GetPolicyVersion
	version, err := client.GetPolicyVersion(ctx,
		&iam.GetPolicyVersionInput{PolicyArn: aws.String(arn), VersionId: policy.Policy.DefaultVersionId})
	switch {
	case err != nil:
		return failed[string](err)
	case version.PolicyVersion == nil:
		return empty[string](op)
	}
	return document(op, version.PolicyVersion.Document)
}

// document decodes a policy document, which IAM sends URL-encoded (IAM API
// Reference, "PolicyDocument", RFC 3986).
func document(op awsapi.Operation, encoded *string) snapshot.Reading[string] {
	if aws.ToString(encoded) == "" {
		return empty[string](op)
	}
	text, err := url.PathUnescape(*encoded)
	if err != nil || !json.Valid([]byte(text)) {
		return snapshot.Failed[string](awsapi.MalformedResponse(op))
	}
	return snapshot.Got(text)
}
