//go:build moto

package main_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// wholeEstate is the configuration of the estate that buildEstate makes. In it
// the control account has buckets of its own; without homeAccount it has none.
const (
	wholeEstate = controlAccount + homeAccount + dataAccounts

	controlAccount = `
control:
  account_id: "111122223333"
  role_arn: arn:aws:iam::111122223333:role/QuiltAuditor
  external_id: s3cr3t-per-organization
  regions: [us-east-1]
profiles:
  read-only: [s3:GetObject, s3:GetObjectVersion, s3:ListBucket]
accounts:`

	homeAccount = `
  - id: 111122223333
    name: stack
    role_arn: arn:aws:iam::111122223333:role/QuiltAuditor
    external_id: s3cr3t-per-organization
    regions: [us-east-1]
    buckets: [acme-home, acme-home-locked]`

	dataAccounts = `
  - id: 444455556666
    name: genomics
    role_arn: arn:aws:iam::444455556666:role/QuiltAuditor
    external_id: s3cr3t-per-organization
    regions: [us-east-1, us-west-2]
    buckets:
      - acme-good
      - acme-writer
      - acme-denied
      - acme-bare
      - acme-endpoint
      - acme-organization
      - acme-restricted
      - acme-restricted-old
      - acme-role-only
      - acme-orphaned
      - acme-listing
      - acme-west
      - acme-placeholder
      - {name: acme-folders, prefixes: [projects/], profile: read-only}
      - acme-express--use1-az4--x-s3
  - id: 777788889999
    name: imaging
    role_arn: arn:aws:iam::777788889999:role/QuiltAuditor
    external_id: s3cr3t-per-organization
    regions: [us-east-1]
    discover:
      include: ["acme-*"]
      exclude: ["*-scratch"]
      tags: {quilt: "true"}
prefix_roles:
  - {role_arn: "arn:aws:iam::111122223333:role/QuiltAlice", bucket: acme-good, prefixes: [projects/alice/], access: read_write}
  - {role_arn: "arn:aws:iam::111122223333:role/team/QuiltBob", bucket: acme-good, prefixes: [projects/bob/], access: read_write}
  - {role_arn: "arn:aws:iam::111122223333:role/QuiltCarol", bucket: acme-good, prefixes: [projects/carol/], access: read_write}
  - {role_arn: "arn:aws:iam::111122223333:role/QuiltCarol", bucket: acme-west, prefixes: [projects/carol/], access: read}
  - {role_arn: "arn:aws:iam::111122223333:role/QuiltDave", bucket: acme-good, prefixes: [projects/dave/], access: read}
  - {role_arn: "arn:aws:iam::111122223333:role/QuiltErin", bucket: acme-bare, prefixes: [projects/erin/], access: read}
  - {role_arn: "arn:aws:iam::111122223333:role/QuiltGone", bucket: acme-good, prefixes: [projects/gone/], access: read}
  - {role_arn: "arn:aws:iam::444455556666:role/QuiltLocal", bucket: acme-bare, prefixes: [projects/local/], access: read_write}
`
)

// buildEstate makes the estate, every bucket and role wrong or right in a way
// of its own.
func buildEstate(t *testing.T, l *lab) {
	t.Helper()
	l.admit(t, control, genomics, imaging)
	organization := l.moto.organization(t, control)
	for _, account := range []string{control, genomics, imaging} {
		l.moto.bucket(t, account, bucketSpec{name: "logs-" + account})
	}
	for account, buckets := range map[string][]bucketSpec{
		control: homeBuckets(), genomics: genomicsBuckets(organization), imaging: imagingBuckets(),
	} {
		for _, b := range buckets {
			l.moto.bucket(t, account, b)
		}
	}
	l.moto.block(t, imaging, true)
	buildTrails(t, l)
	for _, role := range estateRoles() {
		l.moto.role(t, control, role)
	}
	l.moto.role(t, genomics, roleSpec{
		name: "QuiltLocal", inline: document(folderStatements("acme-bare", ".quilt/")...), attached: document(folderStatements("acme-bare", "projects/local/")...),
	})
}

func homeBuckets() []bucketSpec {
	return []bucketSpec{
		{name: "acme-home", ownership: types.ObjectOwnershipBucketOwnerEnforced},
		{
			name: "acme-home-locked", ownership: types.ObjectOwnershipBucketOwnerEnforced,
			policy: document(deny("s3:DeleteObject*", "acme-home-locked", "archive/")),
		},
	}
}

