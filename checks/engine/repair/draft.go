package repair

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// draft is a policy while it is being changed: as text to write and as a
// document to ask. Statement i of one is statement i of the other.
type draft struct {
	sketch
	document *policy.Document
	kind     policy.Kind
}

// sketch is a policy as text to write.
type sketch struct {
	root       *value
	statements []*value // never changed, so that one that was kept is the same
	// origins are the places of the statements in the text as it was given, -1 of
	// new ones.
	origins []int
}

// newDraft reads the text, whose document is known if that is not nil.
func newDraft(text string, kind policy.Kind, known *policy.Document) (*draft, error) {
	d := &draft{document: known, kind: kind}
	if known == nil {
		var err error
		if d.document, err = policy.Parse(text, kind); err != nil {
			return nil, err
		}
	}
	d.root = readValue(text)
	d.statements = []*value{d.root.get("Statement")}
	if d.statements[0].form == list {
		d.statements = d.statements[0].items
	}
	for i := range d.statements {
		d.origins = append(d.origins, i)
	}
	return d, nil
}

// with is a copy of the sketch in which others take the place of statement i.
func (s *sketch) with(i int, by ...*value) *sketch {
	return s.splice(i, i+1, by, s.origins[i])
}

// adding is a copy of the sketch with a further statement.
func (s *sketch) adding(one *value) *sketch {
	return s.splice(len(s.statements), len(s.statements), []*value{one}, -1)
}

func (s *sketch) splice(first, last int, by []*value, origin int) *sketch {
	return &sketch{
		root:       s.root,
		statements: slices.Concat(s.statements[:first], by, s.statements[last:]),
		origins:    slices.Concat(s.origins[:first], slices.Repeat([]int{origin}, len(by)), s.origins[last:]),
	}
}

// whole is the sketch as one value.
func (s *sketch) whole() *value {
	root := *s.root
	root.members = slices.Clone(root.members)
	root.set("Statement", "Statement", &value{form: list, items: s.statements})
	return &root
}

// size is the length that AWS counts: white space is free.
func (s *sketch) size() int { return s.whole().size() }

// drawn makes a draft of a sketch of this one. Only statements that are not in
// this one are read.
func (d *draft) drawn(s *sketch) (*draft, error) {
	var fresh []string
	places := make([]int, len(s.statements))
	for k, v := range s.statements {
		if places[k] = slices.Index(d.statements, v); places[k] < 0 {
			fresh = append(fresh, v.compact())
			places[k] = -len(fresh)
		}
	}
	more, err := policy.Parse(`{"Version":"`+d.document.Version+`","Statement":[`+strings.Join(fresh, ",")+`]}`, d.kind)
	if err != nil {
		return nil, fmt.Errorf("the changed policy: %w", err)
	}
	return &draft{sketch: *s, document: d.document.Arrange(more, places...), kind: d.kind}, nil
}

// statement returns a statement as written.
func (d *draft) statement(i int) *policy.Statement { return &d.document.Statements[i] }

// doubtful reports whether the statement holds what somebody will have to take
// out: a deleted principal or what is left of an example.
func (d *draft) doubtful(i int) bool {
	one := policy.Document{Kind: d.kind, Version: d.document.Version, Statements: d.document.Statements[i : i+1]}
	return len(policy.UniqueIDPrincipals(&one))+len(policy.Placeholders(&one)) > 0
}

// name names a statement for a person, by its place in the text as it was.
func (d *draft) name(i int) string {
	name := "statement " + strconv.Itoa(d.origins[i])
	if sid := d.statement(i).Sid; sid != "" {
		name += " (" + sid + ")"
	}
	return name
}

// sids are those of all statements.
func (d *draft) sids() []string {
	out := make([]string, len(d.statements))
	for i := range out {
		out[i] = d.statement(i).Sid
	}
	return out
}

// freeSid returns a Sid that is not taken, made by a number behind the one
// wanted: a Sid must be unique in a policy ("IAM JSON policy elements: Sid").
func freeSid(wanted string, taken []string) string {
	if wanted == "" {
		return ""
	}
	free := wanted
	for n := 2; slices.Contains(taken, free); n++ {
		free = wanted + strconv.Itoa(n)
	}
	return free
}
