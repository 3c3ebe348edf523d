package policy

// Explanation says layer by layer how one request fares, or what grants all
// requests of a question.
type Explanation struct {
	// Verdict is allowed, denied or undetermined.
	Verdict string `json:"verdict"`
	// Reason says what is wrong with a request that is not concrete. There are no
	// Layers then.
	Reason string `json:"reason,omitempty"`
	// Request is the one that is explained, with everything it carries. Nil if all
	// of a question's requests are granted.
	Request *Witness `json:"request,omitempty"`
	// Layers come in the order of [LayerIdentity] to [LayerPublicAccess]; those of
	// an organization once for each level.
	Layers []LayerOutcome `json:"layers"`
}

// Says is what a layer says by itself.
type Says string

const (
	// SaysAllow layers name the statement that allows.
	SaysAllow Says = "allow"
	// SaysDeny layers name the statement that denies.
	SaysDeny Says = "deny"
	// SaysImplicit layers refuse because no statement of theirs allows.
	SaysImplicit Says = Implicit
	// SaysUndetermined layers hold a construct that AWS does not settle.
	SaysUndetermined Says = "undetermined"
	// SaysNotNeeded layers do not allow, but another grants without them.
	SaysNotNeeded Says = "not_needed"
	// SaysNoLimit layers have nothing that is in the way, and need not allow.
	SaysNoLimit Says = "no_limit"
	// SaysNotAsked layers belong to the caller's side of a question that asks
	// only the bucket's.
	SaysNotAsked Says = "not_asked"
)

// LayerOutcome is what one layer says.
type LayerOutcome struct {
	Layer Layer `json:"layer"`
	// Level counts an organization's levels from 0, its root.
	Level *int `json:"level,omitempty"`
	Says  Says `json:"says"`
	// Statements decided: one for a request, those that together grant for a
	// question.
	Statements []StatementOutcome `json:"statements,omitempty"`
	// Nearest is the Allow that fails in the fewest elements, where none applies.
	Nearest *StatementOutcome `json:"nearest,omitempty"`
}

// StatementOutcome is one statement held against a request.
type StatementOutcome struct {
	// Policy counts from 0 in the layer or level, Statement in the policy.
	Policy    int    `json:"policy"`
	Statement int    `json:"statement"`
	Sid       string `json:"sid,omitempty"`
	Effect    string `json:"effect"`
	// Elements are in the order Principal, Action, Resource, conditions. None
	// where no single request is explained.
	Elements []ElementOutcome `json:"elements,omitempty"`
}

// ElementOutcome is one element of a statement held against a request.
type ElementOutcome struct {
	// Element is principal, not_principal, action, not_action, resource,
	// not_resource or condition.
	Element string `json:"element"`
	// Operator and Key are those of a condition.
	Operator string `json:"operator,omitempty"`
	Key      string `json:"key,omitempty"`
	// Wanted is what the statement lists, Given what the request has of it: none
	// for a condition key that it does not carry.
	Wanted []string `json:"wanted"`
	Given  []string `json:"given"`
	// Matches is true, false or unknown, the Not of the element counted in.
	Matches string `json:"matches"`
	// Note tells what the values do not show.
	Note string `json:"note,omitempty"`
}

func (t singleTri) String() string {
	switch t {
	case singleYes:
		return "true"
	case singleNo:
		return "false"
	default:
		return "unknown"
	}
}

// ExplainSingle explains the answer of [EvaluateSingle]. Of a role, the session
// that fares worst is explained.
func ExplainSingle(r SingleRequest, p SinglePolicies) Explanation {
	request := &Witness{Principal: r.Principal, Action: r.Action, Resource: r.Resource, Context: r.Context}
	run, callers, reason := newSingleRun(r, p)
	if reason != "" {
		return Explanation{Verdict: SingleUndetermined.String(), Reason: reason, Request: request, Layers: []LayerOutcome{}}
	}
	caller, outcome := run.judgeAll(callers)
	request.Principal = outcome.Principal
	e := explaining{run: run, caller: caller, request: request, allowed: outcome.Answer == SingleAllowed}
	layers := []LayerOutcome{}
	for _, place := range p.places() {
		layers = append(layers, e.layer(place))
	}
	return Explanation{
		Verdict: outcome.Answer.String(), Request: request,
		Layers: append(layers, e.publicAccess()),
	}
}

