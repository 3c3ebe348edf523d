//go:build simulate

package policy_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// simOwner owns the bucket asked about.
const (
	simOwner  = data
	simBucket = "data-bucket"
)

// simDocument is a policy in a form that is easy to draw and to rewrite.
type simDocument struct {
	Version   string         `json:",omitempty"`
	Statement []simStatement `json:""`
}

type simStatement struct {
	Effect       string
	Principal    simPrincipals           `json:",omitempty"`
	NotPrincipal simPrincipals           `json:",omitempty"`
	Action       []string                `json:",omitempty"`
	NotAction    []string                `json:",omitempty"`
	Resource     []string                `json:",omitempty"`
	NotResource  []string                `json:",omitempty"`
	Condition    map[string]simKeyValues `json:",omitempty"`
}

type simKeyValues map[string][]string

// simPrincipals are principals by kind. The kind * stands for the bare "*".
type simPrincipals map[string][]string

func (p simPrincipals) MarshalJSON() ([]byte, error) {
	if p["*"] != nil {
		return []byte(`"*"`), nil
	}
	return json.Marshal(map[string][]string(p))
}

func (p *simPrincipals) UnmarshalJSON(text []byte) error {
	if string(text) == `"*"` {
		*p = simEveryone()
		return nil
	}
	return json.Unmarshal(text, (*map[string][]string)(p))
}

func simEveryone() simPrincipals { return simPrincipals{"*": {"*"}} }

// simPolicies are the policies of a case. Identity policies are always asked.
type simPolicies struct {
	Identity []simDocument   `json:"identity"`
	Boundary *simDocument    `json:"boundary,omitempty"`
	Session  *simDocument    `json:"session,omitempty"`
	SCPs     [][]simDocument `json:"scps,omitempty"`
	RCPs     [][]simDocument `json:"rcps,omitempty"`
	Endpoint *simDocument    `json:"endpoint,omitempty"`
	Bucket   *simDocument    `json:"bucket,omitempty"`
	Restrict bool            `json:"restrict"`
}

// simRequest is one concrete request for the bucket.
type simRequest struct {
	Principal string // a session or user ARN, or *
	Action    string
	Resource  string
	Context   map[string][]string
}

type simCase struct {
	Policies simPolicies
	Request  simRequest
}

// simMultiValued are the drawn keys under which requests carry lists.
var simMultiValued = []string{"aws:TagKeys", "aws:CalledVia", "s3:RequestObjectTagKeys"}

func (r simRequest) oracleContext() map[string]any {
	out := map[string]any{}
	for key, values := range r.Context {
		if slices.Contains(simMultiValued, key) {
			out[key] = values
			continue
		}
		out[key] = values[0]
	}
	return out
}

// clone is a deep copy.
func (c simCase) clone() simCase {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings, lists and maps of them
	}
	var out simCase
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return out
}

func (c simCase) String() string {
	var out strings.Builder
	for _, l := range c.Policies.documents() {
		fmt.Fprintf(&out, "%s of version %q:\n", l.kind, l.document.Version)
		for _, s := range l.document.Statement {
			fmt.Fprintf(&out, "  %s\n", simText(s))
		}
	}
	fmt.Fprintf(&out, "restrict public buckets: %v\n%s", c.Policies.Restrict, simText(c.Request))
	return out.String()
}

func simText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// simLayer is one document of a case and where it stands.
type simLayer struct {
	kind     policy.Kind
	document *simDocument
}

// documents lists all documents of the case.
func (p *simPolicies) documents() []simLayer {
	var out []simLayer
	for i := range p.Identity {
		out = append(out, simLayer{policy.Identity, &p.Identity[i]})
	}
	for _, d := range []*simDocument{p.Boundary, p.Session} {
		if d != nil {
			out = append(out, simLayer{policy.Identity, d})
		}
	}
	for _, level := range p.SCPs {
		for i := range level {
			out = append(out, simLayer{policy.SCP, &level[i]})
		}
	}
	for _, level := range p.RCPs {
		for i := range level {
			out = append(out, simLayer{policy.RCP, &level[i]})
		}
	}
	if p.Endpoint != nil {
		out = append(out, simLayer{policy.Endpoint, p.Endpoint})
	}
	if p.Bucket != nil {
		out = append(out, simLayer{policy.Resource, p.Bucket})
	}
	return out
}

// statements calls visit for every statement of the case.
func (p *simPolicies) statements(visit func(simLayer, *simStatement)) {
	for _, layer := range p.documents() {
		for i := range layer.document.Statement {
			visit(layer, &layer.document.Statement[i])
		}
	}
}

// parse turns a drawn document into one of ours, by its text.
func (d *simDocument) parse(t testing.TB, kind policy.Kind) *policy.Document {
	t.Helper()
	if d == nil {
		return nil
	}
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return mustParse(t, string(text), kind)
}

func parseSimAll(t testing.TB, documents []simDocument, kind policy.Kind) []*policy.Document {
	t.Helper()
	out := []*policy.Document{}
	for i := range documents {
		out = append(out, documents[i].parse(t, kind))
	}
	return out
}

// layers are the policies as ours.
func (p *simPolicies) layers(t testing.TB, anonymous bool) policy.Layers {
	t.Helper()
	l := policy.Layers{
		Bucket: p.Bucket.parse(t, policy.Resource), Endpoint: p.Endpoint.parse(t, policy.Endpoint),
		RestrictPublicBuckets: p.Restrict,
	}
	for _, level := range p.RCPs {
		l.RCPs = append(l.RCPs, parseSimAll(t, level, policy.RCP))
	}
	if anonymous {
		return l
	}
	l.Identity = parseSimAll(t, p.Identity, policy.Identity)
	l.Boundary, l.Session = p.Boundary.parse(t, policy.Identity), p.Session.parse(t, policy.Identity)
	for _, level := range p.SCPs {
		l.SCPs = append(l.SCPs, parseSimAll(t, level, policy.SCP))
	}
	return l
}

func (r simRequest) single() policy.SingleRequest {
	return policy.SingleRequest{
		Principal: r.Principal, Action: r.Action, Resource: r.Resource, ResourceAccount: simOwner, Context: r.Context,
	}
}

func singlePolicies(l policy.Layers) policy.SinglePolicies {
	return policy.SinglePolicies{
		Identity: l.Identity, AskIdentity: l.Identity != nil, Boundary: l.Boundary, Session: l.Session, SCPs: l.SCPs, RCPs: l.RCPs,
		Endpoint: l.Endpoint, Bucket: l.Bucket, RestrictPublicBuckets: l.RestrictPublicBuckets, Public: l.Public,
	}
}

const (
	simBucketARN = "arn:aws:s3:::" + simBucket
	simObjects   = simBucketARN + "/"
)
