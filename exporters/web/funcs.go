package web

import (
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/visible"
)

// funcs are what the templates call. Every text that comes from AWS, or from
// what a client sent, goes through t or lines.
func (h *handler) funcs() template.FuncMap {
	return template.FuncMap{
		"t": func(s any) string { return visible.Text(fmt.Sprint(s)) }, "lines": visible.Lines,
		"url": h.url, "asset": func(file string) string { return h.prefix() + "/assets/" + h.assets.names[file] },
		"finding": h.findingURL,
		"at":      func(path string, segment any) string { return h.prefix() + path + url.PathEscape(fmt.Sprint(segment)) },
		"when":    when, "age": age, "rfc3339": rfc3339,
		"n": number, "name": nameOf, "standards": standards, "layer": layerName, "plural": plural,
		"word": word, "shape": shape, "bars": bars, "took": took,
		"dict": dict, "list": func(values ...string) []string { return values },
	}
}

// url is the address of a page with these parameters, those without a value
// left out.
func (h *handler) url(path string, parameters ...any) (string, error) {
	if len(parameters)%2 != 0 {
		return "", fmt.Errorf("the address %s has a parameter without a value", path)
	}
	query := url.Values{}
	for i := 0; i < len(parameters); i += 2 {
		if value := fmt.Sprint(parameters[i+1]); value != "" {
			query.Set(fmt.Sprint(parameters[i]), value)
		}
	}
	address := h.prefix() + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address, nil
}

// findingURL is the address of the page of a finding. Its parameters are not
// needed to find it, but make that quick.
func (h *handler) findingURL(check, accountID, resource, subject string) (string, error) {
	path := "/findings/" + audit.FindingID(check, resource, subject)
	if bucket := (&audit.Finding{Resource: resource, Subject: subject}).Bucket(); bucket != "" {
		return h.url(path, "bucket", bucket)
	}
	return h.url(path, "check", check, "account_id", accountID)
}

// dict is what a template is given that takes several things.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("a name without a value")
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m, nil
}

// took is how long the run took.
func took(h audit.Header) string {
	switch d := h.EndedAt.Sub(h.StartedAt); {
	case d < time.Second:
		return strconv.Itoa(int(d/time.Millisecond)) + " ms"
	case d < 2*time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	default:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	}
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// when is an instant, and how long ago that was.
func when(now, t time.Time) template.HTML {
	if t.IsZero() {
		return "never"
	}
	return template.HTML(`<time datetime="` + rfc3339(t) + `">` + rfc3339(t) + `</time> <span class="soft nowrap">` + age(now, t) + `</span>`)
}

// age is how long ago it was, in the largest unit that tells it well.
func age(now, t time.Time) string {
	d := now.Sub(t)
	switch day := 24 * time.Hour; {
	case t.IsZero():
		return "never"
	case d < 0:
		return "in the future"
	case d < 2*time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s ago"
	case d < 2*time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min ago"
	case d < 2*day:
		return strconv.Itoa(int(d/time.Hour)) + " h ago"
	default:
		return number(int(d/day)) + " days ago"
	}
}

// number has its thousands apart.
func number(n int) string { return humanize.Comma(int64(n)) }

// plural is the number with its noun.
func plural(n int, one, more string) string { return english.Plural(n, one, more) }

// word is a status, kind or relation as people write it.
func word(v any) string { return strings.ReplaceAll(visible.Text(fmt.Sprint(v)), "_", " ") }

// layerName is a layer of policies as people call it.
func layerName(layer string) string {
	switch layer {
	case bucketLayer:
		return "the bucket policy"
	case identityLayer:
		return "the role's policies"
	case boundaryLayer:
		return "the permissions boundary"
	default:
		return "the " + word(layer)
	}
}

// shape draws a status, so that it is told apart without colour.
func shape(s audit.Status) template.HTML {
	drawn := map[audit.Status]template.HTML{
		audit.StatusFail:          `<path class="full" d="M6 0 12 6 6 12 0 6z"/>`,
		audit.StatusUnknown:       `<circle class="dashed" cx="6" cy="6" r="4.8"/><circle class="full" cx="6" cy="6" r="1.4"/>`,
		audit.StatusPass:          `<path class="line" d="M1.5 6.5 4.7 9.7 10.8 2.4"/>`,
		audit.StatusNotApplicable: `<path class="line" d="M2 6h8"/>`,
	}
	return `<svg class="shape" viewBox="0 0 12 12" aria-hidden="true" focusable="false">` + drawn[s] + `</svg>`
}

// bars draws a severity, the worse the more.
func bars(s audit.Severity) template.HTML {
	var b strings.Builder
	b.WriteString(`<svg class="bars" viewBox="0 0 19 12" aria-hidden="true" focusable="false">`)
	for i := range len(audit.Severities()) {
		class := "empty"
		if i < int(s) {
			class = "full"
		}
		height := 4 + 2*i
		fmt.Fprintf(&b, `<rect class="%s" x="%d" y="%d" width="3" height="%d"/>`, class, 4*i, 12-height, height)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}
