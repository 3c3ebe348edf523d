package s3

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/repair"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
	"github.com/quilt-auditor/quilt-auditor/checks/remedy"
)

// remediation is the smallest safe change of the bucket policy after which
// everything is granted, or why there is none.
func (g *grant) remediation(parts, refused quilt.Parts) *audit.Remediation {
	if len(g.blockErrs) > 0 {
		return advice("Let the policy allow %s. Whether RestrictPublicBuckets would void the grant cannot be told: %s.", quilt.Enumerate(refused.Actions()), g.blockErrs[0])
	}
	change, err := repair.Document(g.text, repair.Goal{Layer: policy.LayerBucketPolicy, Requirements: g.requirements(parts), Sid: "QuiltCrossAccountAccess"})
	if err != nil {
		return g.advise(refused, err)
	}
	before := ""
	if g.text != "" {
		before = remedy.Pretty(g.text)
	}
	after := change.Text + "\n"
	return &audit.Remediation{
		Kind:    audit.RemedyChange,
		Summary: fmt.Sprintf("Change the bucket policy: %s. Nobody else gets more, and every other statement stays.%s%s", strings.Join(change.Edits, "; "), caution(change), g.takeOut()),
		CLI: remedy.Command("aws", "s3api", "put-bucket-policy", "--bucket", g.bucket.Name, "--expected-bucket-owner", g.bucket.AccountID,
			"--policy", "file://bucket-policy.json"),
		Document: json.RawMessage(after),
		Diff:     remedy.Diff("bucket-policy.json", before, after),
	}
}

// caution asks to think twice where a Deny is narrowed: it may have been written
// to keep Quilt out.
func caution(change *repair.Change) string {
	if !change.Narrowed {
		return ""
	}
	return " If the Deny is meant for Quilt too, waive the finding instead, or, where it is about some keys only, name Quilt's own as the bucket's prefixes in the configuration."
}

// takeOut names the deleted principals, with which S3 saves no policy ("Invalid
// principal in policy", AWS Knowledge Center). Who they were is for people to say.
func (g *grant) takeOut() string {
	if g.document == nil {
		return ""
	}
	var named []string
	for _, u := range policy.UniqueIDPrincipals(g.document) {
		named = append(named, fmt.Sprintf("%s of statement %d", u.Text, u.Statement))
	}
	if named == nil {
		return ""
	}
	return " Take " + quilt.Enumerate(named) + " out of it before you apply it: S3 saves no policy that names a role or user which was deleted."
}

// requirements are all questions of the check, whose parts have been asked.
func (g *grant) requirements(parts quilt.Parts) []repair.Requirement {
	var layers policy.Layers
	contexts := 0
	var all []repair.Requirement
	for i := range parts {
		part := &parts[i]
		if i == 0 || part.Request.Caller != parts[i-1].Request.Caller {
			layers, contexts = g.layers(part.Request.Caller, g.document), g.asker.Contexts(part.Request.Caller)
			all = slices.Grow(all, (len(parts)-i)*contexts)
		}
		for q := range g.asker.Questions(part.Request) {
			r := repair.Requirement{Question: q, Layers: layers}
			if contexts == 1 {
				r.Answer = &part.Answer
			}
			all = append(all, r)
		}
	}
	return all
}

// advise says why no change is proposed.
func (g *grant) advise(refused quilt.Parts, err error) *audit.Remediation {
	var impossible *repair.Impossible
	var size *repair.SizeError
	why := err.Error()
	switch {
	case errors.As(err, &impossible):
		why = impossible.Reason
	case errors.As(err, &size):
		why = size.Error()
	}
	return advice("Let the bucket's side grant %s %s. No change can be proposed: %s.", quilt.Enumerate(refused.Callers()), quilt.Enumerate(refused.Actions()), why)
}

func advice(format string, args ...any) *audit.Remediation {
	return &audit.Remediation{Kind: audit.RemedyAdvice, Summary: fmt.Sprintf(format, args...)}
}