// explaining is a request that was judged, on its way to an explanation.
type explaining struct {
	run     *singleRun
	caller  singleCaller
	request *Witness
	allowed bool // all in all
}

func (e *explaining) layer(place singlePlace) LayerOutcome {
	out := place.outcome()
	if out.Says != "" {
		return out
	}
	if singleCallerSide(place.layer) && !e.run.asked(e.caller) {
		out.Says = SaysNotAsked
		return out
	}
	deny, allow := e.marks(place)
	switch {
	case deny.holds == singleYes:
		return e.decided(out, SaysDeny, deny)
	case allow.holds == singleNo && e.allowed:
		out.Says, out.Nearest = SaysNotNeeded, e.nearest(place)
	case allow.holds == singleNo:
		out.Says, out.Nearest = SaysImplicit, e.nearest(place)
	case deny.holds == singleMaybe:
		return e.decided(out, SaysUndetermined, deny)
	case allow.statement < 0:
		out.Says = SaysNoLimit
	case allow.holds == singleMaybe:
		return e.decided(out, SaysUndetermined, allow)
	default:
		return e.decided(out, SaysAllow, allow)
	}
	return out
}

// marks finds what denies and what allows in one place.
func (e *explaining) marks(place singlePlace) (deny, allow singleMark) {
	deny.statement, allow.statement = -1, -1
	if place.layer == LayerRCP || place.layer == LayerSCP {
		allow.holds = e.caller.boundBy(place.layer).not()
	}
	if place.layer == LayerRCP {
		allow.holds = singleYes // RCPFullAWSAccess is implied
	}
	for k := range e.run.sources {
		source := &e.run.sources[k]
		if !place.holds(source) {
			continue
		}
		for i := range source.document.Statements {
			mark := &allow
			if source.document.Statements[i].Effect == Deny {
				mark = &deny
			}
			mark.raise(e.speaks(source, i), source, i)
		}
	}
	return deny, allow
}

// speaks says whether the statement has its effect on the request.
func (e *explaining) speaks(source *singleSource, i int) singleTri {
	grant := e.run.match(source, i, e.caller)
	switch {
	case source.document.Statements[i].Effect == Deny:
		return singleAnd(grant.applies, e.caller.boundBy(source.layer))
	case source.layer != LayerBucketPolicy:
		return grant.applies
	}
	role, direct := grant.names.reach(e.caller)
	if e.caller.account == e.run.owner {
		return singleOr(role, direct)
	}
	return singleOr(role, direct, grant.names.account)
}

func (e *explaining) decided(out LayerOutcome, says Says, by singleMark) LayerOutcome {
	out.Says = says
	for k := range e.run.sources {
		source := &e.run.sources[k]
		if source.layer == by.layer && source.level == by.level && source.policy == by.policy {
			out.Statements = []StatementOutcome{e.statement(source, by.statement)}
		}
	}
	return out
}

// publicAccess names the statement that makes the bucket policy public.
func (e *explaining) publicAccess() LayerOutcome {
	out := LayerOutcome{Layer: LayerPublicAccess, Says: SaysNoLimit}
	if e.caller.account == e.run.owner {
		return out
	}
	switch e.run.restricted() {
	case singleNo:
		return out
	case singleMaybe:
		out.Says = SaysUndetermined
	default:
		out.Says = SaysDeny
	}
	if _, statement := singlePublic(e.run.policies.Bucket); statement >= 0 {
		return e.decided(out, out.Says, singleMark{layer: LayerBucketPolicy, level: -1, statement: statement})
	}
	return out
}
