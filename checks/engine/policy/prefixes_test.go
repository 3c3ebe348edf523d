package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// teamPrefixes are the values of a condition on s3:prefix as those write them
// who give each team a folder.
func teamPrefixes() string {
	const teams = 150
	var values []string
	for i := range teams {
		values = append(values, fmt.Sprintf(`"teams/%03d-group/"`, i), fmt.Sprintf(`"teams/%03d-group/*"`, i))
	}
	return strings.Join(values, ",")
}

// TestManyPrefixesAreDecided: a condition that lists as many folders as a policy
// has room for does not make the answer undecided.
func TestManyPrefixesAreDecided(t *testing.T) {
	t.Parallel()
	list := func(effect, operator, values string) string {
		return `{"Effect":"` + effect + `","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::foo","Condition":{"` + operator + `":{"s3:prefix":[` + values + `]}}}`
	}
	everything := `{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::foo","arn:aws:s3:::foo/*"]}`
	for name, c := range map[string]struct {
		statements string
		want       policy.AnswerKind
		prefix     []string // of the witness; nil means absent
	}{
		"listed folders only":             {list("Allow", "StringLike", teamPrefixes()), policy.Refused, nil},
		"all but listed folders":          {everything + "," + list("Deny", "StringLike", teamPrefixes()), policy.Refused, []string{"teams/000-group/"}},
		"denied unless listed":            {everything + "," + list("Deny", "StringNotLike", teamPrefixes()), policy.Refused, nil},
		"listed folders beside all":       {everything + "," + list("Allow", "StringLike", teamPrefixes()), policy.Granted, nil},
		"with and without, and the empty": {list("Allow", "StringLike", teamPrefixes()+`,"*",""`) + "," + list("Allow", "StringNotLikeIfExists", `"x"`), policy.Granted, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := ask(control, "s3:ListBucket")
			q.Any = []string{"s3:prefix"}
			a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t, c.statements)})
			if a.Kind != c.want {
				t.Fatalf("got %s", asJSON(t, a))
			}
			if got := fmt.Sprint(witnessPrefix(a)); a.Witness != nil && got != fmt.Sprint(c.prefix) {
				t.Errorf("the witness has s3:prefix %s, want %v", got, c.prefix)
			}
		})
	}
}

func witnessPrefix(a policy.Answer) []string {
	if a.Witness == nil {
		return nil
	}
	return a.Witness.Context["s3:prefix"]
}

// TestManyUnknownPrefixesAreConditional: where the prefix is not known, the
// answer hangs on it.
func TestManyUnknownPrefixesAreConditional(t *testing.T) {
	t.Parallel()
	q := ask(control, "s3:ListBucket")
	q.Unknown = []string{"s3:prefix"}
	a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t,
		`{"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::foo","Condition":{"StringLike":{"s3:prefix":[`+teamPrefixes()+`]}}}`)})
	if a.Kind != policy.Conditional || fmt.Sprint(a.DependsOn) != "[s3:prefix]" {
		t.Errorf("got %.500s", asJSON(t, a))
	}
}

func BenchmarkManyPrefixes(b *testing.B) {
	for _, unknown := range []bool{false, true} {
		b.Run(fmt.Sprintf("unknown=%v", unknown), func(b *testing.B) {
			q := ask(control, "s3:ListBucket")
			q.Any = []string{"s3:prefix"}
			if unknown {
				q.Any, q.Unknown = nil, q.Any
			}
			l := policy.Layers{Bucket: bucketPolicy(b,
				`{"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::foo","Condition":{"StringLike":{"s3:prefix":[`+teamPrefixes()+`]}}}`)}
			b.ReportAllocs()
			for b.Loop() {
				mustDecide(b, q, l)
			}
		})
	}
}
