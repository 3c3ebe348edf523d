package web

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Limits of what a request may ask for.
const (
	defaultFindings = 1_000
	maxFindings     = 10_000
	defaultRuns     = 100
	maxRuns         = 10_000
	maxQuery        = 16 << 10 // bytes of a query string
)

// parameter is one that a path takes: set tells what its value means.
type parameter[Q any] struct {
	name string
	set  func(q *Q, value string) error
}

// parse reads the query string into q. Parameters without a value count as
// not given; it returns those that have one. An error tells the client what
// is allowed.
func parse[Q any](raw string, q *Q, parameters []parameter[Q]) (url.Values, error) {
	if len(raw) > maxQuery {
		return nil, fmt.Errorf("the query string is longer than %d bytes", maxQuery)
	}
	given, err := url.ParseQuery(raw)
	if err != nil {
		return nil, errors.New("the query string is malformed: percent-encode what is not a letter or a digit")
	}
	set := url.Values{}
	for _, p := range parameters {
		values := given[p.name]
		delete(given, p.name)
		if len(values) > 1 {
			return nil, fmt.Errorf("%s is given %d times: once is allowed", p.name, len(values))
		}
		if len(values) == 0 || values[0] == "" {
			continue
		}
		if err := p.set(q, values[0]); err != nil {
			return nil, fmt.Errorf("%s %w", p.name, err)
		}
		set.Set(p.name, values[0])
	}
	if len(given) > 0 {
		first := slices.Min(slices.Collect(maps.Keys(given)))
		return nil, fmt.Errorf("unknown parameter %.40q: use %s", first, names(parameters))
	}
	return set, nil
}

func names[Q any](parameters []parameter[Q]) string {
	list := make([]string, len(parameters))
	for i, p := range parameters {
		list[i] = p.name
	}
	return strings.Join(list, ", ")
}

// findingsQuery is what a request for findings asks for.
type findingsQuery struct {
	audit.Query
	given url.Values
}

func parseFindings(raw string) (findingsQuery, error) {
	q := findingsQuery{Query: audit.Query{Limit: defaultFindings}}
	var err error
	q.given, err = parse(raw, &q.Query, append(filters(),
		parameter[audit.Query]{"limit", func(q *audit.Query, v string) (err error) { q.Limit, err = limit(v, maxFindings); return err }},
		parameter[audit.Query]{"cursor", setCursor},
	))
	return q, err
}

// filters are the parameters that select findings.
func filters() []parameter[audit.Query] {
	return []parameter[audit.Query]{
		{"check", func(q *audit.Query, v string) error { q.Check = v; return nil }},
		{"status", setStatus},
		{"severity", func(q *audit.Query, v string) error { return setSeverity(&q.Severity, v) }},
		{"account_id", func(q *audit.Query, v string) error { q.AccountID = v; return nil }},
		{"bucket", func(q *audit.Query, v string) error { q.Bucket = v; return nil }},
		{"waived", func(q *audit.Query, v string) (err error) {
			q.Waived = new(bool)
			*q.Waived, err = truth(v)
			return err
		}},
		{"outstanding", func(q *audit.Query, v string) (err error) { q.Outstanding, err = truth(v); return err }},
	}
}

// parseRuns returns the limit of a request for runs.
func parseRuns(raw string) (int, error) {
	n := defaultRuns
	_, err := parse(raw, &n, []parameter[int]{
		{"limit", func(n *int, v string) (err error) { *n, err = limit(v, maxRuns); return err }},
	})
	return n, err
}

func setStatus(q *audit.Query, value string) error {
	q.Status = audit.Status(value)
	if !slices.Contains(audit.Statuses(), q.Status) {
		return fmt.Errorf("cannot be %.40q: use fail, unknown, pass or not_applicable", value)
	}
	return nil
}

func setSeverity(s *audit.Severity, value string) error {
	if err := s.UnmarshalText([]byte(value)); err != nil {
		return fmt.Errorf("cannot be %.40q: use critical, high, medium, low or informational", value)
	}
	return nil
}

func setCursor(q *audit.Query, value string) error {
	p, err := decodeCursor(value)
	q.After = &p
	return err
}

func truth(value string) (bool, error) {
	if value != "true" && value != "false" {
		return false, fmt.Errorf("%.40q is neither true nor false", value)
	}
	return value == "true", nil
}

func limit(value string, most int) (int, error) {
	n, err := strconv.ParseUint(value, 10, 31)
	if err != nil || n == 0 || n > uint64(most) {
		return 0, fmt.Errorf("%.40q is no number from 1 to %d", value, most)
	}
	return int(n), nil
}
