package config

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"abc", "acme.raw", "Old_Bucket", strings.Repeat("x", 63), "a1--use1-az4--x-s3", "1.2.3"} {
		if err := checkBucketName(name); err != nil {
			t.Errorf("bucket %q: %v", name, err)
		}
	}
	for region, want := range map[string]string{
		"us-east-1": "aws", "ap-southeast-7": "aws", "mx-central-1": "aws", "us-gov-west-1": "aws-us-gov", "cn-northwest-1": "aws-cn",
		"us-iso-west-1": "aws-iso", "us-isob-east-1": "aws-iso-b", "eu-isoe-west-1": "aws-iso-e", "us-isof-south-1": "aws-iso-f",
		"eusc-de-east-1": "aws-eusc", "us-east": "", "US-EAST-1": "", "": "",
	} {
		if got := partitionOf(region); got != want {
			t.Errorf("partition of region %q is %q, want %q", region, got, want)
		}
	}
	for arn, kind := range map[string]string{
		"arn:aws:iam::111122223333:root":                                               "root",
		"arn:aws-us-gov:iam::111122223333:role/a/b/Quilt+=,.@_-":                       "role",
		"arn:aws:iam::111122223333:user/division/alice":                                "user",
		"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO": "role",
	} {
		if got, err := parseIAM(arn); err != nil || got.kind != kind {
			t.Errorf("%s: got kind %q, error %v; want kind %s", arn, got.kind, err, kind)
		}
	}
}
