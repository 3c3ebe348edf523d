package repair_test

import (
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// TestRestNamesNothingVoid narrows a Deny of a pattern of actions on objects: the
// rest that is denied on names no actions that objects do not know.
func TestRestNamesNothingVoid(t *testing.T) {
	t.Parallel()
	change, err := account.repair(document(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]},{"Effect":"Deny","Principal":"*","Action":["s3:Get*","s3:List*"],"Resource":"arn:aws:s3:::b/*"}`))
	if err != nil {
		t.Fatal(err)
	}
	if !change.Narrowed {
		t.Error("is not said to be narrowed")
	}
	kept := 0
	for i := range change.Document.Statements {
		s := &change.Document.Statements[i]
		if s.Effect != policy.Deny {
			continue
		}
		for _, action := range s.Actions {
			if strings.ContainsAny(action, "*?") {
				continue
			}
			kept++
			if level, _ := policy.ActionLevel(action); level != policy.ObjectLevel {
				t.Errorf("%s is denied on objects", action)
			}
		}
	}
	if kept == 0 {
		t.Errorf("nothing is spelt out: %s", change.Text)
	}
}

func TestAddedIsNotNarrowed(t *testing.T) {
	t.Parallel()
	change, err := account.repair("")
	if err != nil || change.Narrowed {
		t.Errorf("narrowed: %+v, %v", change, err)
	}
}
