package awsfake

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
)

// canonicalUserID is the 64 hex digits by which S3 names the owner of a bucket.
func canonicalUserID(accountID string) string {
	sum := sha256.Sum256([]byte("canonical user of " + accountID))
	return hex.EncodeToString(sum[:])
}

// uniqueID is an IAM unique id: a four-letter prefix and seventeen letters and digits, always the
// same for the same name.
func uniqueID(prefix, name string) string {
	sum := sha256.Sum256([]byte(name))
	return prefix + base32.StdEncoding.EncodeToString(sum[:])[:17]
}
