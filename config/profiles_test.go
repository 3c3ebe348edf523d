package config

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBuiltinProfiles(t *testing.T) {
	t.Parallel()
	profiles := BuiltinProfiles()
	for name, want := range map[string]int{"quilt-2022": 9, "quilt-2022.12": 12, "quilt-2024": 14} {
		actions := profiles[name]
		if len(actions) != want || len(slices.Compact(slices.Clone(actions))) != want || !slices.IsSorted(actions) {
			t.Errorf("%s: %d actions, want %d, sorted, each once: %v", name, len(actions), want, actions)
		}
		for _, action := range actions {
			if !s3Action.MatchString(action) {
				t.Errorf("%s: %q is no S3 action", name, action)
			}
		}
	}
	if len(profiles) != 3 {
		t.Errorf("%d profiles, want 3", len(profiles))
	}
	added := slices.DeleteFunc(profiles["quilt-2024"], func(a string) bool { return slices.Contains(profiles["quilt-2022.12"], a) })
	if diff := cmp.Diff([]string{"s3:GetObjectAttributes", "s3:GetObjectVersionAttributes"}, added); diff != "" {
		t.Errorf("what 2024 added (-want +got):\n%s", diff)
	}
}

func TestBuiltinProfilesAreCopies(t *testing.T) {
	t.Parallel()
	BuiltinProfiles()["quilt-2022"][0] = "s3:Changed"
	if slices.Contains(BuiltinProfiles()["quilt-2022"], "s3:Changed") {
		t.Error("a caller changed the profile of everybody")
	}
}

func TestActions(t *testing.T) {
	t.Parallel()
	c := &Config{Profile: "mine", Profiles: map[string][]string{"mine": {"s3:PutObject", "s3:GetObject"}}}
	for profile, want := range map[string]int{"": 2, "mine": 2, "quilt-2022.12": 12, "other": 0} {
		got := c.Actions(profile)
		if len(got) != want || !slices.IsSorted(got) {
			t.Errorf("profile %q: %v, want %d sorted actions", profile, got, want)
		}
	}
	if c.Profiles["mine"][0] != "s3:PutObject" {
		t.Error("Actions changed the configuration")
	}
}
