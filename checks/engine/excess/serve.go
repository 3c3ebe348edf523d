package excess

import (
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// serve looks for what the statement grants the servant. The engine has no
// callers that are services, so the policy is rewritten: what is said of the
// servant is said of everybody.
func (f *finder) serve(statement int, s servant) {
	if !f.budget.Spend(rewriteCost * len(f.Policy.Statements)) {
		f.doubt(s.name, nil, policy.Found{Kind: policy.Untold, Reason: globs.ErrBudget.Error()})
		return
	}
	r := f.rewritten(statement, s)
	groups := grouped(r.document)
	for i := range groups {
		g := &groups[i]
		if g.actions = f.unserved(g.actions, statement, s); len(g.actions) == 0 {
			continue
		}
		if s.identity() {
			f.serveIdentity(g, s, r)
		} else {
			f.serveSources(g, s, r)
		}
	}
}

// rewriteCost is the price of a statement that is written anew.
const rewriteCost = 1000

// unserved leaves out what everybody is granted by a statement for everybody,
// services among them.
func (f *finder) unserved(actions []policy.Action, statement int, s servant) []policy.Action {
	if slices.ContainsFunc(f.Policy.Statements[statement].Principals, s.is) {
		return actions
	}
	limited := !asksOfServices(&f.Policy.Statements[statement])
	return slices.DeleteFunc(slices.Clone(actions), func(a policy.Action) bool {
		return slices.ContainsFunc(f.found, func(e Excess) bool {
			return (e.Class == Public || e.Class == LimitedPublic && limited) && slices.Contains(e.Actions, a.Name)
		})
	})
}

// serveSources asks on behalf of accounts that nobody declared: strangers, and
// those that a condition on the source writes out.
func (f *finder) serveSources(g *group, s servant, r *rewriting) {
	best := policy.Found{Kind: policy.NoneExists}
	for _, account := range f.sources.all() {
		if best = more(best, f.onBehalf(g, s, r, account)); best.Kind == policy.Exists {
			break
		}
	}
	if best.Kind == policy.NoneExists && f.sources.vague {
		best = policy.Found{Kind: policy.Untold, Reason: vagueReason}
	}
	f.served(g, Service, s.name, best)
	for i, account := range slices.Compact(slices.Sorted(slices.Values(f.sources.named))) {
		if f.declared(account) || best.Kind == policy.Exists && !slices.Contains(r.sources, account) {
			continue
		}
		if i >= maxAccounts {
			f.doubts = append(f.doubts, Doubt{Who: account, Reason: "the policy mentions too many accounts"})
			return
		}
		if found := f.onBehalf(g, s, r, account); best.Kind != policy.Exists || found.Kind != policy.Exists || says(found.Witness, account) {
			f.served(g, UnknownAccount, account, found)
		}
	}
}

// says reports whether the request says that it is for the account.
func says(w *policy.Witness, account string) bool {
	for _, values := range w.Context {
		if slices.ContainsFunc(values, func(value string) bool { return strings.Contains(value, account) }) {
			return true
		}
	}
	return false
}

// served notes what was found.
func (f *finder) served(g *group, class Class, name string, found policy.Found) {
	switch {
	case found.Kind == policy.Untold:
		f.doubt(name, g.actions, found)
	case found.Kind != policy.Exists:
	case f.OrganizationUnread && ofOrganization(found.Witness):
		found.DependsOn, found.Reason = []string{"aws:SourceOrgID"}, "whether the source's organization is the own one is not known"
		f.doubt(name, g.actions, found)
	default:
		f.addServed(class, name, g.actions, found)
	}
}

// ofOrganization reports whether the request is granted as one for a member of
// an organization.
func ofOrganization(w *policy.Witness) bool {
	for key := range w.Context {
		if strings.HasPrefix(strings.ToLower(key), "aws:sourceorg") {
			return true
		}
	}
	return false
}

// onBehalf asks whether the service is granted something when it acts for the
// account, whose id it carries, or else perhaps the ARN of a resource only.
func (f *finder) onBehalf(g *group, s servant, r *rewriting, account string) policy.Found {
	if !f.budget.Spend(rewriteCost) {
		return policy.Found{Kind: policy.Untold, Reason: globs.ErrBudget.Error()}
	}
	document := r.guarded(&f.Case, account)
	context := map[string][]string{"aws:PrincipalIsAWSService": {"true"}}
	if s.name != AnyService {
		context["aws:PrincipalServiceName"] = []string{s.name}
	}
	silent := slices.Clone(personal)
	for _, key := range []string{"aws:SourceAccount", "aws:SourceOwner"} {
		if f.asksFor(key) {
			silent = append(silent, key)
		}
	}
	saying := maps.Clone(context)
	saying["aws:SourceAccount"], saying["aws:SourceOwner"] = []string{account}, []string{account}
	found := f.asServant(g, r, document, saying, personal)
	if found.Kind == policy.Exists {
		found.Witness.Context["aws:SourceAccount"] = []string{account}
	} else if len(silent) > len(personal) {
		found = more(found, f.asServant(g, r, document, context, silent))
	}
	if found.Kind == policy.Exists {
		found.Witness.Principal = s.name
		if s.name == AnyService {
			found.Witness.Principal = Anybody
			found.Witness.Context["aws:PrincipalIsAWSService"] = []string{"true"}
		}
	}
	return found
}

// Anybody is the principal of a witness that may be whoever meets its context.
const Anybody = "*"

// serveIdentity asks for an origin access identity, which may carry its ARN.
func (f *finder) serveIdentity(g *group, s servant, r *rewriting) {
	absent := slices.Concat(serviceKeys, personal)
	found := f.asServant(g, r, r.document, nil, absent)
	if found.Kind != policy.Exists && f.asksFor("aws:PrincipalArn") {
		carried := map[string][]string{"aws:PrincipalArn": {s.name}}
		found = more(found, f.asServant(g, r, r.document, carried, absent))
		if found.Kind == policy.Exists {
			complete(found.Witness, carried)
		}
	}
	if found.Kind == policy.Exists {
		found.Witness.Principal = s.name
	}
	f.served(g, Service, s.name, found)
}

// asServant asks for a request that carries the context.
func (f *finder) asServant(g *group, r *rewriting, document *policy.Document, context map[string][]string, absent []string) policy.Found {
	s := policy.Search{Budget: &f.budget, Question: policy.Question{
		Principal: Anybody, Action: g.actions[0].Name, Bucket: f.Bucket, BucketAccount: f.Owner, Partition: f.Partition,
		UnknownByDefault: true, Context: maps.Clone(f.Context), Absent: absent,
	}}
	if s.Context == nil {
		s.Context = map[string][]string{}
	}
	maps.Copy(s.Context, context)
	if !g.listing {
		s.Absent = slices.Concat(s.Absent, listingKeys)
	}
	found := f.some(s, policy.Layers{Bucket: document})
	if by := found.GrantedBy; by != nil {
		by.Statement = &r.statement
	}
	return found
}
