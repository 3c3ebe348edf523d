package policy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// SingleRequest is one request with nothing left open.
type SingleRequest struct {
	// Principal is the caller: a session ARN, a user ARN, or one of the forms
	// that stand for many: a role ARN (every session of it), an account id or
	// root ARN (as AnyPrincipal), * (anonymous).
	Principal string
	// PrincipalAccount is the caller's account of 12 digits. It may be empty
	// where Principal names the account.
	PrincipalAccount string
	// AnyPrincipal asks for a role of PrincipalAccount that no statement
	// names, see [FreshRole]. Principal is then not read.
	AnyPrincipal bool
	// Anonymous is a request without a signature. Principal is then not read.
	Anonymous bool
	// Action is concrete, such as s3:GetObject, in any case.
	Action string
	// Resource is the full ARN of a bucket or of an object. A * in it is that
	// character.
	Resource string
	// ResourceAccount is the account of 12 digits that owns the bucket.
	ResourceAccount string
	// Context holds the condition keys of the request, their names in any
	// case. A key that is not here, or that has no value, is not in the request.
	Context map[string][]string
}

// SinglePolicies are the policies that a [SingleRequest] meets; their fields
// mean what those of [Layers] do.
type SinglePolicies struct {
	// Identity, Boundary, Session and SCPs are the caller's. They count only with
	// AskIdentity; without it, the question is what the bucket's side does.
	Identity          []*Document
	AskIdentity       bool
	Boundary, Session *Document
	SCPs, RCPs        [][]*Document
	Endpoint          *Document
	Bucket            *Document
	// RestrictPublicBuckets and a public policy together end cross-account access.
	RestrictPublicBuckets bool
	Public                PublicStatus
}

// SingleAnswer is what happens to a request.
type SingleAnswer uint8

const (
	// SingleAllowed requests are carried out.
	SingleAllowed SingleAnswer = iota
	// SingleUndetermined requests depend on something that AWS does not
	// document, or that is not understood here.
	SingleUndetermined
	// SingleDenied requests are refused.
	SingleDenied
)

func (a SingleAnswer) String() string {
	switch a {
	case SingleAllowed:
		return "allowed"
	case SingleDenied:
		return "denied"
	default:
		return "undetermined"
	}
}

// SingleOutcome is the answer to one request and what decided it.
type SingleOutcome struct {
	Answer SingleAnswer
	Layer  Layer
	// Level, Policy and Statement count from 0. Level is -1 but for the layers
	// of an organization. Statement is -1 where the layer decides without a
	// statement: nothing in it allows the request.
	Level, Policy, Statement int
	// Principal is the caller judged: the session or user ARN where there is one.
	Principal string
	// Reason says what is wrong with a request that is not concrete.
	Reason string
}

// EvaluateSingle judges one request by the rules of "Policy evaluation logic"
// (IAM User Guide), one statement after another. It shares no code with
// [Decide], whose witnesses it replays. Where the documentation leaves two
// readings of a construct both are followed, and the answer is undetermined
// unless they agree.
//
// A role ARN is denied as soon as one of its sessions is: sessions that
// statements name are tried, and one that none names. The outcome's Principal tells
// which.
func EvaluateSingle(r SingleRequest, p SinglePolicies) SingleOutcome {
	run, callers, reason := newSingleRun(r, p)
	if reason != "" {
		return SingleOutcome{Answer: SingleUndetermined, Level: -1, Statement: -1, Principal: r.Principal, Reason: reason}
	}
	_, worst := run.judgeAll(callers)
	return worst
}

// singleRun is a request taken apart, with the policies it meets.
type singleRun struct {
	action   string
	resource [6]string // the parts of the ARN
	head     string    // the first five of them, with their colons
	owner    string    // the bucket's account
	context  singleContext
	policies SinglePolicies
	sources  []singleSource
	// matched remembers by statement what does not depend on the caller.
	matched []singleTri
	// rolls remembers by statement what is the same for all sessions of a role,
	// if many are judged.
	rolls []*singleRoll
}

// singleUnknown in singleRun.matched: not asked yet.
const singleUnknown singleTri = -1

// newSingleRun returns the reason why the request is not concrete, if so.
func newSingleRun(r SingleRequest, p SinglePolicies) (run *singleRun, callers []singleCaller, reason string) {
	if !strings.Contains(r.Action, ":") || strings.ContainsAny(r.Action, "*?") {
		return nil, nil, "the action is not one concrete action"
	}
	resource, count := singleCut(r.Resource)
	if count < 6 || !utf8.ValidString(r.Resource) {
		return nil, nil, "the resource is not a full ARN"
	}
	if !singleIsAccount(r.ResourceAccount) {
		return nil, nil, "the bucket's account is not known"
	}
	context, reason := newSingleContext(r.Context)
	if reason != "" {
		return nil, nil, reason
	}
	run = &singleRun{
		action: r.Action, resource: resource, head: r.Resource[:len(r.Resource)-len(resource[5])],
		owner: r.ResourceAccount, context: context, policies: p,
	}
	run.sources = p.sources()
	statements := 0
	if n := len(run.sources); n > 0 {
		statements = run.sources[n-1].first + len(run.sources[n-1].document.Statements)
	}
	run.matched = slices.Repeat([]singleTri{singleUnknown}, statements)
	callers, reason = run.callers(r)
	if len(callers) >= singleManyCallers {
		run.rolls = make([]*singleRoll, statements)
	}
	return run, callers, reason
}

// judgeAll returns the first of the callers for whom the answer is worst.
func (run *singleRun) judgeAll(callers []singleCaller) (singleCaller, SingleOutcome) {
	who, worst := callers[0], run.judge(callers[0])
	for _, caller := range callers[1:] {
		if worst.Answer == SingleDenied {
			break
		}
		if outcome := run.judge(caller); outcome.Answer > worst.Answer {
			who, worst = caller, outcome
		}
	}
	return who, worst
}
