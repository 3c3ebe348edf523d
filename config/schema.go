package config

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"
)

// Schema is the JSON Schema (draft 2020-12) of the configuration file, for
// editors. It knows the keys, their types and the form of each value; what
// relates two places, such as a bucket listed twice, only Load sees. Keys that
// the environment may give are not required.
func Schema() []byte {
	reflector := jsonschema.Reflector{
		Anonymous:      true,
		DoNotReference: true,
		ExpandedStruct: true,
		Mapper:         textSchema,
	}
	root := reflector.Reflect(&Config{})
	root.Title = "Configuration of quilt-auditor"
	for _, d := range details {
		d.refine(find(root, d.at))
	}
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("config: a schema made of the types: %v", err))
	}
	return append(out, '\n')
}

// textSchema is the schema of the types that are texts in the file.
func textSchema(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[Secret]():
		return &jsonschema.Schema{
			Type:      "string",
			Pattern:   externalIDForm.String(),
			MinLength: new(uint64(minExternalID)),
			MaxLength: new(uint64(maxExternalID)),
		}
	case reflect.TypeFor[Period]():
		return &jsonschema.Schema{Type: "string", Pattern: periodSchemaForm}
	case reflect.TypeFor[Window]():
		return &jsonschema.Schema{Type: "string", Pattern: `^` + monthWord + `$|` + periodSchemaForm}
	}
	return nil
}

// items is the step from a list, or from a mapping with any keys, to what it
// holds.
const items = "*"

// find walks from the root to a place. Every step exists: the details are
// written for these types.
func find(s *jsonschema.Schema, at []string) *jsonschema.Schema {
	for _, step := range at {
		switch {
		case step == items && s.Items != nil:
			s = s.Items
		case step == items:
			s = s.AdditionalProperties
		default:
			s = s.Properties.Value(step)
		}
	}
	return s
}

// details are what the types do not say of the values.
var details = []struct {
	at     []string
	refine func(*jsonschema.Schema)
}{
	{[]string{"profile"}, defaultsTo(DefaultProfile)},
	{[]string{"profiles"}, keysLike(profileName.String())},
	{[]string{"profiles", items}, atLeastOne},
	{[]string{"profiles", items, items}, like(s3Action.String())},
	{[]string{"control", "account_id"}, accountIDSchema},
	{[]string{"control", "role_arn"}, like(roleForm)},
	{[]string{"control", "regions", items}, like(regionForm)},
	{[]string{"control", "principals", items}, principalSchema},
	{[]string{"control", "context"}, keysLike(conditionKey.String())},
	{[]string{"control", "context", items}, atLeastOne},
	{[]string{"organization", "account_id"}, accountIDSchema},
	{[]string{"organization", "role_arn"}, like(roleForm)},
	{[]string{"accounts"}, atLeastOne},
	{[]string{"accounts", items}, populated},
	{[]string{"accounts", items, "id"}, accountIDSchema},
	{[]string{"accounts", items, "role_arn"}, like(roleForm)},
	{[]string{"accounts", items, "regions", items}, like(regionForm)},
	{[]string{"accounts", items, "discover", "include"}, atLeastOne},
	{[]string{"accounts", items, "discover", "include", items}, like(globForm.String())},
	{[]string{"accounts", items, "discover", "exclude", items}, like(globForm.String())},
	{[]string{"accounts", items, "buckets", items, "name"}, bucketNameSchema},
	{[]string{"accounts", items, "buckets", items, "prefixes", items}, like(prefixForm)},
	{[]string{"accounts", items, "buckets", items}, orBareName},
	{[]string{"prefix_roles", items, "role_arn"}, like(roleForm)},
	{[]string{"prefix_roles", items, "bucket"}, bucketNameSchema},
	{[]string{"prefix_roles", items, "prefixes"}, atLeastOne},
	{[]string{"prefix_roles", items, "prefixes", items}, like(prefixForm)},
	{[]string{"prefix_roles", items, "access"}, oneOf(AccessRead, AccessReadWrite)},
	{[]string{"checks", "params"}, empty},
	{[]string{"schedule"}, defaultsTo(DefaultSchedule)},
	{[]string{"schedule"}, like(scheduleForm)},
	{[]string{"timezone"}, defaultsTo(DefaultTimezone)},
	{[]string{"timezone"}, like(timezoneForm)},
	{[]string{"storage", "path"}, defaultsTo(DefaultStoragePath)},
	{[]string{"storage", "path"}, like(pathForm)},
	{[]string{"storage", "keep"}, defaultsTo(DefaultStorageKeep.String())},
	{[]string{"exports", items}, destined},
	{[]string{"exports", items, "format"}, oneOf(Formats()...)},
	{[]string{"exports", items, "path"}, like(pathForm)},
	{[]string{"exports", items, "directory"}, like(pathForm)},
	{[]string{"exports", items, "keep"}, defaultsTo(DefaultExportKeep.String())},
	{[]string{"reports", items, "name"}, like(reportNameForm.String())},
	{[]string{"reports", items, "schedule"}, like(scheduleForm)},
	{[]string{"reports", items, "period"}, defaultsTo(DefaultReportPeriod.String())},
	{[]string{"reports", items, "formats"}, atLeastOne},
	{[]string{"reports", items, "formats", items}, oneOf(ReportFormats()...)},
	{[]string{"reports", items, "account"}, accountIDSchema},
	{[]string{"reports", items, "to"}, eitherOf("directory", "s3")},
	{[]string{"reports", items, "to", "directory"}, like(pathForm)},
	{[]string{"reports", items, "to", "s3", "bucket"}, bucketNameSchema},
	{[]string{"reports", items, "to", "s3", "prefix"}, like(prefixForm)},
	{[]string{"reports", items, "to", "s3", "region"}, like(regionForm)},
	{[]string{"reports", items, "to", "s3", "account_id"}, accountIDSchema},
	{[]string{"reports", items, "to", "s3", "role_arn"}, like(roleForm)},
}

