package iam

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/repair"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
	"github.com/quilt-auditor/quilt-auditor/checks/remedy"
)

// inline begins the name of an inline policy: only the role has it, so that a
// change of it is nobody else's.
const inline = "inline policy "

// remediation is the smallest safe change of one inline policy, or one new
// policy, after which everything is granted. Otherwise it says what stands in
// the way.
func (a *access) remediation(refused quilt.Parts) *audit.Remediation {
	if len(a.unread) > 0 {
		return a.advice(refused, "")
	}
	requirements := a.requirements()
	var best *repair.Change
	var place, least int
	why := ""
	for _, i := range a.places() {
		change, err := repair.Document(a.written(i), repair.Goal{Layer: policy.LayerIdentity, Policy: i, Requirements: requirements})
		var impossible *repair.Impossible
		if errors.As(err, &impossible) && denies(refused, i) {
			why = impossible.Reason
		}
		if err != nil {
			continue
		}
		if grown := len(change.Text) - len(a.before(i)); best == nil || grown < least {
			best, place, least = change, i, grown
		}
	}
	if best == nil {
		return a.advice(refused, why)
	}
	return a.change(place, best)
}

// places are those of the inline policies, and that of a new one.
func (a *access) places() []int {
	var places []int
	for i, name := range a.names {
		if strings.HasPrefix(name, inline) {
			places = append(places, i)
		}
	}
	if !slices.Contains(a.names, inline+a.policyName()) {
		places = append(places, len(a.names))
	}
	return places
}

// denies reports whether a Deny of the identity policy refuses some part.
func denies(refused quilt.Parts, place int) bool {
	return slices.ContainsFunc(refused, func(p quilt.Part) bool {
		by := p.Answer.DecidedBy
		return by != nil && by.Layer == policy.LayerIdentity && by.Effect == policy.Deny && by.Policy != nil && *by.Policy == place
	})
}

// before is the identity policy at the place as people write it, "" for a new
// one.
func (a *access) before(i int) string {
	if i == len(a.names) {
		return ""
	}
	return remedy.Pretty(a.written(i))
}

// written is the text of the identity policy at the place, "" for one more.
func (a *access) written(i int) string {
	if i == len(a.names) {
		return ""
	}
	return a.identityTexts[i]
}

func (a *access) requirements() []repair.Requirement {
	var all []repair.Requirement
	for _, r := range requests(a.role) {
		for q := range a.asker.Questions(r) {
			all = append(all, repair.Requirement{Question: q, Layers: a.layers})
		}
	}
	return all
}

// change is the remediation that puts the changed text in the place of the
// identity policy.
func (a *access) change(i int, change *repair.Change) *audit.Remediation {
	name, before := a.policyName(), a.before(i)
	what := "add the inline policy " + name + "; the policies it has stay as they are"
	if i < len(a.names) {
		name = strings.TrimPrefix(a.names[i], inline)
		what = "change its inline policy " + name + ": " + strings.Join(change.Edits, "; ") + "; all else stays as it is"
	}
	if change.Narrowed {
		what += ". If the Deny is meant for the folder of Quilt too, waive the finding instead"
	}
	after := change.Text + "\n"
	return &audit.Remediation{
		Kind:    audit.RemedyChange,
		Summary: fmt.Sprintf("If the role is managed in Quilt's admin panel, change its policy there. Otherwise %s.", what),
		CLI: remedy.Command("aws", "iam", "put-role-policy", "--role-name", path.Base(a.role.RoleARN), "--policy-name", name,
			"--policy-document", "file://role-policy.json"),
		Document: json.RawMessage(after),
		Diff:     remedy.Diff("role-policy.json", before, after),
	}
}

// policyName is the name of the inline policy that the remediation adds; IAM
// allows the characters of bucket names in it, and 128 of them.
func (a *access) policyName() string { return "QuiltPrefixAccess-" + a.role.Bucket }

// advice says what to change by hand; why is why that is not proposed as a
// change, "" where nothing more is known.
func (a *access) advice(refused quilt.Parts, why string) *audit.Remediation {
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
	if why != "" {
		summary += " No change can be proposed: " + why + "."
	}
	return &audit.Remediation{Kind: audit.RemedyAdvice, Summary: summary}
}
