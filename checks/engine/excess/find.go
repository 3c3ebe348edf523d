package excess

import (
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// budget is the work that all searches about one policy may do together: some
// three milliseconds.
const budget = 3 * globs.DefaultBudget / 10

// Find lists what the policy grants beyond the needs.
func Find(c Case) Report {
	ordinary := c.ordinary()
	if ordinary && !c.servesAny() {
		return Report{}
	}
	f := finder{Case: c, budget: budget}
	if !ordinary {
		f.groups = grouped(c.Policy)
		f.strangers()
		f.accounts()
	}
	f.services()
	return f.report()
}

// ordinary reports whether every Allow names nobody but the owner's principals,
// services, and principals with the needs that it grants: the usual policy, in
// which there is nothing to look for.
func (c *Case) ordinary() bool {
	return c.Policy.AllowsOnly(func(p policy.Principal, actions []string) bool {
		switch {
		case p.Kind == service, IsOriginAccessIdentity(p.Value):
			return true
		case p.Kind != "AWS":
			return false
		case accountOf(p.Value) == c.Owner:
			return true
		}
		return slices.ContainsFunc(c.Needs, func(n Need) bool {
			return n.covers(p.Value) && !slices.ContainsFunc(actions, func(a string) bool { return !n.has(a) })
		})
	})
}

// covers reports whether the need is that of the principal.
func (n *Need) covers(principal string) bool {
	return n.Principal == principal || n.whole() && accountOf(principal) == n.Account
}

// accountOf is the account id of a principal, "" if it has none.
func accountOf(principal string) string {
	if isAccount(principal) {
		return principal
	}
	const begins, inARN = "arn:", 4
	rest := principal
	for range inARN {
		var ok bool
		if _, rest, ok = strings.Cut(rest, ":"); !ok {
			return ""
		}
	}
	account, _, ok := strings.Cut(rest, ":")
	if !ok || !strings.HasPrefix(principal, begins) || !isAccount(account) {
		return ""
	}
	return account
}

func isAccount(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// finder is a case under way.
type finder struct {
	Case
	groups   []group
	byCaller *outsiders // accounts as callers, once they are asked for
	sources  *outsiders // accounts for which services act
	searcher policy.Searcher
	budget   globs.Budget
	found    []Excess
	doubts   []Doubt
}

// group are actions that the policy treats alike.
type group struct {
	actions []policy.Action
	listing bool
	// public tells that everybody who meets some condition is granted them.
	public bool
	// excerpt is the part of the policy to ask, nil for all of it.
	excerpt *excerpt
}

// grouped puts the actions that some Allow names into groups.
func grouped(d *policy.Document) []group {
	kinds := d.Kinds(isListing)
	out := make([]group, len(kinds))
	for i, actions := range kinds {
		out[i] = group{actions: actions, listing: isListing(actions[0].Name)}
	}
	return out
}

func isListing(action string) bool { return strings.HasPrefix(action, "s3:ListBucket") }

// who are principals to ask about, and what their requests carry beside what
// the case says.
type who struct {
	principal string // as in policy.Question
	context   map[string][]string
	absent    []string
	except    []string
}

// ask looks for a request for the group's actions that some of them is granted.
func (f *finder) ask(g *group, w who) policy.Found {
	s := policy.Search{Except: w.except, Budget: &f.budget, Question: policy.Question{
		Principal: w.principal, Action: g.actions[0].Name, Bucket: f.Bucket, BucketAccount: f.Owner, Partition: f.Partition,
		Context: f.Context, UnknownByDefault: true, Absent: slices.Concat(w.absent, serviceKeys),
	}}
	if len(w.context) > 0 {
		s.Context = maps.Clone(f.Context)
		if s.Context == nil {
			s.Context = map[string][]string{}
		}
		maps.Copy(s.Context, w.context)
	}
	if !g.listing {
		s.Absent = append(s.Absent, listingKeys...)
	}
	found := f.some(s, policy.Layers{Bucket: f.documentOf(g)})
	if found.Witness != nil {
		complete(found.Witness, w.context)
	}
	if by := found.GrantedBy; by != nil && g.excerpt != nil {
		by.Statement = &g.excerpt.places[*by.Statement]
	}
	return found
}

// documentOf is what the group's actions are asked of.
func (f *finder) documentOf(g *group) *policy.Document {
	if g.excerpt != nil {
		return g.excerpt.document
	}
	return f.Policy
}

// some searches; what cannot be searched for is untold.
func (f *finder) some(s policy.Search, layers policy.Layers) policy.Found {
	found, err := f.searcher.Some(s, layers)
	if err != nil {
		return policy.Found{Kind: policy.Untold, Reason: err.Error()}
	}
	return found
}

// complete writes what was assumed of the request into the witness.
func complete(w *policy.Witness, context map[string][]string) {
	for key, values := range context {
		if w.Context[key] == nil {
			w.Context[key] = values
		}
	}
}

// serviceKeys are carried by requests of AWS services only ("AWS global
// condition context keys", availability).
var serviceKeys = []string{
	"aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner", "aws:PrincipalServiceName*",
}

// listingKeys are carried by requests that list a bucket only ("Actions,
// resources, and condition keys for Amazon S3").
var listingKeys = []string{"s3:prefix", "s3:delimiter", "s3:max-keys"}
