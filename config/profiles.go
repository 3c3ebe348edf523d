package config

import (
	"maps"
	"slices"
)

// The built-in profiles, named for when Quilt's guide began to ask for their
// actions.
const (
	Quilt2022      = "quilt-2022"
	Quilt2022Dec   = "quilt-2022.12"
	Quilt2024      = "quilt-2024"
	DefaultProfile = Quilt2024
)

// The actions that each revision of the page "Cross-Account S3 Buckets" of
// Quilt's documentation (docs/CrossAccount.md in github.com/quiltdata/quilt)
// lists: 9 as of May 2022, 12 as of December 2022 (object tags), 14 since
// February 2024 (object attributes, for fast checksums).
var (
	actions2022 = []string{
		"s3:DeleteObject",
		"s3:DeleteObjectVersion",
		"s3:GetBucketNotification",
		"s3:GetObject",
		"s3:GetObjectVersion",
		"s3:ListBucket",
		"s3:ListBucketVersions",
		"s3:PutBucketNotification",
		"s3:PutObject",
	}
	addedDecember2022 = []string{
		"s3:GetObjectTagging",
		"s3:GetObjectVersionTagging",
		"s3:PutObjectTagging",
	}
	addedFebruary2024 = []string{
		"s3:GetObjectAttributes",
		"s3:GetObjectVersionAttributes",
	}
)

// BuiltinProfiles gives the actions of each built-in profile, sorted. The map
// is the caller's to keep.
func BuiltinProfiles() map[string][]string {
	profiles := map[string][]string{
		Quilt2022:    slices.Clone(actions2022),
		Quilt2022Dec: slices.Concat(actions2022, addedDecember2022),
		Quilt2024:    slices.Concat(actions2022, addedDecember2022, addedFebruary2024),
	}
	for _, actions := range profiles {
		slices.Sort(actions)
	}
	return profiles
}

// Actions gives the S3 actions of a profile, sorted: a built-in one, one of
// c.Profiles, or for "" the general one, c.Profile. It gives nil for a name
// that is none of these, which Load lets no configuration hold.
func (c *Config) Actions(profile string) []string {
	if profile == "" {
		profile = c.Profile
	}
	if actions, ok := BuiltinProfiles()[profile]; ok {
		return actions
	}
	return slices.Sorted(slices.Values(c.Profiles[profile]))
}

// profileNames lists every profile that a key may name, sorted.
func (c *Config) profileNames() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(BuiltinProfiles())), maps.Keys(c.Profiles))
	slices.Sort(names)
	return slices.Compact(names)
}
