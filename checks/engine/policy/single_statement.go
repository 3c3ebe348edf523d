package policy

import "strings"

// singleGrant says whether a statement applies, and in a bucket policy by which
// of the caller's names it does.
type singleGrant struct {
	applies singleTri
	names   singleNames
}

// match says whether the statement applies to the request: its action, its
// resource, its principal and all its conditions match.
func (run *singleRun) match(d *Document, s *Statement, caller singleCaller) singleGrant {
	rest := run.matchRequest(d, s)
	if d.Kind != Resource {
		return singleGrant{applies: rest}
	}
	hasBoundary := run.policies.AskIdentity && run.policies.Boundary != nil
	names := caller.reachedBy(s, hasBoundary).and(rest)
	return singleGrant{applies: names.any(), names: names}
}

// matchRequest is the part that does not depend on the caller. It is kept: a
// hostile policy can name hundreds of sessions, each of which is judged.
func (run *singleRun) matchRequest(d *Document, s *Statement) singleTri {
	matches, done := run.matched[s]
	if !done {
		matches = singleAnd(run.matchAction(s), run.matchResource(d, s), run.matchConditions(d, s))
		run.matched[s] = matches
	}
	return matches
}

func (run *singleRun) matchAction(s *Statement) singleTri {
	if s.NotActions != nil {
		return run.matchActions(s.NotActions).not()
	}
	return run.matchActions(s.Actions)
}

func (run *singleRun) matchActions(patterns []string) singleTri {
	result := singleNo
	for _, pattern := range patterns {
		result = singleOr(result, singleActionMatches(pattern, run.action))
	}
	return result
}

// singleActionMatches compares service and name. Wildcards belong in the name;
// one in the place of the service is not documented, except "*" alone.
func singleActionMatches(pattern, action string) singleTri {
	if pattern == "*" {
		return singleYes
	}
	pattern = singleLower(pattern)
	service, _, hasName := strings.Cut(pattern, ":")
	matches := singleMatch(singlePattern(pattern), singleLiteral(action))
	if !hasName || strings.ContainsAny(service, "*?") {
		return singleAnd(matches, singleMaybe)
	}
	return matches
}

// matchResource follows "IAM JSON policy elements: Resource" and
// "NotResource". A pattern whose variable is not resolved matches nothing.
// What that means for NotResource has two readings: the statement applies to
// everything else, or it does not apply.
func (run *singleRun) matchResource(d *Document, s *Statement) singleTri {
	patterns := s.Resources
	if s.NotResources != nil {
		patterns = s.NotResources
	}
	matches, unresolved := singleNo, false
	for _, pattern := range patterns {
		one, resolution := run.matchARN(d, pattern)
		matches = singleOr(matches, one)
		unresolved = unresolved || resolution == singleUnresolved
	}
	if s.NotResources == nil {
		return matches
	}
	if unresolved {
		return singleAnd(matches.not(), singleMaybe)
	}
	return matches.not()
}

func (run *singleRun) matchARN(d *Document, pattern string) (singleTri, singleResolution) {
	if pattern == "*" {
		return singleYes, singleResolved
	}
	parts := strings.SplitN(pattern, ":", 6)
	head := strings.Join(parts[:min(len(parts), 5)], ":")
	if d.Version == Version2012 && strings.Contains(head, "${") {
		// Variables are documented for the last part only.
		return singleMaybe, singleUnsettled
	}
	if len(parts) < 6 {
		return run.matchShortARN(d, parts), singleResolved
	}
	last := run.context.expand(parts[5], d.Version, true)
	switch last.resolution {
	case singleUnresolved:
		return singleNo, singleUnresolved
	case singleUnsettled:
		return singleAnd(run.matchHead(parts), singleMaybe), singleUnsettled
	default:
		return singleAnd(run.matchHead(parts), singleMatch(last.symbols, singleLiteral(run.resource[5]))), singleResolved
	}
}

// matchShortARN is for patterns of fewer than six parts, which AWS does not
// document. They seem to be filled up with * (in bucket policies only if they
// hold a wildcard), so the readings are that, and matching nothing.
func (run *singleRun) matchShortARN(d *Document, parts []string) singleTri {
	if d.Kind == Resource && !strings.ContainsAny(strings.Join(parts, ":"), "*?") {
		return singleNo
	}
	filled := append([]string{}, parts...)
	for len(filled) < 6 {
		filled = append(filled, "*")
	}
	last := singleMatch(singlePattern(filled[5]), singleLiteral(run.resource[5]))
	return singleAnd(run.matchHead(filled), last, singleMaybe)
}

// matchHead compares the first five parts. A wildcard does not reach beyond
// its part ("Amazon S3 resources", Amazon S3 User Guide).
func (run *singleRun) matchHead(parts []string) singleTri {
	result := singleYes
	for i := range 5 {
		result = singleAnd(result, singleMatch(singlePattern(parts[i]), singleLiteral(run.resource[i])))
	}
	return result
}
