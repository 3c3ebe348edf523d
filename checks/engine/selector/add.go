package selector

import (
	"errors"
	"fmt"
	"slices"
)

// Quotas of one trail (CloudTrail User Guide, "Quotas in AWS CloudTrail"). They
// cannot be raised.
const (
	maxBasicSelectors = 5
	maxDataResources  = 250
	maxAdvancedValues = 500
)

// ErrNotUnderstood says that a document cannot be added to safely.
var ErrNotUnderstood = errors.New("the event selectors are not understood as a whole")

// A LimitError says that a trail has no room for another bucket.
type LimitError struct {
	What  string // what there would be too much of
	Need  int
	Limit int
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("the trail would need %d %s and may have %d; select all S3 objects at once or use another trail", e.Need, e.What, e.Limit)
}

// AddBucket returns the document that was parsed, an answer of
// cloudtrail:GetEventSelectors, with what is missing so that reads and writes of
// every key of the bucket are recorded.
// Nothing that stands in it is changed or lost, traps and unknown members included;
// only members are put in the order of AWS's reference and nulls left out. A
// document that records the bucket already comes back as it is, so adding twice is
// adding once. A trail without selectors gets a basic one, unless it has the empty
// list of advanced ones.
//
// The error is [ErrNotUnderstood] or a [*LimitError].
func (s *Selectors) AddBucket(partition, bucket string) ([]byte, error) {
	if i := slices.IndexFunc(s.problems, func(p Problem) bool { return p.Selector < 0 }); i >= 0 {
		return nil, fmt.Errorf("adding bucket %s: %w: %s; add it by hand", bucket, ErrNotUnderstood, s.problems[i].Text)
	}
	top, b := s.document, Bucket{Partition: partition, Name: bucket}
	if report := Coverage([]Trail{{Selectors: s}}, b); report.Read.Level != All || report.Write.Level != All {
		var err error
		if top, err = extend(top, s, b); err != nil {
			return nil, fmt.Errorf("adding bucket %s: %w", bucket, err)
		}
	}
	return writeTree(inOrder(top)), nil
}

func extend(top object, s *Selectors, b Bucket) (object, error) {
	basic, _ := top.get(memberBasic).([]any)
	advanced, isAdvanced := top.get(memberAdvanced).([]any)
	if len(advanced) > 0 || isAdvanced && top.get(memberBasic) == nil {
		advanced, err := extendAdvanced(advanced, b)
		return top.set(memberAdvanced, advanced), err
	}
	basic, err := extendBasic(basic, s, b)
	return top.set(memberBasic, basic), err
}

func extendAdvanced(selectors []any, b Bucket) ([]any, error) {
	added := object{
		{"Name", "Reads and writes of every object of " + b.Name},
		{"FieldSelectors", []any{
			object{{"Field", fieldNames[fieldCategory]}, {"Equals", []any{dataEvents}}},
			object{{"Field", fieldNames[fieldResourceType]}, {"Equals", []any{objectType}}},
			object{{"Field", fieldNames[fieldARN]}, {"StartsWith", []any{b.objects()}}},
		}},
	}
	out := append(slices.Clone(selectors), added)
	if need := countValues(out, "FieldSelectors", operators...); need > maxAdvancedValues {
		return nil, &LimitError{What: "values in advanced event selectors", Need: need, Limit: maxAdvancedValues}
	}
	return out, nil
}

// extendBasic adds the bucket to a selector that records reads and writes of S3
// objects already, or in a selector of its own.
func extendBasic(selectors []any, s *Selectors, b Bucket) ([]any, error) {
	out := slices.Clone(selectors)
	if i := reusable(selectors, s); i >= 0 {
		out[i] = withValue(selectors[i].(object), b.objects())
	} else {
		out = append(out, object{
			{"ReadWriteType", "All"},
			{"IncludeManagementEvents", false},
			{"DataResources", []any{object{{"Type", objectType}, {"Values", []any{b.objects()}}}}},
			{"ExcludeManagementEventSources", []any{}},
		})
	}
	if len(out) > maxBasicSelectors {
		return nil, &LimitError{What: "event selectors", Need: len(out), Limit: maxBasicSelectors}
	}
	if need := countValues(out, "DataResources", "Values"); need > maxDataResources {
		return nil, &LimitError{What: "data resources", Need: need, Limit: maxDataResources}
	}
	return out, nil
}

// reusable is the position of the first selector, wholly understood, for reads and
// writes of S3 objects; -1 if there is none.
func reusable(selectors []any, s *Selectors) int {
	for i := range s.rules {
		r := &s.rules[i]
		doubted := slices.ContainsFunc(s.problems, func(p Problem) bool { return p.Selector == r.selector })
		if r.filters[fieldReadOnly] == nil && !doubted && objectResources(selectors[r.selector]) >= 0 {
			return r.selector
		}
	}
	return -1
}

// objectResources is the position of the selector's data resource for S3 objects.
func objectResources(selector any) int {
	o, _ := selector.(object)
	resources, _ := o.get("DataResources").([]any)
	return slices.IndexFunc(resources, func(v any) bool {
		resource, _ := v.(object)
		return resource.get("Type") == objectType
	})
}

func withValue(selector object, value string) object {
	resources := slices.Clone(selector.get("DataResources").([]any))
	i := objectResources(selector)
	resource := resources[i].(object)
	values := slices.Clone(resource.get("Values").([]any))
	resources[i] = resource.set("Values", append(values, value))
	return selector.set("DataResources", resources)
}

// countValues counts the entries of the named lists in the parts of the selectors.
func countValues(selectors []any, parts string, lists ...string) int {
	n := 0
	for _, s := range selectors {
		selector, _ := s.(object)
		entries, _ := selector.get(parts).([]any)
		for _, e := range entries {
			entry, _ := e.(object)
			for _, name := range lists {
				values, _ := entry.get(name).([]any)
				n += len(values)
			}
		}
	}
	return n
}
