package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

type adversarialCase struct {
	name, text string
	granted    bool
}

// adversarialCases are bucket policies of about 20 KB made to be hard, after
// the shapes that blow up other deciders. Every key is granted only where the
// pattern asks for more than the 1,024 bytes that a key can have.
func adversarialCases() []adversarialCase {
	const size = 19 << 10
	stars := strings.Repeat("*a*b*c", size/6)
	var runs, bombs, many []string
	for i := range 137 {
		if i != 100 {
			runs = append(runs, strings.Repeat("?", i))
		}
	}
	for i := range 300 {
		bombs = append(bombs, fmt.Sprintf("*a%s", strings.Repeat("?", 20+i%20)))
		many = append(many, fmt.Sprintf("*%c*%c*%c*", 'a'+i%26, 'a'+i/26%26, 'a'+i/3%26))
	}
	shapes := []struct {
		name  string
		paths []string
	}{{"stars", []string{stars}}, {"question marks", runs}, {"bombs", bombs}, {"subsequences", many}}
	var out []adversarialCase
	for _, s := range shapes {
		list := `"arn:aws:s3:::foo/` + strings.Join(s.paths, `","arn:aws:s3:::foo/`) + `"`
		add := func(name, statements string) {
			out = append(out, adversarialCase{
				name: s.name + " " + name, text: `{"Version":"2012-10-17","Statement":[` + statements + `]}`,
				granted: s.name == "stars" && (name == "deny" || name == "allow all but"),
			})
		}
		add("allow", statement("Allow", "Resource", list, ""))
		add("allow all but", statement("Allow", "NotResource", list, ""))
		add("allow all but one and", statement("Allow", "NotResource", `"arn:aws:s3:::foo/*q*q*q*q"`, "")+","+statement("Allow", "Resource", list, ""))
		add("deny", allowEverything+","+statement("Deny", "Resource", list, ""))
		add("deny all but", allowEverything+","+statement("Deny", "NotResource", list, ""))
		values := `"` + strings.Join(s.paths, `","`) + `"`
		add("condition", statement("Allow", "Resource", `"*"`, `,"Condition":{"StringLike":{"aws:UserAgent":[`+values+`]}}`))
	}
	return out
}

const allowEverything = `{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`

func statement(effect, element, list, more string) string {
	return `{"Effect":"` + effect + `","Principal":"*","Action":"s3:*","` + element + `":[` + list + `]` + more + `}`
}

func TestAdversarialPoliciesAreNotGrantedWrongly(t *testing.T) {
	t.Parallel()
	for _, c := range adversarialCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := ask(control, "s3:GetObject")
			q.UnknownByDefault = true
			l := policy.Layers{Bucket: mustParse(t, c.text, policy.Resource)}
			a := mustDecide(t, q, l)
			if granted := a.Kind == policy.Granted; granted != c.granted {
				t.Errorf("got %s", asJSON(t, a))
			}
		})
	}
}

func TestParseRefusesHostileText(t *testing.T) {
	t.Parallel()
	const body = `"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"`
	doc := func(statement string) string { return `{"Version":"2012-10-17","Statement":` + statement + `}` }
	for name, c := range map[string]struct{ text, want string }{
		"deep lists":          {doc(strings.Repeat("[", 10_000)), "statement 0: a list where an object is expected"},
		"deep objects":        {strings.Repeat(`{"Statement":`, 10_000), `statement 0: Statement: unknown element`},
		"duplicate in object": {doc(`{` + body + `,"Action":"s3:*"}`), `statement 0: "Action" is given twice`},
		"escaped duplicate":   {doc(`{` + body + `,"\u0041ction":"s3:*"}`), `"Action" is given twice`},
		"duplicate operator":  {doc(`{` + body + `,"Condition":{"Bool":{"a:b":true},"Bool":{"a:c":true}}}`), `"Bool" is given twice`},
		"duplicate version":   {`{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}`, `"Version" is given twice`},
		"invalid UTF-8":       {doc(`{` + body + `,"Sid":"` + "\xff" + `"}`), "not valid UTF-8"},
		"half a surrogate":    {doc(`{` + body + `,"Sid":"\ud800"}`), "not valid Unicode"},
		"control character":   {doc(`{` + body + `,"Sid":"` + "\x01" + `"}`), "control character"},
		"mis-cased element":   {doc(`{` + body + `,"effect":"Allow"}`), "effect: unknown element"},
		"unknown element":     {`{"Statement":[],"Comment":"x"}`, `unknown element "Comment"`},
		"mis-cased effect":    {doc(`[{"Effect":"allow"}]`), `Effect is "allow"`},
		"number as action":    {doc(`[{"Action":1}]`), "Action: a number where a string is expected"},
		"null resource":       {doc(`[{"Resource":null}]`), "Resource: null where a string is expected"},
		"empty list":          {doc(`[{"Action":[]}]`), "Action: the list is empty"},
		"no action":           {doc(`[{"Effect":"Allow","Principal":"*","Resource":"*"}]`), "neither Action nor NotAction"},
		"both resources":      {doc(`{` + body + `,"NotResource":"*"}`), "both Resource and NotResource"},
		"no principal":        {doc(`[{"Effect":"Allow","Action":"*","Resource":"*"}]`), "neither Principal nor NotPrincipal"},
		"odd principal":       {doc(`[{"Principal":"111122223333"}]`), `Principal: "111122223333" is neither`},
		"unknown principal":   {doc(`[{"Principal":{"aws":"*"}}]`), `unknown kind of principal "aws"`},
		"principal list":      {doc(`[{"Principal":["*"]}]`), "Principal: a list where an object is expected"},
		"nested value":        {doc(`{` + body + `,"Condition":{"Bool":{"a:b":[["x"]]}}}`), "Condition: Bool: a:b: a list where"},
		"object as value":     {doc(`{` + body + `,"Condition":{"Bool":{"a:b":{}}}}`), "Condition: Bool: a:b: an object where"},
		"bad number":          {doc(`{` + body + `,"Condition":{"Bool":{"a:b":01}}}`), "a number where a string, number or boolean"},
		"bad version":         {`{"Version":"2012-10-18","Statement":[]}`, `version "2012-10-18" is neither`},
		"no statement":        {`{"Version":"2012-10-17"}`, "Statement is missing"},
		"trailing text":       {`{"Statement":[]} {}`, "more text follows"},
		"trailing NUL":        {"{\"Statement\":[]}\x00", "more text follows"},
		"trailing comma":      {`{"Statement":[],}`, "where a string is expected"},
		"missing comma":       {`{"Version":"2012-10-17" "Statement":[]}`, `a string where "}" is expected`},
		"cut short":           {`{"Statement":[{"Effect":"Al`, "ends within a string"},
		"cut short in escape": {`{"Statement":[{"Effect":"Al\`, "ends within a string"},
		"empty":               {``, "the end of the text where an object is expected"},
		"null":                {`null`, "null where an object is expected"},
		"too long":            {strings.Repeat(" ", policy.MaxDocument+1), "longer than"},
		"too many members":    {doc(`{` + manyMembers() + `}`), "unknown element"},
		"too many conditions": {doc(`{` + body + `,"Condition":{"Bool":{` + manyMembers() + `}}}`), "more than 1000 members"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.Parse(c.text, policy.Resource)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want %q", err, c.want)
			}
		})
	}
}

func manyMembers() string {
	var out []string
	for i := range 1001 {
		out = append(out, fmt.Sprintf(`"k%d":"v"`, i))
	}
	return strings.Join(out, ",")
}
