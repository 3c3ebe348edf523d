package policy

// AnswerKind is the outcome of a question.
type AnswerKind string

const (
	// Granted means that every such request is allowed.
	Granted AnswerKind = "granted"
	// Refused means that, whatever the unknown keys hold, some such request is
	// refused.
	Refused AnswerKind = "refused"
	// Conditional means that it depends on the keys in DependsOn.
	Conditional AnswerKind = "conditional"
	// Undecided means that it cannot be told, for the Reason.
	Undecided AnswerKind = "undecided"
)

// Layer names where a decision is made.
type Layer string

// The layers that [Decide] asks.
const (
	LayerIdentity     Layer = "identity"
	LayerBoundary     Layer = "boundary"
	LayerSession      Layer = "session"
	LayerSCP          Layer = "scp"
	LayerRCP          Layer = "rcp"
	LayerEndpoint     Layer = "endpoint_policy"
	LayerBucketPolicy Layer = "bucket_policy"
	LayerPublicAccess Layer = "public_access_block"
)

// Implicit is the effect where no statement decides.
const Implicit = "implicit"

// Answer is what [Decide] found.
type Answer struct {
	Kind AnswerKind `json:"answer"`
	// Witness is a request that is refused: certainly, if Kind is Refused; for
	// some values of the keys in DependsOn, if it is Conditional. Otherwise nil.
	Witness *Witness `json:"witness,omitempty"`
	// DecidedBy is what refuses the witness, or, if Kind is Granted, the first of
	// GrantedBy, or what makes the answer undecided.
	DecidedBy *DecidedBy `json:"decided_by,omitempty"`
	// GrantedBy names the statements that together grant every request.
	GrantedBy []DecidedBy `json:"-"`
	// DependsOn names, sorted, the unknown keys that the answer depends on.
	DependsOn []string `json:"depends_on"`
	// When lists, if the answer is conditional, the classes of values of the keys
	// in DependsOn with their outcomes. It is nil if the table is not complete.
	When []Case `json:"when,omitempty"`
	// Sentence says the same for a person, such as "granted if and only if
	// aws:SourceVpce is vpce-1".
	Sentence string `json:"sentence,omitempty"`
	// Reason says why the answer is undecided.
	Reason string `json:"reason,omitempty"`
}

// For is the same answer for another action that is alike, see
// [Layers.Likeness].
func (a Answer) For(action string) Answer {
	if a.Witness != nil {
		w := *a.Witness
		w.Action = action
		a.Witness = &w
	}
	return a
}

// Witness is one full request. Context holds the values of those keys that the
// question left open; of these, keys that the request does not carry are left out.
type Witness struct {
	Principal string              `json:"principal,omitempty"`
	Action    string              `json:"action,omitempty"`
	Resource  string              `json:"resource"`
	Context   map[string][]string `json:"context"`
}

// DecidedBy names a statement: the layer, in an organization's layers the level
// from the root, the policy's place in the layer or level and the statement's
// place in the policy, all from 0. Where none decides, Effect is Implicit, and
// Policy and Statement are nil.
type DecidedBy struct {
	Layer     Layer  `json:"layer"`
	Level     *int   `json:"level,omitempty"`
	Policy    *int   `json:"policy,omitempty"`
	Statement *int   `json:"statement,omitempty"`
	Sid       string `json:"sid,omitempty"`
	Effect    string `json:"effect"`
}
