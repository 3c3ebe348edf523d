package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// pageSize is how many findings are on a page.
const pageSize = 50

// maxText is how long a text to search for may be, in bytes.
const maxText = 200

// listing is what a page of findings is asked for.
type listing struct {
	audit.Query
	Text   string // in the resource or subject
	Sort   ordering
	Given  url.Values // the parameters that have a value, cursor aside
	cursor string
}

func parseListing(raw string) (listing, error) {
	l := listing{Query: audit.Query{Limit: pageSize + 1}, Sort: byAccount}
	of := func(set func(*audit.Query, string) error) func(*listing, string) error {
		return func(l *listing, v string) error { return set(&l.Query, v) }
	}
	list := []parameter[listing]{}
	for _, p := range filters() {
		list = append(list, parameter[listing]{p.name, of(p.set)})
	}
	list = append(list,
		parameter[listing]{"q", setText},
		parameter[listing]{"sort", setSort},
		parameter[listing]{"cursor", func(l *listing, v string) error { l.cursor = v; return nil }},
	)
	var err error
	l.Given, err = parse(raw, &l, list)
	l.Given.Del("cursor")
	return l, err
}

func setText(l *listing, value string) error {
	l.Text = strings.TrimSpace(value)
	if len(value) > maxText {
		return fmt.Errorf("is longer than %d bytes", maxText)
	}
	return nil
}

func setSort(l *listing, value string) error {
	l.Sort = ordering(value)
	if l.Sort != byAccount && l.Sort != bySeverity && l.Sort != byAge {
		return fmt.Errorf("cannot be %.40q: use severity, age or account", value)
	}
	return nil
}

// outstandingOnly reports whether all that the listing selects is outstanding:
// waivers cover failures and unknowns only.
func (l *listing) outstandingOnly() bool {
	return l.Outstanding || l.Status == audit.StatusFail || l.Status == audit.StatusUnknown || l.Waived != nil && *l.Waived
}

// rankCursor is a place in an ordering by rank, which stays valid from run to
// run.
type rankCursor struct {
	Version  int            `json:"v"`
	Severity audit.Severity `json:"severity"`
	Since    int64          `json:"since"`
	audit.Position
}

func encodeRank(e *indexEntry) string {
	text, err := json.Marshal(rankCursor{cursorVersion, e.severity, e.since, e.position()})
	if err != nil {
		panic(err) // strings and numbers have a JSON form
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// decodeRank takes exactly what encodeRank gives.
func decodeRank(s string) (indexEntry, error) {
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return indexEntry{}, errCursor
	}
	var c rankCursor
	if err := json.Unmarshal(text, &c); err != nil {
		return indexEntry{}, errCursor
	}
	e := indexEntry{check: c.Check, account: c.AccountID, resource: c.Resource, subject: c.Subject, severity: c.Severity, since: c.Since}
	if encodeRank(&e) != s {
		return indexEntry{}, errCursor
	}
	return e, nil
}

// count is how many findings the listing selects; false if only going through
// them would tell.
func (l *listing) count(run *audit.Run) (int, bool) {
	if l.Bucket != "" || l.Text != "" {
		return 0, false
	}
	total := 0
	for i := range run.Tallies {
		t := &run.Tallies[i]
		like := audit.Finding{Check: t.Check, Status: t.Status, Severity: t.Severity, AccountID: t.AccountID, Waived: t.Waived}
		alike := audit.Query{Check: l.Check, Status: l.Status, Severity: l.Severity, AccountID: l.AccountID, Waived: l.Waived}
		switch {
		case !alike.Matches(&like):
		case l.Outstanding && t.Status != audit.StatusUnknown:
			total += t.Open
		default:
			total += t.Findings
		}
	}
	return total, true
}
