package selector

import "strconv"

// A field is a field of the event record that a selector can filter on.
type field int

const (
	fieldCategory field = iota
	fieldResourceType
	fieldReadOnly
	fieldName
	fieldSource
	fieldEventType
	fieldConsole
	fieldPrincipal
	fieldARN
	fieldCount
)

// fieldNames are the names in the CloudTrail API Reference, AdvancedFieldSelector.
var fieldNames = [fieldCount]string{
	"eventCategory", "resources.type", "readOnly", "eventName", "eventSource",
	"eventType", "sessionCredentialFromConsole", "userIdentity.arn", "resources.ARN",
}

// A rule is one alternative of a trail: it records the S3 object events that pass
// all its filters. If it has problems, it may record them or not.
type rule struct {
	selector int
	name     string
	problems []string
	filters  [fieldCount]*condition // nil filters nothing
}

// An outcome is what a rule, or a list of rules, does with an event.
type outcome uint8

const (
	omits outcome = iota
	mayRecord
	records
)

// outcome judges the event by every field but resources.ARN. The second result is
// the field that decides an event left out.
func (r *rule) outcome(e Event) (outcome, field) {
	for f := range fieldARN {
		if f == fieldPrincipal && e.Unnamed {
			continue
		}
		if !r.filters[f].match(e.value(f)) {
			return omits, f
		}
	}
	if len(r.problems) > 0 {
		return mayRecord, fieldCount
	}
	// How CloudTrail compares a field that the record lacks is not documented.
	if e.Unnamed && r.filters[fieldPrincipal] != nil {
		return mayRecord, fieldPrincipal
	}
	return records, fieldCount
}

// replay judges one whole event.
func (r *rule) replay(e Event) (outcome, field) {
	if !r.filters[fieldARN].match(e.ARN) {
		return omits, fieldARN
	}
	return r.outcome(e)
}

func (e Event) value(f field) string {
	switch f {
	case fieldCategory:
		return dataEvents
	case fieldResourceType:
		return objectType
	case fieldReadOnly:
		return strconv.FormatBool(e.ReadOnly)
	case fieldName:
		return e.Name
	case fieldSource:
		return eventSource
	case fieldEventType:
		return e.Type
	case fieldConsole:
		return strconv.FormatBool(e.FromConsole)
	case fieldPrincipal:
		return e.Principal
	}
	return e.ARN
}
