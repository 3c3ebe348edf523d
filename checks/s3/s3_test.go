package s3_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/checktest"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/s3"
)

func TestObjectOwnership(t *testing.T) { checktest.Run(t, s3.ObjectOwnership) }
func TestBucketInventory(t *testing.T) { checktest.Run(t, s3.BucketInventory) }
func TestRequiredActions(t *testing.T) { checktest.Run(t, s3.RequiredActions(policy.NewCache(1<<20))) }
func TestExcessAccess(t *testing.T)    { checktest.Run(t, s3.ExcessAccess(policy.NewCache(1<<20))) }
