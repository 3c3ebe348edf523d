package policy

import "strings"

// singleGrant says whether a statement applies, and if it names principals by
// which of the caller's names it does.
type singleGrant struct {
	applies singleTri
	names   singleNames
}

// match says whether a source's statement applies to the request: its action,
// its resource, its principal and all its conditions match.
func (run *singleRun) match(source *singleSource, i int, caller singleCaller) singleGrant {
	rest := run.matchRequest(source, i)
	if rest == singleNo || !source.document.namesPrincipals() {
		return singleGrant{applies: rest}
	}
	names := run.reaches(source, i, caller).and(rest)
	return singleGrant{applies: names.any(), names: names}
}

// reaches says by which of its names the statement reaches the caller.
func (run *singleRun) reaches(source *singleSource, i int, caller singleCaller) singleNames {
	hasBoundary := run.policies.AskIdentity && run.policies.Boundary != nil
	s := &source.document.Statements[i]
	return caller.reachedBy(s, run.listed(caller, s, source.first+i), source.document.Kind, hasBoundary)
}

// namesPrincipals says whether statements of the document say to whom they apply.
func (d *Document) namesPrincipals() bool {
	return d.Kind == Resource || d.Kind == Endpoint || d.Kind == RCP
}

// matchRequest is the part that does not depend on the caller. It is kept: a
// hostile policy can name hundreds of sessions, each of which is judged.
func (run *singleRun) matchRequest(source *singleSource, i int) singleTri {
	kept := &run.matched[source.first+i]
	if *kept != singleUnknown {
		return *kept
	}
	d, s := source.document, &source.document.Statements[i]
	*kept = run.matchAction(s)
	if *kept != singleNo {
		resource, _ := run.matchResource(d, s)
		*kept = singleAnd(*kept, resource)
	}
	if *kept != singleNo {
		*kept = singleAnd(*kept, run.matchConditions(d, s))
	}
	return *kept
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

// singleActionMatches compares service and name, whose case does not count.
// Wildcards belong in the name; one in the place of the service is not
// documented, except "*" alone.
func singleActionMatches(pattern, action string) singleTri {
	if pattern == "*" {
		return singleYes
	}
	if !(singleGlob{pattern: singlePattern{text: pattern}, text: action, fold: true}).matches() {
		return singleNo
	}
	service, _, hasName := strings.Cut(pattern, ":")
	if !hasName || strings.ContainsAny(service, "*?") {
		return singleMaybe
	}
	return singleYes
}
