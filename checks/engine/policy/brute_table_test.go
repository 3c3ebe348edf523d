package policy_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// operatorFor is the condition operator that makes a comparison of the table.
func operatorFor(key string, how policy.How) string {
	operators := map[policy.How]string{
		policy.Equals: "StringEquals", policy.EqualsIgnoreCase: "StringEqualsIgnoreCase", policy.Like: "StringLike", policy.In: "IpAddress",
		policy.LessThan: "NumericLessThan", policy.AtMost: "NumericLessThanEquals",
		policy.MoreThan: "NumericGreaterThan", policy.AtLeast: "NumericGreaterThanEquals",
		policy.Before: "DateLessThan", policy.AtOrBefore: "DateLessThanEquals",
		policy.After: "DateGreaterThan", policy.AtOrAfter: "DateGreaterThanEquals",
	}
	switch {
	case how == policy.Like && key == "aws:SourceArn":
		return "ArnLike"
	case how == policy.Equals && key == "s3:max-keys":
		return "NumericEquals"
	case how == policy.Equals && key == "aws:CurrentTime":
		return "DateEquals"
	case how == policy.Equals && key == "s3:signature":
		return "BinaryEquals"
	case how == policy.Equals && key == "aws:SecureTransport":
		return "Bool"
	default:
		return operators[how]
	}
}

// compares asks the single evaluator about one comparison.
func compares(c policy.Comparison, key string, values []string) bool {
	statement := policy.Statement{
		Effect: policy.Allow, Actions: []string{"*"}, Resources: []string{"*"}, Principals: []policy.Principal{{Kind: "*", Value: "*"}},
		Conditions: []policy.Condition{{Operator: operatorFor(key, c.How), Key: key, Values: []string{c.Value}}},
	}
	return policy.EvaluateSingle(policy.SingleRequest{
		Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::foo/a", ResourceAccount: data, Context: map[string][]string{key: values},
	}, policy.SinglePolicies{
		Bucket: &policy.Document{Kind: policy.Resource, Version: policy.Version2008, Statements: []policy.Statement{statement}},
	}).Answer == policy.SingleAllowed
}

func inClass(class policy.Class, values []string) bool {
	return slices.ContainsFunc(class.Cells, func(cell policy.Cell) bool {
		holds := func(c policy.Comparison) bool { return compares(c, class.Key, values) }
		if cell.Absent || len(values) == 0 {
			return cell.Absent && len(values) == 0
		}
		return !slices.ContainsFunc(cell.Matches, func(c policy.Comparison) bool { return !holds(c) }) && !slices.ContainsFunc(cell.Fails, holds)
	})
}

// checkRow finds the rows of the table that speak of the context: there is one,
// and it says what the single evaluator does.
func checkRow(t testing.TB, q policy.Question, a policy.Answer, context map[string][]string, is policy.SingleAnswer) string {
	t.Helper()
	untried := func(key string) bool { return worldKeys[key] == nil || !slices.Contains(q.Unknown, key) } // such as a session's aws:PrincipalArn
	if len(a.When) == 0 || is == policy.SingleUndetermined || slices.ContainsFunc(a.DependsOn, untried) {
		return ""
	}
	rows := slices.DeleteFunc(slices.Clone(a.When), func(row policy.Case) bool {
		return slices.ContainsFunc(row.Classes, func(class policy.Class) bool { return !inClass(class, context[class.Key]) })
	})
	want := map[policy.SingleAnswer]policy.AnswerKind{policy.SingleAllowed: policy.Granted, policy.SingleDenied: policy.Refused}[is]
	if len(rows) != 1 || rows[0].Answer != want {
		return fmt.Sprintf("of the table, %s speaks of %v, which is %s", asJSON(t, rows), context, is)
	}
	return ""
}
