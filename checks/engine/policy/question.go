package policy

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxKey is the length limit of an object key in bytes ("Amazon S3 User Guide",
// object key names).
const MaxKey = 1024

// Keys is the set of object keys that an object action is asked on: Exact if it
// is not empty, else every key of the form Prefix + any string + Suffix. The
// zero value means every key.
type Keys struct {
	Prefix, Suffix, Exact string
}

// Question asks whether a principal may do one action on a bucket, or on every
// one of a set of keys of it.
type Question struct {
	// Principal is an account id or its root ARN (every principal of the
	// account), a role ARN (every session of the role), the ARN of a session or
	// user, or * (anonymous).
	Principal string
	// PrincipalAccount may be left empty where Principal names the account.
	PrincipalAccount string
	// Action is a concrete S3 action such as s3:GetObject, in any case.
	Action        string
	Bucket        string
	BucketAccount string
	// Partition is aws, aws-cn, aws-us-gov and so on; empty means aws.
	Partition string
	// Keys is ignored for actions on the bucket itself.
	Keys Keys

	// Context holds the values of the condition keys that are known.
	Context map[string][]string
	// Unknown names keys that may be absent or have any one value: the answer is
	// definite only if it is the same for all of these.
	Unknown []string
	// Any names keys for which the answer must hold when they are absent and for
	// every value, as it must for every object key.
	//
	// Of Unknown and Any keys only what requests can carry counts: see routeOf and
	// alwaysCarried. Of aws:PrincipalAccount and aws:PrincipalArn that is what
	// follows from the principal.
	Any []string

	// UnknownByDefault makes every key unknown that is not named elsewhere;
	// without it such keys are absent. It also derives what every signed request
	// carries: aws:PrincipalAccount and aws:PrincipalArn. If Principal is an
	// account, the answer must then hold for every value that aws:PrincipalArn
	// can have there.
	UnknownByDefault bool
	// Absent names keys that requests do not carry, for use with
	// UnknownByDefault. A name that ends in * stands for all that begin so.
	Absent []string
}

// Layers are the policies that bear on a question.
type Layers struct {
	// Identity holds the principal's own policies. Nil means that the caller's
	// side, which is Identity, Boundary, Session and SCPs, is not asked; empty,
	// that the principal has no policy.
	Identity []*Document
	// Boundary is the permissions boundary, and Session the session policy; nil
	// where there is none.
	Boundary, Session *Document
	// SCPs are the service control policies of the caller's account, one list
	// per level of its organization, root first. None at all means that none
	// apply; a level without a policy allows nothing.
	SCPs [][]*Document
	// RCPs are the resource control policies of the bucket's account in the same
	// form. RCPFullAWSAccess is implied at every level.
	RCPs [][]*Document
	// Endpoint is the policy of the VPC endpoint that requests pass, or nil.
	Endpoint *Document
	// Bucket is the bucket policy, or nil.
	Bucket *Document
	// RestrictPublicBuckets is the Block Public Access setting, of bucket or
	// account: with it, a public bucket policy refuses all access from other
	// accounts.
	RestrictPublicBuckets bool
	// Public says whether S3 deems the bucket policy public.
	Public PublicStatus
}

// PublicStatus is whether S3 deems a bucket policy public.
type PublicStatus uint8

const (
	// PublicUnstated leaves it to a reading of the policy by the definition in
	// the "Amazon S3 User Guide" (the meaning of "public").
	PublicUnstated PublicStatus = iota
	// StatedPublic means that S3 itself says so (GetBucketPolicyStatus).
	StatedPublic
	// StatedNotPublic means that S3 itself says that it is not.
	StatedNotPublic
)

// asker is a question's principal, checked.
type asker struct {
	principal
	arn string
}

func (q *Question) asker() (asker, error) {
	if q.Principal == "*" {
		return asker{principal: principal{form: formEveryone}, arn: "*"}, nil
	}
	p := parseAWSPrincipal(q.Principal)
	switch p.form {
	case formAccount, formRole, formUser, formSession, formFederated:
	default:
		return asker{}, fmt.Errorf("principal %q is not an account id, *, or the ARN of an account, role, session or user", q.Principal)
	}
	if q.PrincipalAccount != "" && q.PrincipalAccount != p.account {
		return asker{}, fmt.Errorf("principal %q is not of account %q", q.Principal, q.PrincipalAccount)
	}
	if p.partition != "" && p.partition != q.partition() {
		return asker{}, fmt.Errorf("principal %q is not of partition %q", q.Principal, q.partition())
	}
	p.partition = q.partition()
	a := asker{principal: p, arn: q.Principal}
	if p.form == formAccount {
		a.arn = "arn:" + p.partition + ":iam::" + p.account + ":root"
	}
	return a, nil
}

func (q *Question) partition() string {
	if q.Partition == "" {
		return usualPartition
	}
	return q.Partition
}

// check finds what makes a question unanswerable.
func (q *Question) check(level Level, a asker, layers *Layers) error {
	if !accountID(q.BucketAccount) {
		return fmt.Errorf("bucket account %q is not 12 digits", q.BucketAccount)
	}
	if q.Bucket == "" || strings.ContainsAny(q.Bucket, "/*?:") || !utf8.ValidString(q.Bucket) {
		return fmt.Errorf("bucket %q is not a bucket name", q.Bucket)
	}
	if a.form == formEveryone && layers.Identity != nil {
		return errors.New("an anonymous caller has no identity policies")
	}
	if level == ObjectLevel {
		return q.Keys.check()
	}
	return nil
}

func (k Keys) check() error {
	if k.Exact != "" && (k.Prefix != "" || k.Suffix != "") {
		return errors.New("keys are either exact or have prefix and suffix, not both")
	}
	for _, text := range []string{k.Prefix, k.Suffix, k.Exact} {
		if !utf8.ValidString(text) {
			return fmt.Errorf("%q is not valid UTF-8, so no object key", text)
		}
	}
	if len(k.Prefix)+len(k.Suffix) > MaxKey || len(k.Exact) > MaxKey {
		return fmt.Errorf("an object key has at most %d bytes", MaxKey)
	}
	return nil
}
