package sarif

import (
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

type tool struct {
	Driver driver `json:"driver"`
}

type driver struct {
	Name          string       `json:"name"`
	Version       string       `json:"version"`
	Rules         []rule       `json:"rules"`
	Notifications []descriptor `json:"notifications"`
}

// rule is a reportingDescriptor.
type rule struct {
	ID                   string          `json:"id"`
	ShortDescription     *message        `json:"shortDescription,omitempty"`
	FullDescription      *message        `json:"fullDescription,omitempty"`
	Help                 *message        `json:"help,omitempty"`
	HelpURI              string          `json:"helpUri,omitempty"`
	DefaultConfiguration *configuration  `json:"defaultConfiguration,omitempty"`
	Properties           *ruleProperties `json:"properties,omitempty"`
}

type message struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type configuration struct {
	Level string `json:"level"`
}

type ruleProperties struct {
	Tags     []string `json:"tags"`
	Severity string   `json:"severity"`
	// SecuritySeverity is how GitHub code scanning ranks rules: from 0.1, in
	// the bands of CVSS (GitHub Docs, "SARIF support for code scanning").
	SecuritySeverity string          `json:"security-severity"`
	Controls         []audit.Control `json:"controls"`
}

// rulesOf are the rules of the checks that ran, and the place of each by ID.
// Of a check that the catalogue lacks only the ID is known.
func rulesOf(checks []audit.Check, ran []string) ([]rule, map[string]int) {
	byID := make(map[string]*audit.Check, len(checks))
	for i := range checks {
		byID[checks[i].ID] = &checks[i]
	}
	rules, index := make([]rule, 0, len(ran)), make(map[string]int, len(ran))
	for _, id := range ran {
		index[id] = len(rules)
		if c := byID[id]; c != nil {
			rules = append(rules, ruleOf(c))
		} else {
			rules = append(rules, rule{ID: id})
		}
	}
	return rules, index
}

func ruleOf(c *audit.Check) rule {
	r := rule{
		ID: c.ID, ShortDescription: &message{Text: c.Title}, FullDescription: &message{Text: c.Doc.Why}, Help: help(&c.Doc),
		DefaultConfiguration: &configuration{level(c.Severity)},
		Properties:           &ruleProperties{[]string{"security"}, c.Severity.String(), securitySeverity(c.Severity), c.Controls},
	}
	if r.Properties.Controls == nil {
		r.Properties.Controls = []audit.Control{}
	}
	if len(c.Doc.Sources) > 0 {
		r.HelpURI = c.Doc.Sources[0]
	}
	return r
}

func help(d *audit.Doc) *message {
	var text, markdown strings.Builder
	for _, part := range []struct{ head, body string }{{"What it judges.", d.Judges}, {"How to fix it.", d.Fix}} {
		text.WriteString(part.head + " " + part.body + "\n\n")
		markdown.WriteString("**" + part.head + "** " + part.body + "\n\n")
	}
	for _, source := range d.Sources {
		text.WriteString(source + "\n")
		markdown.WriteString("- <" + source + ">\n")
	}
	return &message{Text: text.String(), Markdown: markdown.String()}
}

// level is the level of a failure.
func level(s audit.Severity) string {
	switch s {
	case audit.Critical, audit.High:
		return "error"
	case audit.Medium:
		return "warning"
	default:
		return "note"
	}
}

func securitySeverity(s audit.Severity) string {
	switch s {
	case audit.Critical:
		return "9.5"
	case audit.High:
		return "8.0"
	case audit.Medium:
		return "5.5"
	case audit.Low:
		return "2.0"
	default:
		return "0.1"
	}
}
