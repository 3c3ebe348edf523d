//go:build simulate

package policy_test

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// simNamedCase is a construct that the oracle does not judge as AWS documents it.
// Rewrite puts it into other words of the same meaning, which the oracle judges
// rightly, and reports whether the case holds the construct. A difference is
// explained only if it is gone after that.
type simNamedCase struct {
	name    string
	page    string // of the IAM User Guide, unless it says otherwise
	says    string // what decides there
	rewrite func(*simCase) bool
}

var simNamedCases = []simNamedCase{
	{
		"variable under version 2008-10-17", "IAM policy elements: Variables and tags",
		"Variables need a Version element of 2012-10-17; in an earlier version ${aws:username} is text.",
		rewriteVersion2008,
	},
	{
		"escape in a text without wildcards", "IAM policy elements: Variables and tags",
		"${*}, ${?} and ${$} stand for the characters wherever a policy variable may stand.",
		rewriteEscapes,
	},
	{
		"empty value of a variable", "IAM policy elements: Variables and tags",
		"A variable is replaced by the value of the key; only a key that is not in the request has none.",
		rewriteEmptyVariables,
	},
	{
		"negated operator with an unresolved variable", "IAM policy elements: Variables and tags",
		"A variable without a value matches nothing, so that a negated comparison holds.",
		rewriteUnresolved,
	},
	{
		"NotPrincipal", "AWS JSON policy elements: NotPrincipal",
		"With Deny, the account, the role and the session of the caller must all be listed for it to be spared.",
		rewriteNotPrincipal,
	},
	{
		"Principal of an endpoint policy", "AWS PrivateLink Guide, Control access to VPC endpoints using endpoint policies",
		"An endpoint policy names the principals that may use the endpoint.",
		rewriteEndpoint,
	},
	{
		"line break in a text", "IAM JSON policy elements: Resource; Amazon S3 User Guide, Naming Amazon S3 objects",
		"* stands for any combination of characters, and a key may hold any of them.",
		rewriteRunes(map[rune]rune{'\n': '¶', '\r': '§', '\u2028': '¦', '\u2029': '¬'}),
	},
	{
		"character outside the basic plane", "IAM JSON policy elements: Resource",
		"? stands for one character.",
		rewriteRunes(map[rune]rune{'\U0001F600': '\uE000'}),
	},
	{
		"wildcard for region, account or service", "Amazon S3 User Guide, Amazon S3 resources: ARN format",
		"Wildcards may stand in any segment of an ARN, and in several.",
		rewriteHeads,
	},
	{
		"ARN in another case", "IAM JSON policy elements: Resource",
		"Resource ARNs are compared with regard to case.",
		rewriteCase,
	},
	{
		"IP addresses as text", "IAM JSON policy elements: Condition operators (IP address)",
		"An address without a routing prefix has the prefix /32 or /128, and the operators compare addresses of either family.",
		rewriteAddresses,
	},
	{
		"seconds beside dates", "IAM JSON policy elements: Condition operators (date)",
		"Dates are given in the W3C formats or as seconds since 1970, of one scale.",
		rewriteSeconds,
	},
	{
		"an identity provider as principal of a public policy", "Amazon S3 User Guide, Blocking public access: The meaning of \"public\"",
		"The guide's example of a public policy names the identity provider graph.facebook.com.",
		rewriteProviders,
	},
	{
		"values that limit a public policy", "Amazon S3 User Guide, Blocking public access: The meaning of \"public\"",
		"Access must be granted to fixed values only, which hold no wildcard and no policy variable.",
		rewriteLimits,
	},
	{
		"tag in another case", "IAM JSON policy elements: Condition",
		"The names of keys are not case-sensitive; tag keys are told apart by case (AWS global condition context keys, PrincipalTag).",
		rewriteTagNames,
	},
	{
		"grant to a session beside a session policy", "Policies and permissions in IAM (session policies)",
		"What a resource-based policy grants to the ARN of the session is not limited by the session policy.",
		rewriteSessionGrant,
	},
}

// explain names the case, or the fewest cases together, that explain why the
// oracle does not say allowed. It is empty if none do.
func (c *simComparison) explain(drawn simCase, allowed bool) (string, error) {
	held := slices.DeleteFunc(slices.Clone(simNamedCases), func(named simNamedCase) bool {
		rewritten := drawn.clone()
		return !named.rewrite(&rewritten)
	})
	sets := make([]uint, 1<<len(held))
	for i := range sets {
		sets[i] = uint(i)
	}
	slices.SortStableFunc(sets, func(a, b uint) int { return bits.OnesCount(a) - bits.OnesCount(b) })
	for _, set := range sets[1:] {
		var some []simNamedCase
		var names []string
		for i, named := range held {
			if set&(1<<i) != 0 {
				some, names = append(some, named), append(names, named.name)
			}
		}
		if ok, err := c.agreesAfter(drawn, some, allowed); ok || err != nil {
			return strings.Join(names, " + "), err
		}
	}
	return "", nil
}

// agreesAfter asks the oracle about the case rewritten.
func (c *simComparison) agreesAfter(drawn simCase, cases []simNamedCase, allowed bool) (bool, error) {
	rewritten := drawn.clone()
	for _, named := range cases {
		named.rewrite(&rewritten)
	}
	theirs, err := c.oracle.allows(rewritten.Policies, rewritten.Request)
	return theirs == allowed, err
}

