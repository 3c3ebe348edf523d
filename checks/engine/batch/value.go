package batch

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/strictjson"
)

// within says in which member an error is.
func within(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

// elements reads a list, and each of its elements with read.
func elements(r *strictjson.Reader, read func() error) error {
	i := -1
	return r.Array(func() error {
		i++
		return within(fmt.Sprint(i), read())
	})
}

// texts reads a list of strings, which is not nil even if it is empty.
func texts(r *strictjson.Reader) ([]string, error) {
	out := []string{}
	err := elements(r, func() error {
		s, err := r.String()
		out = append(out, s)
		return err
	})
	return out, err
}
