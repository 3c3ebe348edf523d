//go:build moto

package main_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// call is one request of the program.
type call struct {
	method, path         string
	header               http.Header
	query, form          url.Values
	key, region, service string // of the signature's scope
	signedHeaders        []string
	account              string // whose session signed it, "" for the default credentials
	action               string // the IAM action that it needs
	bucket               string // that is read or written, "" for HeadBucket
}

func (c *call) assumes() bool { return c.action == "sts:AssumeRole" }

// signature is the Authorization header of Signature Version 4 (AWS General
// Reference, "Signing AWS API requests").
var signature = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([A-Z0-9]{16,20})/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, ` +
	`SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$`)

func newCall(r *http.Request, body []byte) call {
	c := call{method: r.Method, path: r.URL.Path, header: r.Header, query: r.URL.Query(), form: url.Values{}}
	if m := signature.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		c.key, c.region, c.service, c.signedHeaders = m[1], m[2], m[3], strings.Split(m[4], ";")
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		c.form, _ = url.ParseQuery(string(body)) // what is no form has no Action
	}
	switch target := r.Header.Get("X-Amz-Target"); {
	case target != "":
		c.action = c.service + ":" + target[strings.LastIndex(target, ".")+1:]
	case c.form.Has("Action"):
		c.action = c.service + ":" + c.form.Get("Action")
	case c.service == "s3":
		c.action = c.s3Action()
	}
	return c
}

// readsOfBuckets are the actions that the sub-resources of a bucket need.
var readsOfBuckets = map[string]string{
	"ownershipControls": "s3:GetBucketOwnershipControls", "policy": "s3:GetBucketPolicy", "policyStatus": "s3:GetBucketPolicyStatus",
	"publicAccessBlock": "s3:GetBucketPublicAccessBlock", "tagging": "s3:GetBucketTagging",
}

// reportObject is the one place where anything may ever be written: a report,
// as testReports has it configured.
var reportObject = regexp.MustCompile(`^/` + reportBucket + `/quilt/quilt-auditor-report-[a-z]+-\d{4}-\d\d-\d\dT\d{6}Z\.(html|json)$`)

// headersOfPut are those of S3 that a put may have.
var headersOfPut = []string{
	"X-Amz-Date", "X-Amz-Security-Token", "X-Amz-User-Agent", "X-Amz-Expected-Bucket-Owner",
	"X-Amz-Content-Sha256", "X-Amz-Checksum-Sha256", "X-Amz-Sdk-Checksum-Algorithm",
}

// puts reports whether the call adds a report, replaces nothing, and asks for
// nothing else: no ACL, no tags, no encryption but the bucket's own.
func (c *call) puts() bool {
	for name := range c.header {
		if strings.HasPrefix(name, "X-Amz-") && !slices.Contains(headersOfPut, name) {
			return false
		}
	}
	c.query.Del("x-id") // of the SDK: the operation's name
	return c.method == http.MethodPut && reportObject.MatchString(c.path) && len(c.query) == 0 &&
		c.header.Get("If-None-Match") == "*" && c.header.Get("X-Amz-Checksum-Sha256") != "" && slices.Contains(c.signedHeaders, "if-none-match")
}

func (c *call) s3Action() string {
	bucket := strings.Trim(c.path, "/")
	switch {
	case c.puts():
		c.bucket = reportBucket
		return "s3:PutObject"
	case c.method == http.MethodGet && bucket == "v20180820/configuration/publicAccessBlock":
		return "s3:GetAccountPublicAccessBlock"
	case strings.Contains(bucket, "/"):
		return "" // an object
	case c.method == http.MethodGet && bucket == "":
		return "s3:ListAllMyBuckets"
	case c.method == http.MethodHead && bucket != "":
		return "s3:ListBucket"
	case c.method != http.MethodGet:
		return ""
	}
	for name, action := range readsOfBuckets {
		if c.query.Has(name) {
			c.bucket = bucket
			return action
		}
	}
	return ""
}

var readOnly = regexp.MustCompile(`^(s3:(Get|List)|(sts|iam|cloudtrail|organizations):(Get|List|Describe))[A-Za-z]+$`)

// broken says which rules the request breaks.
func (c *call) broken() []string {
	var rules []string
	rule := func(kept bool, name string) {
		if !kept {
			rules = append(rules, fmt.Sprintf("%s %s %q (%q): %s", c.method, c.path, c.query.Encode(), c.action, name))
		}
	}
	rule(c.assumes() || readOnly.MatchString(c.action) || c.action == "s3:PutObject" && c.account == reportAccount, "not a read of settings")
	rule(c.key != "", "not signed with Signature Version 4")
	rule(slices.Contains(c.signedHeaders, "host") && slices.Contains(c.signedHeaders, "x-amz-date"), "the signature does not cover host and time")
	if c.key == baseKey {
		rule(c.service == "sts", "the default credentials are for entering accounts only")
		return rules
	}
	rule(c.account != "", "signed with credentials that nobody gave out")
	rule(slices.Contains(c.signedHeaders, "x-amz-security-token"), "a session's request without its token")
	rule(!c.assumes(), "a session assumes another role")
	rule(c.bucket == "" || c.header.Get("X-Amz-Expected-Bucket-Owner") == c.account, "a call that does not expect the bucket to be the account's own")
	return rules
}
