package policy

// weigh goes through every statement of every document.
func (run *singleRun) weigh(caller singleCaller) *singleSides {
	none := func(layer Layer) singleMark { return singleMark{layer: layer, level: -1, statement: -1} }
	s := &singleSides{
		deny:     none(""),
		identity: none(LayerIdentity), boundary: none(LayerBoundary), session: none(LayerSession),
		account: none(LayerBucketPolicy), role: none(LayerBucketPolicy), direct: none(LayerBucketPolicy),
		guards: [2]singleMark{{holds: singleYes, level: -1}, none(LayerEndpoint)},
	}
	s.boundary.holds = singleIf(run.policies.Boundary == nil)
	s.session.holds = singleIf(run.policies.Session == nil)
	s.guards[1].holds = singleIf(run.policies.Endpoint == nil)
	heard := run.heard(caller)
	for k := range heard {
		for i := range heard[k].document.Statements {
			run.weighStatement(s, &heard[k], i, caller)
		}
	}
	if run.asked(caller) {
		s.guards[0] = run.controlled(caller)
	}
	return s
}

// heard lists the sources that have a say about the caller.
func (run *singleRun) heard(caller singleCaller) []singleSource {
	if run.asked(caller) {
		return run.sources
	}
	for i, source := range run.sources {
		if !singleCallerSide(source.layer) {
			return run.sources[i:]
		}
	}
	return nil
}

// weighStatement raises what the statement speaks for.
func (run *singleRun) weighStatement(s *singleSides, source *singleSource, i int, caller singleCaller) {
	grant := run.match(source, i, caller)
	if source.document.Statements[i].Effect == Deny {
		s.deny.raise(singleAnd(grant.applies, caller.boundBy(source.layer)), source, i)
		return
	}
	switch source.layer {
	case LayerIdentity:
		s.identity.raise(grant.applies, source, i)
	case LayerBoundary:
		s.boundary.raise(grant.applies, source, i)
	case LayerSession:
		s.session.raise(grant.applies, source, i)
	case LayerEndpoint:
		s.guards[1].raise(grant.applies, source, i)
	case LayerBucketPolicy:
		role, direct := grant.names.reach(caller)
		s.account.raise(grant.names.account, source, i)
		s.role.raise(role, source, i)
		s.direct.raise(direct, source, i)
	}
}

// controlled is the first level of service control policies that allows least:
// every level must allow.
func (run *singleRun) controlled(caller singleCaller) singleMark {
	result := singleMark{holds: singleYes, level: -1, statement: -1}
	for level := range run.policies.SCPs {
		allow := singleMark{holds: caller.boundBy(LayerSCP).not(), layer: LayerSCP, level: level, statement: -1}
		for k := range run.sources {
			source := &run.sources[k]
			if source.layer != LayerSCP || source.level != level {
				continue
			}
			for i := range source.document.Statements {
				if source.document.Statements[i].Effect == Allow {
					allow.raise(run.match(source, i, caller).applies, source, i)
				}
			}
		}
		result = singleWeakest(result, allow)
	}
	return result
}

// boundBy says whether a layer bounds the caller. The policies of an organization
// do not bind roles that are linked to a service ("Service control policies" and
// "Resource control policies", AWS Organizations User Guide). The ARN of a session
// tells such a role by its name only. A root user that keeps its access can be
// blocked "by VPC endpoint policies and AWS Organizations policies" only.
func (c singleCaller) boundBy(layer Layer) singleTri {
	switch layer {
	case LayerSCP, LayerRCP:
		return c.linked.not()
	case LayerEndpoint:
		return singleYes
	default:
		return c.freeRoot.not()
	}
}
