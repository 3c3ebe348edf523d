package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Plain YAML reads the first of these as an octal number, the second as a
// decimal one.
func TestLoadBareAccountIDs(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"001234567012", "012345678901", "123456789012", "000000000000"} {
		got := mustLoad(t, strings.NewReplacer(`"444455556666"`, id, `"111122223333"`, "111122223333").Replace(minimal), Options{})
		if got.Accounts[0].ID != id || got.Control.AccountID != "111122223333" {
			t.Errorf("account id %s: got %q", id, got.Accounts[0].ID)
		}
	}
	got := mustLoad(t, `control: {account_id: 111122223333, principals: [001234567012]}
accounts: [{id: 444455556666, regions: [us-east-1], discover: {tags: {012345678901: 001234567012}}}]`, Options{})
	if diff := cmp.Diff([]string{"001234567012"}, got.Control.Principals); diff != "" {
		t.Errorf("principals (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"012345678901": "001234567012"}, got.Accounts[0].Discover.Tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestLoadNullIsAbsent(t *testing.T) {
	t.Parallel()
	got := mustLoad(t, minimal+"profile:\nprofiles: ~\norganization: null\nchecks: {disable: , params: }\nschedule:\ntimezone: ~\nwaivers_file:\nstorage: {path: , keep: }\nexports:\n", Options{})
	if diff := cmp.Diff(mustLoad(t, minimal, Options{}), got, compared); diff != "" {
		t.Errorf("configuration (-without +with nulls):\n%s", diff)
	}
}

func TestLoadAliases(t *testing.T) {
	t.Parallel()
	got := mustLoad(t, `control: {account_id: "111122223333"}
accounts:
  - &base
    id: "444455556666"
    regions: &regions [us-east-1]
    buckets: [acme-raw]
  - <<: *base
    id: "777788889999"
    buckets: [acme-other]
  - {id: "999988887777", regions: *regions, buckets: [acme-third]}
`, Options{})
	for i, account := range got.Accounts {
		if diff := cmp.Diff([]string{"us-east-1"}, account.Regions); diff != "" {
			t.Errorf("regions of account %d (-want +got):\n%s", i, diff)
		}
	}
	if got.Accounts[1].Buckets[0].Name != "acme-other" {
		t.Errorf("the account's own buckets must win over merged ones, got %v", got.Accounts[1].Buckets)
	}
}

// Aliases that multiply must not cost more than the bound on them.
func TestLoadAliasBomb(t *testing.T) {
	t.Parallel()
	repeat := func(alias string) string { return strings.TrimSuffix(strings.Repeat(alias+", ", 500), ", ") }
	bombs := map[string]string{
		"lists": "control: {account_id: \"111122223333\"}\nprofiles: {a: &a [" + repeat("x") + "]}\naccounts:\n  - &b {id: \"1\", buckets: [&c {name: x, prefixes: *a}, " +
			repeat("*c") + "]}\n" + strings.Repeat("  - *b\n", 500),
		"merged lists": "accounts:\n  - &b {buckets: [" + repeat("x") + "]}\n" + strings.Repeat("  - {<<: *b}\n", 500),
		"merges":       "a: &a {x: 1}\nb: &b {<<: [" + repeat("*a") + "]}\nc: &c {<<: [" + repeat("*b") + "]}\n<<: [" + repeat("*c") + "]\n",
	}
	for name, bomb := range bombs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := load([]byte(bomb), Options{File: "quilt.yaml"})
			if err == nil || !strings.Contains(err.Error(), "aliases repeat more than") {
				t.Errorf("want an error about aliases, got %.300v", err)
			}
		})
	}
}
