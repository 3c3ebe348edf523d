package batch

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// Question asks whether a principal may do each of some actions on a bucket.
type Question struct {
	// ID is the JSON value that the answer repeats, as it was written. Nil
	// stands for null.
	ID json.RawMessage
	// Actions are concrete S3 actions.
	Actions []string
	// Ask holds all the rest of the question; its Action is not read.
	Ask policy.Question
	// Layers are the policies that bear on it.
	Layers policy.Layers
}

// MaxActions is how many actions one question can have. S3 has far fewer.
const MaxActions = 1000

// Check finds what makes no question of what is there. [policy.Decide] finds
// the rest, such as a malformed principal.
func (q *Question) Check() error {
	for _, required := range []struct{ name, value string }{
		{"principal", q.Ask.Principal}, {"bucket", q.Ask.Bucket}, {"bucket_account", q.Ask.BucketAccount},
	} {
		if required.value == "" {
			return fmt.Errorf("%s: missing", required.name)
		}
	}
	if !partition(q.Ask.Partition) {
		return fmt.Errorf("partition: %q is none: use aws, aws-cn or aws-us-gov", q.Ask.Partition)
	}
	for _, check := range []func() error{q.checkActions, q.checkKeys, q.checkContext} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (q *Question) checkActions() error {
	if len(q.Actions) == 0 {
		return errors.New("actions: name at least one, such as s3:GetObject")
	}
	if len(q.Actions) > MaxActions {
		return fmt.Errorf("actions: there are %d, more than %d", len(q.Actions), MaxActions)
	}
	for i, action := range q.Actions {
		if _, known := policy.ActionLevel(action); known {
			continue
		}
		if strings.ContainsAny(action, "*?") {
			return fmt.Errorf("actions: %d: %q has a wildcard: name each action", i, action)
		}
		return fmt.Errorf("actions: %d: %q is no S3 action on a bucket or an object", i, action)
	}
	return nil
}

// partition reports whether the name can be one; the empty one stands for aws.
func partition(name string) bool {
	rest, ok := strings.CutPrefix(name, "aws")
	return name == "" || ok && (rest == "" || rest[0] == '-') && strings.Trim(rest, "-abcdefghijklmnopqrstuvwxyz") == ""
}

// checkKeys finds keys that are none. Decide does so for actions on objects
// only.
func (q *Question) checkKeys() error {
	k := q.Ask.Keys
	if k.Exact != "" && (k.Prefix != "" || k.Suffix != "") {
		return errors.New("keys: use either exact, or prefix and suffix")
	}
	if len(k.Prefix)+len(k.Suffix) > policy.MaxKey || len(k.Exact) > policy.MaxKey {
		return fmt.Errorf("keys: an object key has at most %d bytes", policy.MaxKey)
	}
	return nil
}
