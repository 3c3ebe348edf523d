package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// profiles checks the configuration's own profiles and which one is chosen.
func (v *validator) profiles() {
	builtin := BuiltinProfiles()
	for _, name := range slices.Sorted(maps.Keys(v.config.Profiles)) {
		at := place("profiles").key(name)
		if _, ok := builtin[name]; ok {
			v.report.broken(at, "built in, and stays as it is; choose another name")
			continue
		}
		v.profile(at, name, v.config.Profiles[name])
	}
	if v.required("profile", v.config.Profile, "the name of a profile") {
		v.knownProfile("profile", v.config.Profile)
	}
}

var (
	profileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	s3Action    = regexp.MustCompile(`^s3:[A-Z][A-Za-z0-9]+$`)
)

func (v *validator) profile(at place, name string, actions []string) {
	if !profileName.MatchString(name) {
		v.report.broken(at, "a profile's name is letters, digits, dots, _ and -, and begins with a letter or digit")
	}
	if len(actions) == 0 {
		v.report.broken(at, "expected at least one S3 action")
	}
	listed := seen{}
	for i, action := range actions {
		if !s3Action.MatchString(action) {
			v.report.broken(at.item(i), "expected an S3 action such as s3:GetObject, found %q%s", action, actionAdvice(action))
			continue
		}
		if v.knownAction != nil && !v.knownAction(action) {
			v.report.broken(at.item(i), "%q is no S3 action on a bucket or an object", action)
			continue
		}
		v.twice(listed, action, at.item(i))
	}
}

// actionAdvice is what to add to a message about a text that is no action.
func actionAdvice(action string) string {
	service, _, _ := strings.Cut(action, ":")
	switch {
	case strings.ContainsAny(action, "*?"):
		return ": a wildcard takes in actions that Quilt does not need; list each one"
	case service != action && !strings.EqualFold(service, "s3"):
		return ": profiles are about buckets and objects only"
	default:
		return ""
	}
}

// knownProfile checks that there is a profile of the name.
func (v *validator) knownProfile(p place, name string) {
	names := v.config.profileNames()
	if !slices.Contains(names, name) && !v.report.partial("profiles") {
		v.report.broken(p, "unknown profile %q; %s", name, didYouMean(name, names))
	}
}
