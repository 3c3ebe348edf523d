package selector

import (
	"fmt"
	"strings"
)

// readBasic reads a basic event selector (CloudTrail API Reference,
// EventSelector). Each of its S3 data resources becomes a rule.
func readBasic(position int, v any) reading {
	r := reading{selector: position}
	sel, ok := v.(object)
	if !ok {
		return r.doubted(rule{}, "the selector is not an object")
	}
	members, problems := sel.read("", "ReadWriteType", "IncludeManagementEvents", "DataResources", "ExcludeManagementEventSources")
	readOnly, err := readWriteType(members)
	if err != nil {
		problems = append(problems, err.Error())
	}
	if _, ok := members["IncludeManagementEvents"].(bool); !ok && members["IncludeManagementEvents"] != nil {
		problems = append(problems, "IncludeManagementEvents is neither true nor false")
	}
	if _, ok := members["ExcludeManagementEventSources"].([]any); !ok && members["ExcludeManagementEventSources"] != nil {
		problems = append(problems, "ExcludeManagementEventSources is not a list")
	}
	resources, problems := list(members, "DataResources", problems)
	base := rule{selector: position}
	base.filters[fieldReadOnly] = readOnly
	if len(problems) > 0 {
		return r.doubted(base, problems...)
	}
	for i, resource := range resources {
		r = r.withResource(base, element(element(memberBasic, position)+".DataResources", i), resource)
	}
	return r
}

// doubted adds a rule that may record whatever its filters let through.
func (r reading) doubted(base rule, problems ...string) reading {
	base.selector, base.name, base.problems = r.selector, r.name, problems
	r.rules = append(r.rules, base)
	r.problems = append(r.problems, problems...)
	return r
}

// readWriteType is the filter on readOnly: none for All, which is the default.
func readWriteType(members map[string]any) (*condition, error) {
	switch v := members["ReadWriteType"]; v {
	case nil, "All":
		return nil, nil
	case "ReadOnly":
		return &condition{equals: []string{"true"}}, nil
	case "WriteOnly":
		return &condition{equals: []string{"false"}}, nil
	default:
		return nil, fmt.Errorf("ReadWriteType %.80q is not All, ReadOnly or WriteOnly", fmt.Sprint(v))
	}
}

func (r reading) withResource(base rule, path string, v any) reading {
	res, ok := v.(object)
	if !ok {
		return r.doubted(base, path+" is not an object")
	}
	members, problems := res.read(path+": ", "Type", "Values")
	kind, ok := members["Type"].(string)
	if !ok {
		problems = append(problems, path+" has no Type")
	}
	values, ok := texts(members["Values"])
	if !ok {
		problems = append(problems, path+" has no list of Values")
	}
	r.claims = append(r.claims, claim{
		selector: r.selector, basic: true, typePath: path + ".Type", resourceType: kind,
		lists: []valueList{{path: path + ".Values", operator: "StartsWith", values: values}},
	})
	if kind != "" && kind != objectType {
		r.problems = append(r.problems, problems...)
		return r
	}
	if len(problems) > 0 {
		return r.doubted(base, problems...)
	}
	return r.withValues(base, path, values)
}

func (r reading) withValues(base rule, path string, values []string) reading {
	var sure, unclear []string
	for _, value := range values {
		switch readPartialARN(value) {
		case matchesObjects:
			sure = append(sure, value)
		case matchesUnclear:
			unclear = append(unclear, value)
		}
	}
	if len(sure) > 0 {
		one := base
		one.filters[fieldARN] = &condition{startsWith: sure}
		r.rules = append(r.rules, one)
	}
	if len(unclear) > 0 {
		base.filters[fieldARN] = &condition{startsWith: unclear}
		r = r.doubted(base, fmt.Sprintf("%s.Values holds %.200q, not a form that CloudTrail documents", path, unclear[0]))
	}
	return r
}

type partialARN int

const (
	matchesObjects partialARN = iota // as a prefix of object ARNs
	matchesNothing                   // a bucket's ARN without the slash: no object is under it
	matchesUnclear
)

// readPartialARN sorts a value of a basic selector (CloudTrail API Reference,
// DataResource, Values): everything in S3 is arn:P:s3 or arn:P:s3:::, a bucket
// arn:P:s3:::B/, some keys arn:P:s3:::B/prefix. CloudTrail refuses a bucket's ARN
// without the slash, so one that is met in spite of this counts for nothing.
func readPartialARN(value string) partialARN {
	parts := strings.SplitN(value, ":", 6)
	if len(parts) < 3 || parts[0] != "arn" || parts[1] == "" || parts[2] != "s3" {
		return matchesUnclear
	}
	if len(parts) == 3 {
		return matchesObjects
	}
	if len(parts) < 6 || parts[3] != "" || parts[4] != "" {
		return matchesUnclear
	}
	if parts[5] == "" || strings.Contains(parts[5], "/") {
		return matchesObjects
	}
	return matchesNothing
}
