package policy

// MaxBucketPolicy is the size limit of a bucket policy in bytes ("Amazon S3 User
// Guide", adding a bucket policy: 20 KB). White space is not counted: AWS says so
// of IAM policies only ("IAM and AWS STS quotas"), but it saves bucket policies that
// are longer for their indentation alone.
const MaxBucketPolicy = 20 << 10
