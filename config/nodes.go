package config

import (
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// entry is one key of a mapping with its value.
type entry struct {
	key         string
	node, value *yaml.Node
	merged      bool // by <<, so that the value may be read many times
}

// entries lists the keys of a mapping in their order, then those that << takes
// in from elsewhere and that the mapping does not set itself.
func (p *yamlParser) entries(n *yaml.Node, at place) []entry {
	var own []entry
	var merged []*yaml.Node
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			p.problemAt(key, at, "a key must be plain text")
		case key.Tag == "!!merge":
			merged = append(merged, value)
		case lines[key.Value] > 0:
			p.problemAt(key, at.key(key.Value), fmt.Sprintf("already set on line %d", lines[key.Value]))
		default:
			lines[key.Value] = key.Line
			own = append(own, entry{key: key.Value, node: key, value: value})
		}
	}
	for _, m := range merged {
		own = p.merge(own, m, at)
	}
	return own
}

// merge adds the entries of m, a mapping or a list of mappings, whose keys are
// not among own.
func (p *yamlParser) merge(own []entry, m *yaml.Node, at place) []entry {
	target := m
	if m.Kind == yaml.AliasNode {
		target = m.Alias
	}
	switch {
	case p.overflows():
		return own
	case p.merges[target]:
		p.problemAt(m, at, "<< takes in a mapping that takes in itself")
		return own
	case target.Kind == yaml.SequenceNode && target == m:
		for _, item := range target.Content {
			own = p.merge(own, item, at)
		}
		return own
	case target.Kind != yaml.MappingNode:
		p.problemAt(m, at, "<< takes a mapping or a list of mappings, found "+found(target))
		return own
	}
	p.merges[target] = true
	defer delete(p.merges, target)
	known := map[string]bool{}
	for _, e := range own {
		known[e.key] = true
	}
	for _, e := range p.entries(target, at) {
		if !known[e.key] {
			e.merged = true
			own = append(own, e)
		}
	}
	return own
}

// twelveDigits is how an account id looks without quotes.
var twelveDigits = regexp.MustCompile(`^[0-9]{12}$`)

// isText reports whether n is text: a YAML string, or twelve bare digits.
func isText(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode {
		return false
	}
	return n.ShortTag() == "!!str" || (n.Style == 0 && twelveDigits.MatchString(n.Value))
}

// isDate reports whether n is what YAML takes for a date without quotes.
func isDate(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!timestamp"
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// found names what n holds, never the value: it may be a secret.
func found(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!str":
		return "a string"
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!null":
		return "nothing"
	case "!!timestamp":
		return "a date"
	default:
		return "a value with a tag"
	}
}

// advice is how to turn n into what was expected, where that is one stroke.
func advice(n *yaml.Node, s *shape) string {
	if n.Kind != yaml.ScalarNode {
		return ""
	}
	switch n.ShortTag() {
	case "!!int", "!!float", "!!bool", "!!timestamp":
		if s.kind == text && s.what == "" || s.short != "" {
			return ": put it in quotes"
		}
	case "!!str":
		if s.kind == list {
			return ": put it in [ ]"
		}
	}
	return ""
}
