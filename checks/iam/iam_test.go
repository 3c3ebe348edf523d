package iam_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/checktest"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/iam"
)

func TestPrefixRoleQuiltFolder(t *testing.T) {
	checktest.Run(t, iam.PrefixRoleQuiltFolder(policy.NewCache(1<<20)))
}
