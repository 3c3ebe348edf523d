package sts_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/checktest"
	"github.com/quilt-auditor/quilt-auditor/checks/sts"
)

func TestAccountAccess(t *testing.T) { checktest.Run(t, sts.AccountAccess) }
