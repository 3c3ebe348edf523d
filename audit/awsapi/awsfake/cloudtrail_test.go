package awsfake_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

func TestDescribeTrails(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	for _, test := range []struct {
		account, region string
		shadows         *bool
		named           []string
		want            []string
	}{
		{data, "us-east-1", nil, nil, []string{ownTrail, orgTrail}},
		{data, "us-west-2", nil, nil, []string{ownTrail, westTrail, orgTrail}},
		{data, "us-west-2", aws.Bool(false), nil, []string{westTrail}},
		{data, "us-east-1", aws.Bool(false), nil, []string{ownTrail}},
		{data, "eu-central-1", aws.Bool(false), nil, nil},
		{data, "us-east-1", nil, []string{"own", "west", "org"}, []string{ownTrail}},
		{data, "us-east-1", nil, []string{westTrail, orgTrail}, []string{westTrail, orgTrail}},
		{control, "us-east-1", aws.Bool(false), nil, []string{orgTrail}},
		{other, "us-east-1", nil, nil, nil},
	} {
		out, err := cloudtrail.NewFromConfig(in(s, test.account, test.region)).DescribeTrails(t.Context(),
			&cloudtrail.DescribeTrailsInput{IncludeShadowTrails: test.shadows, TrailNameList: test.named})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, trail := range out.TrailList {
			got = append(got, *trail.TrailARN)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s in %s: %s", test.account, test.region, diff)
		}
	}
}

func TestTrailFields(t *testing.T) {
	t.Parallel()
	client := cloudtrail.NewFromConfig(in(start(t, testEstate()), data, "us-east-1"))
	out, err := client.DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	if err != nil {
		t.Fatal(err)
	}
	own, org := out.TrailList[0], out.TrailList[1]
	if *own.Name != "own" || *own.HomeRegion != "us-east-1" || !*own.IsMultiRegionTrail || *own.IsOrganizationTrail ||
		*own.S3BucketName != "logs" || *own.S3KeyPrefix != "ct" || *own.KmsKeyId != "arn:aws:kms:k" || !*own.HasCustomEventSelectors {
		t.Errorf("trail %+v", own)
	}
	if !*org.IsOrganizationTrail || org.S3KeyPrefix != nil || org.KmsKeyId != nil {
		t.Errorf("trail %+v", org)
	}
}

func TestTrailStatus(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	out, err := cloudtrail.NewFromConfig(in(s, data, "us-east-1")).GetTrailStatus(t.Context(), &cloudtrail.GetTrailStatusInput{Name: aws.String("own")})
	if err != nil || !*out.IsLogging || out.LatestDeliveryError != nil || !out.LatestDeliveryTime.Equal(delivered) {
		t.Errorf("status %+v, %v", out, err)
	}
	out, err = cloudtrail.NewFromConfig(in(s, data, "us-west-2")).GetTrailStatus(t.Context(), &cloudtrail.GetTrailStatusInput{Name: aws.String("west")})
	if err != nil || *out.IsLogging || *out.LatestDeliveryError != "NoSuchBucket" || out.LatestDeliveryTime != nil {
		t.Errorf("status %+v, %v", out, err)
	}
}

func TestEventSelectors(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	get := func(region, trail string) *cloudtrail.GetEventSelectorsOutput {
		out, err := cloudtrail.NewFromConfig(in(s, data, region)).GetEventSelectors(t.Context(), &cloudtrail.GetEventSelectorsInput{TrailName: &trail})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	basic := get("us-east-1", ownTrail)
	if len(basic.EventSelectors) != 1 || basic.EventSelectors[0].ReadWriteType != types.ReadWriteTypeWriteOnly ||
		basic.AdvancedEventSelectors != nil || *basic.TrailARN != ownTrail ||
		!slices.Equal(basic.EventSelectors[0].DataResources[0].Values, []string{"arn:aws:s3:::full/"}) {
		t.Errorf("basic %+v", basic)
	}
	unset := get("us-west-2", "west")
	if len(unset.EventSelectors) != 1 || unset.EventSelectors[0].ReadWriteType != types.ReadWriteTypeAll ||
		!*unset.EventSelectors[0].IncludeManagementEvents || len(unset.EventSelectors[0].DataResources) != 0 {
		t.Errorf("default %+v", unset)
	}
	advanced := get("us-east-1", orgTrail)
	if len(advanced.AdvancedEventSelectors) != 1 || advanced.EventSelectors != nil {
		t.Fatalf("advanced %+v", advanced)
	}
	fields := advanced.AdvancedEventSelectors[0].FieldSelectors
	if len(fields) != 2 || *fields[1].Field != "resources.type" || fields[1].Equals[0] != "AWS::S3::Object" || fields[1].StartsWith != nil {
		t.Errorf("fields %+v", fields)
	}
}

func TestTrailErrors(t *testing.T) {
	t.Parallel()
	invalid := testEstate()
	invalid.Organizations[0].MembersCannotReadTrails = true
	delegated := testEstate()
	delegated.Organizations[0].MembersCannotReadTrails = true
	delegated.Organizations[0].Delegated = []string{data}
	strict := testEstate()
	strict.HomeRegionOnly = true
	for _, test := range []struct {
		name                   string
		estate                 awsfake.Estate
		account, region, trail string
		code                   string
	}{
		{"organization trail by name", testEstate(), data, "us-east-1", "org", "TrailNotFoundException"},
		{"organization trail by ARN", testEstate(), data, "us-east-1", orgTrail, ""},
		{"organization trail by ARN, refused", invalid, data, "us-east-1", orgTrail, "CloudTrailARNInvalidException"},
		{"delegated administrator", delegated, data, "us-east-1", orgTrail, ""},
		{"management account", invalid, control, "us-east-1", orgTrail, ""},
		{"stranger", testEstate(), other, "us-east-1", orgTrail, "CloudTrailARNInvalidException"},
		{"name in another region", testEstate(), data, "us-west-2", "own", "TrailNotFoundException"},
		{"shadow by ARN", testEstate(), data, "us-west-2", ownTrail, ""},
		{"shadow by ARN, strict", strict, data, "us-west-2", ownTrail, "InvalidHomeRegionException"},
		{"home by ARN, strict", strict, data, "us-east-1", ownTrail, ""},
		{"single region by ARN elsewhere", testEstate(), data, "us-east-1", westTrail, "TrailNotFoundException"},
		{"absent", testEstate(), data, "us-east-1", ownTrail + "x", "TrailNotFoundException"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client := cloudtrail.NewFromConfig(in(start(t, test.estate), test.account, test.region))
			_, err := client.GetEventSelectors(t.Context(), &cloudtrail.GetEventSelectorsInput{TrailName: &test.trail})
			wantCode(t, err, test.code)
			_, err = client.GetTrailStatus(t.Context(), &cloudtrail.GetTrailStatusInput{Name: &test.trail})
			wantCode(t, err, test.code)
		})
	}
}

func TestDescribeOrganization(t *testing.T) {
	t.Parallel()
	s := start(t, testEstate())
	for _, account := range []string{control, data} {
		out, err := organizations.NewFromConfig(in(s, account, "us-east-1")).DescribeOrganization(t.Context(), &organizations.DescribeOrganizationInput{})
		if err != nil || *out.Organization.Id != "o-abcdefghij" || *out.Organization.MasterAccountId != control {
			t.Errorf("%s: %+v, %v", account, out, err)
		}
	}
	_, err := organizations.NewFromConfig(in(s, other, "us-east-1")).DescribeOrganization(t.Context(), &organizations.DescribeOrganizationInput{})
	wantCode(t, err, "AWSOrganizationsNotInUseException")
}
