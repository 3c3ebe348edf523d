package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/collect"
	"github.com/quilt-auditor/quilt-auditor/audit/inventory"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
)

// The accounts of the estate that the tests of this package audit over HTTP.
const (
	fakeControl    = "111122223333" // runs Quilt; entered with the default credentials
	fakeGenomics   = "444455556666" // can be listed
	fakeImaging    = "004455556666" // cannot: the auditor's role lacks s3:ListAllMyBuckets
	fakeStranger   = "222233334444" // nobody's, not in the configuration
	fakeManagement = "999988887777" // of the organization

	fakeExternalID = "an-external-id-that-nobody-may-see"
)

// fakeConfig audits the whole estate. The control account is no data account,
// so that the calls made in each kind of account can be told apart.
const fakeConfig = `
control:
  account_id: "111122223333"
  regions: [us-east-1]
organization:
  account_id: "999988887777"
  role_arn: arn:aws:iam::999988887777:role/QuiltAuditor
  external_id: an-external-id-that-nobody-may-see
accounts:
  - id: "444455556666"
    name: genomics
    role_arn: arn:aws:iam::444455556666:role/QuiltAuditor
    external_id: an-external-id-that-nobody-may-see
    regions: [us-east-1, us-west-2]
    buckets: [acme-good, acme-bad, acme-public, acme-open, acme-member, acme-bare, acme-typo, acme-foreign, acme-far]
    discover:
      include: ["acme-*"]
      exclude: ["*-scratch"]
      tags: {quilt: "true"}
  - id: "004455556666"
    name: imaging
    role_arn: arn:aws:iam::004455556666:role/QuiltAuditor
    external_id: an-external-id-that-nobody-may-see
    regions: [us-east-1, us-west-2]
    buckets: [acme-slides, acme-scans, acme-hidden]
prefix_roles:
  - {role_arn: "arn:aws:iam::111122223333:role/quilt/QuiltAlice", bucket: acme-good, prefixes: [projects/alice/], access: read_write}
  - {role_arn: "arn:aws:iam::111122223333:role/QuiltBob", bucket: acme-good, prefixes: [projects/bob/], access: read}
  - {role_arn: "arn:aws:iam::111122223333:role/QuiltCarol", bucket: acme-tagged, prefixes: [projects/carol/], access: read}
  - {role_arn: "arn:aws:iam::111122223333:role/QuiltGone", bucket: acme-good, prefixes: [projects/gone/], access: read}
  - {role_arn: "arn:aws:iam::444455556666:role/QuiltLocal", bucket: acme-bare, prefixes: [projects/local/], access: read}
`

// fakeConfigHome is fakeConfig with the control account as a data account too.
var fakeConfigHome = strings.Replace(fakeConfig, "accounts:\n", `accounts:
  - id: "111122223333"
    name: stack
    regions: [us-east-1]
    buckets: [acme-home]
`, 1)

// fakeConfigLean names fewer buckets: enough where no read of S3 is at stake.
var fakeConfigLean = strings.NewReplacer(
	"[acme-good, acme-bad, acme-public, acme-open, acme-member, acme-bare, acme-typo, acme-foreign, acme-far]", "[acme-good, acme-bad, acme-member, acme-bare, acme-typo]",
	"[acme-slides, acme-scans, acme-hidden]", "[acme-slides]",
).Replace(fakeConfigHome)

// unlisted is the rule that is always there: the auditor's role of one account
// cannot list its buckets.
var unlisted = awsfake.Rule{
	Match: awsfake.Match{Service: awsfake.S3, Operation: "ListBuckets", Account: fakeImaging}, Fault: awsfake.AccessDenied,
}

