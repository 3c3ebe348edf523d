package config

// Config is the whole configuration after Load: every layer merged, every
// rule checked. The names of the keys are in the json tags, for the file, the
// JSON Schema and the digest alike.
type Config struct {
	Control      Control             `json:"control,omitzero" jsonschema_description:"The account that runs the Quilt stack."`
	Organization *Organization       `json:"organization,omitempty" jsonschema_description:"Optional: the account from which organization trails are read (the management account or a delegated administrator)."`
	Profile      string              `json:"profile,omitempty" jsonschema_description:"The S3 actions that Quilt must be granted: quilt-2022 (9 actions), quilt-2022.12 (12), quilt-2024 (14), or a name under profiles."`
	Profiles     map[string][]string `json:"profiles,omitempty" jsonschema_description:"Profiles of your own: a name, and the S3 actions it requires."`
	Accounts     []Account           `json:"accounts" jsonschema_description:"The data accounts, which own the buckets to audit."`
	PrefixRoles  []PrefixRole        `json:"prefix_roles,omitempty" jsonschema_description:"Roles that are limited to folders of a bucket."`
	Schedule     string              `json:"schedule,omitempty" jsonschema_description:"When the daemon audits: five cron fields. CRON_TZ=name in front of them goes before timezone."`
	Timezone     string              `json:"timezone,omitempty" jsonschema_description:"The time zone of the schedule: a name of the IANA time zone database."`
	Checks       Checks              `json:"checks,omitzero" jsonschema_description:"Which checks run, and with what parameters."`
	WaiversFile  string              `json:"waivers_file,omitempty" jsonschema_description:"The file of the waivers; a relative path is relative to this file. Omitted: no waivers."`
	Storage      Storage             `json:"storage,omitzero" jsonschema_description:"Where the daemon keeps its history, and how long."`
	Exports      []Export            `json:"exports,omitempty" jsonschema_description:"What the daemon writes after each run. Omitted: one json file, findings.ndjson, under storage.path. An empty list: nothing."`
	Reports      []Report            `json:"reports,omitempty" jsonschema_description:"Audit reports that the daemon makes on schedules of their own. Omitted: none."`

	written map[string]string // the paths as they were given, by what they are now
}

// Control is the account that runs the Quilt stack, and those in it who need
// access to the buckets.
type Control struct {
	AccountID  string              `json:"account_id,omitempty" jsonschema_description:"The control account: twelve digits."`
	RoleARN    string              `json:"role_arn,omitempty" jsonschema_description:"The role to read the control account with. Omitted: the default credentials."`
	ExternalID Secret              `json:"external_id,omitzero" jsonschema_description:"The external id that the role's trust policy asks for."`
	Regions    []string            `json:"regions,omitempty" jsonschema_description:"The regions to read in the control account."`
	Principals []string            `json:"principals,omitempty" jsonschema_description:"Who needs access: account ids, or ARNs of account roots, roles or users. Empty: every principal of the control account."`
	Context    map[string][]string `json:"context,omitempty" jsonschema_description:"Condition keys that every Quilt request carries, each with one of the values listed."`
}

// Organization is the account in which trails of the organization can be
// read.
type Organization struct {
	AccountID  string `json:"account_id,omitempty" jsonschema_description:"The management account or a delegated administrator: twelve digits."`
	RoleARN    string `json:"role_arn,omitempty" jsonschema_description:"The role to read that account with. Omitted: the default credentials."`
	ExternalID Secret `json:"external_id,omitzero" jsonschema_description:"The external id that the role's trust policy asks for."`
}

// Account is a data account: the owner of buckets that Quilt uses.
type Account struct {
	ID         string    `json:"id" jsonschema_description:"The data account: twelve digits."`
	Name       string    `json:"name,omitempty" jsonschema_description:"What people call the account; shown beside its id."`
	RoleARN    string    `json:"role_arn,omitempty" jsonschema_description:"The role to read the account with. Omitted: the default credentials."`
	ExternalID Secret    `json:"external_id,omitzero" jsonschema_description:"The external id that the role's trust policy asks for."`
	Regions    []string  `json:"regions,omitempty" jsonschema_description:"The regions that buckets are expected in. Omitted: every region."`
	Buckets    []Bucket  `json:"buckets,omitempty" jsonschema_description:"Buckets by name."`
	Discover   *Discover `json:"discover,omitempty" jsonschema_description:"Buckets by filter, beside the named ones or instead of them."`
}

// Bucket is a bucket audited by name. In the file the bare name stands for a
// Bucket with nothing else set.
type Bucket struct {
	Name     string   `json:"name" jsonschema_description:"The name of the bucket, not its ARN or URL."`
	Prefixes []string `json:"prefixes,omitempty" jsonschema_description:"Only these prefixes are Quilt's: literal, each ends in /. Omitted: the whole bucket."`
	Profile  string   `json:"profile,omitempty" jsonschema_description:"The profile for this bucket instead of the general one."`
}

// Discover selects among the buckets that ListBuckets shows: those that some
// Include matches, no Exclude matches, and that carry every one of Tags.
type Discover struct {
	Include []string          `json:"include,omitempty" jsonschema_description:"Globs over bucket names (* and ?), of which one must match. Omitted: all."`
	Exclude []string          `json:"exclude,omitempty" jsonschema_description:"Globs over bucket names (* and ?), of which none may match."`
	Tags    map[string]string `json:"tags,omitempty" jsonschema_description:"Tags that the bucket must carry, with these values."`
}

// PrefixRole is a role that reaches a bucket only below some prefixes.
type PrefixRole struct {
	RoleARN  string   `json:"role_arn" jsonschema_description:"The role, of the control account or of a data account."`
	Bucket   string   `json:"bucket" jsonschema_description:"The bucket: named under accounts, or matched by a discover.include."`
	Prefixes []string `json:"prefixes" jsonschema_description:"The folders of the role: literal, each ends in /."`
	Access   Access   `json:"access" jsonschema_description:"What the role may do there: read or read_write."`
}

// Access is what a prefix role is meant to do below its prefixes.
type Access string

// The values of Access.
const (
	AccessRead      Access = "read"
	AccessReadWrite Access = "read_write"
)

// Checks says which checks run, and how.
type Checks struct {
	Disable []string       `json:"disable,omitempty" jsonschema_description:"IDs of checks that are not run."`
	Params  map[string]any `json:"params,omitempty" jsonschema_description:"Parameters by check ID. No check of this version has any."`
}

// Storage says where the daemon keeps its history. Paths in a Config are
// clean; a relative one was made relative to the directory of the file.
type Storage struct {
	Path string `json:"path,omitempty" jsonschema_description:"The directory of the history, created if missing; a relative path is relative to this file."`
	Keep Period `json:"keep,omitzero" jsonschema_description:"How long runs, changes and their snapshots are kept: at least 1d."`
}

// Export is something that the daemon writes after each run. One of Path and
// Directory is set.
type Export struct {
	Format    string `json:"format" jsonschema_description:"The format to write: json (the findings stream), csv, junit, md (Markdown), ocsf or sarif."`
	Path      string `json:"path,omitempty" jsonschema_description:"A file that each run replaces whole; a relative path is relative to this file."`
	Directory string `json:"directory,omitempty" jsonschema_description:"A directory that gets a file per run; a relative path is relative to this file."`
	Keep      Period `json:"keep,omitzero" jsonschema_description:"How long the files of the directory stay."`
}
