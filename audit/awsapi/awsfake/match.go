package awsfake

import "strings"

// Match chooses calls. An empty field matches everything; the others are compared exactly, but for
// Resource, where * stands for any characters.
type Match struct {
	// Service is one of the constants of this package, such as [S3].
	Service string
	// Operation is the name in the API reference, such as GetBucketPolicy.
	Operation string
	// Account is the id of the account that makes the call, not of the one that owns the resource.
	Account string
	// Region is the one that the request is signed for.
	Region string
	// Resource is the name of the bucket or role, the ARN of the role for AssumeRole, the name or
	// ARN of the trail, the ARN of the policy, the account id for S3 Control.
	Resource string
}

func (m Match) matches(c *Call) bool {
	return (m.Service == "" || m.Service == c.Service) &&
		(m.Operation == "" || m.Operation == c.Operation) &&
		(m.Account == "" || m.Account == c.Account) &&
		(m.Region == "" || m.Region == c.Region) &&
		(m.Resource == "" || wildcard(m.Resource, c.Resource))
}

// wildcard compares s with a pattern in which * stands for any characters, none included.
func wildcard(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	rest, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}
