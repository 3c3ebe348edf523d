package awsfake_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

// list walks all pages and gives the names, in order, and the number of pages.
func list(t *testing.T, client *s3.Client, in *s3.ListBucketsInput) (names []string, regions map[string]bool, pages int) {
	t.Helper()
	regions = map[string]bool{}
	pager := s3.NewListBucketsPaginator(client, in)
	for pager.HasMorePages() {
		out, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for _, b := range out.Buckets {
			names = append(names, *b.Name)
			regions[aws.ToString(b.BucketRegion)] = true
		}
	}
	return names, regions, pages
}

func TestListBucketsPages(t *testing.T) {
	t.Parallel()
	s := start(t, awsfake.Large(1, 25_000))
	config := assumed(t, s, "arn:aws:iam::"+awsfake.LargeAccountID(0)+":role/"+awsfake.LargeRole, awsfake.LargeExternalID)
	client := s3Client(config)

	names, _, pages := list(t, client, &s3.ListBucketsInput{MaxBuckets: aws.Int32(10_000)})
	if len(names) != 25_000 || pages != 3 {
		t.Fatalf("%d buckets on %d pages, want 25000 on 3", len(names), pages)
	}
	for i, name := range names {
		if want := fmt.Sprintf("acme-0000-%06d", i); name != want {
			t.Fatalf("bucket %d is %s, want %s", i, name, want)
		}
	}
	for _, test := range []struct {
		in             *s3.ListBucketsInput
		buckets, pages int
	}{
		{&s3.ListBucketsInput{Prefix: aws.String("acme-0000-0012"), MaxBuckets: aws.Int32(30)}, 100, 4},
		{&s3.ListBucketsInput{Prefix: aws.String("acme-0000-0012"), MaxBuckets: aws.Int32(50)}, 100, 2},
		{&s3.ListBucketsInput{Prefix: aws.String("zzz"), MaxBuckets: aws.Int32(50)}, 0, 1},
		{&s3.ListBucketsInput{BucketRegion: aws.String("us-east-1"), MaxBuckets: aws.Int32(10_000)}, 12_500, 2},
	} {
		names, _, pages := list(t, client, test.in)
		if len(names) != test.buckets || pages != test.pages {
			t.Errorf("%d buckets on %d pages, want %d on %d", len(names), pages, test.buckets, test.pages)
		}
	}
	_, err := client.ListBuckets(t.Context(), &s3.ListBucketsInput{})
	wantCode(t, err, "InvalidRequest")
}

func TestListBucketsRegionNeedsAParameter(t *testing.T) {
	t.Parallel()
	estate := testEstate()
	client := s3Client(in(start(t, estate), data, "us-east-1"))
	if names, regions, _ := list(t, client, &s3.ListBucketsInput{}); len(names) != 5 || !regions[""] || len(regions) != 1 {
		t.Errorf("without a parameter: %v in %v", names, regions)
	}
	_, regions, _ := list(t, client, &s3.ListBucketsInput{Prefix: aws.String("w")})
	if !regions["us-west-2"] || len(regions) != 1 {
		t.Errorf("with a prefix: %v", regions)
	}
	estate.NoBucketRegion = true
	client = s3Client(in(start(t, estate), data, "us-east-1"))
	if _, regions, _ := list(t, client, &s3.ListBucketsInput{MaxBuckets: aws.Int32(9)}); !regions[""] || len(regions) != 1 {
		t.Errorf("with NoBucketRegion: %v", regions)
	}
}

func TestListBucketsRefusesBadParameters(t *testing.T) {
	t.Parallel()
	client := s3Client(in(start(t, testEstate()), data, "us-east-1"))
	for _, in := range []*s3.ListBucketsInput{
		{MaxBuckets: aws.Int32(0)},
		{MaxBuckets: aws.Int32(10_001)},
		{ContinuationToken: aws.String("not a token!")},
		{BucketRegion: aws.String("us-west-2")},
	} {
		_, err := client.ListBuckets(t.Context(), in)
		wantCode(t, err, "InvalidArgument")
	}
}
