package excess

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// idKeys are the condition keys, in lower case, under which a request says of
// which account it is: by its id, or by an ARN of it.
type idKeys struct {
	accounts []string
	arn      string
}

func callerKeys() idKeys { return idKeys{[]string{"aws:principalaccount"}, "aws:principalarn"} }

func sourceKeys() idKeys {
	return idKeys{[]string{"aws:sourceaccount", "aws:sourceowner"}, "aws:sourcearn"}
}

// telling is how the conditions of a policy tell accounts apart.
type telling struct {
	keys  idKeys
	tests []idTest
	named []string // ids that are written out
	// vague tells that accounts are told apart in another way too, such as by a
	// variable.
	vague bool
}

// maxTests bounds what ids are put to.
const maxTests = 24

func (c *Case) telling(keys idKeys) telling {
	t := telling{keys: keys}
	variables := c.Policy.Version == policy.Version2012
	for i := range c.Policy.Statements {
		s := &c.Policy.Statements[i]
		for k := range s.Conditions {
			t.condition(&s.Conditions[k], c.Context, variables)
		}
		t.vague = t.vague || variables && slices.ContainsFunc(slices.Concat(s.Resources, s.NotResources), t.variable)
	}
	if len(t.tests) > maxTests {
		t.tests, t.vague = nil, true
	}
	return t
}

func (t *telling) condition(c *policy.Condition, context map[string][]string, variables bool) {
	key := strings.ToLower(c.Key)
	isAccount, isARN := slices.Contains(t.keys.accounts, key), key == t.keys.arn
	operator := baseOperator(c.Operator)
	for _, value := range c.Values {
		// With a key that all requests carry alike, such as aws:ResourceAccount, an
		// id is compared that is the owner's.
		if variables && t.variable(value) && (!strings.HasSuffix(key, ":resourceaccount") || !fixed(context, c.Key)) {
			t.vague = true
		}
		if !isAccount && !isARN {
			continue
		}
		t.named = append(t.named, writtenOut(value)...)
		text := value
		if variables {
			text = starred(value)
		}
		switch {
		case isAccount:
			t.account(operator, text, text != value)
		case strings.HasPrefix(operator, "Arn"):
			if parts := strings.SplitN(text, ":", arnParts); len(parts) == arnParts {
				t.pattern(parts[accountPart])
			}
		case strings.HasSuffix(operator, "Like") || text != value:
			t.pieces(text)
		}
	}
}

const arnParts, accountPart = 6, 4

// baseOperator is the operator without quantifier and IfExists.
func baseOperator(operator string) string {
	if _, after, found := strings.Cut(operator, ":"); found {
		operator = after
	}
	return strings.TrimSuffix(operator, "IfExists")
}

func fixed(context map[string][]string, key string) bool {
	for name := range context {
		if strings.EqualFold(name, key) {
			return true
		}
	}
	return false
}

// variable reports whether the text holds a variable that stands for the
// account.
func (t *telling) variable(text string) bool {
	text = strings.ToLower(text)
	for _, key := range append(slices.Clone(t.keys.accounts), t.keys.arn) {
		if strings.Contains(text, "${"+key) {
			return true
		}
	}
	return false
}

// starred has a * for each variable.
func starred(text string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		out.WriteByte('*')
		_, text, _ = strings.Cut(rest, "}")
	}
}

// writtenOut lists the runs of exactly twelve digits.
func writtenOut(text string) []string {
	var out []string
	for _, run := range strings.FieldsFunc(text, func(c rune) bool { return c < '0' || c > '9' }) {
		if len(run) == idLength {
			out = append(out, run)
		}
	}
	return out
}

// account takes in what a condition compares an id with.
func (t *telling) account(operator, text string, varies bool) {
	switch {
	case strings.HasPrefix(operator, "String"):
		if varies || strings.HasSuffix(operator, "Like") {
			t.pattern(text)
		}
	case strings.HasPrefix(operator, "Numeric"):
		t.number(text)
	case strings.HasPrefix(operator, "Date"), strings.HasPrefix(operator, "Binary"):
		t.vague = true
	}
}

// number takes in a bound. One that is none is no number to the engine either.
func (t *telling) number(text string) {
	n, err := strconv.ParseFloat(text, 64)
	if n = math.Floor(n); err != nil || n < 0 || n >= idCount {
		return
	}
	digits := strconv.FormatInt(int64(n), 10)
	t.add(idTest{bound: strings.Repeat("0", idLength-len(digits)) + digits})
}

// pattern takes in a pattern of ids. One that all match, or none, or just the
// one id that is written out tells no others apart.
func (t *telling) pattern(text string) {
	digits := strings.Trim(text, "*?")
	wild := strings.ContainsAny(text, "*?")
	if digits == "" || !wild || strings.Trim(text, "0123456789*?") != "" {
		return
	}
	for strings.Contains(text, "**") {
		text = strings.ReplaceAll(text, "**", "*")
	}
	least := len(text) - strings.Count(text, "*")
	if least > idLength || least < idLength && !strings.Contains(text, "*") {
		return
	}
	t.add(idTest{pattern: text})
}

func (t *telling) add(test idTest) {
	if len(test.pattern) > maxPattern {
		t.vague = true
		return
	}
	if !slices.Contains(t.tests, test) {
		t.tests = append(t.tests, test)
	}
}

// pieces takes in every part of a pattern of whole ARNs that the account of an
// ARN can meet: a * in it, and a ?, may stand for a colon as well.
func (t *telling) pieces(text string) {
	isPart := func(at int) bool { return at < len(text) && strings.IndexByte("0123456789*?", text[at]) >= 0 }
	for first := 0; first < len(text); first++ {
		begins := first > 0 && (text[first-1] == ':' || wild(text[first-1])) || text[first] == '*'
		if !begins {
			continue
		}
		for last := first; isPart(last); last++ {
			if after := last + 1; text[last] == '*' || after < len(text) && (text[after] == ':' || wild(text[after])) {
				t.pattern(text[first:after])
			}
		}
	}
}

func wild(c byte) bool { return c == '*' || c == '?' }
