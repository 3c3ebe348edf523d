package selector

import (
	"errors"
	"fmt"
	"strconv"
)

// Selectors are the event selectors of one trail, read once and good for any
// number of buckets. They never change and are safe for concurrent use. The zero
// value is a trail without selectors: it records no data events.
type Selectors struct {
	document object // as it was read, which nobody changes
	rules    []rule
	claims   []claim
	problems []Problem
}

// A Problem is why a selector was not, or not wholly, understood.
type Problem struct {
	// Selector is its position in the trail's list, or -1 for what concerns all of
	// them.
	Selector int
	Name     string // the name that an advanced selector may have
	Text     string
}

// Problems lists what was not understood, in the order of the document. A
// problem in a selector that records no S3 object events does no harm.
func (s *Selectors) Problems() []Problem { return s.problems }

// Unread stands for the selectors of a trail that could not be read: they may record
// anything or nothing. The reason comes back in [Reason.Problems].
func Unread(reason string) *Selectors {
	s := &Selectors{}
	s.doubt([]string{reason})
	return s
}

// Members of the answer. The last two are what an SDK adds about the call.
const (
	memberBasic    = "EventSelectors"
	memberAdvanced = "AdvancedEventSelectors"
	memberTrail    = "TrailARN"
	memberMetaGo   = "ResultMetadata"
	memberMetaPy   = "ResponseMetadata"
)

// Parse reads the JSON text of an answer of cloudtrail:GetEventSelectors in AWS's
// own names (CloudTrail API Reference, GetEventSelectors). A text that is not a
// JSON object is an error. Everything else that is not as AWS documents it makes
// the selector where it stands one that may record or not; see
// [Selectors.Problems].
func Parse(raw []byte) (*Selectors, error) {
	top, err := readDocument(raw)
	if err != nil {
		return nil, err
	}
	return read(top), nil
}

func read(top object) *Selectors {
	members, problems := top.read("", memberBasic, memberAdvanced, memberTrail, memberMetaGo, memberMetaPy)
	s := &Selectors{document: top}
	basic, problems := list(members, memberBasic, problems)
	advanced, problems := list(members, memberAdvanced, problems)
	if len(basic) > 0 && len(advanced) > 0 {
		problems = append(problems, "basic and advanced selectors stand together, which CloudTrail does not allow")
	}
	for i, v := range basic {
		s.add(readBasic(i, v))
	}
	for i, v := range advanced {
		s.add(readAdvanced(i, v))
	}
	s.doubt(problems)
	return s
}

var errNotObject = errors.New("not a JSON object")

func readDocument(raw []byte) (object, error) {
	v, err := readTree(raw)
	if err != nil {
		return nil, fmt.Errorf("reading event selectors: %w; it takes an answer of cloudtrail:GetEventSelectors", err)
	}
	top, ok := v.(object)
	if !ok {
		return nil, fmt.Errorf("reading event selectors: %w; it takes an answer of cloudtrail:GetEventSelectors", errNotObject)
	}
	return top, nil
}

func list(members map[string]any, name string, problems []string) ([]any, []string) {
	v, found := members[name]
	if !found {
		return nil, problems
	}
	items, ok := v.([]any)
	if !ok {
		problems = append(problems, fmt.Sprintf("%s is not a list", name))
	}
	return items, problems
}

// A reading is what one selector of the document comes to.
type reading struct {
	selector int
	name     string
	problems []string
	rules    []rule
	claims   []claim
}

func (s *Selectors) add(r reading) {
	for _, text := range r.problems {
		s.problems = append(s.problems, Problem{r.selector, r.name, text})
	}
	s.rules = append(s.rules, r.rules...)
	s.claims = append(s.claims, r.claims...)
}

// doubt applies problems of the document as a whole: then no selector is sure,
// and there may be selectors that were not seen.
func (s *Selectors) doubt(problems []string) {
	if len(problems) == 0 {
		return
	}
	s.rules = []rule{{selector: -1, problems: problems}}
	for _, text := range problems {
		s.problems = append(s.problems, Problem{Selector: -1, Text: text})
	}
}

// element is the path of a list's element.
func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
