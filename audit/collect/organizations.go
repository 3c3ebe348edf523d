package collect

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// organizationTask returns the task that reads the control account's
// organization, if that is wanted and the account can be entered.
func (r *run) organizationTask() []task {
	if !r.wanted[snapshot.OrganizationID] {
		return nil
	}
	control := r.contents.Scope.ControlAccountID
	if shut := r.shut(control); shut != nil {
		r.contents.Organization = snapshot.Failed[snapshot.Organization](shut)
		return nil
	}
	return []task{{account: control, do: func(ctx context.Context) { r.contents.Organization = r.organization(ctx, control) }}}
}

func (r *run) organization(ctx context.Context, accountID string) snapshot.Reading[snapshot.Organization] {
	const op = awsapi.DescribeOrganization
	out, err := r.aws.Organizations(accountID).DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	switch {
	case awsapi.IsNotFound(err):
		return snapshot.Got(snapshot.Organization{})
	case err != nil:
		return failed[snapshot.Organization](err)
	case out.Organization == nil || aws.ToString(out.Organization.Id) == "":
		return empty[snapshot.Organization](op)
	}
	return snapshot.Got(snapshot.Organization{
		ID:                  *out.Organization.Id,
		ManagementAccountID: aws.ToString(out.Organization.MasterAccountId),
	})
}