// fakeEstate holds something that passes and something that fails for every
// check, and for every read something whose verdict hangs on it.
func fakeEstate() awsfake.Estate {
	auditor := awsfake.Role{Name: "QuiltAuditor", Assumable: true, ExternalID: fakeExternalID}
	boundary := "arn:aws:iam::" + fakeControl + ":policy/Boundary"
	return awsfake.Estate{
		Home: fakeControl,
		Accounts: []awsfake.Account{
			{
				ID: fakeControl, Trails: []awsfake.Trail{fakeTrail("stack", "acme-good")},
				Policies: []awsfake.ManagedPolicy{
					{Name: "Boundary", Versions: []string{`{}`, fakeDocument(`"Action":"s3:*","Resource":"*"`)}},
					{Name: "Objects", Versions: []string{fakeDocument(`"Action":["s3:Get*","s3:Put*","s3:Delete*"],"Resource":"*"`)}},
				},
				Roles: []awsfake.Role{
					{
						Name: "QuiltAlice", Path: "/quilt/", Boundary: boundary, Attached: []string{"arn:aws:iam::" + fakeControl + ":policy/Objects"},
						Inline: []awsfake.InlinePolicy{{Name: "listing", Document: fakeDocument(`"Action":"s3:List*","Resource":"*"`)}},
					},
					{Name: "QuiltBob", Inline: []awsfake.InlinePolicy{{Name: "own", Document: fakeDocument(
						`"Action":"s3:*","Resource":["arn:aws:s3:::acme-good","arn:aws:s3:::acme-good/projects/bob/*"]`)}}},
					{Name: "QuiltCarol", Attached: []string{"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}},
				},
			},
			{
				ID: fakeGenomics, PublicAccessBlock: &awsfake.PublicAccessBlock{BlockPublicAcls: true},
				Policies: []awsfake.ManagedPolicy{{Name: "Folder", Versions: []string{fakeDocument(`"Action":"s3:Get*","Resource":"*"`)}}},
				Roles: []awsfake.Role{auditor, {
					Name: "QuiltLocal", Attached: []string{"arn:aws:iam::" + fakeGenomics + ":policy/Folder"},
					Inline: []awsfake.InlinePolicy{{Name: "listing", Document: fakeDocument(`"Action":"s3:List*","Resource":"*"`)}},
				}},
				Trails: genomicsTrails(),
			},
			{
				ID: fakeImaging, Roles: []awsfake.Role{auditor}, PublicAccessBlock: awsfake.BlockAll(),
				Trails: []awsfake.Trail{fakeTrail("slides", "acme-slides")},
			},
			{ID: fakeStranger},
			{ID: fakeManagement, Roles: []awsfake.Role{auditor}, Trails: []awsfake.Trail{{
				Name: "everyone", MultiRegion: true, Organization: true, S3BucketName: "acme-logs", EventSelectors: fakeSelectors("acme-member"),
			}}},
		},
		ManagedPolicies: []awsfake.ManagedPolicy{{Name: "AmazonS3ReadOnlyAccess", Versions: []string{
			fakeDocument(`"Action":["s3:Get*","s3:List*"],"Resource":"*"`),
		}}},
		Buckets:       fakeBuckets(),
		Organizations: []awsfake.Organization{{ID: "o-acme123456", Management: fakeManagement, Members: []string{fakeControl, fakeGenomics, fakeImaging}}},
	}
}

func fakeBuckets() []awsfake.Bucket {
	root := `{"AWS":"arn:aws:iam::` + fakeControl + `:root"}`
	sound := func(owner, name, region string) awsfake.Bucket {
		return awsfake.Bucket{
			Name: name, Owner: owner, Region: region, Ownership: awsfake.BucketOwnerEnforced, Policy: fakeGrant(name, root, ""),
			PublicAccessBlock: awsfake.BlockAll(),
		}
	}
	public := func(owner, name string) awsfake.Bucket {
		b := sound(owner, name, "us-east-1")
		b.Policy, b.Public = fakeGrant(name, `"*"`, ""), true
		return b
	}
	tagged := sound(fakeGenomics, "acme-tagged", "us-east-1")
	tagged.Tags = map[string]string{"quilt": "true", "team": "genomics"}
	open := public(fakeGenomics, "acme-open")
	open.PublicAccessBlock = nil
	member := sound(fakeGenomics, "acme-member", "us-east-1")
	member.Policy = fakeGrant("acme-member", `"*"`, `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-acme123456"}}`)
	scans := public(fakeImaging, "acme-scans")
	scans.PublicAccessBlock = nil
	return []awsfake.Bucket{
		sound(fakeGenomics, "acme-good", "us-west-2"), tagged, open, member, public(fakeGenomics, "acme-public"),
		{Name: "acme-bad", Owner: fakeGenomics, Ownership: awsfake.ObjectWriter, Policy: fakeDocument(
			`"Principal":` + root + `,"Action":"s3:GetObject","Resource":"arn:aws:s3:::acme-bad/*"`)},
		{Name: "acme-bare", Owner: fakeGenomics},
		{Name: "acme-far", Owner: fakeGenomics, Region: "eu-central-1"},
		{Name: "acme-foreign", Owner: fakeStranger},
		{Name: "acme-other", Owner: fakeGenomics, Tags: map[string]string{"quilt": "false"}},
		{Name: "acme-old-scratch", Owner: fakeGenomics},
		{Name: "acme-hidden", Owner: fakeStranger},
		{Name: "acme-home", Owner: fakeControl},
		sound(fakeImaging, "acme-slides", "us-west-2"), scans,
	}
}

// fakeDocument is a policy of one statement that allows.
func fakeDocument(rest string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` + rest + `}]}`
}

// fakeGrant is a bucket policy that grants the principal all that Quilt needs.
func fakeGrant(bucket, principal, rest string) string {
	actions := `"s3:` + strings.Join([]string{
		"GetObject", "GetObjectAttributes", "GetObjectTagging", "GetObjectVersion", "GetObjectVersionAttributes", "GetObjectVersionTagging",
		"ListBucket", "ListBucketVersions", "DeleteObject", "DeleteObjectVersion", "PutObject", "PutObjectTagging",
		"GetBucketNotification", "PutBucketNotification",
	}, `","s3:`) + `"`
	arn := "arn:aws:s3:::" + bucket
	return fakeDocument(`"Principal":` + principal + `,"Action":[` + actions + `],"Resource":["` + arn + `","` + arn + `/*"]` + rest)
}

