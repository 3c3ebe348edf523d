package awsfake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
)

func TestEstatesThatContradictThemselves(t *testing.T) {
	t.Parallel()
	one := []awsfake.Account{{ID: data}}
	for want, estate := range map[string]awsfake.Estate{
		"no account":                    {},
		"twelve digits":                 {Accounts: []awsfake.Account{{ID: "12"}}},
		"account 444455556666 is there": {Accounts: []awsfake.Account{{ID: data}, {ID: data}}},
		"home names account":            {Home: other, Accounts: one},
		"bucket b is there twice":       {Accounts: one, Buckets: []awsfake.Bucket{{Name: "b", Owner: data}, {Name: "b", Owner: data}}},
		"bucket b names account":        {Accounts: one, Buckets: []awsfake.Bucket{{Name: "b", Owner: other}}},
		"organization o-1 names":        {Accounts: one, Organizations: []awsfake.Organization{{ID: "o-1", Management: data, Members: []string{other}}}},
		"has no version":                {Accounts: []awsfake.Account{{ID: data, Policies: []awsfake.ManagedPolicy{{Name: "p"}}}}},
		"role r is there twice":         {Accounts: []awsfake.Account{{ID: data, Roles: []awsfake.Role{{Name: "r"}, {Name: "r"}}}}},
		"belongs to two accounts": {Accounts: []awsfake.Account{
			{ID: data, AccessKeyID: "AKIA1"}, {ID: other, AccessKeyID: "AKIA1"},
		}},
		"basic and advanced": {Accounts: []awsfake.Account{{ID: data, Trails: []awsfake.Trail{{
			Name: "t", EventSelectors: make([]awsfake.EventSelector, 1), AdvancedEventSelectors: make([]awsfake.AdvancedEventSelector, 1),
		}}}}},
	} {
		if got := panicOf(func() { awsfake.NewFake(estate) }); !strings.Contains(got, want) {
			t.Errorf("panic %q, want one that contains %q", got, want)
		}
	}
}

func panicOf(f func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	f()
	return ""
}
