//go:build simulate

package policy_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// simUnmatched is a text that nothing else holds.
const simUnmatched = "unmatched-e9f1"

// texts passes every text that may hold variables through change, which also
// gets the operator it belongs to; that is empty for resources. It reports
// whether a text changed.
func (s *simStatement) texts(change func(operator, text string) string) bool {
	changed := false
	apply := func(operator string, list []string) {
		for i, text := range list {
			list[i] = change(operator, text)
			changed = changed || list[i] != text
		}
	}
	apply("", s.Resource)
	apply("", s.NotResource)
	for operator, keys := range s.Condition {
		for _, values := range keys {
			apply(operator, values)
		}
	}
	return changed
}

// rewriteTexts is texts for all statements, with their documents.
func (c *simCase) rewriteTexts(change func(l simLayer, operator, text string) string) bool {
	changed := false
	c.Policies.statements(func(l simLayer, s *simStatement) {
		changed = s.texts(func(operator, text string) string { return change(l, operator, text) }) || changed
	})
	return changed
}

// requestTexts passes all texts of the request through change.
func (c *simCase) requestTexts(change func(string) string) bool {
	resource := change(c.Request.Resource)
	changed := resource != c.Request.Resource
	c.Request.Resource = resource
	for _, values := range c.Request.Context {
		for i, value := range values {
			values[i] = change(value)
			changed = changed || values[i] != value
		}
	}
	return changed
}

// rewriteVersion2008 writes ¤ for the brace of a variable that is none, in
// policies and in the request.
func rewriteVersion2008(c *simCase) bool {
	changed := c.rewriteTexts(func(l simLayer, _, text string) string {
		if l.document.Version == policy.Version2012 {
			return text
		}
		return strings.ReplaceAll(text, "${", "$¤")
	})
	if !changed {
		return false
	}
	c.rewriteTexts(func(_ simLayer, _, text string) string { return strings.ReplaceAll(text, "${$}{", "${$}¤") })
	c.requestTexts(func(text string) string { return strings.ReplaceAll(text, "${", "$¤") })
	return true
}

// rewriteEscapes writes the characters themselves where wildcards mean nothing.
func rewriteEscapes(c *simCase) bool {
	return c.rewriteTexts(func(l simLayer, operator, text string) string {
		if l.document.Version != policy.Version2012 || !strings.Contains(operator, "Equals") || strings.Contains(operator, "Arn") {
			return text
		}
		return strings.NewReplacer("${*}", "*", "${?}", "?", "${$}", "$").Replace(text)
	})
}

// simVariables calls replace for every variable of a text, and puts what it
// returns in its place.
func simVariables(text string, replace func(whole, key, fallback string) string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		body, after, closed := strings.Cut(rest, "}")
		out.WriteString(before)
		if !found || !closed {
			out.WriteString(strings.TrimPrefix(text, before))
			return out.String()
		}
		key, fallback, _ := strings.Cut(body, ", ")
		out.WriteString(replace("${"+body+"}", key, fallback))
		text = after
	}
}

// values are what the request has for a key, in whatever case it is written.
func (r simRequest) values(key string) []string {
	for name, values := range r.Context {
		if strings.EqualFold(name, key) {
			return values
		}
	}
	return nil
}

// value is what the request has for a variable.
func (r simRequest) value(key string) (string, bool) {
	if values := r.values(key); len(values) > 0 {
		return values[0], true
	}
	return "", false
}

func rewriteEmptyVariables(c *simCase) bool {
	return c.rewriteTexts(func(l simLayer, _, text string) string {
		if l.document.Version != policy.Version2012 {
			return text
		}
		return simVariables(text, func(whole, key, _ string) string {
			if value, found := c.Request.value(key); found && value == "" {
				return ""
			}
			return whole
		})
	})
}

// unresolved reports whether a text has a variable without value and default.
func (c simCase) unresolved(text string) bool {
	found := false
	simVariables(text, func(_, key, fallback string) string {
		_, present := c.Request.value(key)
		found = found || !present && fallback == "" && strings.Contains(key, ":")
		return ""
	})
	return found
}

// rewriteUnresolved writes a text that matches nothing for one whose variable
// has no value. An ARN operator that has nothing else becomes one for text, since
// then it does not matter either whether the request has an ARN.
func rewriteUnresolved(c *simCase) bool {
	const noARN = "arn:aws:none:::" + simUnmatched
	changed := c.rewriteTexts(func(l simLayer, operator, text string) string {
		switch {
		case l.document.Version != policy.Version2012 || !strings.Contains(operator, "Not") || !c.unresolved(text):
			return text
		case strings.Contains(operator, "Arn"):
			return noARN
		default:
			return simUnmatched
		}
	})
	textOperator := strings.NewReplacer("ArnNotLike", "StringNotEquals", "ArnNotEquals", "StringNotEquals")
	c.Policies.statements(func(_ simLayer, s *simStatement) {
		for operator, keys := range maps.Clone(s.Condition) {
			for key, values := range maps.Clone(keys) {
				others := func(v string) bool { return v != noARN }
				if to := textOperator.Replace(operator); to != operator && !slices.ContainsFunc(values, others) {
					s.moveTest(operator, to, key)
				}
			}
		}
	})
	return changed
}

// rewriteRunes writes other characters, in policies and in the request.
func rewriteRunes(other map[rune]rune) func(*simCase) bool {
	change := func(text string) string {
		return strings.Map(func(r rune) rune {
			if to, found := other[r]; found {
				return to
			}
			return r
		}, text)
	}
	return func(c *simCase) bool {
		changed := c.requestTexts(change)
		return c.rewriteTexts(func(_ simLayer, _, text string) string { return change(text) }) || changed
	}
}

// rewriteHeads writes s3::: where service, region and account of an ARN match
// those of a bucket, which has neither region nor account.
func rewriteHeads(c *simCase) bool {
	empty := func(text string) bool { return strings.Trim(text, "*") == "" }
	return c.rewriteTexts(func(_ simLayer, operator, text string) string {
		parts := strings.SplitN(text, ":", 6)
		if operator != "" || len(parts) < 6 || !empty(parts[3]) || !empty(parts[4]) {
			return text
		}
		if slices.Contains([]string{"*", "s?", "s3"}, parts[2]) {
			parts[2], parts[3], parts[4] = "s3", "", ""
		}
		return strings.Join(parts, ":")
	})
}

func rewriteCase(c *simCase) bool {
	return c.rewriteTexts(func(_ simLayer, operator, text string) string {
		if operator == "" && strings.HasPrefix(text, "arn:AWS:") {
			return "arn:none:s3:::" + simUnmatched
		}
		return text
	})
}
