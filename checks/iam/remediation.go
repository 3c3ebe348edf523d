package iam

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
	"github.com/quilt-auditor/quilt-auditor/checks/remedy"
)

// remediation grants what is missing by a new inline policy of its own name,
// if that is proved to be enough; otherwise it says what stands in the way.
func (a *access) remediation(refused quilt.Parts) *audit.Remediation {
	added := a.policyWith(refused)
	document, err := policy.Parse(added, policy.Identity)
	if err != nil {
		return a.advice(refused)
	}
	layers := a.layers
	layers.Identity = append(slices.Clone(layers.Identity), document)
	after := a.ask(requests(a.role), layers)
	if len(after.Refused()) > 0 || len(after.Open()) > 0 || slices.Contains(a.names, "inline policy "+a.policyName()) {
		return a.advice(refused)
	}
	added = remedy.Pretty(added)
	return &audit.Remediation{
		Kind: audit.RemedyChange,
		Summary: fmt.Sprintf("If the role is managed in Quilt's admin panel, change its policy there. Otherwise add the inline policy %s; the policies it has stay as they are.",
			a.policyName()),
		CLI: remedy.Command("aws", "iam", "put-role-policy", "--role-name", path.Base(a.role.RoleARN), "--policy-name", a.policyName(),
			"--policy-document", "file://role-policy.json"),
		Document: json.RawMessage(added),
		Diff:     remedy.Diff("role-policy.json", "", added),
	}
}

// policyName is the name of the inline policy that the remediation adds; IAM
// allows the characters of bucket names in it, and 128 of them.
func (a *access) policyName() string { return "QuiltPrefixAccess-" + a.role.Bucket }

// policyWith is the text of a policy that allows what is refused.
func (a *access) policyWith(refused quilt.Parts) string {
	type statement struct {
		Effect           string
		Action, Resource []string
	}
	s := statement{Effect: policy.Allow, Action: refused.Actions()}
	for _, part := range refused {
		resource := a.bucket.ARN()
		if part.Request.Prefix != "" {
			resource += "/" + part.Request.Prefix + "*"
		}
		if !slices.Contains(s.Resource, resource) {
			s.Resource = append(s.Resource, resource)
		}
	}
	text, err := json.Marshal(struct {
		Version   string
		Statement []statement
	}{policy.Version2012, []statement{s}})
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}

func (a *access) advice(refused quilt.Parts) *audit.Remediation {
	d := refused[0].Answer.DecidedBy
	summary := "Let the role's policies allow " + quilt.Enumerate(refused.Actions()) + " on " + folders(refused) + "."
	switch {
	case d != nil && (d.Layer == policy.LayerBucketPolicy || d.Layer == policy.LayerPublicAccess):
		summary = "Mend the bucket policy first: see s3-bucket-policy-required-actions for " + a.bucket.Name + "."
	case d != nil && d.Effect == policy.Deny:
		summary = fmt.Sprintf("Narrow %s so that it spares the role's folders and .quilt/; do not remove it.", quilt.Statement(*d))
	case d != nil && d.Layer == policy.LayerBoundary:
		summary = "Let the permissions boundary allow " + quilt.Enumerate(refused.Actions()) + " on " + folders(refused) + "."
	}
	return &audit.Remediation{Kind: audit.RemedyAdvice, Summary: summary}
}