// simSilence is a construct on which AWS's documentation says nothing, or two
// things. Only where one stands may the plain evaluator leave an answer open.
type simSilence struct {
	name  string
	holds func(simCase, simLayer, *simStatement) bool
}

var simSilences = []simSilence{
	{"a canonical user id, whose account is not known", func(_ simCase, _ simLayer, s *simStatement) bool {
		return s.Principal["CanonicalUser"] != nil || s.NotPrincipal["CanonicalUser"] != nil
	}},
	{"NotPrincipal that lists a part of the caller's names", func(c simCase, _ simLayer, s *simStatement) bool {
		return s.NotPrincipal != nil && c.listed(s.NotPrincipal).some()
	}},
	{"a user as principal for a federated user", func(c simCase, _ simLayer, s *simStatement) bool {
		named := func(name string) bool { return strings.Contains(name, ":user/") }
		return strings.Contains(c.Request.Principal, "federated-user") &&
			(slices.ContainsFunc(s.Principal["AWS"], named) || slices.ContainsFunc(s.NotPrincipal["AWS"], named))
	}},
	{"an account as principal in an endpoint policy, which means its root user only at a gateway endpoint", func(c simCase, l simLayer, s *simStatement) bool {
		return l.kind == policy.Endpoint && c.listed(s.Principal).account
	}},
	{"ForAnyValue with IfExists on a missing key", func(c simCase, _ simLayer, s *simStatement) bool {
		return s.anyTest(func(operator, key string, _ []string) bool {
			_, present := c.Request.value(key)
			return strings.HasPrefix(operator, "ForAnyValue:") && strings.HasSuffix(operator, "IfExists") && !present
		})
	}},
	{"a limit of a public policy that the definition does not name", func(c simCase, l simLayer, s *simStatement) bool {
		return l.kind == policy.Resource && c.Policies.Restrict && s.Effect == policy.Allow && s.anyTest(simDoubtfulLimit)
	}},
	{"an unresolved variable in NotResource", func(c simCase, l simLayer, s *simStatement) bool {
		return l.document.Version == policy.Version2012 && slices.ContainsFunc(s.NotResource, c.unresolved)
	}},
	{"a value that is not of the operator's type", func(_ simCase, _ simLayer, s *simStatement) bool {
		return s.anyTest(func(_, _ string, values []string) bool {
			return slices.ContainsFunc(values, func(v string) bool {
				return slices.Contains([]string{"10abc", "soon", "yes", "10.0.0", "arn:aws:sns:*", "*"}, v)
			})
		})
	}},
	{"an ARN operator on a text that is no ARN", func(c simCase, _ simLayer, s *simStatement) bool {
		return s.anyTest(func(operator, key string, _ []string) bool {
			return strings.Contains(operator, "Arn") && slices.Contains(c.Request.values(key), "not-an-arn")
		})
	}},
	{"a list for an operator without a set operator", func(c simCase, _ simLayer, s *simStatement) bool {
		return s.anyTest(func(operator, key string, _ []string) bool {
			lists := func(multi string) bool { return strings.EqualFold(multi, key) }
			return !strings.Contains(operator, ":") && operator != "Null" && slices.ContainsFunc(simMultiValued, lists) && len(c.Request.values(key)) > 0
		})
	}},
	{"? beside a character of several bytes", func(c simCase, _ simLayer, s *simStatement) bool {
		asks := func(text string) bool { return strings.Contains(text, "?") }
		return strings.ContainsFunc(c.Request.Resource, func(r rune) bool { return r > '~' }) &&
			(slices.ContainsFunc(s.Resource, asks) || slices.ContainsFunc(s.NotResource, asks))
	}},
	{"an ARN of fewer than six parts", func(_ simCase, _ simLayer, s *simStatement) bool {
		short := func(text string) bool { return text != "*" && strings.Count(text, ":") < 5 }
		return slices.ContainsFunc(s.Resource, short) || slices.ContainsFunc(s.NotResource, short)
	}},
}

// anyTest reports whether a condition of the statement is such.
func (s *simStatement) anyTest(is func(operator, key string, values []string) bool) bool {
	for operator, keys := range s.Condition {
		for key, values := range keys {
			if is(operator, key, values) {
				return true
			}
		}
	}
	return false
}

// simDoubtfulLimit reports whether a condition may or may not keep a policy from
// being public: by a key of the principal that the definition does not name, or
// by an operator that lets requests without the key pass, or by a value that is
// fixed but for a * which is no wildcard there.
func simDoubtfulLimit(operator, key string, values []string) bool {
	key = strings.ToLower(key)
	switch {
	case strings.Contains(operator, "Not"):
		return false
	case strings.HasPrefix(key, "aws:principalar"), key == "aws:principalaccount", key == "aws:username":
		return true
	}
	named := strings.HasPrefix(key, "aws:source") || key == "aws:principalorgid" || key == "aws:userid"
	literal := strings.HasPrefix(operator, "StringEquals")
	switch {
	case named && literal && slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "*?") }):
		return true
	case key == "aws:userid":
		return slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, ":") })
	default:
		return named && (strings.HasSuffix(operator, "IfExists") || strings.HasPrefix(operator, "ForAllValues"))
	}
}
