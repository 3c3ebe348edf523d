package repair

import (
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// probe is a single request. A caller who stands for all those that nothing
// names may be allowed it by policies of its own account.
type probe struct {
	policy.SingleRequest
	unnamed bool
}

// probes are requests of which none may become allowed unless it is claimed: by
// the parties and by others, on what is claimed and beside it.
func (j *job) probes(before, after *draft, delta *delta) bool {
	for _, p := range j.probing(before, after, delta) {
		if !delta.concerns(p) {
			continue
		}
		home := policy.SinglePolicies{}
		if p.unnamed && p.PrincipalAccount == p.ResourceAccount {
			home = policy.SinglePolicies{AskIdentity: true, Identity: []*policy.Document{everything(policy.Identity)}}
		}
		was, now := home, home
		was.Bucket, now.Bucket = before.document, after.document
		if policy.EvaluateSingle(p.SingleRequest, now).Answer == policy.SingleAllowed && policy.EvaluateSingle(p.SingleRequest, was).Answer != policy.SingleAllowed {
			return false
		}
	}
	return true
}

// elsewhere is an account that no policy is likely to name.
const elsewhere = "000000000001"

// beside are actions that no profile asks for.
var beside = []string{"s3:DeleteBucket", "s3:PutBucketPolicy", "s3:GetObjectAcl", "s3:PutObjectAcl", "s3:BypassGovernanceRetention"}

// maxProbed bounds the claims that probes are made of.
const maxProbed = 20

// probing lists the probes. Actions that no changed statement names are left
// out, and of claims that differ in the action alone, and that no changed
// statement tells apart, one is enough.
func (j *job) probing(before, after *draft, delta *delta) []probe {
	type kin struct {
		class    int
		likeness [2]string
	}
	var claims []*claim
	known := map[kin]bool{}
	for _, c := range j.claims {
		if !delta.names(c.action) {
			continue
		}
		if k := (kin{c.class, delta.likeness(c.action)}); !known[k] {
			known[k] = true
			claims = append(claims, c)
		}
	}
	w := witnesses{
		job: j, delta: delta, asked: asked(before.document, after.document), known: map[int][]probe{},
		role: policy.FreshRole(j.world.partition, elsewhere, before.document, after.document),
	}
	var probed []party
	for i := 0; i < len(claims); i += len(claims)/maxProbed + 1 {
		c := claims[i]
		w.others(c)
		w.outside(c)
	}
	for _, c := range j.claims {
		if !slices.Contains(probed, c.principal) {
			probed = append(probed, c.principal)
			w.beside(c)
		}
	}
	return w.probes
}

// witnesses collects probes.
type witnesses struct {
	job    *job
	delta  *delta
	asked  func(key string) bool
	role   string          // of an account elsewhere, by a name that stands in no policy
	known  map[int][]probe // the strangers to the claims of a class
	probes []probe
}

// places are the object, or bucket, that a claim is probed on, and a key that
// it may not be about.
func (c *claim) places(partition string) (bucket, key string) {
	k := c.question.Keys
	if key = k.Exact; key == "" {
		key = k.Prefix + "z" + k.Suffix
	}
	return "arn:" + partition + ":s3:::" + c.question.Bucket, key
}

func (w *witnesses) add(p probe, action, resource string) {
	p.Action, p.Resource = action, resource
	w.probes = append(w.probes, p)
}

// others are callers who claim nothing.
func (w *witnesses) others(c *claim) {
	on, key := c.places(w.job.world.partition)
	if c.level == policy.ObjectLevel {
		on += "/" + key
	}
	strangers, known := w.known[c.class]
	if !known {
		strangers = w.strangers(c)
		w.known[c.class] = strangers
	}
	for _, p := range strangers {
		w.add(p, c.action, on)
	}
}

// outside is the claimed action on a key that is not claimed.
func (w *witnesses) outside(c *claim) {
	bucket, key := c.places(w.job.world.partition)
	key = "\u00a4" + key
	mine := w.job.claimsOf(c.principal, c.action)
	if c.level == policy.ObjectLevel && !slices.ContainsFunc(mine, func(o *claim) bool { return o.pattern.Match(c.question.Bucket + "/" + key) }) {
		w.add(w.by(c), c.action, bucket+"/"+key)
	}
}

// beside are actions that are not claimed.
func (w *witnesses) beside(c *claim) {
	bucket, key := c.places(w.job.world.partition)
	for _, action := range beside {
		if !w.delta.names(action) {
			continue
		}
		on := bucket
		if levelOf(action) == policy.ObjectLevel {
			on += "/" + key
		}
		w.add(w.by(c), action, on)
	}
}

// by is a request of the claim's own party.
func (w *witnesses) by(c *claim) probe {
	context := map[string][]string{accountKey: {c.principal.account}}
	for key, values := range c.question.Context {
		if w.asked(key) {
			context[key] = values
		}
	}
	return probe{policy.SingleRequest{
		Principal: c.principal.arn, AnyPrincipal: c.principal.kind == wholeAccount,
		PrincipalAccount: c.principal.account, ResourceAccount: c.question.BucketAccount, Context: context,
	}, c.principal.kind == wholeAccount}
}

// strangers are callers who claim nothing: anonymous, of another account, of
// the bucket's, and, where the claim is of one role or user, others beside it.
func (w *witnesses) strangers(c *claim) []probe {
	var out []probe
	whole := func(account string) bool {
		return slices.ContainsFunc(w.job.claims, func(o *claim) bool { return o.principal.kind == wholeAccount && o.principal.account == account })
	}
	owner := c.question.BucketAccount
	accounts := slices.DeleteFunc([]string{elsewhere, owner, c.principal.account}, whole)
	slices.Sort(accounts)
	for _, context := range w.contexts(c.question.Context) {
		out = append(out, probe{policy.SingleRequest{Anonymous: true, ResourceAccount: owner, Context: context}, false})
		for _, account := range slices.Compact(accounts) {
			role := strings.Replace(w.role, elsewhere, account, 1)
			signed := maps.Clone(context)
			signed[accountKey], signed[arnKey] = []string{account}, []string{role}
			out = append(out, probe{policy.SingleRequest{Principal: role, PrincipalAccount: account, ResourceAccount: owner, Context: signed}, true})
		}
	}
	return out
}

// contexts are the given one, less what tells who calls, and the same with
// every key that a changed statement asked for at a value of its own.
func (w *witnesses) contexts(given map[string][]string) []map[string][]string {
	base := map[string][]string{}
	for key, values := range given {
		if name := keyName(key); !strings.HasPrefix(name, "aws:principal") && w.asked(key) {
			base[name] = values
		}
	}
	full := maps.Clone(base)
	changed := w.delta.layers[0].Bucket
	for i := range changed.Statements {
		for _, c := range changed.Statements[i].Conditions {
			name := keyName(c.Key)
			switch {
			case strings.HasPrefix(name, "aws:principal") || len(c.Values) == 0:
			case c.Operator == "Null":
				full[name] = []string{"x"}
			default:
				full[name] = c.Values[:1]
			}
		}
	}
	if maps.EqualFunc(base, full, slices.Equal[[]string]) {
		return []map[string][]string{base}
	}
	return []map[string][]string{base, full}
}

// asked tells of which condition keys some document asks: of all, where there
// may be variables.
func asked(documents ...*policy.Document) func(key string) bool {
	var keys []string
	for _, d := range documents {
		for i := range d.Statements {
			s := &d.Statements[i]
			for _, c := range s.Conditions {
				keys = append(keys, keyName(c.Key))
			}
			if hasVariables(s) {
				return func(string) bool { return true }
			}
		}
	}
	return func(key string) bool { return slices.Contains(keys, keyName(key)) }
}

func hasVariables(s *policy.Statement) bool {
	variable := func(text string) bool { return strings.Contains(text, "${") }
	return slices.ContainsFunc(s.Resources, variable) || slices.ContainsFunc(s.NotResources, variable) ||
		slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool { return slices.ContainsFunc(c.Values, variable) })
}

// keyName is a condition key in one spelling: case counts only in the name of a
// tag, behind the slash.
func keyName(key string) string {
	name, tag, tagged := strings.Cut(key, "/")
	if tagged {
		return strings.ToLower(name) + "/" + tag
	}
	return strings.ToLower(name)
}
