// Package quilt knows what Quilt asks of a bucket: who calls, with which
// actions, and what its requests carry.
package quilt

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// Caller is somebody who needs access: every principal of an account, or one
// role or user.
type Caller struct {
	// Principal is an account id, or the ARN of a root, role or user.
	Principal string
	AccountID string
}

// Callers are those who need access to the buckets: the configured principals,
// or every principal of the control account.
func Callers(s *snapshot.Snapshot) []Caller {
	if len(s.Scope.Principals) == 0 {
		return []Caller{{s.Scope.ControlAccountID, s.Scope.ControlAccountID}}
	}
	callers := make([]Caller, 0, len(s.Scope.Principals))
	for _, p := range s.Scope.Principals {
		callers = append(callers, CallerOf(p))
	}
	return callers
}

// CallerOf is the caller with that account id or ARN.
func CallerOf(principal string) Caller {
	if account, ok := arnAccount(principal); ok {
		return Caller{principal, account}
	}
	return Caller{principal, principal}
}

// arnAccount is the fifth of the six parts of an ARN.
func arnAccount(arn string) (string, bool) {
	for range 4 {
		var ok bool
		if _, arn, ok = strings.Cut(arn, ":"); !ok {
			return "", false
		}
	}
	account, _, ok := strings.Cut(arn, ":")
	return account, ok
}

// ARN is the caller as it stands in the Principal element of a policy.
func (c Caller) ARN(partition string) string {
	if c.Principal == c.AccountID {
		return "arn:" + partition + ":iam::" + c.AccountID + ":root"
	}
	return c.Principal
}

// String names the caller for a person.
func (c Caller) String() string {
	if c.Principal == c.AccountID || strings.HasSuffix(c.Principal, ":root") {
		return "account " + c.AccountID
	}
	return c.Principal
}

// Request is one thing that Quilt does: an action by a caller, on the bucket
// or on every key that begins with Prefix.
type Request struct {
	Caller Caller
	Action string
	Prefix string // "" means every key; meaningless for actions on the bucket
}

// absent are the condition keys that Quilt's requests do not carry: it sends
// no ACL, grant, encryption or storage class header, and uses no access
// points.
var absent = []string{"s3:x-amz-acl", "s3:x-amz-grant-*", "s3:x-amz-server-side-encryption*", "s3:x-amz-storage-class", "s3:DataAccessPoint*"}

// listing are the condition keys of list requests, which Quilt sends with any
// value and without.
var listing = []string{"s3:prefix", "s3:delimiter", "s3:max-keys"}

// notListing are the keys that requests other than lists do not carry.
var notListing = slices.Concat(absent, listing)

// organizationKeys tell which organization the caller's account is in.
var organizationKeys = []string{"aws:PrincipalOrgID", "aws:PrincipalOrgPaths"}

// IsOrganizationKey reports whether the condition key tells of the caller's
// organization, which organizations:DescribeOrganization settles.
func IsOrganizationKey(key string) bool {
	return strings.HasPrefix(strings.ToLower(key), "aws:principalorg")
}

// maxContexts bounds the combinations of control.context that are asked.
const maxContexts = 64

// Asker asks what the policies let Quilt do with one bucket. It is not for use
// by several goroutines at once.
type Asker struct {
	decider policy.Decider
	bucket  *snapshot.ScopeBucket
	control string // the account whose organization is known
	carried *carriage
}

// carriage is what requests to the buckets of a region of an account carry.
type carriage struct {
	home, away carried // those of the control account, and of others
	err        error
}

// carriedTo is where requests go that carry the same.
type carriedTo struct{ account, region string }

// carried is what requests carry: one of the contexts, and none of the absent
// keys.
type carried struct {
	contexts []map[string][]string
	absent   []string // of list requests
	unlisted []string // of other requests, which have no parameters of a listing either
}

// NewAsker prepares questions about the bucket. It fails if control.context
// has more combinations of values than can be asked.
func NewAsker(s *snapshot.Snapshot, b *snapshot.ScopeBucket) (*Asker, error) {
	c := snapshot.Derived(s, carriedTo{b.AccountID, b.Region}, func() *carriage { return newCarriage(s, b) })
	return &Asker{bucket: b, control: s.Scope.ControlAccountID, carried: c}, c.err
}

