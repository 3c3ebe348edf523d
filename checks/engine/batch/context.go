package batch

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/strictjson"
)

// readContext reads the condition keys that are known. Of these, one without a
// value is absent.
func readContext(r *strictjson.Reader) (map[string][]string, error) {
	out := map[string][]string{}
	err := r.Object(func(key string) error {
		if r.Null() {
			return nil
		}
		values, err := texts(r)
		out[key] = values
		return within(key, err)
	})
	return out, err
}

// readKeys reads which object keys are asked about.
func readKeys(r *strictjson.Reader) (policy.Keys, error) {
	var k policy.Keys
	parts := map[string]*string{"prefix": &k.Prefix, "suffix": &k.Suffix, "exact": &k.Exact}
	err := r.Object(func(name string) (err error) {
		part := parts[name]
		switch {
		case part == nil:
			err = errors.New("unknown member")
		case !r.Null():
			if *part, err = r.String(); err == nil && name == "exact" && k.Exact == "" {
				err = errors.New("an object key has at least one byte")
			}
		}
		return within(name, err)
	})
	return k, err
}

// named is a condition key and the list that it stands in.
type named struct{ key, list string }

// checkContext makes sure that no condition key is there twice, in whatever case.
func (q *Question) checkContext() error {
	ask := &q.Ask
	all := make([]named, 0, len(ask.Context)+len(ask.Unknown)+len(ask.Any))
	for key := range ask.Context {
		all = append(all, named{key, "context"})
	}
	slices.SortFunc(all, func(a, b named) int { return strings.Compare(a.key, b.key) })
	for _, key := range ask.Unknown {
		all = append(all, named{key, "unknown"})
	}
	for _, key := range ask.Any {
		all = append(all, named{key, "any"})
	}
	places := make(map[string]string, len(all))
	for _, n := range all {
		if err := n.note(places); err != nil {
			return err
		}
	}
	return nil
}

// note enters the key into the places where keys were seen.
func (n named) note(places map[string]string) error {
	if service, name, ok := strings.Cut(n.key, ":"); !ok || service == "" || name == "" {
		return fmt.Errorf("%s: %q is no condition key such as aws:SourceIp", n.list, n.key)
	}
	same := normalKey(n.key)
	switch before := places[same]; before {
	case "":
		places[same] = n.list
		return nil
	case n.list:
		return fmt.Errorf("%s: %q is given twice; case does not tell condition keys apart", n.list, n.key)
	default:
		return fmt.Errorf("%q is in %s and in %s: a condition key has one place", n.key, before, n.list)
	}
}

// normalKey brings a condition key to one case. What follows a slash is the
// name of a tag, whose case counts ("IAM JSON policy elements: Condition").
func normalKey(key string) string {
	service, tag, found := strings.Cut(key, "/")
	if !found {
		return strings.ToLower(service)
	}
	return strings.ToLower(service) + "/" + tag
}
