package web

import (
	"context"
	"fmt"
	"strings"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// policies are those that a finding is about, as the run read them.
type policies struct {
	List []policyText
	// Why says why one or all of them are not shown; "" if they are.
	Why string
}

// policyText is a policy with what decided marked in it.
type policyText struct {
	Title    string
	Noun     string // of what is marked in it
	Segments []segment
	Marks    []segment // those of the segments that are marked
	Laid     bool      // laid out for reading
	None     bool      // there is no such policy
}

// Layers of policies, as evidence names them.
const (
	bucketLayer   = "bucket_policy"
	blockLayer    = "public_access_block"
	identityLayer = "identity"
	boundaryLayer = "boundary"
)

// policiesOf reads the policies that the evidence points to out of the run's
// snapshot.
func (h *handler) policiesOf(ctx context.Context, run *audit.Run, f *audit.Finding, e *facts) (p policies) {
	marks := marksOf(e)
	if !marks.any {
		return p
	}
	read := excerpts{h, ctx, h.History(), run.Header.RunID}
	if read.history == nil {
		p.Why = "The policies are not shown: the history is not open."
		return p
	}
	var err error
	if strings.Contains(f.Resource, ":role/") {
		p.List, err = read.role(f, e, marks)
	}
	if err == nil && marks.bucket(f) {
		var text *policyText
		if text, err = read.bucket(f, marks); text != nil {
			p.List = append(p.List, *text)
		}
	}
	if err != nil {
		h.Log.Error("reading the policies of a finding", zap.Error(err))
		p.Why = "Not every policy could be read; the log says why."
	} else if len(p.List) == 0 {
		p.Why = "The policies are not shown: the snapshot of the run is not kept, or does not have them."
	}
	return p
}

// excerpts reads parts of the snapshot of a run.
type excerpts struct {
	*handler
	ctx     context.Context
	history History
	runID   string
}

// marks are the statements to mark, by layer, policy and statement, and why.
type marks struct {
	any  bool // the evidence is about policies
	list map[string]map[int]map[int][]string
}

func marksOf(e *facts) marks {
	m := marks{list: map[string]map[int]map[int][]string{}}
	if d := e.DecidedBy; d != nil {
		m.add(*d, map[string]string{"Deny": "refuses the request", "Allow": "allows the request"}[d.Effect])
	}
	for _, g := range e.GrantedBy {
		m.add(g, "grants what is required")
	}
	for _, x := range e.Excess {
		for _, g := range x.GrantedBy {
			m.add(g, "grants more than is needed to "+x.Who)
		}
	}
	for _, o := range e.Orphans {
		m.add(statementRef{Layer: bucketLayer, Statement: &o.Statement}, "names "+o.Principal+", which was deleted")
	}
	for _, o := range e.Placeholders {
		m.add(statementRef{Layer: bucketLayer, Statement: &o.Statement}, "holds the placeholder "+o.Text)
	}
	return m
}

func (m *marks) add(ref statementRef, why string) {
	m.any = true
	if m.list[ref.Layer] == nil {
		m.list[ref.Layer] = map[int]map[int][]string{}
	}
	if ref.Statement == nil {
		return
	}
	policy := 0
	if ref.Policy != nil {
		policy = *ref.Policy
	}
	if m.list[ref.Layer][policy] == nil {
		m.list[ref.Layer][policy] = map[int][]string{}
	}
	m.list[ref.Layer][policy][*ref.Statement] = append(m.list[ref.Layer][policy][*ref.Statement], why)
}

// bucket reports whether the bucket policy matters to the finding.
func (m *marks) bucket(f *audit.Finding) bool {
	return m.list[bucketLayer] != nil || m.list[blockLayer] != nil || !strings.Contains(f.Resource, ":role/")
}

func newText(of kind, title, text string, marks map[int][]string, prefix string) policyText {
	p := policyText{Title: title, Noun: of.noun, None: text == ""}
	text, p.Laid = readable(text)
	p.Segments = of.marked(text, marks, prefix)
	for _, s := range p.Segments {
		if s.Mark != "" {
			p.Marks = append(p.Marks, s)
		}
	}
	return p
}

// bucket is the bucket policy, nil if it is not there or was not read.
func (x *excerpts) bucket(f *audit.Finding, m marks) (*policyText, error) {
	account, arn, err := x.bucketOf(x.ctx, f)
	if err != nil || arn == "" {
		return nil, err
	}
	b, err := x.history.ReadBucket(x.ctx, x.runID, account, arn)
	if err != nil || b == nil {
		return nil, err
	}
	text, err := b.Policy.Get()
	if err != nil {
		return nil, nil // the finding says so
	}
	p := newText(statements, "The bucket policy of "+nameOf(arn), text, m.list[bucketLayer][0], "bucket-policy")
	return &p, nil
}

// bucketOf is where the bucket is that the finding is about.
func (h *handler) bucketOf(ctx context.Context, f *audit.Finding) (accountID, arn string, err error) {
	if !strings.Contains(f.Resource, ":role/") {
		return f.AccountID, f.Resource, nil
	}
	for other, err := range h.Findings.Findings(ctx, audit.Query{Bucket: f.Subject, Brief: true}) {
		if err != nil {
			return "", "", err
		}
		if nameOf(other.Resource) == f.Subject {
			return other.AccountID, other.Resource, nil
		}
	}
	return "", "", nil
}

// role are the policies of the role, and its boundary.
func (x *excerpts) role(f *audit.Finding, e *facts, m marks) (list []policyText, err error) {
	role, managed, err := x.history.ReadRole(x.ctx, x.runID, f.Resource)
	if err != nil || role == nil {
		return nil, err
	}
	document := func(arn string) (string, bool) {
		for _, p := range managed {
			if text, err := p.Document.Get(); p.AccountID == role.AccountID && p.ARN == arn && err == nil {
				return text, true
			}
		}
		return "", false
	}
	add := func(title string, text string, marks map[int][]string) {
		list = append(list, newText(statements, title, text, marks, fmt.Sprintf("role-policy-%d", len(list))))
	}
	for i, name := range e.Policies {
		if inline, ok := strings.CutPrefix(name, "inline policy "); ok {
			for _, p := range role.Inline {
				if text, err := p.Document.Get(); p.Name == inline && err == nil {
					add("The role's "+name, text, m.list[identityLayer][i])
				}
			}
		} else if text, ok := document(strings.TrimPrefix(name, "attached policy ")); ok {
			add("The role's "+name, text, m.list[identityLayer][i])
		}
	}
	if detail, err := role.Detail.Get(); err == nil && detail.BoundaryARN != "" {
		if text, ok := document(detail.BoundaryARN); ok {
			add("The role's permissions boundary "+detail.BoundaryARN, text, m.list[boundaryLayer][0])
		}
	}
	return list, nil
}
