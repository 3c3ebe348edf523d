package policy

// MaxBucketPolicy is the size limit of a bucket policy in bytes, white space
// not counted ("Amazon S3 User Guide", adding a bucket policy: 20 KB).
const MaxBucketPolicy = 20 << 10
