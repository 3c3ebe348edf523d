package selector

// A Level is how much of a bucket's events of one class is recorded.
type Level string

// The levels. Adding a selector never moves a level down this list.
const (
	// None: not one event is recorded.
	None Level = "none"
	// Partial: an event is proved not to be recorded, others are or may be.
	Partial Level = "partial"
	// Unknown: no event is proved to be left out, nor all proved to be recorded.
	Unknown Level = "unknown"
	// All: every event is proved to be recorded.
	All Level = "all"
)

// A Trail is one trail's selectors under the name that answers call it by.
type Trail struct {
	Name      string     // its ARN, as a rule
	Selectors *Selectors // nil is a trail without selectors; for one that was not read see [Unread]
}

// A Bucket is what to ask about.
type Bucket struct {
	Partition string // aws, aws-cn, aws-us-gov
	Name      string
	// Prefixes narrow the question to the keys that begin with one of them. Without
	// any it is about all keys.
	Prefixes []string
}

// objects is what the ARNs of the bucket's objects begin with.
func (b Bucket) objects() string { return "arn:" + b.Partition + ":s3:::" + b.Name + "/" }

func (b Bucket) stems() []stem {
	if len(b.Prefixes) == 0 {
		return []stem{{arn: b.objects()}}
	}
	stems := make([]stem, len(b.Prefixes))
	for i, p := range b.Prefixes {
		stems[i] = stem{arn: b.objects() + p, prefix: p}
	}
	return stems
}

// A Place is one selector of one trail.
type Place struct {
	Trail    string
	Selector int    // position in the trail's list; -1 for the list as a whole
	Name     string // the name that an advanced selector may have
}

// A Reason is why the selector at a place does not surely record an event.
type Reason struct {
	Place
	// Field is the field of the event record whose filter leaves the event out or
	// cannot be judged. Empty if the selector is not understood.
	Field string
	// Problems is what was not understood of the selector.
	Problems []string
}

// A Result answers for one class of events, reads or writes.
type Result struct {
	Level Level
	// Witness is an event with a shortest key that is not recorded ([None],
	// [Partial]) or that may not be recorded ([Unknown]; its name may then be a made-up
	// one that stands for names S3 may add). It is nil for [All], and for [Unknown] if
	// the question took more work than is allowed.
	Witness *Event
	// Recording are the selectors that surely record some events of the class. Those
	// that add nothing to one that records all keys are not listed.
	Recording []Place
	// Reasons say for each selector that is about keys of this bucket why it does
	// not surely record Witness.
	Reasons []Reason
}

// A Report is the answer of [Coverage].
type Report struct {
	Read, Write Result
}

// Coverage tells whether the trails together record the read and the write data
// events of every key of the bucket, whoever calls. It takes the selectors as they
// stand: which trails log at all, deliver, and see the bucket's Region and all
// of its callers is for the caller to know.
func Coverage(trails []Trail, b Bucket) Report {
	stems := b.stems()
	rules := scope(trails, stems)
	read := question{bucket: b, stems: stems, rules: rules, read: true}
	write := question{bucket: b, stems: stems, rules: rules}
	return Report{Read: read.result(), Write: write.result()}
}