func fakeSelectors(buckets ...string) []awsfake.EventSelector {
	var values []string
	for _, b := range buckets {
		values = append(values, "arn:aws:s3:::"+b+"/")
	}
	return []awsfake.EventSelector{{IncludeManagementEvents: true, DataResources: []awsfake.DataResource{{Type: "AWS::S3::Object", Values: values}}}}
}

func fakeTrail(name string, buckets ...string) awsfake.Trail {
	return awsfake.Trail{Name: name, MultiRegion: true, S3BucketName: "acme-logs", EventSelectors: fakeSelectors(buckets...)}
}

// genomicsTrails are one that records, one that is stopped and one that cannot
// deliver.
func genomicsTrails() []awsfake.Trail {
	stopped, broken := fakeTrail("stopped", "acme-bad"), fakeTrail("broken", "acme-public")
	stopped.Stopped, broken.LatestDeliveryError = true, "NoSuchBucket"
	return []awsfake.Trail{fakeTrail("own", "acme-good", "acme-tagged", "acme-open"), stopped, broken}
}

// startFake starts a fake AWS in which one account cannot be listed.
func startFake(t testing.TB, e awsfake.Estate) *awsfake.Server {
	t.Helper()
	server := awsfake.New(e, awsfake.WithRules(unlisted))
	t.Cleanup(server.Close)
	return server
}

// useFake points the SDK, which reads the environment of the process, at the
// address, and gives the environment of the program.
func useFake(t testing.TB, url string) []string {
	t.Helper()
	environ := (&awsfake.Server{URL: url}).Env()
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	return environ
}

