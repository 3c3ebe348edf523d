package collect

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// accountTasks returns the tasks that read the account-wide public access
// block, of data accounts only.
func (r *run) accountTasks() []task {
	var tasks []task
	for i, a := range r.contents.Scope.Accounts {
		facts := &r.contents.Accounts[i]
		if !a.Data || !r.wanted[snapshot.AccountPublicAccessBlock] {
			continue
		}
		if shut := r.shut(a.ID); shut != nil {
			facts.PublicAccessBlock = snapshot.Failed[snapshot.PublicAccessBlock](shut)
			continue
		}
		tasks = append(tasks, task{account: a.ID, do: func(ctx context.Context) {
			facts.PublicAccessBlock = r.accountPublicAccessBlock(ctx, a.ID)
		}})
	}
	return tasks
}

func (r *run) accountPublicAccessBlock(ctx context.Context, accountID string) snapshot.Reading[snapshot.PublicAccessBlock] {
	const op = awsapi.GetAccountPublicAccessBlock
	out, err := r.aws.S3Control(accountID).GetPublicAccessBlock(ctx,
		&s3control.GetPublicAccessBlockInput{AccountId: aws.String(accountID)})
	switch {
	case awsapi.IsNotFound(err):
		return snapshot.Got(snapshot.PublicAccessBlock{})
	case err != nil:
		return failed[snapshot.PublicAccessBlock](err)
	case out.PublicAccessBlockConfiguration == nil:
		return empty[snapshot.PublicAccessBlock](op)
	}
	b := out.PublicAccessBlockConfiguration
	return fourSettings(op, b.BlockPublicAcls, b.IgnorePublicAcls, b.BlockPublicPolicy, b.RestrictPublicBuckets)
}
