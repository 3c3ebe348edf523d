package selector

import (
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// A claim is what a selector names, whether or not it records anything by it.
type claim struct {
	selector     int
	name         string
	basic        bool
	typePath     string
	resourceType string
	lists        []valueList
}

// A valueList is the values that a selecting operator compares resources.ARN with.
type valueList struct {
	path, operator string
	values         []string
}

// A Cause is why a value that looks right selects nothing.
type Cause string

// The causes (CloudTrail API Reference, DataResource and AdvancedFieldSelector).
const (
	// CauseWildcard: values are compared as they stand, * and ? are characters.
	CauseWildcard Cause = "wildcard"
	// CauseNoSlash: a bucket's own ARN is the ARN of none of its objects.
	CauseNoSlash Cause = "bucket_arn"
	// CauseEquals: no object has the beginning that all the ARNs share as its ARN.
	CauseEquals Cause = "equals"
	// CauseType: data events on objects have the resource type AWS::S3::Object.
	CauseType Cause = "resource_type"
	// CausePartition: the bucket's ARN is in another partition.
	CausePartition Cause = "partition"
)

// A Trap is a value that looks as if it selected events of the bucket and does not.
type Trap struct {
	Place
	Path  string // where in the trail's document, from its top
	Found string
	Cause Cause
	Right string // what to put in its place
	// RightOperator is the operator that Right goes with; empty where there is none to
	// choose.
	RightOperator string
}

// Suspicious lists the traps that the trails' selectors hold for the bucket, in the
// order of the documents. Some may stand beside a selector that does record the
// bucket. The question has nothing to do with [Bucket.Prefixes].
func Suspicious(trails []Trail, b Bucket) []Trap {
	var traps []Trap
	for _, t := range trails {
		if t.Selectors == nil {
			continue
		}
		for i := range t.Selectors.claims {
			c := &t.Selectors.claims[i]
			traps = c.traps(traps, Place{Trail: t.Name, Selector: c.selector, Name: c.name}, b)
		}
	}
	return traps
}

func (c *claim) traps(traps []Trap, at Place, b Bucket) []Trap {
	if !slices.Contains([]string{"", objectType, bucketType}, c.resourceType) {
		return traps
	}
	if c.resourceType == bucketType && c.concerns(b) {
		traps = append(traps, Trap{Place: at, Path: c.typePath, Found: bucketType, Cause: CauseType, Right: objectType})
	}
	for _, l := range c.lists {
		for i, value := range l.values {
			right, cause := b.trap(l.operator, value, c.basic)
			if cause == "" {
				continue
			}
			t := Trap{Place: at, Path: element(l.path, i), Found: value, Cause: cause, Right: right}
			if !c.basic {
				t.RightOperator = rightOperator(l.operator)
			}
			traps = append(traps, t)
		}
	}
	return traps
}

func rightOperator(operator string) string {
	if operator == "EndsWith" {
		return operator
	}
	return "StartsWith"
}

// concerns tells whether the claim is about the bucket; without any ARN it is
// about all buckets.
func (c *claim) concerns(b Bucket) bool {
	if len(c.lists) == 0 {
		return true
	}
	return slices.ContainsFunc(c.lists, func(l valueList) bool {
		return slices.ContainsFunc(l.values, func(v string) bool {
			v = b.localise(v)
			return v == b.arn() || b.under(l.operator, v) || b.meant(l.operator, v)
		})
	})
}

// trap judges one value; the cause is empty if it does what it looks like.
func (b Bucket) trap(operator, value string, basic bool) (right string, cause Cause) {
	local := b.localise(value)
	switch {
	case b.meant(operator, local):
		return b.withoutWildcards(operator, local), CauseWildcard
	case local == b.arn() && (basic || operator == "Equals"):
		return b.objects(), CauseNoSlash
	case local == b.objects() && operator == "Equals":
		return b.objects(), CauseEquals
	case local != value && b.under(operator, local):
		return local, CausePartition
	}
	return "", ""
}

func (b Bucket) arn() string { return strings.TrimSuffix(b.objects(), "/") }

// localise puts an S3 ARN, or the beginning of one, into the bucket's partition.
func (b Bucket) localise(value string) string {
	parts := strings.SplitN(value, ":", 4)
	if len(parts) < 3 || parts[0] != "arn" || parts[2] != "s3" {
		return value
	}
	parts[1] = b.Partition
	return strings.Join(parts, ":")
}

// under tells whether the value, as it stands, selects objects of the bucket.
func (b Bucket) under(operator, value string) bool {
	c := &condition{}
	*c.list(operator) = []string{value}
	_, possible := c.under(b.objects())
	return possible && operator != "EndsWith"
}

// meant tells whether the value has wildcards and would, if they were any, select
// objects of the bucket.
func (b Bucket) meant(operator, value string) bool {
	if !strings.ContainsAny(value, "*?") {
		return false
	}
	switch operator {
	case "StartsWith":
		value += "*"
	case "EndsWith":
		value = "*" + value
	}
	span := globs.Span{Prefix: b.objects(), NonEmpty: true, Max: globs.Unbounded}
	meets, _, err := globs.Meets(span, globs.Glob(value))
	return meets || err != nil
}

// withoutWildcards is the value that does what was meant, or the whole bucket where
// no value can.
func (b Bucket) withoutWildcards(operator, value string) string {
	if operator == "EndsWith" {
		if end := strings.TrimLeft(value, "*"); end != "" && !strings.ContainsAny(end, "*?") {
			return end
		}
		return b.objects()
	}
	everything := "arn:" + b.Partition + ":s3:::"
	if strings.TrimRight(value, "*/") == everything {
		return everything
	}
	begin := strings.TrimRight(value, "*")
	if strings.HasPrefix(begin, b.objects()) && !strings.ContainsAny(begin, "*?") {
		return begin
	}
	return b.objects()
}
