package s3

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
	"github.com/quilt-auditor/quilt-auditor/checks/remedy"
)

// remediation adds what is missing as one statement, if that is proved to be
// enough; otherwise it says what stands in the way.
func (g *grant) remediation(refused quilt.Parts) *audit.Remediation {
	statement := g.statement(refused)
	merged, err := policy.AddStatement(g.text, g.document, statement)
	if err != nil {
		return &audit.Remediation{Kind: audit.RemedyAdvice, Summary: fmt.Sprintf("Add a statement that allows %s; it cannot be merged by itself: %s.", quilt.Enumerate(refused.Actions()), err)}
	}
	document, err := policy.Parse(merged, policy.Resource)
	if err != nil || g.stillRefused(document) {
		return g.advice(refused)
	}
	before := ""
	if g.text != "" {
		before = remedy.Pretty(g.text)
	}
	merged += "\n" // it is indented already
	return &audit.Remediation{
		Kind:    audit.RemedyChange,
		Summary: fmt.Sprintf("Add one statement that allows %s; every other statement stays.", quilt.Enumerate(refused.Actions())),
		CLI: remedy.Command("aws", "s3api", "put-bucket-policy", "--bucket", g.bucket.Name, "--expected-bucket-owner", g.bucket.AccountID,
			"--policy", "file://bucket-policy.json"),
		Document: json.RawMessage(merged),
		Diff:     remedy.Diff("bucket-policy.json", before, merged),
	}
}

// stillRefused asks again, now of the merged policy.
func (g *grant) stillRefused(document *policy.Document) bool {
	parts := g.askFor(g.callers, document)
	return len(parts.Refused()) > 0 || len(parts.Open()) > 0 || len(g.blockErrs) > 0
}

// addedStatement is a statement of a bucket policy, its elements in the order
// in which people write them.
type addedStatement struct {
	Sid       string
	Effect    string
	Principal struct{ AWS []string }
	Action    []string
	Resource  []string
}

func (g *grant) statement(refused quilt.Parts) json.RawMessage {
	arn := g.bucket.ARN()
	added := addedStatement{Sid: "QuiltCrossAccountAccess", Effect: policy.Allow, Action: refused.Actions()}
	for _, part := range refused {
		if p := part.Request.Caller.ARN(g.bucket.Partition); !slices.Contains(added.Principal.AWS, p) {
			added.Principal.AWS = append(added.Principal.AWS, p)
		}
		level, _ := policy.ActionLevel(part.Request.Action)
		resource := arn
		if level == policy.ObjectLevel {
			resource = arn + "/" + part.Request.Prefix + "*"
		}
		if !slices.Contains(added.Resource, resource) {
			added.Resource = append(added.Resource, resource)
		}
	}
	slices.Sort(added.Resource)
	text, err := json.Marshal(added)
	if err != nil {
		panic(err) // strings always marshal
	}
	return text
}

// advice says what to change where adding a statement is not enough.
func (g *grant) advice(refused quilt.Parts) *audit.Remediation {
	d := refused[0].Answer.DecidedBy
	for _, part := range refused {
		if by := part.Answer.DecidedBy; by != nil && by.Effect == policy.Deny {
			d = by
		}
	}
	summary := "Let the policy allow " + quilt.Enumerate(refused.Actions()) + "."
	if len(g.blockErrs) > 0 {
		summary += fmt.Sprintf(" Whether RestrictPublicBuckets would void the grant cannot be told: %s.", g.blockErrs[0])
	}
	switch {
	case d != nil && d.Layer == policy.LayerPublicAccess:
		summary = "Limit what is public to an organization (aws:PrincipalOrgID) or an account: " + strings.Join(g.publicStatements(), ", ") +
			". While the policy is public, RestrictPublicBuckets lets in nobody from another account."
	case d != nil && d.Effect == policy.Deny:
		summary = fmt.Sprintf("Narrow %s so that it spares %s, for example by a condition StringNotEquals on aws:PrincipalAccount; do not remove it.",
			quilt.Statement(*d), quilt.Enumerate(refused.Callers()))
	}
	return &audit.Remediation{Kind: audit.RemedyAdvice, Summary: summary}
}

// publicStatements names the statements that allow everybody something.
func (g *grant) publicStatements() []string {
	var names []string
	for i, s := range g.document.Statements {
		everybody := slices.ContainsFunc(s.Principals, func(p policy.Principal) bool { return p.Value == "*" }) || len(s.NotPrincipals) > 0
		if s.Effect == policy.Allow && everybody {
			names = append(names, quilt.Statement(policy.DecidedBy{Statement: &i, Sid: s.Sid}))
		}
	}
	if len(names) == 0 {
		return []string{"the statement that S3 deems public"}
	}
	return names
}
