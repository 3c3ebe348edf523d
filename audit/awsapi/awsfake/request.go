package awsfake

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// The services, as Call, Match and the IAM actions name them.
const (
	S3            = "s3"
	S3Control     = "s3control"
	STS           = "sts"
	IAM           = "iam"
	CloudTrail    = "cloudtrail"
	Organizations = "organizations"
)

// request is one call, understood: which operation, on what, by whom.
type request struct {
	service, operation string
	region             string
	// resource is the bucket, role, policy, trail or account that the call is about.
	resource string
	// key is the access key that signed; empty for an unsigned request.
	key    string
	caller *caller
	// header, query (URL query or form) and body are the input of the operation; body is JSON.
	header http.Header
	query  url.Values
	body   trailInput
	// head says that the answer must not have a body.
	head      bool
	pathStyle bool
	id        string
}

// maxInput bounds what is read of a request; the largest real one is far below.
const maxInput = 1 << 20

func (f *Fake) understand(r *http.Request) (*request, error) {
	scope := parseCredential(r.Header)
	req := &request{
		region: scope.region, key: scope.key, caller: f.keys.authenticate(scope, r.Header),
		header: r.Header, head: r.Method == http.MethodHead, id: f.nextID(),
	}
	if r.Method != http.MethodPost {
		req.understandREST(r)
		return req, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxInput))
	if err != nil {
		return nil, err
	}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return req, req.understandJSON(target, body)
	}
	return req, req.understandQuery(scope.service, body)
}

// understandJSON reads a call of the AWS JSON 1.1 protocol.
func (q *request) understandJSON(target string, body []byte) error {
	prefix, operation, _ := strings.Cut(target, ".")
	q.service, q.operation = CloudTrail, operation
	if strings.HasPrefix(prefix, "AWSOrganizations") {
		q.service = Organizations
	}
	if err := json.Unmarshal(body, &q.body); err != nil {
		return err
	}
	q.resource = q.body.trail()
	return nil
}

// understandQuery reads a call of the AWS query protocol. Unsigned calls tell STS from IAM by the
// version of the API.
func (q *request) understandQuery(service string, body []byte) error {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return err
	}
	q.query, q.operation = form, form.Get("Action")
	q.service = IAM
	if service == STS || form.Get("Version") == "2011-06-15" {
		q.service = STS
	}
	for _, member := range []string{"RoleArn", "RoleName", "PolicyArn"} {
		if v := form.Get(member); v != "" {
			q.resource = v
			break
		}
	}
	return nil
}

// understandREST reads a call of S3 or S3 Control.
func (q *request) understandREST(r *http.Request) {
	q.query = r.URL.Query()
	if account := r.Header.Get("X-Amz-Account-Id"); account != "" && strings.HasPrefix(r.URL.Path, "/v20180820/") {
		q.service, q.operation, q.resource = S3Control, r.Method+" "+r.URL.Path, account
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/configuration/publicAccessBlock") {
			q.operation = "GetPublicAccessBlock"
		}
		return
	}
	q.service = S3
	key := strings.TrimPrefix(r.URL.Path, "/")
	q.resource = bucketOfHost(r.Host)
	if q.resource == "" {
		q.pathStyle = true
		q.resource, key, _ = strings.Cut(key, "/")
	}
	q.operation = s3Operation(r.Method, q.resource, key, q.query)
}

// bucketOfHost is the bucket of a virtual-hosted-style request: BUCKET.s3.REGION.amazonaws.com,
// its older forms, or BUCKET.localhost.
func bucketOfHost(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if bucket, ok := strings.CutSuffix(host, ".localhost"); ok {
		return bucket
	}
	if !strings.Contains(host, ".amazonaws.com") {
		return ""
	}
	return host[:max(strings.LastIndex(host, ".s3."), strings.LastIndex(host, ".s3-"), 0)]
}

// subresource is the operation that a query parameter of a bucket asks for.
// GetBucketLocation is among them only to be counted: nobody should need it.
func subresource(parameter string) string {
	switch parameter {
	case "ownershipControls":
		return "GetBucketOwnershipControls"
	case "policy":
		return "GetBucketPolicy"
	case "policyStatus":
		return "GetBucketPolicyStatus"
	case "publicAccessBlock":
		return "GetPublicAccessBlock"
	case "tagging":
		return "GetBucketTagging"
	case "location":
		return "GetBucketLocation"
	}
	return ""
}

// s3Operation names an operation as the S3 API does; what is not served keeps its method and query,
// so that a count of calls shows it.
func s3Operation(method, bucket, key string, query url.Values) string {
	switch {
	case key != "":
		return strings.ToUpper(method[:1]) + strings.ToLower(method[1:]) + "Object"
	case method == http.MethodGet && bucket == "":
		return "ListBuckets"
	case method == http.MethodHead:
		return "HeadBucket"
	case method == http.MethodGet:
		for parameter := range query {
			if operation := subresource(parameter); operation != "" {
				return operation
			}
		}
	}
	return method + " ?" + query.Encode()
}
