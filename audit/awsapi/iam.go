package awsapi

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// IAMClient reads roles and policies of one account.
type IAMClient struct {
	GetRole                  Read[iam.GetRoleInput, iam.GetRoleOutput]
	ListRolePolicies         Read[iam.ListRolePoliciesInput, iam.ListRolePoliciesOutput]
	GetRolePolicy            Read[iam.GetRolePolicyInput, iam.GetRolePolicyOutput]
	ListAttachedRolePolicies Read[iam.ListAttachedRolePoliciesInput, iam.ListAttachedRolePoliciesOutput]
	GetPolicy                Read[iam.GetPolicyInput, iam.GetPolicyOutput]
	GetPolicyVersion         Read[iam.GetPolicyVersionInput, iam.GetPolicyVersionOutput]
}

// IAM returns the account's client for its roles and policies.
func (f *Factory) IAM(accountID string) *IAMClient {
	return cached(f, f.key(IAM, accountID, ""), func(cfg aws.Config, l *lane) *IAMClient {
		api := iam.NewFromConfig(cfg)
		return &IAMClient{
			GetRole:                  read(l, GetRole, api.GetRole),
			ListRolePolicies:         read(l, ListRolePolicies, api.ListRolePolicies),
			GetRolePolicy:            read(l, GetRolePolicy, api.GetRolePolicy),
			ListAttachedRolePolicies: read(l, ListAttachedRolePolicies, api.ListAttachedRolePolicies),
			GetPolicy:                read(l, GetPolicy, api.GetPolicy),
			GetPolicyVersion:         read(l, GetPolicyVersion, api.GetPolicyVersion),
		}
	})
}
