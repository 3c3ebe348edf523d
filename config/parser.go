package config

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlParser is the koanf.Parser of the configuration file. It knows the
// shape of the configuration: what it returns has the right types and known
// keys only, and all else went to the report with its line.
//
// It reads the tree of nodes and never lets YAML resolve a value, because
// plain YAML reads the account id 001234567012 as an octal number and
// 012345678901 as a decimal one.
type yamlParser struct {
	shape   *shape
	report  *report
	dates   bool                // plain dates are text
	aliases int                 // aliases around the node being read
	copied  int                 // nodes read through aliases so far
	merges  map[*yaml.Node]bool // mappings being taken in by <<
}

// maxCopied bounds what aliases can make of a small file.
const maxCopied = 100_000

// Unmarshal reads one YAML document. An error means that it is not YAML, or
// that its aliases make too much of it, so that no rule is worth asking.
func (p *yamlParser) Unmarshal(data []byte) (map[string]any, error) {
	root := p.document(data)
	if err := p.report.err(); err != nil {
		return nil, err
	}
	if root == nil || isNull(root) {
		return map[string]any{}, nil
	}
	p.report.origins[""] = origin{source: p.report.origins[""].source, line: root.Line}
	value, ok := p.value(root, p.shape, "")
	if p.copied > maxCopied {
		return nil, p.report.err()
	}
	if !ok {
		return map[string]any{}, nil
	}
	return value.(map[string]any), nil
}

// Marshal writes YAML; koanf asks for it beside Unmarshal.
func (p *yamlParser) Marshal(values map[string]any) ([]byte, error) { return yaml.Marshal(values) }

// document is the content of the only document of data, nil if there is none.
func (p *yamlParser) document(data []byte) *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		p.syntax(err)
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		p.problemAt(&second, "", "a second YAML document begins here; a file holds one")
	} else if !errors.Is(err, io.EOF) {
		p.syntax(err)
	}
	return first.Content[0]
}

var yamlMessage = regexp.MustCompile(`^yaml: (?:line (\d+): )?((?s).*)$`)

// syntax reports an error of the YAML library in the shape of all others.
func (p *yamlParser) syntax(err error) {
	problem := Problem{Source: p.report.origins[""].source, Line: 1, Message: "not YAML: " + err.Error()}
	if m := yamlMessage.FindStringSubmatch(err.Error()); m != nil {
		problem.Line = max(1, atoi(m[1]))
		problem.Message = "not YAML: " + m[2]
	}
	switch {
	case strings.Contains(problem.Message, "unknown anchor"):
		// The library quotes the name, which may be a secret that begins with *.
		problem.Message = "not YAML: an alias that no anchor above it defines; a text that begins with * must be in quotes"
	case strings.Contains(problem.Message, "cannot start any token"):
		problem.Message = "not YAML: a tab, or a text that begins with @, % or a backquote; indent by spaces, and put such a text in quotes"
	}
	p.report.problems = append(p.report.problems, problem)
}

// atoi is the number, or 0 for "" and what is too large to be a line.
func atoi(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// value reads n as the shape says. It reports false when n does not fit.
func (p *yamlParser) value(n *yaml.Node, s *shape, at place) (any, bool) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
		p.aliases++
		defer func() { p.aliases-- }()
	}
	if p.aliases > 0 && p.overflows() {
		return nil, false
	}
	switch {
	case s.kind == opaque:
		return map[string]any{}, true
	case s.kind == text && (isText(n) || p.dates && isDate(n)):
		return n.Value, true
	case s.short != "" && isText(n):
		return map[string]any{s.short: n.Value}, true
	case s.kind == list && n.Kind == yaml.SequenceNode:
		return p.list(n, s, at), true
	case s.kind == record && n.Kind == yaml.MappingNode:
		return p.record(n, s, at), true
	case s.kind == table && n.Kind == yaml.MappingNode:
		return p.table(n, s, at), true
	}
	p.report.misshapen(at, "expected %s, found %s%s", s.noun(), found(n), advice(n, s))
	return nil, false
}

// overflows counts one more node that an alias repeats, and reports true,
// once in words, when aliases multiply beyond reason.
func (p *yamlParser) overflows() bool {
	p.copied++
	if p.copied == maxCopied+1 {
		p.report.misshapen("", "aliases repeat more than %d values; write this file without them", maxCopied)
	}
	return p.copied > maxCopied
}

func (p *yamlParser) list(n *yaml.Node, s *shape, at place) []any {
	values := make([]any, len(n.Content))
	for i, item := range n.Content {
		here := at.item(i)
		p.locate(here, item)
		// One that does not fit stays as nil: the items after it must keep
		// their numbers.
		values[i], _ = p.value(item, s.elem, here)
	}
	return values
}

func (p *yamlParser) record(n *yaml.Node, s *shape, at place) map[string]any {
	values := map[string]any{}
	var meant []string
	for _, e := range p.entries(n, at) {
		here := at.key(e.key)
		p.locate(here, e.node)
		field, known := s.fields[e.key]
		if !known {
			p.report.note(here, "unknown key; %s", didYouMean(e.key, s.keys()))
			meant = append(meant, nearest(e.key, s.keys()))
			continue
		}
		if isNull(e.value) {
			continue
		}
		if value, ok := p.entry(e, field, here); ok {
			values[e.key] = value
		}
	}
	p.misspelt(at, meant, values)
	return values
}

// entry reads the value of a key.
func (p *yamlParser) entry(e entry, s *shape, at place) (any, bool) {
	if e.merged {
		p.aliases++
		defer func() { p.aliases-- }()
	}
	return p.value(e.value, s, at)
}

// misspelt marks the keys that unknown ones were likely meant to be, so that
// none is called missing on top.
func (p *yamlParser) misspelt(at place, meant []string, values map[string]any) {
	for _, key := range meant {
		if _, given := values[key]; key != "" && !given {
			p.report.unread[at.key(key)] = true
		}
	}
}

func (p *yamlParser) table(n *yaml.Node, s *shape, at place) map[string]any {
	values := map[string]any{}
	for _, e := range p.entries(n, at) {
		here := at.key(e.key)
		p.locate(here, e.node)
		if value, ok := p.entry(e, s.elem, here); ok {
			values[e.key] = value
		}
	}
	return values
}

func (p *yamlParser) locate(at place, n *yaml.Node) {
	p.report.origins[at] = origin{source: p.report.origins[""].source, line: n.Line, column: n.Column}
}

func (p *yamlParser) problemAt(n *yaml.Node, at place, message string) {
	p.report.problems = append(p.report.problems, Problem{
		Source: p.report.origins[""].source, Line: n.Line, Column: n.Column, Key: string(at), Message: message,
	})
}
