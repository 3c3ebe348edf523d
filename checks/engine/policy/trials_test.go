package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// TestManyValuesThatTheAnswerMustHoldFor asks about keys of which policies tell
// more values apart than all combinations of could be tried.
func TestManyValuesThatTheAnswerMustHoldFor(t *testing.T) {
	t.Parallel()
	statements := func(n int, effect, condition string) string {
		var out []string
		for i := range n {
			written := strings.ReplaceAll(condition, "%", fmt.Sprintf("%03d", i))
			out = append(out, `{"Effect":"`+effect+`","Principal":"*","Action":"s3:ListBucket","Resource":"*","Condition":{`+written+`}}`)
		}
		return strings.Join(out, ",")
	}
	const (
		one        = `"StringLike":{"s3:prefix":"p%*"}`
		two        = `"StringLike":{"s3:prefix":"p%*","s3:delimiter":"d%*"}`
		everything = `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`
	)
	for name, c := range map[string]struct {
		bucket string
		want   policy.AnswerKind
	}{
		"each of many Denies hits a prefix":       {everything + "," + statements(300, "Deny", one), policy.Refused},
		"each of many Denies hits a pair":         {everything + "," + statements(40, "Deny", two), policy.Refused},
		"many Allows leave a prefix out":          {statements(300, "Allow", one), policy.Refused},
		"many Denies hit what no request carries": {everything + "," + statements(40, "Deny", `"StringLike":{"s3:prefix":"p%*"},"StringNotLike":{"s3:prefix":"p*"}`), policy.Granted},
		"every prefix is allowed by one of two": {
			statements(1, "Allow", one) + "," + statements(1, "Allow", `"StringNotLike":{"s3:prefix":"p%*"}`) + "," + statements(200, "Allow", one), policy.Granted,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := ask(roleARN, "s3:ListBucket")
			q.Any = []string{"s3:prefix", "s3:delimiter"}
			a := mustDecide(t, q, policy.Layers{Bucket: bucketPolicy(t, c.bucket)})
			if a.Kind != c.want || len(a.DependsOn) > 0 {
				t.Errorf("got %s, want %s", asJSON(t, a), c.want)
			}
		})
	}
}
