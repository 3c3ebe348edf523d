package inventory_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
)

// otherCredentials is a Factory that enters the data account with the default
// credentials, which are the control account's.
func otherCredentials(t *testing.T) *awsapi.Factory {
	t.Helper()
	aws, err := awsapi.New(t.Context(), awsapi.Options{Accounts: []awsapi.Account{{ID: control}, {ID: raw}, {ID: shared}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(aws.Close)
	return aws
}
