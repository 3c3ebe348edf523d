// Package awsfake is an AWS that lives in the process of a test: one http.Handler which answers
// the read calls of S3, S3 Control, STS, IAM, CloudTrail and Organizations in the wire formats
// that the unmodified AWS SDK for Go v2 speaks.
//
// A test describes accounts, buckets, roles, trails and organizations as a Go value, an [Estate],
// and starts a [Server] over it (or mounts a [Fake] on a listener of its own). The access key of a
// request decides on whose behalf it is made: an account's base key acts in that account, a key
// handed out by sts:AssumeRole in the account of the role. The region is the one the request was
// signed for. Signatures are not verified; keys and session tokens are.
//
// It does on demand what AWS does rarely: [Rule] values make chosen calls slow, refused,
// throttled, broken in transit or wrong. Every call is recorded ([Fake.Calls], [Fake.Count]), and
// so is how many were in flight at once.
//
// Error codes, statuses and the limits of parameters follow the API references of the services;
// where a behaviour is reported both ways in the field, the Estate has a switch for it.
package awsfake
