package policy

// singleMark says that something holds, and by which statement.
type singleMark struct {
	holds                    singleTri
	layer                    Layer
	level, policy, statement int // level -1: the layer has none; statement -1: none
}

func (m singleMark) outcome(answer SingleAnswer) SingleOutcome {
	return SingleOutcome{Answer: answer, Layer: m.layer, Level: m.level, Policy: m.policy, Statement: m.statement}
}

// raise makes the statement the one by which it holds, if that is more.
func (m *singleMark) raise(holds singleTri, source *singleSource, statement int) {
	if holds > m.holds {
		*m = singleMark{holds, source.layer, source.level, source.policy, statement}
	}
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

// judge applies the order of evaluation to one caller.
func (run *singleRun) judge(caller singleCaller) SingleOutcome {
	asked := run.asked(caller)
	sides := run.weigh(caller)
	allowed := sides.allowedInside(asked)
	blocked := singleMark{layer: LayerPublicAccess, level: -1, statement: -1}
	if caller.account != run.owner {
		allowed = sides.allowedOutside(asked)
		blocked.holds = run.restricted()
	}
	if caller.freeRoot == singleYes {
		allowed = singleMark{holds: singleYes, level: -1, statement: -1}
	}
	outcome := singleDecide(sides.deny, blocked, singleWeakest(allowed, sides.guards[:]...))
	outcome.Principal = caller.String()
	return outcome
}

// asked says whether the caller's side has a say.
func (run *singleRun) asked(caller singleCaller) bool {
	return run.policies.AskIdentity && caller.account != ""
}

// singleDecide: an explicit Deny wins, then the public access block, and what
// nothing allows is denied.
func singleDecide(deny, blocked, allowed singleMark) SingleOutcome {
	switch {
	case deny.holds == singleYes:
		return deny.outcome(SingleDenied)
	case blocked.holds == singleYes:
		return blocked.outcome(SingleDenied)
	case allowed.holds == singleNo:
		return allowed.outcome(SingleDenied)
	case deny.holds == singleMaybe:
		return deny.outcome(SingleUndetermined)
	case blocked.holds == singleMaybe:
		return blocked.outcome(SingleUndetermined)
	case allowed.holds == singleMaybe:
		return allowed.outcome(SingleUndetermined)
	default:
		return allowed.outcome(SingleAllowed)
	}
}

// singleSides collects what the policies say to one caller.
type singleSides struct {
	deny                        singleMark // by any statement anywhere
	identity, boundary, session singleMark // Allow
	// Allow by the bucket policy: to the caller's account, to its role, and
	// directly to the session, the user or everyone.
	account, role, direct singleMark
	// guards must allow whatever else does: service control policies and the
	// policy of the VPC endpoint.
	guards [2]singleMark
}

// allowedOutside: the bucket is in another account, so both sides must allow.
// The bucket's side may name the account, or anything narrower.
func (s *singleSides) allowedOutside(asked bool) singleMark {
	bucket := singleStrongest(s.direct, s.role, s.account)
	if !asked {
		return bucket
	}
	return singleWeakest(bucket, s.identity, s.boundary, s.session)
}

// allowedInside: the bucket is in the caller's account, so one side is enough.
// Naming the account grants nothing by itself. Boundary and session policy limit
// a grant to the role, but not one to the session, to the user or to everyone.
func (s *singleSides) allowedInside(asked bool) singleMark {
	if !asked {
		return singleStrongest(s.direct, s.role)
	}
	identity := singleWeakest(s.identity, s.boundary, s.session)
	role := singleWeakest(s.role, s.boundary, s.session)
	return singleStrongest(identity, role, s.direct)
}
