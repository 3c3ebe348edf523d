package policy

import "strings"

// matchResource follows "IAM JSON policy elements: Resource" and
// "NotResource". A pattern whose variable is not resolved matches nothing.
// What that means for NotResource has two readings: the statement applies to
// everything else, or it does not apply. Odd says that a pattern is a short ARN.
func (run *singleRun) matchResource(d *Document, s *Statement) (matches singleTri, odd bool) {
	patterns := s.Resources
	if s.NotResources != nil {
		patterns = s.NotResources
	}
	unresolved := false
	for _, pattern := range patterns {
		one, resolution := run.matchARN(d, pattern, s.NotResources != nil)
		matches = singleOr(matches, one)
		unresolved = unresolved || resolution != singleResolved
		odd = odd || singleShort(pattern)
	}
	if s.NotResources == nil {
		return matches, odd
	}
	if unresolved {
		return singleAnd(matches.not(), singleMaybe), odd
	}
	return matches.not(), odd
}

// singleShort says whether a pattern is neither "*" nor a full ARN.
func singleShort(pattern string) bool { return pattern != "*" && strings.Count(pattern, ":") < 5 }

func (run *singleRun) matchARN(d *Document, pattern string, negated bool) (singleTri, singleResolution) {
	if pattern == "*" {
		return singleYes, singleResolved
	}
	if last, same := strings.CutPrefix(pattern, run.head); same {
		return run.matchLast(d, last)
	}
	parts, count := singleCut(pattern)
	head := pattern
	if count == 6 {
		head = pattern[:len(pattern)-len(parts[5])]
	}
	if singleHasVariables(head, d.Version) {
		// Variables are documented for the last part only.
		return singleMaybe, singleUnsettled
	}
	if count < 6 {
		if !negated && singleMatchesNothing(d.Kind, pattern) {
			return singleNo, singleResolved
		}
		return run.matchShortARN(pattern), singleResolved
	}
	last, resolution := run.matchLast(d, parts[5])
	return singleAnd(run.matchHead(parts), last), resolution
}

// matchLast compares the sixth part, in which variables are.
func (run *singleRun) matchLast(d *Document, pattern string) (singleTri, singleResolution) {
	last := run.context.expand(pattern, d.Version)
	switch last.resolution {
	case singleUnresolved:
		return singleNo, singleUnresolved
	case singleUnsettled:
		return singleAnd(singleMaybe, singleMatch(last.singlePattern, run.resource[5])), singleUnsettled
	default:
		return singleMatch(last.singlePattern, run.resource[5]), singleResolved
	}
}

// singleMatchesNothing is for patterns of fewer than six parts: they are known to
// grant nothing in policies of buckets and endpoints unless they hold a wildcard,
// and in service control policies unless they end in *.
func singleMatchesNothing(kind Kind, pattern string) bool {
	switch kind {
	case Resource, Endpoint:
		return !strings.ContainsAny(pattern, "*?")
	case SCP:
		return !strings.HasSuffix(pattern, "*")
	default:
		return false
	}
}

// matchShortARN is for patterns of fewer than six parts, which AWS does not
// document. They seem to be filled up with *, so the readings are that, and
// matching nothing.
func (run *singleRun) matchShortARN(pattern string) singleTri {
	parts, count := singleCut(pattern)
	for ; count < 6; count++ {
		parts[count] = "*"
	}
	last := singleMatch(singlePattern{text: parts[5]}, run.resource[5])
	return singleAnd(run.matchHead(parts), last, singleMaybe)
}

// matchHead compares the first five parts. A wildcard does not reach beyond
// its part ("Amazon S3 resources", Amazon S3 User Guide).
func (run *singleRun) matchHead(parts [6]string) singleTri {
	result := singleYes
	for i := range 5 {
		if parts[i] != run.resource[i] {
			result = singleAnd(result, singleMatch(singlePattern{text: parts[i]}, run.resource[i]))
		}
	}
	return result
}
