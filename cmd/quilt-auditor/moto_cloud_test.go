//go:build moto

package main_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	controltypes "github.com/aws/aws-sdk-go-v2/service/s3control/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// The default credentials; moto takes them for its own account 123456789012.
const (
	baseKey    = "AKIAIOSFODNN7EXAMPLE"
	baseSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// cloud makes resources in the emulator, in any account.
type cloud struct {
	url    string
	client *http.Client
	keys   map[string]aws.CredentialsProvider // by account
}

func newCloud(t *testing.T, url string) *cloud {
	t.Helper()
	// s3control puts the account id before the host, which then has no address.
	address := strings.TrimPrefix(url, "http://")
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	c := &cloud{url: url, client: &http.Client{Transport: transport}}
	c.forget()
	return c
}

// forget drops the sessions, which moto does not know any more after a reset.
func (c *cloud) forget() { c.keys = map[string]aws.CredentialsProvider{} }

// in is the configuration of clients in the account and region. moto takes a
// session for one of the account in the ARN of its role.
func (c *cloud) in(t *testing.T, account, region string) aws.Config {
	t.Helper()
	cfg := aws.Config{
		Region: region, BaseEndpoint: aws.String(c.url), HTTPClient: c.client,
		Credentials: credentials.NewStaticCredentialsProvider(baseKey, baseSecret, ""),
	}
	if c.keys[account] == nil {
		out, err := sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{
			RoleArn: aws.String("arn:aws:iam::" + account + ":role/Builder"), RoleSessionName: aws.String("builder"),
		})
		must(t, "entering account "+account, err)
		c.keys[account] = credentials.NewStaticCredentialsProvider(
			*out.Credentials.AccessKeyId, *out.Credentials.SecretAccessKey, *out.Credentials.SessionToken)
	}
	cfg.Credentials = c.keys[account]
	return cfg
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// bucketSpec is a bucket to make; what is left empty is not configured.
type bucketSpec struct {
	name      string
	region    string // us-east-1
	ownership s3types.ObjectOwnership
	policy    string
	restrict  bool // RestrictPublicBuckets
	tags      map[string]string
}

func (c *cloud) s3(t *testing.T, account, region string) *s3.Client {
	t.Helper()
	return s3.NewFromConfig(c.in(t, account, region), func(o *s3.Options) { o.UsePathStyle = true })
}

func (c *cloud) bucket(t *testing.T, account string, b bucketSpec) {
	t.Helper()
	create := &s3.CreateBucketInput{Bucket: &b.name, ObjectOwnership: b.ownership}
	region := "us-east-1"
	if b.region != "" {
		region = b.region
		create.CreateBucketConfiguration = &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraint(region)}
	}
	client := c.s3(t, account, region)
	_, err := client.CreateBucket(t.Context(), create)
	must(t, "creating bucket "+b.name, err)
	if b.policy != "" {
		_, err = client.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &b.name, Policy: &b.policy})
		must(t, "the policy of "+b.name, err)
	}
	if len(b.tags) > 0 {
		tagging := &s3types.Tagging{}
		for key, value := range b.tags {
			tagging.TagSet = append(tagging.TagSet, s3types.Tag{Key: aws.String(key), Value: aws.String(value)})
		}
		_, err = client.PutBucketTagging(t.Context(), &s3.PutBucketTaggingInput{Bucket: &b.name, Tagging: tagging})
		must(t, "the tags of "+b.name, err)
	}
	if b.restrict {
		_, err = client.PutPublicAccessBlock(t.Context(), &s3.PutPublicAccessBlockInput{
			Bucket: &b.name, PublicAccessBlockConfiguration: &s3types.PublicAccessBlockConfiguration{
				BlockPublicAcls: aws.Bool(true), IgnorePublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(true), RestrictPublicBuckets: aws.Bool(true),
			},
		})
		must(t, "the public access block of "+b.name, err)
	}
}

