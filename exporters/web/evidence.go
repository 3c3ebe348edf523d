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
	OwnerSide     *trailSide
	CallerSide    *trailSide
	Traps         []trap
}

// trailSide is what the trails of one side of a bucket record: how much of its
// reads and writes, and each trail's part in it.
type trailSide struct {
	Read     string `json:"read"`
	Write    string `json:"write"`
	Readable *bool  `json:"readable_by_quilt"`
	Trails   []struct {
		ARN       string `json:"arn"`
		Counts    bool   `json:"counts"`
		WhyNot    string `json:"why_not"`
		Selectors []int  `json:"selectors"` // that record the bucket, from 0
	} `json:"trails"`
}

// Analytics tells whether Quilt's usage analytics can read the log files of a
// trail on this side, "" where none records the bucket or nobody asks.
func (s *trailSide) Analytics() string {
	switch {
	case s.Readable == nil:
		return ""
	case *s.Readable:
		return "Quilt can read the log files"
	default:
		return "Quilt cannot read the log files"
	}
}

// trap is part of a selector that cannot match, and what would.
type trap struct {
	Trail string `json:"trail"`
	Path  string `json:"path"`
	Found string `json:"found"`
	Right string `json:"right"`
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
		"owner_side": &f.OwnerSide, "caller_side": &f.CallerSide, "traps": &f.Traps,
	} {
		if raw, ok := members[name]; ok {
			_ = json.Unmarshal(raw, into) // evidence of a check that means something else by it
		}
	}
	return f
}
