package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// partitions are AWS's partitions and the regions of each, as the SDK's
// endpoint rules (partitions.json of aws-sdk-go-v2) have them. The last also
// takes regions whose first part is not known yet, as the SDK does.
var partitions = []struct {
	name   string
	region *regexp.Regexp
}{
	{"aws-cn", regexp.MustCompile(`^cn-[a-z]+-\d+$`)},
	{"aws-us-gov", regexp.MustCompile(`^us-gov-[a-z]+-\d+$`)},
	{"aws-eusc", regexp.MustCompile(`^eusc-de-[a-z]+-\d+$`)},
	{"aws-iso", regexp.MustCompile(`^us-iso-[a-z]+-\d+$`)},
	{"aws-iso-b", regexp.MustCompile(`^us-isob-[a-z]+-\d+$`)},
	{"aws-iso-e", regexp.MustCompile(`^eu-isoe-[a-z]+-\d+$`)},
	{"aws-iso-f", regexp.MustCompile(`^us-isof-[a-z]+-\d+$`)},
	{"aws", regexp.MustCompile(`^[a-z]{2}-[a-z]+-\d+$`)},
}

func partitionNames() []string {
	names := make([]string, len(partitions))
	for i, p := range partitions {
		names[i] = p.name
	}
	slices.Sort(names)
	return names
}

// partitionOf is the partition of a region, or "" if nothing like a region.
func partitionOf(region string) string {
	for _, p := range partitions {
		if p.region.MatchString(region) {
			return p.name
		}
	}
	return ""
}

// iamARN is the ARN of an account root, a role or a user.
type iamARN struct {
	partition, account string
	kind               string // root, role or user
}

// The form of IAM's ARNs and names: IAM User Guide, "IAM identifiers" and
// "IAM and AWS STS quotas". A path is any visible ASCII between slashes.
var (
	iamForm     = regexp.MustCompile(`^arn:([^:]*):iam::([0-9]{12}):(?:(root)|(role|user)/(?:[!-~]*/)?[\w+=,.@-]{1,64})$`)
	sessionForm = regexp.MustCompile(`^arn:([^:]*):sts::([0-9]{12}):assumed-role/([\w+=,.@-]+)/`)
)

var (
	errWildcard = errors.New("a wildcard names nobody; name each one")
	errNotIAM   = errors.New("not the ARN of an account root, a role or a user")
)

// parseIAM reads the ARN of an account root, a role or a user. Errors say
// what is wrong with it, without repeating it.
func parseIAM(s string) (iamARN, error) {
	if strings.ContainsAny(s, "*?") {
		return iamARN{}, errWildcard
	}
	if m := sessionForm.FindStringSubmatch(s); m != nil {
		return iamARN{}, fmt.Errorf("a session comes and goes; name its role, such as arn:%s:iam::%s:role/%s", m[1], m[2], m[3])
	}
	m := iamForm.FindStringSubmatch(s)
	if m == nil {
		return iamARN{}, errNotIAM
	}
	if !slices.Contains(partitionNames(), m[1]) {
		return iamARN{}, fmt.Errorf("unknown partition %q; %s", m[1], didYouMean(m[1], partitionNames()))
	}
	return iamARN{partition: m[1], account: m[2], kind: m[3] + m[4]}, nil
}