// Patterns wider than the rules of Load, for quick help while typing.
const (
	roleForm      = `^arn:[a-z-]+:iam::[0-9]{12}:role/[^*?]+$`
	principalForm = `^(arn:[a-z-]+:iam::[0-9]{12}:(root|(role|user)/[^*?]+)|[0-9]{12})$`
	regionForm    = `^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`
	prefixForm    = `^[^/*?][^*?]*/$`
	scheduleForm  = `^\s*(CRON_TZ=\S+\s+)?([^@\s]\S*)(\s+\S+){4}\s*$`
	timezoneForm  = `^[A-Z][A-Za-z0-9+_/-]*$`
	pathForm      = `.`

	periodSchemaForm = `^(([0-9]+(\.[0-9]*)?|\.[0-9]+)(w|d|h|ms|m|s|us|µs|μs|ns))+$`
)

// maxAccountID is the largest account id read as a number.
const maxAccountID = "999999999999"

func like(pattern string) func(*jsonschema.Schema) {
	return func(s *jsonschema.Schema) { s.Pattern = pattern }
}

func keysLike(pattern string) func(*jsonschema.Schema) {
	return func(s *jsonschema.Schema) { s.PropertyNames = &jsonschema.Schema{Pattern: pattern} }
}

func defaultsTo(value string) func(*jsonschema.Schema) {
	return func(s *jsonschema.Schema) { s.Default = value }
}

func oneOf[T ~string](values ...T) func(*jsonschema.Schema) {
	return func(s *jsonschema.Schema) {
		for _, value := range values {
			s.Enum = append(s.Enum, value)
		}
	}
}

func atLeastOne(s *jsonschema.Schema) { s.MinItems = new(uint64(1)) }

func empty(s *jsonschema.Schema) { s.MaxProperties = new(uint64(0)) }

func bucketNameSchema(s *jsonschema.Schema) {
	s.Pattern = bucketNameForm.String()
	s.MinLength = new(uint64(minBucketName))
	s.MaxLength = new(uint64(maxBucketName))
}

// accountIDSchema takes numbers too, which is what an editor takes twelve bare
// digits for; Load reads them as text.
func accountIDSchema(s *jsonschema.Schema) { stringOrDigits(s, twelveDigits.String()) }

func principalSchema(s *jsonschema.Schema) { stringOrDigits(s, principalForm) }

func stringOrDigits(s *jsonschema.Schema, pattern string) {
	s.Type = ""
	s.AnyOf = []*jsonschema.Schema{
		{Type: "string", Pattern: pattern},
		{Type: "integer", Minimum: "0", Maximum: maxAccountID},
	}
}

// populated asks for buckets or discover.
func populated(s *jsonschema.Schema) {
	s.AnyOf = []*jsonschema.Schema{{Required: []string{"buckets"}}, {Required: []string{"discover"}}}
}

// destined asks for one of path and directory, and for no keep beside a path.
func destined(s *jsonschema.Schema) {
	eitherOf("path", "directory")(s)
	s.DependentRequired = map[string][]string{"keep": {"directory"}}
}

// eitherOf asks for one of the two keys.
func eitherOf(one, other string) func(*jsonschema.Schema) {
	return func(s *jsonschema.Schema) {
		s.OneOf = []*jsonschema.Schema{{Required: []string{one}}, {Required: []string{other}}}
	}
}

// orBareName lets a bucket be its name alone.
func orBareName(s *jsonschema.Schema) {
	name, full := *s.Properties.Value("name"), *s
	*s = jsonschema.Schema{OneOf: []*jsonschema.Schema{&name, &full}}
}
