package cloudtrail_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/checktest"
	"github.com/quilt-auditor/quilt-auditor/checks/cloudtrail"
)

func TestDataEvents(t *testing.T) { checktest.Run(t, cloudtrail.DataEvents) }
