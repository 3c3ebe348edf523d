package config

import (
	"maps"
	"regexp"
	"slices"
	"unicode/utf8"
)

func (v *validator) accounts() {
	accounts := v.config.Accounts
	if len(accounts) == 0 && !v.report.partial("accounts") {
		v.report.broken("accounts", "missing: list at least one data account, else there is nothing to audit")
	}
	ids, buckets := seen{}, seen{}
	for i, account := range accounts {
		at := place("accounts").item(i)
		v.dataAccount(at, account, ids)
		v.buckets(at.key("buckets"), account.Buckets, buckets)
		if account.Discover != nil {
			v.discover(at.key("discover"), *account.Discover)
		}
		v.population(at, account)
	}
}

func (v *validator) dataAccount(at place, account Account, ids seen) {
	id := at.key("id")
	if v.accountID(id, account.ID) && !v.twice(ids, account.ID, id) && account.ID == v.config.Control.AccountID {
		v.report.warn(id, "also the control account: the identity side grants there, so a missing bucket policy is no fail")
	}
	v.login(login{at: at, account: account.ID, roleARN: account.RoleARN, externalID: account.ExternalID})
	v.regions(at.key("regions"), account.Regions)
}

// population checks that the account has buckets to audit, and that it is
// known where to look for them.
func (v *validator) population(at place, account Account) {
	buckets, discover := at.key("buckets"), at.key("discover")
	if len(account.Buckets) == 0 && account.Discover == nil && !v.report.partial(buckets) && !v.report.partial(discover) {
		v.report.broken(at, "neither buckets nor discover: name buckets, or write discover: {} for all of them")
	}
	if account.Discover != nil && len(account.Regions) == 0 && !v.report.partial(at.key("regions")) {
		v.report.warn(discover, "no regions beside it: buckets of every region are discovered")
	}
}

// globForm is a pattern over the characters of bucket names.
var globForm = regexp.MustCompile(`^[A-Za-z0-9._*?-]+$`)

// The limits of a tag (Amazon S3 User Guide, "Using cost allocation S3 bucket
// tags"), in characters.
const (
	maxTagKey   = 128
	maxTagValue = 256
)

func (v *validator) discover(at place, d Discover) {
	if len(d.Include) == 0 && !v.report.partial(at.key("include")) {
		v.report.broken(at.key("include"), "an empty list matches no bucket; leave include out to discover all")
	}
	v.globs(at.key("include"), d.Include)
	v.globs(at.key("exclude"), d.Exclude)
	for _, key := range slices.Sorted(maps.Keys(d.Tags)) {
		here := at.key("tags").key(key)
		if n := utf8.RuneCountInString(key); n < 1 || n > maxTagKey {
			v.report.broken(here, "the key of a tag has 1 to %d characters", maxTagKey)
		}
		if utf8.RuneCountInString(d.Tags[key]) > maxTagValue {
			v.report.broken(here, "the value of a tag has at most %d characters", maxTagValue)
		}
	}
}

func (v *validator) globs(p place, globs []string) {
	for i, glob := range globs {
		if !globForm.MatchString(glob) {
			v.report.broken(p.item(i), "expected a glob over bucket names, such as acme-*, found %q", glob)
		}
	}
}