// block sets all four settings of the account's public access block.
func (c *cloud) block(t *testing.T, account string, on bool) {
	t.Helper()
	_, err := s3control.NewFromConfig(c.in(t, account, "us-east-1")).PutPublicAccessBlock(t.Context(), &s3control.PutPublicAccessBlockInput{
		AccountId: &account, PublicAccessBlockConfiguration: &controltypes.PublicAccessBlockConfiguration{
			BlockPublicAcls: &on, IgnorePublicAcls: &on, BlockPublicPolicy: &on, RestrictPublicBuckets: &on,
		},
	})
	must(t, "the public access block of account "+account, err)
}

// trailSpec is a trail to make. Its selectors are what put-event-selectors of
// the AWS CLI takes as JSON.
type trailSpec struct {
	name, region, logs string
	multiRegion        bool
	stopped            bool
	selectors          string
}

func (c *cloud) trail(t *testing.T, account string, spec trailSpec) {
	t.Helper()
	client := cloudtrail.NewFromConfig(c.in(t, account, spec.region))
	_, err := client.CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{
		Name: &spec.name, S3BucketName: &spec.logs, IsMultiRegionTrail: &spec.multiRegion,
	})
	must(t, "creating trail "+spec.name, err)
	c.putSelectors(t, client, spec.name, []byte(spec.selectors))
	if !spec.stopped {
		_, err = client.StartLogging(t.Context(), &cloudtrail.StartLoggingInput{Name: &spec.name})
		must(t, "starting trail "+spec.name, err)
	}
}

func (c *cloud) putSelectors(t *testing.T, client *cloudtrail.Client, trail string, document []byte) {
	t.Helper()
	var selectors struct {
		EventSelectors         []trailtypes.EventSelector
		AdvancedEventSelectors []trailtypes.AdvancedEventSelector
	}
	must(t, "the selectors of "+trail, strictJSON(document, &selectors))
	_, err := client.PutEventSelectors(t.Context(), &cloudtrail.PutEventSelectorsInput{
		TrailName: &trail, EventSelectors: selectors.EventSelectors, AdvancedEventSelectors: selectors.AdvancedEventSelectors,
	})
	must(t, "the selectors of "+trail, err)
}

func strictJSON(document []byte, into any) error {
	decoder := json.NewDecoder(strings.NewReader(string(document)))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// roleSpec is a role to make, with at most one policy of each kind.
type roleSpec struct {
	name, path                 string
	inline, attached, boundary string // policy documents
}

func (c *cloud) role(t *testing.T, account string, spec roleSpec) {
	t.Helper()
	client := iam.NewFromConfig(c.in(t, account, "us-east-1"))
	create := &iam.CreateRoleInput{RoleName: &spec.name, AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`)}
	if spec.path != "" {
		create.Path = &spec.path
	}
	if spec.boundary != "" {
		create.PermissionsBoundary = c.managedPolicy(t, client, spec.name+"-boundary", spec.boundary)
	}
	_, err := client.CreateRole(t.Context(), create)
	must(t, "creating role "+spec.name, err)
	if spec.inline != "" {
		_, err = client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: &spec.name, PolicyName: aws.String("inline"), PolicyDocument: &spec.inline})
		must(t, "the inline policy of "+spec.name, err)
	}
	if spec.attached != "" {
		arn := c.managedPolicy(t, client, spec.name+"-attached", spec.attached)
		_, err = client.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: &spec.name, PolicyArn: arn})
		must(t, "attaching a policy to "+spec.name, err)
	}
}

func (c *cloud) managedPolicy(t *testing.T, client *iam.Client, name, document string) *string {
	t.Helper()
	out, err := client.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: &document})
	must(t, "creating policy "+name, err)
	return out.Policy.Arn
}

// organization makes the account the management account of a new organization
// and returns its id.
func (c *cloud) organization(t *testing.T, account string) string {
	t.Helper()
	out, err := organizations.NewFromConfig(c.in(t, account, "us-east-1")).CreateOrganization(t.Context(), &organizations.CreateOrganizationInput{})
	must(t, "creating an organization", err)
	return *out.Organization.Id
}
