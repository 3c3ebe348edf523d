package policy

// The layers that decide.
const (
	singleIdentityLayer = "identity"
	singleBoundaryLayer = "boundary"
	singleBucketLayer   = "bucket_policy"
	singleBlockLayer    = "public_access_block"
)

// singleMark says that something holds, and by which statement.
type singleMark struct {
	holds             singleTri
	layer             string
	policy, statement int // statement -1: none
}

// singleWeakest is the first of the marks that hold least: where all are needed.
func singleWeakest(first singleMark, others ...singleMark) singleMark {
	for _, mark := range others {
		if mark.holds < first.holds {
			first = mark
		}
	}
	return first
}

// singleStrongest is the first of the marks that hold most: where one is enough.
func singleStrongest(first singleMark, others ...singleMark) singleMark {
	for _, mark := range others {
		if mark.holds > first.holds {
			first = mark
		}
	}
	return first
}

// singleSides collects what the policies say to one caller.
type singleSides struct {
	deny               singleMark // by any statement anywhere
	identity, boundary singleMark // Allow
	// Allow by the bucket policy: to the caller's account, to its role, and
	// directly to the session, the user or everyone.
	account, role, direct singleMark
}

// judge applies the order of evaluation to one caller.
func (run *singleRun) judge(caller singleCaller) SingleOutcome {
	asked := run.policies.AskIdentity && caller.account != ""
	sides := run.weigh(caller, asked)
	outside := caller.account != run.owner
	blocked := run.policies.RestrictPublicBuckets && run.policies.Public == StatedPublic && outside
	allowed := sides.allowedInside(asked)
	if outside {
		allowed = sides.allowedOutside(asked)
	}
	outcome := singleDecide(sides.deny, allowed, blocked)
	outcome.Principal = caller.String()
	return outcome
}

// singleDecide: an explicit Deny wins, then the public access block, and what
// nothing allows is denied.
func singleDecide(deny, allowed singleMark, blocked bool) SingleOutcome {
	block := singleMark{layer: singleBlockLayer, statement: -1}
	switch {
	case deny.holds == singleYes:
		return deny.outcome(SingleDenied)
	case blocked:
		return block.outcome(SingleDenied)
	case allowed.holds == singleNo:
		return allowed.outcome(SingleDenied)
	case deny.holds == singleMaybe:
		return deny.outcome(SingleUndetermined)
	case allowed.holds == singleMaybe:
		return allowed.outcome(SingleUndetermined)
	default:
		return allowed.outcome(SingleAllowed)
	}
}

func (m singleMark) outcome(answer SingleAnswer) SingleOutcome {
	return SingleOutcome{Answer: answer, Layer: m.layer, Policy: m.policy, Statement: m.statement}
}

// allowedOutside: the bucket is in another account, so both sides must allow.
// The bucket's side may name the account, or anything narrower.
func (s *singleSides) allowedOutside(asked bool) singleMark {
	bucket := singleStrongest(s.direct, s.role, s.account)
	if !asked {
		return bucket
	}
	return singleWeakest(bucket, s.identity, s.boundary)
}

// allowedInside: the bucket is in the caller's account, so one side is enough.
// Naming the account grants nothing by itself. A boundary limits a grant to the
// role, but not one to the session, to the user or to everyone.
func (s *singleSides) allowedInside(asked bool) singleMark {
	if !asked {
		return singleStrongest(s.direct, s.role)
	}
	identity := singleWeakest(s.identity, s.boundary)
	role := singleWeakest(s.role, s.boundary)
	return singleStrongest(identity, role, s.direct)
}

// weigh goes through every statement of every document.
func (run *singleRun) weigh(caller singleCaller, asked bool) *singleSides {
	s := &singleSides{
		deny:     singleMark{statement: -1},
		identity: singleMark{layer: singleIdentityLayer, statement: -1},
		boundary: singleMark{layer: singleBoundaryLayer, statement: -1},
		account:  singleMark{layer: singleBucketLayer, statement: -1},
		role:     singleMark{layer: singleBucketLayer, statement: -1},
		direct:   singleMark{layer: singleBucketLayer, statement: -1},
	}
	if asked {
		for i, d := range run.policies.Identity {
			run.weighCallerSide(d, i, caller, &s.identity, &s.deny)
		}
		if run.policies.Boundary == nil {
			s.boundary.holds = singleYes
		} else {
			run.weighCallerSide(run.policies.Boundary, 0, caller, &s.boundary, &s.deny)
		}
	}
	if run.policies.Bucket != nil {
		run.weighBucket(run.policies.Bucket, caller, s)
	}
	return s
}

// weighCallerSide raises allow and deny by the statements of an identity policy
// or a boundary. Allow comes with the layer's name.
func (run *singleRun) weighCallerSide(d *Document, policy int, caller singleCaller, allow, deny *singleMark) {
	layer := allow.layer
	for i := range d.Statements {
		statement := &d.Statements[i]
		mark := singleMark{run.match(d, statement, caller).applies, layer, policy, i}
		if statement.Effect == Deny {
			*deny = singleStrongest(*deny, mark)
			continue
		}
		*allow = singleStrongest(*allow, mark)
	}
}

func (run *singleRun) weighBucket(d *Document, caller singleCaller, s *singleSides) {
	for i := range d.Statements {
		statement := &d.Statements[i]
		grant := run.match(d, statement, caller)
		mark := func(holds singleTri) singleMark { return singleMark{holds, singleBucketLayer, 0, i} }
		if statement.Effect == Deny {
			s.deny = singleStrongest(s.deny, mark(grant.applies))
			continue
		}
		names := grant.names
		s.account = singleStrongest(s.account, mark(names.account))
		s.role = singleStrongest(s.role, mark(names.role))
		s.direct = singleStrongest(s.direct, mark(singleOr(names.everyone, names.session, names.user)))
	}
}
