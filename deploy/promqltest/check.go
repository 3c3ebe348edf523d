package promqltest

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// Check parses the expression and returns the labels that its result can have.
// It fails on a series or label that there is not, on a label that is lost
// before it is asked for, on a value that a label never has, and on a scraped
// series that is selected without a job: another exporter could have it too.
func (v *Vocabulary) Check(expr string) (Labels, error) { return v.check(expr, checker{v: v}) }

// CheckByHand is Check for what a person is told to ask, who has one job.
func (v *Vocabulary) CheckByHand(expr string) (Labels, error) {
	return v.check(expr, checker{v: v, byHand: true})
}

func (v *Vocabulary) check(expr string, c checker) (Labels, error) {
	parsed, err := v.parser.ParseExpr(expr)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", expr, err)
	}
	made := c.of(parsed)
	if len(c.errs) > 0 {
		return made, fmt.Errorf("%s: %w", expr, errors.Join(c.errs...))
	}
	return made, nil
}

type checker struct {
	v      *Vocabulary
	byHand bool
	errs   []error
}

func (c *checker) fail(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}

// want fails on names that are not among the labels.
func (c *checker) want(of Labels, names []string, where string) {
	for _, name := range names {
		if of != nil && !of[name] {
			c.fail("%s has no label %s", where, name)
		}
	}
}

// of are the labels of the expression's result. Numbers and texts have none.
func (c *checker) of(e parser.Expr) Labels {
	switch e := e.(type) {
	case *parser.ParenExpr:
		return c.of(e.Expr)
	case *parser.UnaryExpr:
		return c.of(e.Expr)
	case *parser.SubqueryExpr:
		return c.of(e.Expr)
	case *parser.MatrixSelector:
		return c.of(e.VectorSelector)
	case *parser.VectorSelector:
		return c.selector(e)
	case *parser.AggregateExpr:
		return c.aggregate(e)
	case *parser.Call:
		return c.call(e)
	case *parser.BinaryExpr:
		return c.binary(e)
	}
	return Labels{}
}

func (c *checker) selector(s *parser.VectorSelector) Labels {
	found, is := c.v.series[s.Name]
	if !is {
		c.fail("there is no %s, or it is recorded later", s.Name)
		return nil
	}
	job := false
	for _, m := range s.LabelMatchers {
		if m.Name == "__name__" {
			continue
		}
		job = job || m.Name == "job"
		c.want(found.labels, []string{m.Name}, s.Name)
		c.wantValues(m.Name, m.Value)
	}
	if found.kind == scraped && !job && !c.byHand {
		c.fail("%s without the job", s.Name)
	}
	return found.labels
}

// plain is a regular expression that lists values. What else one is, and the
// variables of dashboards, are not looked into.
var plain = regexp.MustCompile(`^[a-z_]+(\|[a-z_]+)*$`)

// closed are the labels whose values are known, with these.
func closed() map[string][]string {
	all := map[string][]string{
		"waived": {"true", "false"}, "alertstate": {"firing", "pending"},
		"result": {"success", "partial", "error", "skipped"},
	}
	for _, s := range audit.Severities() {
		all["severity"] = append(all["severity"], s.String())
		all["finding_severity"] = append(all["finding_severity"], s.String())
	}
	all["severity"] = append(all["severity"], "warning", "info") // of alerts
	for _, s := range audit.Statuses() {
		all["status"] = append(all["status"], string(s))
	}
	for _, s := range audit.WaiverStates() {
		all["state"] = append(all["state"], string(s))
	}
	return all
}

func (c *checker) wantValues(label, value string) {
	known := closed()[label]
	if known == nil || !plain.MatchString(value) {
		return
	}
	for one := range strings.SplitSeq(value, "|") {
		if !slices.Contains(known, one) {
			c.fail("%s is never %q", label, one)
		}
	}
}

// aggregate follows "Aggregation operators" of the Prometheus documentation.
func (c *checker) aggregate(e *parser.AggregateExpr) Labels {
	inner := c.of(e.Expr)
	if e.Param != nil {
		c.of(e.Param)
	}
	c.want(inner, e.Grouping, e.Op.String())
	switch {
	case e.Op == parser.TOPK || e.Op == parser.BOTTOMK:
		return inner
	case e.Without:
		left := maps.Clone(inner)
		maps.DeleteFunc(left, func(name string, _ bool) bool { return slices.Contains(e.Grouping, name) })
		return left
	}
	return labels(e.Grouping)
}

// call follows "Functions" of the Prometheus documentation.
func (c *checker) call(e *parser.Call) Labels {
	made := Labels{}
	for _, arg := range e.Args {
		of := c.of(arg)
		if t := arg.Type(); t == parser.ValueTypeVector || t == parser.ValueTypeMatrix {
			made = of // there is one at most
		}
	}
	switch e.Func.Name {
	case "scalar", "vector", "time":
		return Labels{}
	case "histogram_quantile":
		c.want(made, []string{"le"}, e.Func.Name)
		made = maps.Clone(made)
		delete(made, "le")
	case "label_replace", "label_join":
		if to, is := e.Args[1].(*parser.StringLiteral); is {
			made = made.or(Labels{to.Val: true})
		}
	}
	return made
}

// binary follows "Vector matching" of the Prometheus documentation.
func (c *checker) binary(e *parser.BinaryExpr) Labels {
	left, right := c.of(e.LHS), c.of(e.RHS)
	if e.LHS.Type() == parser.ValueTypeScalar {
		return right
	}
	if e.RHS.Type() == parser.ValueTypeScalar || e.VectorMatching == nil {
		return left
	}
	m := e.VectorMatching
	if m.On {
		c.want(left, m.MatchingLabels, "the left of "+e.Op.String())
		c.want(right, m.MatchingLabels, "the right of "+e.Op.String())
	} else if left != nil && right != nil {
		c.want(left.or(right), m.MatchingLabels, "either side of "+e.Op.String())
	}
	switch {
	case e.Op == parser.LAND || e.Op == parser.LUNLESS:
		return left
	case e.Op == parser.LOR:
		return left.or(right)
	case m.Card == parser.CardManyToOne:
		c.want(right, m.Include, "the right of "+e.Op.String())
		return left.or(labels(m.Include))
	case m.Card == parser.CardOneToMany:
		c.want(left, m.Include, "the left of "+e.Op.String())
		return right.or(labels(m.Include))
	case m.On:
		return labels(m.MatchingLabels)
	}
	kept := maps.Clone(left)
	maps.DeleteFunc(kept, func(name string, _ bool) bool { return slices.Contains(m.MatchingLabels, name) })
	return kept
}
