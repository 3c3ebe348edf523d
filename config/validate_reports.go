package config

import (
	"regexp"
	"slices"
)

// reports checks what is made on schedules of its own. Reports may share a
// directory, but not with anything else.
func (v *validator) reports(taken []claim) {
	names := map[string]place{}
	for i, r := range v.config.Reports {
		at := place("reports").item(i)
		v.reportName(at, r, names)
		v.reportSchedule(at.key("schedule"), r.Schedule)
		v.reportFormats(at.key("formats"), r.Formats)
		v.reportPeriod(at.key("period"), r.Period)
		v.reportScope(at, r)
		v.reportDestination(at, r)
		if directory := r.To.Directory; directory != "" {
			c := claim{at: at.key("to").key("directory"), path: directory, fills: true, shared: true}
			v.apart(c, taken)
			taken = append(taken, c)
		}
	}
}

// reportName keeps apart the names of files, which tell reports from each
// other wherever they go.
var reportNameForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

const maxReportName = 64

func (v *validator) reportName(at place, r Report, names map[string]place) {
	p := at.key("name")
	if r.Name != "" && (!reportNameForm.MatchString(r.Name) || len(r.Name) > maxReportName) {
		v.report.broken(p, "expected at most %d lower-case letters, digits and single hyphens, such as monthly, found %q", maxReportName, r.Name)
		return
	}
	first, taken := names[r.Name]
	switch {
	case !taken:
		names[r.Name] = at
	case r.Name == "" && !v.report.lost(p):
		v.report.broken(at, "no name, and neither has the report on %s: their files would have the same names", v.report.where(first))
	case r.Name != "":
		v.report.broken(p, "%q is already listed on %s", r.Name, v.report.where(first.key("name")))
	}
}

func (v *validator) reportSchedule(p place, spec string) {
	if !v.required(p, spec, "five cron fields, such as 0 6 1 * *") || v.checkSchedule == nil {
		return
	}
	if err := v.checkSchedule(spec, DefaultTimezone); err != nil {
		v.report.broken(p, "%v", err)
	}
}

func (v *validator) reportFormats(p place, formats []string) {
	if len(formats) == 0 && !v.report.partial(p) {
		v.report.broken(p, "an empty list writes nothing; leave formats out for html")
	}
	listed := seen{}
	for i, format := range formats {
		here := p.item(i)
		if !slices.Contains(ReportFormats(), format) {
			v.report.broken(here, "unknown format %q; %s", format, didYouMean(format, ReportFormats()))
			continue
		}
		v.twice(listed, format, here)
	}
}

// reportPeriod warns of a time of which little will be known.
func (v *validator) reportPeriod(p place, w Window) {
	if keep := v.config.Storage.Keep; w.reach() > keep && !v.report.lost("storage.keep") {
		v.report.warn(p, "reaches back further than storage.keep, "+keep.String()+": of what is older there is only what lasted")
	}
}

// reportScope checks what a report is limited to.
func (v *validator) reportScope(at place, r Report) {
	if p := at.key("framework"); r.Framework != "" && v.frameworks != nil && !slices.Contains(v.frameworks, r.Framework) {
		v.report.broken(p, "unknown framework %q; %s", r.Framework, didYouMean(r.Framework, v.frameworks))
	}
	if p := at.key("account"); r.Account != "" && v.accountID(p, r.Account) {
		v.auditedAccount(p, r.Account)
	}
}

// auditedAccount checks that there are findings of the account.
func (v *validator) auditedAccount(p place, id string) {
	c := v.config
	if id == c.Control.AccountID || c.Organization != nil && id == c.Organization.AccountID ||
		v.report.partial("control.account_id") || v.report.partial("organization") || v.report.partial("accounts") {
		return
	}
	if !slices.ContainsFunc(c.Accounts, func(a Account) bool { return a.ID == id }) {
		v.report.broken(p, "account %s is not audited: it is neither the control account nor under accounts", id)
	}
}

func (v *validator) reportDestination(at place, r Report) {
	to := at.key("to")
	directory, s3 := to.key("directory"), to.key("s3")
	switch {
	case r.To.Directory != "" && r.To.S3 != nil:
		v.report.broken(to, "both directory and s3: write two reports, of different names")
	case r.To.S3 != nil:
		v.bucketDestination(s3, *r.To.S3)
		if r.Keep != 0 {
			v.report.broken(at.key("keep"), "only for a directory: give the bucket a lifecycle rule instead")
		}
	case r.To.Directory != "":
		if r.Keep != 0 && r.Keep < Day {
			v.report.warn(at.key("keep"), "only the files of the last "+r.Keep.String()+" stay; m stands for minutes")
		}
	case !v.report.partial(directory) && !v.report.partial(s3):
		v.report.broken(to, "neither directory nor s3: say where the report goes")
	}
}

func (v *validator) bucketDestination(at place, d BucketDestination) {
	if p := at.key("bucket"); v.bucketName(p, d.Bucket) {
		v.notAudited(p, d.Bucket)
	}
	if d.Prefix != "" {
		v.keyPrefix(at.key("prefix"), d.Prefix)
	}
	if p := at.key("region"); v.required(p, d.Region, "the region of the bucket, such as us-east-1") {
		v.region(p, d.Region)
	}
	if d.AccountID != "" {
		v.accountID(at.key("account_id"), d.AccountID)
	}
	v.login(login{at: at, roleARN: d.RoleARN, externalID: d.ExternalID})
	v.notAuditing(at.key("role_arn"), d.RoleARN)
}

// notAudited keeps the auditor from writing into what it audits.
func (v *validator) notAudited(p place, bucket string) {
	for i, account := range v.config.Accounts {
		for j, b := range account.Buckets {
			if b.Name == bucket {
				v.report.broken(p, "an audited bucket (%s), into which nothing is written; choose another",
					v.report.where(place("accounts").item(i).key("buckets").item(j)))
			}
		}
	}
}

// notAuditing warns of a role that would no longer only read.
func (v *validator) notAuditing(p place, role string) {
	if role == "" {
		return
	}
	roles := []string{v.config.Control.RoleARN}
	if o := v.config.Organization; o != nil {
		roles = append(roles, o.RoleARN)
	}
	for _, a := range v.config.Accounts {
		roles = append(roles, a.RoleARN)
	}
	if slices.Contains(roles, role) {
		v.report.warn(p, "also a role that audits; give reports one of their own, so that this one stays read-only")
	}
}

// longestReportPrefix leaves room in a key for the name of a report's file.
const longestReportPrefix = maxKey - 200

func (v *validator) keyPrefix(p place, prefix string) {
	if err := checkPrefix(prefix); err != nil {
		v.report.broken(p, "expected a prefix such as reports/, found %q: %v", prefix, err)
		return
	}
	if len(prefix) > longestReportPrefix {
		v.report.broken(p, "expected at most %d bytes, found %d: a key has %d, and the name of the file comes after it", longestReportPrefix, len(prefix), maxKey)
	}
}