func genomicsBuckets(organization string) []bucketSpec {
	enforced := types.ObjectOwnershipBucketOwnerEnforced
	reads := []string{"s3:GetObject", "s3:GetObjectVersion"}
	return []bucketSpec{
		{name: "acme-good", ownership: enforced, policy: guide("acme-good")},
		{name: "acme-writer", ownership: types.ObjectOwnershipObjectWriter, policy: document(grant(controlRoot, "acme-writer", nineActions))},
		{
			name: "acme-denied", ownership: types.ObjectOwnershipBucketOwnerPreferred,
			policy: document(grant(controlRoot, "acme-denied", fourteenActions), deny("s3:DeleteObject", "acme-denied", "archive/")),
		},
		{name: "acme-bare"},
		{name: "acme-endpoint", ownership: enforced, policy: document(
			grant(controlRoot, "acme-endpoint", fourteenActions).when("StringEquals", "aws:SourceVpce", "vpce-1"))},
		{name: "acme-organization", ownership: enforced, policy: document(
			grant(controlRoot, "acme-organization", fourteenActions).when("StringEquals", "aws:PrincipalOrgID", organization))},
		{name: "acme-restricted", ownership: enforced, policy: guide("acme-restricted"), restrict: true},
		{
			name: "acme-restricted-old", ownership: enforced, restrict: true,
			policy: document(grant(controlRoot, "acme-restricted-old", nineActions)),
		},
		{name: "acme-role-only", ownership: enforced, policy: document(
			grant("arn:aws:iam::"+control+":role/QuiltRegistry", "acme-role-only", fourteenActions))},
		{name: "acme-orphaned", ownership: enforced, policy: document(
			grant("AROAEXAMPLEEXAMPLE123", "acme-orphaned", fourteenActions))},
		{name: "acme-listing", ownership: enforced, policy: document(
			grant(controlRoot, "acme-listing", fourteenActions[:5]), grant(controlRoot, "acme-listing", fourteenActions[7:]),
			grant(controlRoot, "acme-listing", []string{"s3:ListBucket*"}).when("StringLike", "s3:prefix", "projects/*"))},
		{name: "acme-west", region: "us-west-2", ownership: enforced, policy: guide("acme-west")},
		{name: "acme-placeholder", ownership: enforced, policy: guide("your-data-bucket")},
		{name: "acme-folders", ownership: enforced, policy: document(
			statement{"Effect": "Allow", "Principal": map[string]string{"AWS": control}, "Action": reads, "Resource": "arn:aws:s3:::acme-folders/projects/*"},
			statement{"Effect": "Allow", "Principal": map[string]string{"AWS": control}, "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::acme-folders"})},
	}
}

func imagingBuckets() []bucketSpec {
	enforced, quilt := types.ObjectOwnershipBucketOwnerEnforced, map[string]string{"quilt": "true", "team": "imaging"}
	return []bucketSpec{
		{name: "acme-scans", ownership: enforced, policy: guide("acme-scans"), tags: quilt},
		{name: "acme-slides", ownership: enforced, tags: quilt},
		{name: "acme-scans-scratch", tags: quilt},
		{name: "acme-untagged"},
		{name: "acme-mistagged", tags: map[string]string{"quilt": "false"}},
		{name: "acme-overseas", region: "eu-west-1", tags: quilt},
		{name: "other-scans", tags: quilt},
	}
}

// everyObject selects the data events of every object of the account.
const everyObject = `{"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [
	{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]}]}`

func buildTrails(t *testing.T, l *lab) {
	t.Helper()
	l.moto.trail(t, genomics, trailSpec{name: "data-events", region: "us-east-1", logs: "logs-" + genomics, selectors: `{"EventSelectors": [
		{"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [
			{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::acme-good/", "arn:aws:s3:::acme-organization/", "arn:aws:s3:::acme-folders/",
				"arn:aws:s3:::acme-orphaned/", "arn:aws:s3:::acme-placeholder/", "arn:aws:s3:::acme-listing/"]},
			{"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]}]},
		{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": false, "DataResources": [
			{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::acme-writer/"]}]},
		{"ReadWriteType": "All", "IncludeManagementEvents": false, "DataResources": [
			{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::acme-endpoint", "arn:aws:s3:::acme-restricted/projects/"]}]}]}`})
	l.moto.trail(t, genomics, trailSpec{name: "stopped", region: "us-east-1", logs: "logs-" + genomics, stopped: true, selectors: `{"EventSelectors": [
		{"ReadWriteType": "All", "IncludeManagementEvents": false, "DataResources": [
			{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::acme-denied/"]}]}]}`})
	l.moto.trail(t, genomics, trailSpec{name: "everywhere", region: "us-west-2", logs: "logs-" + genomics, multiRegion: true, selectors: `{"AdvancedEventSelectors": [
		{"Name": "writes of all", "FieldSelectors": [
			{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
			{"Field": "readOnly", "Equals": ["false"]}, {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::acme-r", "arn:aws:s3:::acme-west/"]}]},
		{"Name": "reads of some", "FieldSelectors": [
			{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
			{"Field": "readOnly", "Equals": ["true"]}, {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::acme-role-only/", "arn:aws:s3:::acme-west/"]}]}]}`})
	l.moto.trail(t, genomics, trailSpec{name: "west-only", region: "us-west-2", logs: "logs-" + genomics, selectors: `{"EventSelectors": [
		{"ReadWriteType": "All", "IncludeManagementEvents": false, "DataResources": [
			{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::acme-bare/"]}]}]}`})
	l.moto.trail(t, imaging, trailSpec{name: "imaging", region: "us-east-1", logs: "logs-" + imaging, selectors: everyObject})
	l.moto.trail(t, control, trailSpec{name: "stack", region: "us-east-1", logs: "logs-" + control, multiRegion: true, selectors: everyObject})
}

func estateRoles() []roleSpec {
	everything := document(statement{"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
	noWrites := document(statement{"Effect": "Allow", "Action": []string{"s3:Get*", "s3:List*"}, "Resource": "*"})
	dave := folderStatements("acme-good", ".quilt/", "projects/dave/")
	dave[0].when("StringLike", "s3:prefix", "projects/dave/*")
	return []roleSpec{
		{name: "QuiltAlice", inline: document(folderStatements("acme-good", ".quilt/", "projects/alice/")...), boundary: everything},
		{name: "QuiltBob", path: "/team/", attached: document(folderStatements("acme-good", "projects/bob/")...)},
		{name: "QuiltCarol", attached: everything, boundary: noWrites},
		{name: "QuiltDave", inline: document(dave...)},
		{name: "QuiltErin", inline: document(folderStatements("acme-bare", ".quilt/", "projects/erin/")...)},
	}
}
