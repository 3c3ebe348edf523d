package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/strictjson"
)

// answeredPolicy is the policy in what "aws s3api get-bucket-policy" prints: an
// object whose only member, Policy, is the policy as a string.
func answeredPolicy(text string) (string, bool) {
	r, err := strictjson.New(text)
	if err != nil {
		return "", false
	}
	inner, members := "", 0
	err = r.Object(func(name string) (err error) {
		members++
		if name != "Policy" {
			return errors.New("no such answer")
		}
		inner, err = r.String()
		return err
	})
	return inner, err == nil && members == 1 && r.End() == nil
}

// malformedAt is the line of the text, after a colon, where it stops to be
// JSON; "" if it is JSON.
func malformedAt(text string) string {
	var syntax *json.SyntaxError
	if err := json.Unmarshal([]byte(text), new(json.RawMessage)); !errors.As(err, &syntax) {
		return ""
	}
	return fmt.Sprintf(":%d", 1+strings.Count(text[:syntax.Offset], "\n"))
}
