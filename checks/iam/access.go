package iam

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

// access is the question of what a prefix role can do on its bucket.
type access struct {
	role     *snapshot.PrefixRole
	bucket   *snapshot.ScopeBucket
	asker    *quilt.Asker
	policies *policy.Cache
	layers   policy.Layers
	// names are those of the identity policies, in the order of the layer.
	names         []string
	identityTexts []string // beside names; "" for one that was not read
	texts         []string // of every document that was read
	// unread is what could not be read. The layers then stand for the best that
	// it could hold: what these refuse is refused, all else is open.
	unread []error
	orgErr error // why the organization is not known
}

// newAccess gathers the policies. It fails on one that it cannot parse.
func newAccess(s *snapshot.Snapshot, r *snapshot.PrefixRole, b *snapshot.ScopeBucket, role *snapshot.Role, policies *policy.Cache) (*access, error) {
	asker, err := quilt.NewAsker(s, b)
	if err != nil {
		return nil, err
	}
	a := &access{role: r, bucket: b, asker: asker, policies: policies, layers: policy.Layers{Identity: []*policy.Document{}}}
	_, a.orgErr = s.Organization.Get()
	for _, read := range []func(*snapshot.Snapshot, *snapshot.Role) error{a.readInline, a.readAttached, a.readBoundary, a.readBucket} {
		if err := read(s, role); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *access) readInline(_ *snapshot.Snapshot, role *snapshot.Role) error {
	if _, err := role.InlineNames.Get(); err != nil {
		a.unreadIdentity(err)
	}
	for _, p := range role.Inline {
		if err := a.identity(inline+p.Name, p.Document); err != nil {
			return err
		}
	}
	return nil
}

func (a *access) readAttached(s *snapshot.Snapshot, role *snapshot.Role) error {
	arns, err := role.AttachedARNs.Get()
	if err != nil {
		a.unreadIdentity(err)
	}
	for _, arn := range arns {
		if err := a.identity("attached policy "+arn, managed(s, a.role.AccountID, arn)); err != nil {
			return err
		}
	}
	return nil
}

func managed(s *snapshot.Snapshot, account, arn string) snapshot.Reading[string] {
	if p := s.ManagedPolicy(account, arn); p != nil {
		return p.Document
	}
	return snapshot.Reading[string]{}
}

// identity adds one identity policy to the layer.
func (a *access) identity(name string, document snapshot.Reading[string]) error {
	text, err := document.Get()
	if err != nil {
		a.unreadIdentity(err)
		return nil
	}
	d, err := a.policies.Parse(text, policy.Identity)
	if err != nil {
		return fmt.Errorf("the %s of %s: %w", name, a.role.RoleARN, err)
	}
	a.layers.Identity = append(a.layers.Identity, d)
	a.names = append(a.names, name)
	a.identityTexts = append(a.identityTexts, text)
	a.texts = append(a.texts, text)
	return nil
}

// unreadIdentity stands the best that an identity policy could be in for one
// that could not be read.
func (a *access) unreadIdentity(err error) {
	a.unread = append(a.unread, err)
	a.layers.Identity = append(a.layers.Identity, quilt.AllowEverything())
	a.names = append(a.names, "not read")
	a.identityTexts = append(a.identityTexts, "")
}

func (a *access) readBoundary(s *snapshot.Snapshot, role *snapshot.Role) error {
	detail, err := role.Detail.Get()
	if err != nil {
		a.unread = append(a.unread, err) // without a boundary the role can do most
		return nil
	}
	if detail.BoundaryARN == "" {
		return nil
	}
	text, err := managed(s, a.role.AccountID, detail.BoundaryARN).Get()
	if err != nil {
		a.unread = append(a.unread, err)
		return nil
	}
	a.texts = append(a.texts, text)
	a.layers.Boundary, err = a.policies.Parse(text, policy.Identity)
	if err != nil {
		return fmt.Errorf("the permissions boundary %s: %w", detail.BoundaryARN, err)
	}
	return nil
}

// ask asks the requests. With something unread, what is granted is open.
func (a *access) ask(requests []quilt.Request, layers policy.Layers) quilt.Parts {
	parts := make(quilt.Parts, 0, len(requests))
	for _, r := range requests {
		part := a.asker.Part(r, layers)
		if part.Answer.Kind == policy.Granted && len(a.unread) > 0 {
			part.Answer = policy.Answer{Kind: policy.Undecided, Reason: a.unread[0].Error()}
		}
		parts = append(parts, part)
	}
	return parts
}
