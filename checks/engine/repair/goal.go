package repair

import (
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// Requirement is a question that must be granted, and the policies that bear on
// it as they are now. Its principal is an account, a role, a user or a session.
type Requirement struct {
	Question policy.Question
	Layers   policy.Layers
	// Answer is what [policy.Decide] says to the question, nil if nobody has
	// asked.
	Answer *policy.Answer
}

// Goal says what is to be granted, and by a change of which document.
type Goal struct {
	// Layer is LayerBucketPolicy, LayerIdentity or LayerBoundary. In the layers of
	// all requirements the document to change stands there.
	Layer policy.Layer
	// Policy is its place in Layers.Identity.
	Policy int
	// Requirements must all be granted in the end. Only those that are refused
	// are mended: what hangs on a condition may be meant to.
	Requirements []Requirement
	// Sid is that of a new statement, a number behind it if it is taken.
	Sid string
}

// Size limits in bytes, white space not counted; see also
// [policy.MaxBucketPolicy].
const (
	// MaxInlinePolicies limits all inline policies of a role together ("IAM and
	// AWS STS quotas": 10,240 characters).
	MaxInlinePolicies = 10_240
	// MaxManagedPolicy limits a managed policy, such as a permissions boundary
	// ("IAM and AWS STS quotas": 6,144 characters).
	MaxManagedPolicy = 6_144
)

// SizeError means that the changed policy would be too long to save.
type SizeError struct {
	Size, Limit int // bytes, white space not counted
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("the policy would have %d bytes, %d are allowed; merge or shorten statements first", e.Size, e.Limit)
}

func (g *Goal) kind() policy.Kind {
	if g.Layer == policy.LayerBucketPolicy {
		return policy.Resource
	}
	return policy.Identity
}

func (g *Goal) limit() int {
	switch g.Layer {
	case policy.LayerBucketPolicy:
		return policy.MaxBucketPolicy
	case policy.LayerIdentity:
		return MaxInlinePolicies
	default:
		return MaxManagedPolicy
	}
}

// document is what the text says, if that is known.
func (g *Goal) document(text string) *policy.Document {
	if len(g.Requirements) == 0 || strings.TrimSpace(text) == "" {
		return nil
	}
	layers := &g.Requirements[0].Layers
	switch {
	case g.Layer == policy.LayerBucketPolicy:
		return layers.Bucket
	case g.Layer == policy.LayerBoundary:
		return layers.Boundary
	case g.Policy < len(layers.Identity):
		return layers.Identity[g.Policy]
	default:
		return nil
	}
}

// put returns the layers with the document in its place.
func (g *Goal) put(layers policy.Layers, document *policy.Document) policy.Layers {
	switch g.Layer {
	case policy.LayerBucketPolicy:
		layers.Bucket = document
	case policy.LayerBoundary:
		layers.Boundary = document
	default:
		identity := append([]*policy.Document{}, layers.Identity...)
		for len(identity) <= g.Policy {
			identity = append(identity, nil)
		}
		identity[g.Policy] = document
		layers.Identity = identity
	}
	return layers
}

// alone returns layers in which nothing but the document's Denies decides: all
// else allows everything.
func (g *Goal) alone(layers policy.Layers, document *policy.Document) policy.Layers {
	out := policy.Layers{Bucket: everything(policy.Resource)}
	if layers.Identity != nil {
		out.Identity = []*policy.Document{everything(policy.Identity)}
		if layers.Boundary != nil {
			out.Boundary = everything(policy.Identity)
		}
	}
	at := *g
	at.Policy = 0
	return at.put(out, document)
}

// Documents that allow everything.
var (
	allIdentity = allowing(policy.Identity, nil)
	allResource = allowing(policy.Resource, []policy.Principal{{Kind: "*", Value: "*"}})
)

func allowing(kind policy.Kind, principals []policy.Principal) *policy.Document {
	all := policy.Statement{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}, Principals: principals}
	d := policy.Document{Kind: kind, Version: policy.Version2012, Statements: []policy.Statement{all}}
	return d.Compile()
}

// everything is a document that allows everything.
func everything(kind policy.Kind) *policy.Document {
	if kind == policy.Resource {
		return allResource
	}
	return allIdentity
}

// denying is a document that allows everything but for the Denies at those
// places of d.
func denying(d *policy.Document, places ...int) *policy.Document {
	return d.Arrange(everything(d.Kind), append([]int{-1}, places...)...)
}
