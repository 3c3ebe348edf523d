package repair

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// A Deny that spares some parties their claims is what is left of it for
// everybody else, and for all but the claims. remainder makes the second part.
type remainder struct {
	job       *job
	statement *policy.Statement
	written   *value
	claims    []*claim
	inS3      bool // its resources are buckets and objects
}

// withoutActions is the Deny less the claimed actions, nil if nothing is left.
func (r *remainder) withoutActions() *value {
	claimed := actionsOf(r.claims)
	if r.statement.NotActions != nil {
		return r.addingTo("NotAction", slices.DeleteFunc(claimed, func(a string) bool { return matchesAction(r.statement.NotActions, a) }))
	}
	if r.allActions() {
		return r.replacing("Action", "NotAction", claimed)
	}
	var left []string
	for _, entry := range r.statement.Actions {
		hit := slices.ContainsFunc(claimed, func(a string) bool { return matchesAction([]string{entry}, a) })
		switch {
		case !hit:
			left = append(left, entry)
		case strings.ContainsAny(entry, "*?"):
			left = append(left, r.expanded(entry, claimed)...)
		}
	}
	if len(left) == 0 {
		return nil
	}
	return r.replacing("Action", "Action", left)
}

// allActions reports whether the Deny names all actions that its resources
// know: a bucket policy, and a bucket or object, meet none but those of S3.
func (r *remainder) allActions() bool {
	return slices.ContainsFunc(r.statement.Actions, func(a string) bool {
		return strings.Trim(a, "*") == "" || (r.inS3 || r.job.world.bucket != "") && strings.EqualFold(a, "s3:*")
	})
}

// expanded lists the actions of S3 that the entry matches and that the Deny's
// resources know, less those claimed. They are those of AWS's table: an action
// that AWS adds one day, and that the entry would match, is none of them.
func (r *remainder) expanded(entry string, claimed []string) []string {
	var out []string
	var known [policy.ObjectLevel + 1]bool
	named := r.job.world.resourcesNamed(r.statement, false)
	for level := range policy.ObjectLevel + 1 {
		known[level] = r.job.world.concerns(level) && r.job.world.resourcesMeet(level, named)
	}
	for _, a := range knownActions {
		if known[a.Level] && matchesAction([]string{entry}, a.Name) && !matchesAction(claimed, a.Name) {
			out = append(out, a.Name)
		}
	}
	return out
}

// withoutResources is the Deny less the resources of the claims, nil if nothing
// is left. It is false if that cannot be written.
func (r *remainder) withoutResources() (out *value, ok bool) {
	claimed := resourcesOf(r.claims)
	if r.statement.NotResources != nil {
		return r.addingTo("NotResource", missing(claimed, r.statement.NotResources)), true
	}
	w := &r.job.world
	patterns := group{patternsOf(r.claims), true}
	mine := w.resourcesNamed(r.statement, true)
	if !w.resourcesMeet(policy.ObjectLevel, group{mine.patterns, true}) && (w.bucket != "" || slices.Contains(r.statement.Resources, "*")) {
		if w.bucket != "" && w.resourcesMeet(policy.BucketLevel, group{mine.patterns, true}) {
			claimed = append(claimed, missing([]string{"arn:" + w.partition + ":s3:::" + w.bucket}, claimed)...)
		}
		if !w.resourcesMeet(0, group{mine.patterns, false}, patterns) {
			return nil, true
		}
		return r.replacing("Resource", "NotResource", claimed), true
	}
	var left []string
	for _, entry := range r.statement.Resources {
		p, sure := w.resource(entry)
		only := group{[]globs.Pattern{p}, false}
		switch {
		case !w.resourcesMeet(0, only, group{patterns.patterns, false}):
			left = append(left, entry)
		case !sure || w.resourcesMeet(0, only, patterns):
			return nil, false
		}
	}
	if len(left) == 0 {
		return nil, true
	}
	return r.replacing("Resource", "Resource", left), true
}

func (r *remainder) addingTo(element string, all []string) *value {
	out := r.written.clone()
	out.get(element).add(all...)
	return out
}

func (r *remainder) replacing(element, name string, all []string) *value {
	out := r.written.clone()
	out.set(element, name, texts(all))
	return out
}

// exact is the Deny less exactly the claims: what is left of its actions, and
// of its resources for each set of claimed actions.
func (r *remainder) exact() (out []*value, ok bool) {
	if first := r.withoutActions(); first != nil {
		out = append(out, first)
	}
	for _, claims := range alike(r.claims) {
		claims = slices.DeleteFunc(claims, func(c *claim) bool { return !namesAction(r.statement, c.action) })
		if len(claims) == 0 || !r.job.world.resourcesMeet(claims[0].level, r.job.world.resourcesNamed(r.statement, false), group{patternsOf(claims), true}) {
			continue
		}
		of := remainder{job: r.job, statement: r.statement, written: r.restrictedTo(actionsOf(claims)), claims: claims}
		next, ok := of.withoutResources()
		if !ok {
			return nil, false
		}
		if next != nil {
			out = append(out, next)
		}
	}
	return out, true
}

// exactly is the same in another form: what is left of the Deny's resources, and
// on the claimed ones what is left of its actions. It needs claims that are the
// same for all actions of a level, on resources that the Deny names whole.
func (r *remainder) exactly() (out []*value, ok bool) {
	w := &r.job.world
	levels := map[policy.Level]bool{}
	for _, claims := range alike(r.claims) {
		if levels[claims[0].level] {
			return nil, false
		}
		levels[claims[0].level] = true
	}
	named := w.resourcesNamed(r.statement, true)
	first, ok := r.withoutResources()
	if !ok || w.resourcesMeet(0, group{patternsOf(r.claims), false}, group{named.patterns, !named.not}) {
		return nil, false
	}
	element := "Resource"
	if r.statement.NotResources != nil {
		element = "NotResource"
	}
	claimed := resourcesOf(r.claims)
	within := remainder{job: r.job, statement: r.statement, written: r.replacing(element, "Resource", claimed), claims: r.claims, inS3: true}
	return slices.DeleteFunc([]*value{first, within.withoutActions()}, func(v *value) bool { return v == nil }), true
}

// restrictedTo is the Deny for none but these of its actions.
func (r *remainder) restrictedTo(actions []string) *value {
	if r.statement.NotActions != nil {
		return r.replacing("NotAction", "Action", actions)
	}
	return r.replacing("Action", "Action", actions)
}

// alike parts the claims by the resources that their actions are claimed on.
func alike(claims []*claim) [][]*claim {
	var order []string
	sets := map[string][]*claim{}
	for _, action := range actionsOf(claims) {
		mine := slices.DeleteFunc(slices.Clone(claims), func(c *claim) bool { return !strings.EqualFold(c.action, action) })
		set := strings.Join(resourcesOf(mine), "\n")
		if sets[set] == nil {
			order = append(order, set)
		}
		sets[set] = append(sets[set], mine...)
	}
	out := make([][]*claim, len(order))
	for i, set := range order {
		out[i] = sets[set]
	}
	return out
}
