package s3

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

// grant is the question of what the bucket's side grants Quilt.
type grant struct {
	bucket    *snapshot.ScopeBucket
	asker     *quilt.Asker
	text      string
	document  *policy.Document // nil if the bucket has no policy
	callers   []quilt.Caller
	actions   []string
	control   string
	everybody bool // no principals are configured
	blocked   bool
	blockErrs []error // why it cannot be told whether access is blocked
	orgErr    error   // why the organization is not known
}

// newGrant reads what the question rests on. A nil grant comes with the
// unknown verdict.
func newGrant(s *snapshot.Snapshot, b *snapshot.ScopeBucket, f *snapshot.Bucket, policies *policy.Cache) (*grant, audit.Verdict) {
	text, err := f.Policy.Get()
	if err != nil {
		return nil, audit.Unreadable("The bucket policy", err)
	}
	g := &grant{
		bucket: b, text: text, callers: quilt.Callers(s), actions: s.Scope.Profiles[b.Profile],
		control: s.Scope.ControlAccountID, everybody: len(s.Scope.Principals) == 0,
	}
	if text != "" {
		if g.document, err = policies.Parse(text, policy.Resource); err != nil {
			return nil, notUnderstood("The bucket policy", text, err)
		}
	}
	if g.asker, err = quilt.NewAsker(s, b); err != nil {
		return nil, notUnderstood("The question", text, err)
	}
	g.blocked, g.blockErrs = quilt.Blocked(s, f)
	_, g.orgErr = s.Organization.Get()
	return g, audit.Verdict{}
}

func notUnderstood(what, text string, err error) audit.Verdict {
	return audit.Verdict{
		Status: audit.StatusUnknown, Reason: fmt.Sprintf("%s cannot be understood: %s.", what, err),
		Evidence: struct {
			Error string `json:"error"`
		}{err.Error()},
		Basis: text,
	}
}

// parts asks every request of the callers.
func (g *grant) ask() quilt.Parts { return g.askFor(g.callers, g.document) }

func (g *grant) askFor(callers []quilt.Caller, document *policy.Document) quilt.Parts {
	parts := make(quilt.Parts, 0, len(callers)*len(g.actions))
	for _, caller := range callers {
		layers := g.layers(caller, document)
		answered := make(map[kin]int, 8) // by which part
		for _, action := range g.actions {
			likeness := layers.Likeness(action)
			for _, prefix := range g.prefixes(action) {
				r := quilt.Request{Caller: caller, Action: action, Prefix: prefix}
				k := kin{likeness, prefix, quilt.IsListing(action)}
				if at, ok := answered[k]; ok {
					parts = append(parts, quilt.Part{Request: r, Answer: parts[at].Answer.For(action)})
					continue
				}
				answered[k] = len(parts)
				parts = append(parts, g.asker.Part(r, layers))
			}
		}
	}
	return parts
}

// kin are requests that no statement tells apart: they have one answer.
type kin struct {
	likeness, prefix string
	listing          bool
}

// layers are the bucket's side. A caller of the bucket's own account gets its
// rights from its identity policies, which are not part of this check: asked
// as one whom these allow everything, it is refused only where a Deny hits.
func (g *grant) layers(caller quilt.Caller, document *policy.Document) policy.Layers {
	layers := policy.Layers{Bucket: document, RestrictPublicBuckets: g.blocked, Public: policy.StatedPublic}
	if g.atHome(caller) {
		layers.Identity = []*policy.Document{quilt.AllowEverything()}
	}
	return layers
}

func (g *grant) atHome(caller quilt.Caller) bool { return caller.AccountID == g.bucket.AccountID }

// everyKey begins with the empty prefix.
var everyKey = []string{""}

// prefixes are the key prefixes to ask the action for.
func (g *grant) prefixes(action string) []string {
	if len(g.bucket.Prefixes) == 0 {
		return everyKey
	}
	if level, ok := policy.ActionLevel(action); ok && level == policy.ObjectLevel {
		return g.bucket.Prefixes
	}
	return everyKey
}
