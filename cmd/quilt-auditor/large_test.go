package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

// The large estate: 100 accounts, five findings on each bucket, of which one
// bucket in six fails one check.
const (
	largeAccounts = 100
	largeFailing  = 6
	// largeChanges is in how many buckets every other run differs.
	largeChanges = 100
)

// large is the service over the large estate: the command large-service of the
// test binary. It audits when it is told to, and first if nothing is known.
type large struct {
	dir     string
	buckets int // of an account
	runs    int
}

// largeService is the main function of large-service DIR ADDRESS BUCKETS.
func largeService() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	collectAsService()
	p := &program{stdout: io.Discard, stderr: os.Stderr}
	o := &serviceOptions{addresses: []string{os.Args[2]}, lifecycle: true, maxFindings: 50_000, log: logOptions{"info", "json"}}
	buckets, err := strconv.Atoi(os.Args[3])
	if err == nil {
		err = p.serve(ctx, o, &large{dir: os.Args[1], buckets: buckets / largeAccounts}, nil)
	}
	if err != nil {
		slog.Error("large-service", "error", err)
		os.Exit(exitError)
	}
}

func (l *large) plan(context.Context, *prometheus.Exporter, *zap.Logger) (*daemon.Plan, error) {
	return &daemon.Plan{
		Schedule: paced{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 100 * 365 * 24 * time.Hour}, Declared: largeScope(0), Checks: checks.All(),
		Discoverer: l, Collector: l, Keep: 24 * time.Hour, Close: func() {},
	}, nil
}

func (l *large) open(ctx context.Context) (daemon.Store, error) { return openHistory(ctx, l.dir) }

func (l *large) ended(*audit.Run) {}

func (l *large) listening(string) {}

func (l *large) Discover(_ context.Context, declared snapshot.Scope) (snapshot.Scope, error) {
	return declared, nil
}

// Collect makes the snapshot. What making it left behind is not a service's.
func (l *large) Collect(_ context.Context, takenAt time.Time, _ snapshot.Scope, _ []snapshot.Fact) (*snapshot.Snapshot, error) {
	l.runs++
	c := snapshot.Contents{SchemaVersion: snapshot.SchemaVersion, TakenAt: takenAt, EndedAt: takenAt, Scope: largeScope(l.buckets)}
	c.Organization = snapshot.Got(snapshot.Organization{})
	for _, a := range c.Scope.Accounts {
		c.Accounts = append(c.Accounts, largeFacts(a.ID))
		if !a.Data {
			continue
		}
		c.Trails = append(c.Trails, largeTrail(a.ID, takenAt))
	}
	c.Buckets = make([]snapshot.Bucket, len(c.Scope.Buckets)) // as the collector does
	for i := range c.Scope.Buckets {
		c.Buckets[i] = l.bucket(i, &c.Scope.Buckets[i])
	}
	s, err := snapshot.New(c)
	debug.FreeOSMemory()
	return s, err
}

const largeControl = "111122223333"

func largeScope(buckets int) snapshot.Scope {
	s := snapshot.Scope{ControlAccountID: largeControl, Profile: "all", Profiles: map[string][]string{"all": {
		"s3:GetObject", "s3:GetObjectAttributes", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions",
		"s3:DeleteObject", "s3:PutObject", "s3:PutObjectTagging", "s3:GetBucketNotification", "s3:PutBucketNotification",
	}}, Checks: checkIDs(checks.All())}
	account := func(id string, data bool) {
		a := snapshot.Account{ID: id, Partition: "aws", Regions: []string{"us-east-1"}, Data: data, Control: !data}
		a.Identity = snapshot.Got(snapshot.Identity{AccountID: id, ARN: "arn:aws:sts::" + id + ":assumed-role/QuiltAuditor/quilt-auditor"})
		if data {
			a.Listing = snapshot.Got(snapshot.Listing{Buckets: buckets, InScope: buckets})
		}
		s.Accounts = append(s.Accounts, a)
	}
	account(largeControl, false)
	for i := range largeAccounts {
		id := fmt.Sprintf("44445555%04d", i)
		account(id, true)
		for b := range buckets {
			s.Buckets = append(s.Buckets, snapshot.ScopeBucket{
				AccountID: id, Name: fmt.Sprintf("acme-%04d-genomics-%04d", i, b), Partition: "aws", Region: "us-east-1", Profile: "all",
				Presence: snapshot.Got(snapshot.Present),
			})
		}
	}
	return s
}

func largeFacts(id string) snapshot.AccountFacts {
	return snapshot.AccountFacts{
		ID: id, PublicAccessBlock: snapshot.Got(snapshot.PublicAccessBlock{BlockPublicPolicy: true}),
		Trails: []snapshot.TrailListing{{Region: "us-east-1", ARNs: snapshot.Got([]string{largeTrailARN(id)})}},
	}
}

func largeTrailARN(id string) string { return "arn:aws:cloudtrail:us-east-1:" + id + ":trail/events" }

func largeTrail(id string, at time.Time) snapshot.Trail {
	return snapshot.Trail{
		ARN: largeTrailARN(id), Name: "events", HomeRegion: "us-east-1", MultiRegion: true, S3Bucket: "acme-logs",
		Status:    snapshot.Got(snapshot.TrailStatus{Logging: true, LatestDeliveryTime: at}),
		Selectors: snapshot.Got(json.RawMessage(`{"EventSelectors":[{"ReadWriteType":"All","DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3"]}]}]}`)),
	}
}

const largePolicy = `{"Version":"2012-10-17","Statement":[{"Sid":"DenyPlainHTTP","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},` +
	`{"Sid":"QuiltCrossAccountAccess","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":["s3:GetObject","s3:GetObjectAttributes","s3:GetObjectTagging","s3:GetObjectVersion","s3:ListBucket","s3:ListBucketVersions","s3:DeleteObject","s3:PutObject","s3:PutObjectTagging","s3:GetBucketNotification","s3:PutBucketNotification"],"Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"]}]}`

func (l *large) bucket(i int, b *snapshot.ScopeBucket) snapshot.Bucket {
	ownership := "BucketOwnerEnforced"
	if i%largeFailing == 0 || i < largeFailing*largeChanges && i%largeFailing == 1 && l.runs%2 == 0 {
		ownership = "ObjectWriter"
	}
	return snapshot.Bucket{
		AccountID: b.AccountID, ARN: b.ARN(), Region: b.Region, Ownership: snapshot.Got(ownership),
		Policy: snapshot.Got(fmt.Sprintf(largePolicy, b.Name)), Public: snapshot.Got(false),
		PublicAccessBlock: snapshot.Got(snapshot.PublicAccessBlock{}),
	}
}
