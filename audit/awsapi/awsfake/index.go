package awsfake

import (
	"fmt"
	"slices"
	"strings"
)

const defaultRegion = "us-east-1"

// index is an Estate arranged for look-ups in constant time.
type index struct {
	estate   Estate
	accounts map[string]*account
	buckets  map[string]*Bucket
	roles    map[string]*role
	policies map[string]*policy
}

type account struct {
	Account
	ownerID string
	// buckets are sorted by name; byRegion holds the same, by region.
	buckets  []*Bucket
	byRegion map[string][]*Bucket
	roles    map[string]*role
	trails   []*trail
	org      *Organization
}

type role struct {
	Role
	account *account
	arn     string
	id      string
}

type policy struct {
	ManagedPolicy
	account *account
	arn     string
}

type trail struct {
	Trail
	account *account
	arn     string
}

// newIndex panics on an estate that contradicts itself: that is a mistake in the test at hand.
func newIndex(e Estate) *index {
	if len(e.Accounts) == 0 {
		panic("awsfake: the estate has no account")
	}
	if e.Home == "" {
		e.Home = e.Accounts[0].ID
	}
	x := &index{
		estate:   e,
		accounts: make(map[string]*account, len(e.Accounts)),
		buckets:  make(map[string]*Bucket, len(e.Buckets)),
		roles:    map[string]*role{},
		policies: map[string]*policy{},
	}
	for _, a := range e.Accounts {
		x.addAccount(a)
	}
	x.account(e.Home, "home")
	for _, p := range e.ManagedPolicies {
		x.addPolicy(nil, "arn:aws:iam::aws:policy", p)
	}
	x.addBuckets(e.Buckets)
	// The index has its own copy; the estate's may be large.
	x.estate.Buckets = nil
	for i := range e.Organizations {
		x.addOrganization(&e.Organizations[i])
	}
	return x
}

// account returns the account that the estate names in the given place.
func (x *index) account(id, place string) *account {
	a := x.accounts[id]
	if a == nil {
		panic(fmt.Sprintf("awsfake: %s names account %q, which the estate does not hold", place, id))
	}
	return a
}

func (x *index) addAccount(a Account) {
	if len(a.ID) != 12 || strings.Trim(a.ID, "0123456789") != "" {
		panic(fmt.Sprintf("awsfake: account id %q does not have twelve digits", a.ID))
	}
	if x.accounts[a.ID] != nil {
		panic(fmt.Sprintf("awsfake: account %s is there twice", a.ID))
	}
	if a.Partition == "" {
		a.Partition = "aws"
	}
	acct := &account{
		Account: a, ownerID: canonicalUserID(a.ID),
		byRegion: map[string][]*Bucket{}, roles: make(map[string]*role, len(a.Roles)),
	}
	x.accounts[a.ID] = acct
	iamARN := "arn:" + a.Partition + ":iam::" + a.ID
	for _, r := range a.Roles {
		x.addRole(acct, iamARN, r)
	}
	for _, p := range a.Policies {
		x.addPolicy(acct, iamARN+":policy", p)
	}
	for _, t := range a.Trails {
		acct.trails = append(acct.trails, newTrail(acct, t))
	}
}

func (x *index) addRole(a *account, iamARN string, r Role) {
	if r.Path == "" {
		r.Path = "/"
	}
	indexed := &role{Role: r, account: a, arn: iamARN + ":role" + r.Path + r.Name, id: r.ID}
	if indexed.id == "" {
		indexed.id = uniqueID("AROA", indexed.arn)
	}
	if a.roles[r.Name] != nil {
		panic(fmt.Sprintf("awsfake: role %s is there twice in account %s", r.Name, a.ID))
	}
	a.roles[r.Name] = indexed
	x.roles[indexed.arn] = indexed
}

func (x *index) addPolicy(a *account, prefix string, p ManagedPolicy) {
	if p.Path == "" {
		p.Path = "/"
	}
	if len(p.Versions) == 0 {
		panic(fmt.Sprintf("awsfake: managed policy %s has no version", p.Name))
	}
	indexed := &policy{ManagedPolicy: p, account: a, arn: prefix + p.Path + p.Name}
	x.policies[indexed.arn] = indexed
}

func newTrail(a *account, t Trail) *trail {
	if t.HomeRegion == "" {
		t.HomeRegion = defaultRegion
	}
	if len(t.EventSelectors) > 0 && len(t.AdvancedEventSelectors) > 0 {
		panic(fmt.Sprintf("awsfake: trail %s has basic and advanced selectors", t.Name))
	}
	arn := fmt.Sprintf("arn:%s:cloudtrail:%s:%s:trail/%s", a.Partition, t.HomeRegion, a.ID, t.Name)
	return &trail{Trail: t, account: a, arn: arn}
}

func (x *index) addBuckets(buckets []Bucket) {
	stored := slices.Clone(buckets)
	slices.SortFunc(stored, func(a, b Bucket) int { return strings.Compare(a.Name, b.Name) })
	for i := range stored {
		b := &stored[i]
		if x.buckets[b.Name] != nil {
			panic(fmt.Sprintf("awsfake: bucket %s is there twice", b.Name))
		}
		if b.Region == "" {
			b.Region = defaultRegion
		}
		owner := x.account(b.Owner, "bucket "+b.Name)
		owner.buckets = append(owner.buckets, b)
		owner.byRegion[b.Region] = append(owner.byRegion[b.Region], b)
		x.buckets[b.Name] = b
	}
}

func (x *index) addOrganization(o *Organization) {
	management := x.account(o.Management, "organization "+o.ID)
	management.org = o
	shared := slices.DeleteFunc(slices.Clone(management.trails), func(t *trail) bool { return !t.Organization })
	for _, id := range o.Members {
		if id == o.Management {
			continue
		}
		member := x.account(id, "organization "+o.ID)
		member.org = o
		member.trails = append(member.trails, shared...)
	}
}
