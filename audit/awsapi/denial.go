package awsapi

import (
	"errors"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// policyKinds are the kinds of policy that AWS names in the message of a
// refusal (IAM User Guide, "Troubleshoot access denied error messages").
var policyKinds = []string{
	"service control policy", "resource control policy", "permissions boundary", "session policy",
	"VPC endpoint policy", "resource-based policy", "identity-based policy",
}

// denialDetail says which kind of policy refused, in a fixed phrase of ours:
// the message itself holds names and policies of the account.
func denialDetail(err error) string {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return ""
	}
	message := strings.ToLower(api.ErrorMessage())
	explicit := strings.Contains(message, "explicit deny in")
	for _, kind := range policyKinds {
		name := strings.ToLower(kind)
		switch {
		case explicit && strings.Contains(message, name):
			return "an explicit deny in " + article(kind) + " " + kind
		case strings.Contains(message, "no "+name+" allows"):
			return "no " + kind + " allows it"
		}
	}
	return ""
}

func article(noun string) string {
	if strings.HasPrefix(noun, "i") {
		return "an"
	}
	return "a"
}

// assumeRoleError explains why the role of an account could not be assumed.
func assumeRoleError(err error) *entryError {
	read := explain(AssumeRole, err)
	if _, called := errors.AsType[*smithy.OperationError](err); !called && read.Code == CodeClientError {
		read = EmptyResponse(AssumeRole) // the provider found no credentials in the answer
	}
	if read.Operation == string(AssumeRole) && read.Denied() && read.Detail == "" {
		read.Detail = "the role does not exist, or does not trust these credentials with this external id"
	}
	return &entryError{*read}
}

// noCredentials explains why the default chain has none. That can pass by
// itself only if it failed on the way, not if nothing is configured.
func noCredentials(err error) *entryError {
	return &entryError{snapshot.ReadError{
		Operation: string(GetCallerIdentity), Code: CodeNoCredentials,
		Retryable: explain(GetCallerIdentity, err).Retryable,
		Detail:    "none in the environment, the profiles, a web identity or an instance role",
	}}
}
