package awsfake

import "strings"

// policyTemplate is a bucket policy with the bucket's name left out, as the parts around it.
type policyTemplate struct{ parts []string }

func newTemplate(text string) *policyTemplate {
	return &policyTemplate{parts: strings.Split(text, "@BUCKET@")}
}

func (t *policyTemplate) render(bucket string) string { return strings.Join(t.parts, bucket) }

// The statements of generated policies: what Quilt's guide grants, and what accounts add to it.
const (
	quiltStatement = `{"Sid":"QuiltCrossAccount","Effect":"Allow","Principal":{"AWS":"@PRINCIPAL@"},"Action":[` +
		`"s3:GetObject","s3:GetObjectVersion","s3:GetObjectAttributes","s3:GetObjectVersionAttributes",` +
		`@TAGGING@"s3:ListBucket","s3:ListBucketVersions","s3:DeleteObject","s3:DeleteObjectVersion","s3:PutObject",` +
		`"s3:GetBucketNotification","s3:PutBucketNotification"],` +
		`"Resource":["arn:aws:s3:::@BUCKET@","arn:aws:s3:::@BUCKET@/*"]}`
	taggingActions = `"s3:GetObjectTagging","s3:GetObjectVersionTagging","s3:PutObjectTagging",`
	tlsStatement   = `{"Sid":"DenyInsecureTransport","Effect":"Deny","Principal":"*","Action":"s3:*",` +
		`"Resource":["arn:aws:s3:::@BUCKET@","arn:aws:s3:::@BUCKET@/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	encryptionStatement = `{"Sid":"DenyOtherKeys","Effect":"Deny","Principal":"*","Action":"s3:PutObject",` +
		`"Resource":"arn:aws:s3:::@BUCKET@/restricted/*","Condition":{"StringNotEqualsIfExists":` +
		`{"s3:x-amz-server-side-encryption":"aws:kms"}}}`
	pipelineStatement = `{"Sid":"PipelineDelivery","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999988887777:role/Sequencer"},` +
		`"Action":["s3:PutObject","s3:AbortMultipartUpload"],"Resource":"arn:aws:s3:::@BUCKET@/incoming/*"}`
	endpointStatement = `{"Sid":"OnlyFromOurEndpoints","Effect":"Deny","Principal":"*","Action":"s3:*",` +
		`"Resource":["arn:aws:s3:::@BUCKET@","arn:aws:s3:::@BUCKET@/*"],"Condition":{"StringNotEquals":` +
		`{"aws:SourceVpce":["vpce-0a1b2c3d4e5f60718","vpce-0123456789abcdef0"]}}}`
)

func quiltGrant(principal, tagging string) string {
	return strings.NewReplacer("@PRINCIPAL@", principal, "@TAGGING@", tagging).Replace(quiltStatement)
}

// largeTemplates are, in this order: complete, complete with more statements, without the tagging
// actions, for one role only, and behind an endpoint.
func largeTemplates() []*policyTemplate {
	const root = "arn:aws:iam::" + LargeControlAccount + ":root"
	const indexer = "arn:aws:iam::" + LargeControlAccount + ":role/QuiltIndexer"
	full := quiltGrant(root, taggingActions)
	var templates []*policyTemplate
	for _, statements := range [][]string{
		{full, tlsStatement},
		{tlsStatement, full, pipelineStatement, encryptionStatement},
		{quiltGrant(root, ""), tlsStatement},
		{quiltGrant(indexer, taggingActions), tlsStatement},
		{full, tlsStatement, endpointStatement},
	} {
		text := `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
		templates = append(templates, newTemplate(text))
	}
	return templates
}

// pickTemplate gives no policy to one bucket in twenty.
func pickTemplate(templates []*policyTemplate, roll float64) *policyTemplate {
	switch {
	case roll < 0.45:
		return templates[0]
	case roll < 0.80:
		return templates[1]
	case roll < 0.87:
		return templates[2]
	case roll < 0.91:
		return templates[3]
	case roll < 0.95:
		return templates[4]
	}
	return nil
}
