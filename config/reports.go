package config

// Report is an audit report that the daemon makes on a schedule of its own.
type Report struct {
	Name      string      `json:"name,omitempty" jsonschema_description:"A word for the names of its files: lower-case letters, digits and hyphens. Several reports need different names."`
	Schedule  string      `json:"schedule" jsonschema_description:"When the report is due: five cron fields, in timezone or after CRON_TZ=name."`
	Period    Window      `json:"period,omitzero" jsonschema_description:"What the report is about: so long before it is due, such as 30d, or month, which is the calendar month before the one in which it is due."`
	Formats   []string    `json:"formats,omitempty" jsonschema_description:"The formats to write, each as a file of its own: html, md (Markdown), csv, json."`
	Framework string      `json:"framework,omitempty" jsonschema_description:"Only this framework, as report --framework takes it. Omitted: all."`
	Account   string      `json:"account,omitempty" jsonschema_description:"Only this account of the configuration: twelve digits. Omitted: all."`
	To        Destination `json:"to" jsonschema_description:"Where the files go: a directory or an S3 bucket."`
	Keep      Period      `json:"keep,omitzero" jsonschema_description:"How long the files of the directory stay. Omitted: for good."`
}

// Destination is where the files of a Report go. One of the two is set.
type Destination struct {
	Directory string             `json:"directory,omitempty" jsonschema_description:"A directory, made if missing; a relative path is relative to this file."`
	S3        *BucketDestination `json:"s3,omitempty" jsonschema_description:"An S3 bucket."`
}

// BucketDestination is a place in an S3 bucket, and who writes there.
type BucketDestination struct {
	Bucket     string `json:"bucket" jsonschema_description:"The name of the bucket, which is none of the audited ones."`
	Prefix     string `json:"prefix,omitempty" jsonschema_description:"What the keys begin with: literal, ends in /. Omitted: nothing."`
	Region     string `json:"region" jsonschema_description:"The region of the bucket."`
	AccountID  string `json:"account_id,omitempty" jsonschema_description:"The account that must own the bucket: twelve digits. Omitted: whoever owns it."`
	RoleARN    string `json:"role_arn,omitempty" jsonschema_description:"The role to write with. Omitted: the default credentials."`
	ExternalID Secret `json:"external_id,omitzero" jsonschema_description:"The external id that the role's trust policy asks for."`
}

// ReportFormats are the formats that reports can have.
func ReportFormats() []string { return []string{"html", "md", "csv", "json"} }
