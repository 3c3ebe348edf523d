package config

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// waiverValidator holds waivers to the rules that types cannot say.
type waiverValidator struct {
	validator
	now    time.Time        // the zero Time if nobody asks what has expired
	listed map[string]place // by what they cover
}

func (v *waiverValidator) validate(list []audit.Waiver) {
	for i := range list {
		v.waiver(place("waivers").item(i), &list[i])
	}
}

func (v *waiverValidator) waiver(at place, w *audit.Waiver) {
	v.check(at.key("check"), w.Check)
	v.where(at, w)
	v.required(at.key("reason"), strings.TrimSpace(w.Reason), "why the finding is accepted")
	v.required(at.key("owner"), strings.TrimSpace(w.Owner), "who answers for it")
	if w.Expires == (audit.Date{}) {
		v.report.broken(at.key("expires"), "missing: the last day of the waiver, such as 2027-01-31")
	}
	if w.Fingerprint != "" && !fingerprintForm.MatchString(w.Fingerprint) {
		v.report.broken(at.key("fingerprint"), "expected the fingerprint of a finding, sha256: and 64 hex digits, found %q", w.Fingerprint)
	}
	v.once(at, w)
	v.ended(at.key("expires"), w.Expires)
	if matchesAll(w.Check) && matchesAll(w.Account) && matchesAll(w.Bucket) && matchesAll(w.Resource) && !v.report.partial(at) {
		v.report.warn(at, "waives every finding of every check")
	}
}

var (
	checkGlobForm    = regexp.MustCompile(`^[a-z0-9*?-]+$`)
	accountGlobForm  = regexp.MustCompile(`^[0-9*?]+$`)
	resourceGlobForm = regexp.MustCompile(`^(arn:|\*|\?)[!-~]*$`)
	fingerprintForm  = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	// keyForm is a pattern over the keys of a bucket: findings have the bucket
	// as their resource.
	keyForm = regexp.MustCompile(`^(arn:[^:]*:s3:::[^/]*)/`)
)

func (v *waiverValidator) check(p place, glob string) {
	if !v.required(p, glob, "a check ID, or a glob over them") {
		return
	}
	if !checkGlobForm.MatchString(glob) {
		v.report.broken(p, "expected a check ID or a glob over them, found %q", glob)
		return
	}
	w := audit.Waiver{Check: glob}
	if !slices.ContainsFunc(v.checks, func(id string) bool { return w.Matches(&audit.Finding{Check: id}) }) {
		v.report.broken(p, "no check is called %q; %s", glob, didYouMean(glob, v.checks))
	}
}

// where checks the globs that say which findings of the check are meant.
func (v *waiverValidator) where(at place, w *audit.Waiver) {
	account, bucket, resource := at.key("account"), at.key("bucket"), at.key("resource")
	if w.Account == "" && w.Bucket == "" && w.Resource == "" &&
		!v.report.lost(account) && !v.report.lost(bucket) && !v.report.lost(resource) {
		v.report.broken(at, "none of account, bucket and resource: say where the check is waived")
	}
	if w.Account != "" {
		v.accountGlob(account, w.Account)
	}
	if w.Bucket != "" && !globForm.MatchString(w.Bucket) {
		v.report.broken(bucket, "expected a glob over bucket names such as acme-legacy-*, found %q", w.Bucket)
	}
	if w.Resource != "" {
		v.resourceGlob(resource, w.Resource)
	}
}

func (v *waiverValidator) accountGlob(p place, glob string) {
	characters := len(strings.ReplaceAll(glob, "*", ""))
	switch {
	case !accountGlobForm.MatchString(glob):
		v.report.broken(p, "expected an account id of twelve digits or a glob over them, found %q", glob)
	case characters > 12 || characters < 12 && !strings.Contains(glob, "*"):
		v.report.broken(p, "%q matches no account id: they have twelve digits", glob)
	}
}

func (v *waiverValidator) resourceGlob(p place, glob string) {
	if m := keyForm.FindStringSubmatch(glob); m != nil {
		v.report.broken(p, "%q matches no finding: they are about whole buckets; write %s", glob, m[1])
		return
	}
	if !resourceGlobForm.MatchString(glob) {
		v.report.broken(p, "expected an ARN or a glob over ARNs, found %q", glob)
	}
}

// ended warns of a waiver whose last day is over.
func (v *waiverValidator) ended(p place, last audit.Date) {
	if last != (audit.Date{}) && !v.now.Before(last.End()) {
		v.report.warn(p, last.String()+" is over: what it covers counts again")
	}
}

// once notes a waiver that covers the same as one before it.
func (v *waiverValidator) once(at place, w *audit.Waiver) {
	if v.report.partial(at) {
		return
	}
	id := w.ID()
	if first, twice := v.listed[id]; twice {
		v.report.broken(at, "covers the same as the waiver on %s", v.report.where(first))
		return
	}
	v.listed[id] = at
}

// matchesAll reports whether the glob, or its absence, excludes nothing.
func matchesAll(glob string) bool { return strings.Trim(glob, "*") == "" }
