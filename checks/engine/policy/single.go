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
	// Layer is identity, boundary, bucket_policy or public_access_block.
	Layer string
	// Policy and Statement count from 0. Statement is -1 where the layer
	// decides without a statement: nothing in it allows the request.
	Policy, Statement int
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
	run, reason := newSingleRun(r, p)
	if reason != "" {
		return SingleOutcome{Answer: SingleUndetermined, Statement: -1, Principal: r.Principal, Reason: reason}
	}
	callers, reason := singleCallers(r, p.Bucket)
	if reason != "" {
		return SingleOutcome{Answer: SingleUndetermined, Statement: -1, Principal: r.Principal, Reason: reason}
	}
	worst := run.judge(callers[0])
	for _, caller := range callers[1:] {
		if outcome := run.judge(caller); outcome.Answer > worst.Answer {
			worst = outcome
		}
	}
	return worst
}

// singleRun is a request taken apart, with the policies it meets.
type singleRun struct {
	action   string   // lower case
	resource []string // the six parts of the ARN
	owner    string   // the bucket's account
	context  singleContext
	policies SinglePolicies
	matched  map[*Statement]singleTri // see matchRequest
}

// newSingleRun returns the reason why the request is not concrete, if so.
func newSingleRun(r SingleRequest, p SinglePolicies) (*singleRun, string) {
	if !strings.Contains(r.Action, ":") || strings.ContainsAny(r.Action, "*?") {
		return nil, "the action is not one concrete action"
	}
	resource := strings.SplitN(r.Resource, ":", 6)
	if len(resource) < 6 || !utf8.ValidString(r.Resource) {
		return nil, "the resource is not a full ARN"
	}
	if !singleIsAccount(r.ResourceAccount) {
		return nil, "the bucket's account is not known"
	}
	context, reason := newSingleContext(r.Context)
	if reason != "" {
		return nil, reason
	}
	return &singleRun{
		action:   singleLower(r.Action),
		resource: resource,
		owner:    r.ResourceAccount,
		context:  context,
		policies: p,
		matched:  map[*Statement]singleTri{},
	}, ""
}

// singleContext holds the values of the request's condition keys by the
// spelling that singleKey gives them.
type singleContext map[string][]string

func newSingleContext(given map[string][]string) (context singleContext, reason string) {
	context = singleContext{}
	for key, values := range given {
		key = singleKey(key)
		if _, twice := context[key]; twice {
			return nil, "a condition key is given twice in different case"
		}
		if !utf8.ValidString(strings.Join(values, "")) {
			return nil, "a condition key's value is not valid UTF-8"
		}
		context[key] = slices.Clone(values)
	}
	return context, ""
}

// values returns none for a key that is not in the request.
func (c singleContext) values(key string) []string { return c[singleKey(key)] }

// singleKey makes the names of condition keys comparable: case does not count,
// except in the name of a tag, which follows a slash.
func singleKey(key string) string {
	name, tag, tagged := strings.Cut(key, "/")
	if !tagged {
		return singleLower(name)
	}
	return singleLower(name) + "/" + tag
}

// singleLower changes A to Z only: strings.ToLower would also turn the Kelvin
// sign into a k.
func singleLower(text string) string {
	lower := []byte(text)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return string(lower)
}

func singleIsAccount(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}