// auditOf is an audit that is done as the program does it, but without its
// patience: rates have no limit and pauses are short.
type auditOf struct {
	cfg     *config.Config
	enabled []audit.Check
}

func newAuditOf(t testing.TB, yaml string) *auditOf {
	t.Helper()
	p := &program{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	cfg, err := p.load(nil, writeConfig(t, yaml))
	if err != nil {
		t.Fatal(err)
	}
	return &auditOf{cfg, enabledChecks(cfg)}
}

func writeConfig(t testing.TB, yaml string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// fakeTime is when every audit of the fake AWS takes place.
var fakeTime = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)

// take reads the fake AWS. Whatever the environment says, it goes to this
// server, so that several can be read at once.
func (a *auditOf) take(t testing.TB, server *awsfake.Server, timeout time.Duration) *snapshot.Snapshot {
	t.Helper()
	scope := declared(a.cfg, a.enabled)
	plenty := awsapi.Limit{Start: 5000, Min: 5000, Max: 5000}
	aws, err := awsapi.New(t.Context(), awsapi.Options{
		Accounts: credentials(a.cfg, &scope), Timeout: timeout, MaxBackoff: time.Millisecond, ConfirmAfter: 20 * time.Millisecond,
		Limits: map[awsapi.Service]awsapi.Limit{
			awsapi.S3: plenty, awsapi.S3Control: plenty, awsapi.STS: plenty, awsapi.CloudTrail: plenty, awsapi.IAM: plenty, awsapi.Organizations: plenty,
		},
		Transport: func(transport *http.Transport) {
			_, address, _ := strings.Cut(server.URL, "://")
			transport.Proxy = nil
			transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, address)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer aws.Close()
	found, err := (&inventory.Inventory{AWS: aws, Filters: filters(a.cfg)}).Discover(t.Context(), scope)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return fakeTime }
	s, err := (&collect.Collector{AWS: aws, TakenAt: fakeTime, Now: now}).Collect(t.Context(), found, audit.FactsOf(a.enabled))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judged is the run over the snapshot and its findings stream.
func (a *auditOf) judged(t testing.TB, s *snapshot.Snapshot) (*audit.Run, []byte) {
	t.Helper()
	run := audit.NewRun("run", s, a.enabled, audit.Evaluate(s, a.enabled), audit.Times{StartedAt: s.TakenAt, EndedAt: s.EndedAt})
	var stream bytes.Buffer
	if err := json.Write(&stream, "test", run); err != nil {
		t.Fatal(err)
	}
	return run, stream.Bytes()
}

// healthy is the run without faults. Its estate must have what the law is
// about: a pass and a fail of every check, and the whole one a call of every
// operation.
func (a *auditOf) healthy(t *testing.T, whole bool) *audit.Run {
	t.Helper()
	server := startFake(t, fakeEstate())
	run, _ := a.judged(t, a.take(t, server, patientTimeout))
	seen := map[string]bool{}
	for _, f := range run.Findings {
		seen[f.Check+" "+string(f.Status)] = true
	}
	for _, check := range a.enabled {
		for _, status := range []audit.Status{audit.StatusPass, audit.StatusFail} {
			if !seen[check.ID+" "+string(status)] {
				t.Fatalf("the healthy estate has no %s of %s", status, check.ID)
			}
		}
	}
	if called := operationsOf(server.Calls()); whole {
		want := map[awsapi.Operation]bool{}
		for _, op := range faultedOperations {
			want[op] = true
		}
		if diff := cmp.Diff(want, called); diff != "" {
			t.Errorf("not the operations of the matrix (-matrix +called)\n%s", diff)
		}
	}
	return run
}

func operationsOf(calls []awsfake.Call) map[awsapi.Operation]bool {
	called := map[awsapi.Operation]bool{}
	for _, c := range calls {
		called[awsapi.Operation(c.Service+":"+c.Operation)] = true
	}
	return called
}