func newCarriage(s *snapshot.Snapshot, b *snapshot.ScopeBucket) *carriage {
	contexts := []map[string][]string{known(s, b)}
	for _, key := range slices.Sorted(maps.Keys(s.Scope.Context)) {
		contexts = multiply(contexts, key, s.Scope.Context[key])
		if len(contexts) > maxContexts {
			return &carriage{err: fmt.Errorf("control.context has more than %d combinations of values", maxContexts)}
		}
	}
	c := &carriage{away: carried{contexts, absent, notListing}}
	c.home = c.away
	switch org, err := s.Organization.Get(); {
	case err != nil: // then its keys are unknown, as they are of other accounts
	case org.ID == "":
		c.home.absent, c.home.unlisted = slices.Concat(absent, organizationKeys), slices.Concat(notListing, organizationKeys)
	default:
		c.home.contexts = multiply(contexts, "aws:PrincipalOrgID", []string{org.ID})
	}
	return c
}

// known are the condition keys whose value every request of Quilt's to the
// bucket has.
func known(s *snapshot.Snapshot, b *snapshot.ScopeBucket) map[string][]string {
	context := Fixed(s, b)
	context["aws:SecureTransport"] = []string{"true"}
	context["s3:TlsVersion"] = []string{"1.2"}
	return context
}

// Fixed are the condition keys whose value is the same in every request to the
// bucket, whoever sends it.
func Fixed(s *snapshot.Snapshot, b *snapshot.ScopeBucket) map[string][]string {
	context := map[string][]string{
		"aws:ResourceAccount":       {b.AccountID},
		"s3:ResourceAccount":        {b.AccountID},
		"aws:PrincipalIsAWSService": {"false"},
		"aws:CurrentTime":           {s.TakenAt.Format(time.RFC3339)},
		"aws:EpochTime":             {strconv.FormatInt(s.TakenAt.Unix(), 10)},
	}
	if b.Region != "" {
		context["aws:RequestedRegion"] = []string{b.Region}
	}
	return context
}

// multiply gives every context once with each value of the key.
func multiply(contexts []map[string][]string, key string, values []string) []map[string][]string {
	var product []map[string][]string
	for _, c := range contexts {
		for _, v := range values {
			with := maps.Clone(c)
			with[key] = []string{v}
			product = append(product, with)
		}
	}
	return product
}

// ask decides the request. Where control.context leaves several values open,
// Quilt uses them all, so the answer must hold for each: the first that is not
// granted is the answer.
func (a *Asker) ask(r Request, layers policy.Layers) (policy.Answer, error) {
	carried := a.carriedBy(r.Caller)
	var answer policy.Answer
	for _, context := range carried.contexts {
		got, err := a.decider.Decide(a.question(r, carried, context), layers)
		if err != nil {
			return got, fmt.Errorf("asking for %s: %w", r.Action, err)
		}
		if answer.Kind == "" || worse(got.Kind, answer.Kind) {
			answer = got
		}
	}
	if answer.Witness != nil && answer.Witness.Principal == "" {
		answer.Witness.Principal = r.Caller.ARN(a.bucket.Partition)
	}
	return answer, nil
}

// Part is the request with its answer; one that cannot be asked is undecided.
func (a *Asker) Part(r Request, layers policy.Layers) Part {
	answer, err := a.ask(r, layers)
	if err != nil {
		answer = policy.Answer{Kind: policy.Undecided, Reason: err.Error()}
	}
	return Part{Request: r, Answer: answer}
}

// worse orders answers: a refusal says the most, then doubt.
func worse(a, b policy.AnswerKind) bool {
	order := []policy.AnswerKind{policy.Granted, policy.Undecided, policy.Conditional, policy.Refused}
	return slices.Index(order, a) > slices.Index(order, b)
}

func (a *Asker) question(r Request, c *carried, context map[string][]string) policy.Question {
	q := policy.Question{
		Principal: r.Caller.Principal, PrincipalAccount: r.Caller.AccountID, Action: r.Action,
		Bucket: a.bucket.Name, BucketAccount: a.bucket.AccountID, Partition: a.bucket.Partition,
		Keys: policy.Keys{Prefix: r.Prefix}, Context: context, UnknownByDefault: true, Absent: c.unlisted,
	}
	if IsListing(r.Action) {
		q.Any, q.Absent = listing, c.absent
	}
	return q
}

// IsListing reports whether the action lists a bucket, and its requests carry
// the parameters of a listing.
func IsListing(action string) bool { return strings.HasPrefix(action, "s3:ListBucket") }

// AllowEverything is an identity policy that allows everything.
func AllowEverything() *policy.Document {
	d := policy.Document{
		Kind: policy.Identity, Version: policy.Version2012,
		Statements: []policy.Statement{{Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}}},
	}
	return d.Compile()
}

// GrantEverything is a bucket policy that allows everybody everything.
func GrantEverything() *policy.Document {
	d := policy.Document{
		Kind: policy.Resource, Version: policy.Version2012,
		Statements: []policy.Statement{{
			Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}, Principals: []policy.Principal{{Kind: "*", Value: "*"}},
		}},
	}
	return d.Compile()
}
