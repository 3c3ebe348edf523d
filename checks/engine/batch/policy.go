package batch

import (
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/strictjson"
)

// maxPolicies bounds, in bytes of memory, the policies that are kept for when
// they come again.
const maxPolicies = 16 << 20

// readPolicy reads a policy that is a JSON object or a string that holds one.
func readPolicy(r *strictjson.Reader, kind policy.Kind, policies *policy.Cache) (*policy.Document, error) {
	var text string
	var err error
	switch r.Peek() {
	case '{':
		text, err = r.Raw()
	case '"':
		text, err = r.String()
	default:
		err = r.Mistaken("a policy, as an object or as a string that holds one,")
	}
	if err != nil {
		return nil, err
	}
	return policies.Parse(text, kind)
}
