package awsfake_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

// send makes a call by hand, for what the SDK would not send.
func send(t *testing.T, s *awsfake.Server, method, path, service, target, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+key(data)+"/20261120/us-east-1/"+service+"/aws4_request, SignedHeaders=host")
	r.Header.Set("X-Amz-Account-Id", data)
	if target != "" {
		r.Header.Set("X-Amz-Target", target)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestUnservedAndUnreadable(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	for _, test := range []struct {
		method, path, service, target, body string
		status                              int
		says                                string
	}{
		{"POST", "/", "sts", "", "Action=GetSessionToken", 501, "sts:GetSessionToken"},
		{"POST", "/", "iam", "", "Action=DeleteRole", 501, "iam:DeleteRole"},
		{"POST", "/", "cloudtrail", "CloudTrail_20131101.StopLogging", "{}", 501, "cloudtrail:StopLogging"},
		{"POST", "/", "organizations", "AWSOrganizationsV20161128.ListAccounts", "{}", 501, "organizations:ListAccounts"},
		{"GET", "/v20180820/accesspoint", "s3", "", "", 501, "s3control:GET /v20180820/accesspoint"},
		{"POST", "/", "cloudtrail", "CloudTrail_20131101.DescribeTrails", "not JSON", 400, "cannot read"},
		{"POST", "/", "iam", "", "%zz", 400, "cannot read"},
	} {
		status, text := send(t, s, test.method, test.path, test.service, test.target, test.body)
		if status != test.status || !strings.Contains(text, test.says) {
			t.Errorf("%s %s: %d %s; want %d saying %q", test.path, test.body, status, text, test.status, test.says)
		}
	}
}
