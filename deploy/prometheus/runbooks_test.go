package prometheus_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	runbooks = filepath.Join(root, "docs", "runbooks")
	heading  = regexp.MustCompile(`(?m)^#+ .*$`)
	commands = regexp.MustCompile("(?m)(?:^|`)quilt-auditor ((?:checks|config) [a-z]+|[a-z]+)")
)

// pages are the runbooks by name, the index included.
func pages(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(runbooks, "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no runbooks: %v", err)
	}
	all := map[string]string{}
	for _, file := range files {
		all[filepath.Base(file)] = read(t, file)
	}
	return all
}

// sources is the text of a directory's Go files without the tests.
func sources(t *testing.T, dir ...string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(append([]string{root}, append(dir, "*.go")...)...))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			text.WriteString(read(t, file))
		}
	}
	if text.Len() == 0 {
		t.Fatalf("no sources in %v", dir)
	}
	return text.String()
}

// TestEveryAlertHasARunbook follows runbook_url to a page with its sections,
// and knows no page that no alert leads to.
func TestEveryAlertHasARunbook(t *testing.T) {
	t.Parallel()
	const base = `{{ with query "constant:quilt_auditor_runbooks:info" }}{{ . | first | label "url" }}{{ end }}`
	all := pages(t)
	index := all["README.md"]
	delete(all, "README.md")
	_, alerts := rules(t)
	for _, a := range alerts {
		name := a.Alert + ".md"
		if want := base + "docs/runbooks/" + name; a.Annotations["runbook_url"] != want {
			t.Errorf("%s: its runbook_url is %s, not %s", a.Alert, a.Annotations["runbook_url"], want)
		}
		want := []string{"# " + a.Alert, "## What it means", "## How to look", "## How to fix"}
		if got := heading.FindAllString(uncoded(all[name]), -1); !slices.Equal(got, want) {
			t.Errorf("%s has the headings %q", name, got)
		}
		if !strings.Contains(index, "["+a.Alert+"]("+name+")") {
			t.Errorf("the index lacks %s", a.Alert)
		}
		delete(all, name)
	}
	for name := range all {
		t.Errorf("no alert leads to %s", name)
	}
}

// uncoded is a page without its blocks of code.
func uncoded(page string) string {
	return regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(page, "")
}

// TestRunbooksMentionWhatExists: metrics and records, alerts, paths and
// parameters of the API, flags, commands, links.
func TestRunbooksMentionWhatExists(t *testing.T) {
	t.Parallel()
	known, v := mentionable(t), vocabulary(t)
	command := sources(t, "cmd", "quilt-auditor")
	web := sources(t, "exporters", "web")
	for name, page := range pages(t) {
		for _, m := range regexp.MustCompile(`[\w:]*\b(?:quilt_auditor_[\w:]*\w|QuiltAuditor[A-Z]\w+)`).FindAllString(page, -1) {
			if !known[m] && !v.Has(m) {
				t.Errorf("%s: there is no %s", name, m)
			}
		}
		for _, m := range regexp.MustCompile(`--[a-z]+(?:\.[a-z-]+)+`).FindAllString(page, -1) {
			if !strings.Contains(command, `"`+m[2:]+`"`) {
				t.Errorf("%s: there is no flag %s", name, m)
			}
		}
		for _, m := range commands.FindAllStringSubmatch(page, -1) {
			wantCommand(t, name, command, strings.Fields(m[1]))
		}
		for _, expr := range queries(page) {
			if _, err := v.CheckByHand(expr); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		wantPaths(t, name, page, web)
		wantLinks(t, name, page)
	}
}

// mentionable are the alerts, and the records.
func mentionable(t *testing.T) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	records, alerts := rules(t)
	for _, r := range slices.Concat(records, alerts) {
		known[r.Record+r.Alert] = true
	}
	return known
}

// queries are the expressions that a page has promtool ask.
func queries(page string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`promtool query instant \S+(?: \\\n)?\s+'([^']+)'`).FindAllStringSubmatch(page, -1) {
		all = append(all, m[1])
	}
	return all
}

func wantCommand(t *testing.T, page, source string, words []string) {
	t.Helper()
	for _, word := range words {
		if !regexp.MustCompile(`(?:Use:\s+|group\()"` + word + `[ "]`).MatchString(source) {
			t.Errorf("%s: there is no command %s", page, strings.Join(words, " "))
		}
	}
}

// wantPaths holds addresses of the auditor to the patterns that it serves and
// their parameters to those that it reads.
func wantPaths(t *testing.T, page, text, source string) {
	t.Helper()
	var patterns []*regexp.Regexp
	for _, m := range regexp.MustCompile(`"(?:GET|POST) (/[^"]*)"`).FindAllStringSubmatch(source, -1) {
		literal := regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(m[1]), "[^/]+")
		patterns = append(patterns, regexp.MustCompile("^"+literal+"$"))
	}
	for _, m := range regexp.MustCompile(`localhost:10990(/[\w/{}.-]*)(?:\?([\w=&.-]*))?`).FindAllStringSubmatch(text, -1) {
		if !slices.ContainsFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(m[1]) }) {
			t.Errorf("%s: nothing is served at %s", page, m[1])
		}
		for pair := range strings.SplitSeq(m[2], "&") {
			parameter, _, _ := strings.Cut(pair, "=")
			if parameter != "" && !strings.Contains(source, `"`+parameter+`"`) {
				t.Errorf("%s: %s has no parameter %s", page, m[1], parameter)
			}
		}
	}
}

// wantLinks follows links within the repository, their headings included.
func wantLinks(t *testing.T, page, text string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`\]\(([^)#]*)(?:#([^)]*))?\)`).FindAllStringSubmatch(text, -1) {
		if strings.Contains(m[1], "://") {
			continue
		}
		target, err := os.ReadFile(filepath.Join(runbooks, filepath.FromSlash(m[1])))
		if err != nil {
			t.Errorf("%s: %v", page, err)
			continue
		}
		var anchors []string
		for _, h := range heading.FindAllString(uncoded(string(target)), -1) {
			anchors = append(anchors, strings.ReplaceAll(strings.ToLower(strings.TrimLeft(h, "# ")), " ", "-"))
		}
		if m[2] != "" && !slices.Contains(anchors, m[2]) {
			t.Errorf("%s: %s has no heading %s", page, m[1], m[2])
		}
	}
}

// TestManualNamesTheAlerts: every alert that the README here and the manual
// name is there.
func TestManualNamesTheAlerts(t *testing.T) {
	t.Parallel()
	known := mentionable(t)
	for _, file := range []string{"README.md", filepath.Join(root, "docs", "operations.md")} {
		for _, m := range regexp.MustCompile(`QuiltAuditor[A-Z]\w+`).FindAllString(read(t, file), -1) {
			if !known[m] {
				t.Errorf("%s: there is no alert %s", file, m)
			}
		}
	}
}
