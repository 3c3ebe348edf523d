package web

import (
	"encoding/json"
	"maps"
	"slices"
)

// facts are what the page of a finding reads out of its evidence, whatever
// the check. What the evidence lacks, or has in another form, is left out.
type facts struct {
	Witness       *witness
	DecidedBy     *statementRef
	GrantedBy     []statementRef
	Excess        []excess
	Policies      []string // of a role, in the order of the identity layer
	Orphans       []note
	Placeholders  []note
	NotConsidered []string
	Unread        []unread
}

// witness is a request, or an event, that shows what is wrong.
type witness struct {
	Principal string              `json:"principal"`
	Action    string              `json:"action"`
	Event     string              `json:"event"`
	ReadOnly  bool                `json:"read_only"`
	Resource  string              `json:"resource"`
	Context   map[string][]string `json:"context"`
}

// Keys are the condition keys of the request, sorted.
func (w *witness) Keys() []string { return slices.Sorted(maps.Keys(w.Context)) }

// statementRef names a statement, counted from 0.
type statementRef struct {
	Layer     string `json:"layer"`
	Policy    *int   `json:"policy"`
	Statement *int   `json:"statement"`
	Sid       string `json:"sid"`
	Effect    string `json:"effect"`
}

// excess is what is granted beyond what is needed.
type excess struct {
	Class     string         `json:"class"`
	Severity  string         `json:"severity"`
	Who       string         `json:"who"`
	Actions   []string       `json:"actions"`
	Witness   *witness       `json:"witness"`
	GrantedBy []statementRef `json:"granted_by"`
}

// note is something of note in a statement.
type note struct {
	Statement int    `json:"statement"`
	Principal string `json:"principal"`
	Text      string `json:"text"`
}

// unread is what could not be read.
type unread struct {
	Operation  string `json:"operation"`
	Code       string `json:"code"`
	Permission string `json:"missing_permission"`
	Detail     string `json:"detail"`
}

func factsOf(evidence json.RawMessage) (f facts) {
	var members map[string]json.RawMessage
	if json.Unmarshal(evidence, &members) != nil {
		return f
	}
	for name, into := range map[string]any{
		"witness": &f.Witness, "decided_by": &f.DecidedBy, "granted_by": &f.GrantedBy, "excess": &f.Excess, "policies": &f.Policies,
		"orphaned_grants": &f.Orphans, "placeholders": &f.Placeholders, "not_considered": &f.NotConsidered, "unread": &f.Unread,
	} {
		if raw, ok := members[name]; ok {
			_ = json.Unmarshal(raw, into) // evidence of a check that means something else by it
		}
	}
	return f
}
