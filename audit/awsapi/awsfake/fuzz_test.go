package awsfake_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

// FuzzRequest: whatever is sent, the fake answers with a status of HTTP and records one call, or
// refuses to read the request.
func FuzzRequest(f *testing.F) {
	f.Add("GET", "/full?policy", "s3", "", "", "")
	f.Add("GET", "/?max-buckets=2&continuation-token=YmFyZQ", "s3", "", "", "")
	f.Add("HEAD", "/full", "s3", "", "", "full.s3.us-east-1.amazonaws.com")
	f.Add("POST", "/", "iam", "", "Action=ListRolePolicies&RoleName=Alice&MaxItems=1&Marker=YWZ0ZXIgMQ", "")
	f.Add("POST", "/", "sts", "", "Action=AssumeRole&RoleArn=x&RoleSessionName=ab", "")
	f.Add("POST", "/", "cloudtrail", "CloudTrail_20131101.GetTrailStatus", `{"Name":"arn:aws:cloudtrail"}`, "")
	f.Add("GET", "/v20180820/configuration/publicAccessBlock", "s3", "", "", "444455556666.127.0.0.1")
	fake := awsfake.NewFake(testEstate(), awsfake.CountsOnly())
	f.Fuzz(func(t *testing.T, method, target, service, amzTarget, body, host string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || method == "" {
			return
		}
		r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(body))
		r.Method, r.URL, r.Host = method, u, host
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+key(data)+"/20261120/us-east-1/"+service+"/aws4_request, SignedHeaders=host")
		r.Header.Set("X-Amz-Target", amzTarget)
		w := httptest.NewRecorder()
		before := fake.Count(awsfake.Match{})
		fake.ServeHTTP(w, r)
		recorded := fake.Count(awsfake.Match{}) - before
		if w.Code < 200 || w.Code > 599 || recorded > 1 || recorded == 0 && w.Code != http.StatusBadRequest {
			t.Errorf("status %d, %d calls recorded", w.Code, recorded)
		}
	})
}
