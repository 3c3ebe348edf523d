package config

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
)

// buckets checks the named buckets of one account; listed are those of all
// accounts, since a name is taken once in a partition.
func (v *validator) buckets(p place, buckets []Bucket, listed seen) {
	for i, bucket := range buckets {
		at := p.item(i)
		name := v.report.written(at.key("name"))
		if v.bucketName(name, bucket.Name) {
			v.twice(listed, bucket.Name, name)
		}
		v.prefixes(at.key("prefixes"), bucket.Prefixes)
		if bucket.Profile != "" {
			v.knownProfile(at.key("profile"), bucket.Profile)
		}
	}
}

func (v *validator) bucketName(p place, name string) bool {
	if !v.required(p, name, "the name of the bucket") {
		return false
	}
	if err := checkBucketName(name); err != nil {
		v.report.broken(p, "expected the name of a bucket, found %q: %v", name, err)
		return false
	}
	return true
}

const (
	minBucketName = 3
	maxBucketName = 255
)

var (
	bucketNameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	// Suffixes that no bucket name may have, because they mark the aliases
	// of access points (Amazon S3 User Guide, "General purpose bucket naming rules").
	aliasForm = regexp.MustCompile(`(-s3alias|--ol-s3|\.mrap)$`)
)

// checkBucketName refuses what cannot be the name of a bucket. It takes the
// names that could be made in us-east-1 until March 2018 too: up to 255
// characters, capitals and underscores (Amazon S3 User Guide, "General
// purpose bucket naming rules").
func checkBucketName(name string) error {
	if err := otherThanBucket(name); err != nil {
		return err
	}
	if len(name) < minBucketName || len(name) > maxBucketName {
		return fmt.Errorf("a name has %d to 63 characters, a very old one up to %d", minBucketName, maxBucketName)
	}
	if !bucketNameForm.MatchString(name) || strings.Contains(name, "..") {
		return errors.New("a name is lower-case letters, digits, hyphens and single dots, and begins with a letter or digit")
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return errors.New("a name is not an IP address")
	}
	return nil
}

// otherThanBucket recognises what is written in the place of a bucket's name.
func otherThanBucket(name string) error {
	arn, _, _ := strings.Cut(name[strings.LastIndex(name, ":")+1:], "/")
	url, isURL := strings.CutPrefix(name, "s3://")
	url, _, _ = strings.Cut(url, "/")
	bare, _, hasKey := strings.Cut(name, "/")
	switch {
	case isURL:
		return fmt.Errorf("write the name without s3://: %s", url)
	case strings.HasPrefix(name, "arn:"):
		return fmt.Errorf("write the name, not its ARN: %s", arn)
	case strings.ContainsAny(name, "*?"):
		return errors.New("a pattern belongs under discover.include")
	case hasKey:
		return fmt.Errorf("write the name alone, %s, and what follows it under prefixes", bare)
	case aliasForm.MatchString(name):
		return errors.New("the alias of an access point; name the bucket behind it")
	}
	return nil
}

// maxKey is the most bytes that an object key has (Amazon S3 User Guide,
// "Naming Amazon S3 objects").
const maxKey = 1024

// prefixes checks a list of literal folders.
func (v *validator) prefixes(p place, prefixes []string) {
	listed := seen{}
	for i, prefix := range prefixes {
		if err := checkPrefix(prefix); err != nil {
			v.report.broken(p.item(i), "expected a prefix such as projects/alice/, found %q: %v", prefix, err)
			continue
		}
		v.twice(listed, prefix, p.item(i))
	}
}

func checkPrefix(prefix string) error {
	switch {
	case prefix == "":
		return errors.New("an empty prefix is the whole bucket; leave prefixes out for that")
	case strings.ContainsAny(prefix, "*?"):
		return errors.New("a prefix is literal and stands for all below it; write it without wildcards")
	case strings.HasPrefix(prefix, "s3://"):
		return errors.New("write what follows the name of the bucket")
	case strings.HasPrefix(prefix, "/"):
		return errors.New("keys do not begin with /; leave the first one out")
	case !strings.HasSuffix(prefix, "/"):
		return fmt.Errorf("without a / at its end it also takes in the neighbours that begin so; write %s/", prefix)
	case len(prefix) >= maxKey:
		return fmt.Errorf("no key of at most %d bytes lies below it", maxKey)
	}
	return nil
}
