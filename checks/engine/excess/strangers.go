package excess

import (
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// limiting are the keys that tie a request to a network, an organization, an
// access point, a key or one principal: a policy that grants only with one of
// them is not public to S3 ("Blocking public access to your Amazon S3 storage",
// the meaning of "public"). What a caller chooses freely, such as its user
// agent or the tags of its own role, is not among them.
var limiting = []string{
	"aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:SourceVpc*", "aws:VpcSourceIp", "aws:Vpce*", "aws:userid",
	"s3:DataAccessPoint*", "s3:x-amz-server-side-encryption-aws-kms-key-id",
}

// signed are the keys that only signed requests carry ("AWS global condition
// context keys", properties of the principal).
var signed = append([]string{"aws:Principal*"}, personal...)

// personal are those that requests of services do not carry either, which are
// signed by no user, role or session.
var personal = []string{
	"aws:PrincipalTag/*", "aws:PrincipalOrg*", "aws:username", "aws:MultiFactorAuth*", "aws:TokenIssueTime", "aws:FederatedProvider",
	"aws:SourceIdentity", "aws:AssumedRoot", "aws:CalledVia*", "aws:ChatbotSourceArn", "aws:Ec2InstanceSource*",
}

// anonymous is what requests without a signature carry instead ("IAM policy
// elements: Variables and tags", principal key values).
var anonymous = map[string][]string{"aws:PrincipalType": {"Anonymous"}, "aws:userid": {"anonymous"}}

// strangers looks for what is granted to principals that nobody mentioned.
func (f *finder) strangers() {
	if f.onlyNamed() {
		return
	}
	places := f.anywhere()
	for i := range f.groups {
		g := &f.groups[i]
		class, name, found := f.strange(g, places)
		switch found.Kind {
		case policy.Untold:
			f.doubt(name, g.actions, found)
		case policy.Exists:
			f.note(g, class, name, found)
		}
	}
}

// onlyNamed reports whether every Allow names accounts and their principals
// only, or services.
func (f *finder) onlyNamed() bool {
	return f.Policy.AllowsOnly(func(p policy.Principal, _ []string) bool { return named(p) })
}

// note adds what strangers are granted.
func (f *finder) note(g *group, class Class, name string, found policy.Found) {
	if class != Organization {
		g.public = true
		f.add(class, name, g.actions, found)
		return
	}
	admin, other := split(g.actions)
	f.add(Administrative, name, admin, found)
	f.add(Organization, name, other, found)
}

func split(actions []policy.Action) (admin, other []policy.Action) {
	for _, a := range actions {
		if administrative(a) {
			admin = append(admin, a)
		} else {
			other = append(other, a)
		}
	}
	return admin, other
}

// strange asks about strangers from the widest circle to the narrowest.
func (f *finder) strange(g *group, places []map[string][]string) (Class, string, policy.Found) {
	found := f.strangersWith(g, places, limiting)
	if found.Kind == policy.Exists {
		return Public, Everyone, found
	}
	if found = f.accountsWith(g, f.callers().few, places, limiting); found.Kind == policy.Exists {
		return LimitedPublic, Conditional, found
	}
	if f.Organization != "" {
		member := make([]map[string][]string, 0, len(places))
		for _, place := range places {
			with := maps.Clone(place)
			with["aws:PrincipalOrgID"] = []string{f.Organization}
			member = append(member, with)
		}
		if inside := f.accountsWith(g, f.callers().all(), member, limiting); inside.Kind == policy.Exists {
			return Organization, f.Organization, inside
		}
	}
	found = f.strangersWith(g, []map[string][]string{{}}, nil)
	if found.Kind == policy.NoneExists && f.callers().vague && f.welcomes(g.actions[0].Name) {
		found = policy.Found{Kind: policy.Untold, Reason: vagueReason}
	}
	if found.Kind == policy.Exists && f.ownPaths(found.Witness) {
		return Organization, f.Organization, found
	}
	return LimitedPublic, Conditional, found
}

const vagueReason = "the policy tells accounts apart in more ways than are tried"

// welcomes reports whether an Allow for the action names others than accounts,
// their principals and services.
func (f *finder) welcomes(action string) bool {
	for i := range f.Policy.Statements {
		s := &f.Policy.Statements[i]
		if s.Effect == policy.Allow && mayName(s, action) && (s.NotPrincipals != nil || slices.ContainsFunc(s.Principals, func(p policy.Principal) bool { return !named(p) })) {
			return true
		}
	}
	return false
}

// named reports whether the principal is an account, one of its principals, or
// a service.
func named(p policy.Principal) bool {
	return p.Kind == service || p.Kind == "AWS" && (accountOf(p.Value) != "" || IsOriginAccessIdentity(p.Value))
}

// ownPaths reports whether the request is by a member of the own organization.
func (f *finder) ownPaths(w *policy.Witness) bool {
	paths := w.Context["aws:PrincipalOrgPaths"]
	return f.Organization != "" && len(paths) > 0 && w.Context["aws:PrincipalOrgID"] == nil &&
		!slices.ContainsFunc(paths, func(p string) bool { return !strings.HasPrefix(p, f.Organization+"/") })
}

// strangersWith asks about requests without a signature and about strangers'
// accounts, each from all places.
func (f *finder) strangersWith(g *group, places []map[string][]string, absent []string) policy.Found {
	unsigned := policy.Found{Kind: policy.NoneExists}
	for _, place := range places {
		with := maps.Clone(place)
		maps.Copy(with, anonymous)
		unsigned = more(unsigned, f.ask(g, who{principal: "*", context: with, absent: slices.Concat(absent, signed)}))
	}
	if unsigned.Kind == policy.Exists {
		for key := range anonymous {
			delete(unsigned.Witness.Context, key)
		}
		return unsigned
	}
	accounts := f.callers().many
	if absent == nil {
		accounts = f.callers().all()
	}
	return more(unsigned, f.accountsWith(g, accounts, places, absent))
}

// accountsWith asks about accounts that nobody mentions.
func (f *finder) accountsWith(g *group, accounts []string, places []map[string][]string, absent []string) policy.Found {
	best := policy.Found{Kind: policy.NoneExists}
	for _, account := range accounts {
		for _, place := range places {
			if best = more(best, f.ask(g, who{principal: account, context: place, absent: absent})); best.Kind == policy.Exists {
				return best
			}
		}
	}
	return best
}

// more is the finding that says more: a request, then a doubt.
func more(a, b policy.Found) policy.Found {
	if a.Kind == policy.Exists || b.Kind == policy.NoneExists || a.Kind == b.Kind {
		return a
	}
	return b
}
