package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/inventory"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/config"
)

// declared is the scope as the configuration declares it, before AWS was asked
// what there is.
func declared(cfg *config.Config, enabled []audit.Check) snapshot.Scope {
	scope := snapshot.Scope{
		ControlAccountID: cfg.Control.AccountID,
		Principals:       cfg.Control.Principals,
		Context:          cfg.Control.Context,
		Profile:          cfg.Profile,
		Profiles:         profiles(cfg),
		Accounts:         accounts(cfg),
		Checks:           checkIDs(enabled),
		ConfigDigest:     config.Digest(cfg),
	}
	if cfg.Organization != nil {
		scope.OrganizationAccountID = cfg.Organization.AccountID
	}
	partitions := map[string]string{}
	for _, a := range scope.Accounts {
		partitions[a.ID] = a.Partition
	}
	for _, a := range cfg.Accounts {
		for _, b := range a.Buckets {
			scope.Buckets = append(scope.Buckets, snapshot.ScopeBucket{
				AccountID: a.ID, Name: b.Name, Partition: partitions[a.ID], Named: true,
				Profile: cmp.Or(b.Profile, cfg.Profile), Prefixes: b.Prefixes,
			})
		}
	}
	for _, r := range cfg.PrefixRoles {
		scope.PrefixRoles = append(scope.PrefixRoles, snapshot.PrefixRole{
			RoleARN: r.RoleARN, AccountID: arnPart(r.RoleARN, 4), Bucket: r.Bucket, Prefixes: r.Prefixes, Access: string(r.Access),
		})
	}
	return scope
}

// profiles are the profiles in use, by name.
func profiles(cfg *config.Config) map[string][]string {
	used := map[string][]string{cfg.Profile: cfg.Actions(cfg.Profile)}
	for _, a := range cfg.Accounts {
		for _, b := range a.Buckets {
			if b.Profile != "" {
				used[b.Profile] = cfg.Actions(b.Profile)
			}
		}
	}
	return used
}

// accounts are all accounts of the configuration, each once, however many
// parts it plays.
func accounts(cfg *config.Config) []snapshot.Account {
	byID := map[string]*snapshot.Account{}
	add := func(id, role string, regions []string) *snapshot.Account {
		a, ok := byID[id]
		if !ok {
			a = &snapshot.Account{ID: id}
			byID[id] = a
		}
		a.RoleARN = cmp.Or(a.RoleARN, role)
		for _, r := range regions {
			if !slices.Contains(a.Regions, r) {
				a.Regions = append(a.Regions, r)
			}
		}
		return a
	}
	// The data accounts come first: where an account plays two parts, its own
	// entry says which role and regions it has.
	for _, d := range cfg.Accounts {
		a := add(d.ID, d.RoleARN, d.Regions)
		a.Name, a.Data = d.Name, true
	}
	control := add(cfg.Control.AccountID, cfg.Control.RoleARN, nil)
	control.Control = true
	if !control.Data {
		control.Regions = cfg.Control.Regions
	}
	if o := cfg.Organization; o != nil {
		add(o.AccountID, o.RoleARN, nil).Organization = true
	}
	var list []snapshot.Account
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		a := byID[id]
		a.Partition = partition(a)
		list = append(list, *a)
	}
	return list
}

// partition is the partition that the account's role or regions lie in, so
// that a finding keeps its identity when the account cannot be entered.
func partition(a *snapshot.Account) string {
	if a.RoleARN != "" {
		return arnPart(a.RoleARN, 1)
	}
	for _, r := range a.Regions {
		switch {
		case strings.HasPrefix(r, "cn-"):
			return "aws-cn"
		case strings.HasPrefix(r, "us-gov-"):
			return "aws-us-gov"
		}
	}
	return "aws"
}

// credentials are the accounts with what is needed to enter them.
func credentials(cfg *config.Config, scope *snapshot.Scope) []awsapi.Account {
	secrets := map[string]string{cfg.Control.RoleARN: cfg.Control.ExternalID.Reveal()}
	if o := cfg.Organization; o != nil {
		secrets[o.RoleARN] = o.ExternalID.Reveal()
	}
	for _, a := range cfg.Accounts {
		secrets[a.RoleARN] = a.ExternalID.Reveal()
	}
	var list []awsapi.Account
	for _, a := range scope.Accounts {
		entry := awsapi.Account{ID: a.ID, RoleARN: a.RoleARN, ExternalID: secrets[a.RoleARN]}
		if len(a.Regions) > 0 {
			entry.Region = a.Regions[0]
		}
		list = append(list, entry)
	}
	return list
}

// filters are the discoveries by account.
func filters(cfg *config.Config) map[string]inventory.Filter {
	byAccount := map[string]inventory.Filter{}
	for _, a := range cfg.Accounts {
		if d := a.Discover; d != nil {
			byAccount[a.ID] = inventory.Filter{Include: d.Include, Exclude: d.Exclude, Tags: d.Tags}
		}
	}
	return byAccount
}

func filtersTags(cfg *config.Config) bool {
	return slices.ContainsFunc(cfg.Accounts, func(a config.Account) bool { return a.Discover != nil && len(a.Discover.Tags) > 0 })
}

func arnPart(arn string, i int) string {
	parts := strings.SplitN(arn, ":", 6)
	if i >= len(parts) {
		return ""
	}
	return parts[i]
}
