package repair

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// Impossible means that there is no safe change. The reason is for a person, a
// clause without a full stop.
type Impossible struct{ Reason string }

func (e *Impossible) Error() string { return e.Reason }

func impossible(format string, args ...any) error {
	return &Impossible{fmt.Sprintf(format, args...)}
}

// unsettled says why a claim is not granted, whatever stands in the document or
// with what stands in d.
func (j *job) unsettled(c *claim, answer policy.Answer, d *draft) error {
	what := c.action + " for " + c.principal.String()
	by := ""
	if answer.DecidedBy != nil {
		by = j.decider(answer.DecidedBy, d)
	}
	switch answer.Kind {
	case policy.Conditional:
		return impossible("%s hangs on %s, whose value is not known%s", what, strings.Join(answer.DependsOn, " and "), by)
	case policy.Undecided:
		return impossible("%s is undecided%s: %s", what, by, answer.Reason)
	default:
		return impossible("%s is refused by what this policy cannot change%s", what, by)
	}
}

// layerNames name the layers for a person.
var layerNames = map[policy.Layer]string{
	policy.LayerIdentity: "the caller's policies", policy.LayerBoundary: "the permissions boundary", policy.LayerSession: "the session policy",
	policy.LayerSCP: "the service control policies", policy.LayerRCP: "the resource control policies", policy.LayerEndpoint: "the endpoint policy",
	policy.LayerBucketPolicy: "the bucket policy", policy.LayerPublicAccess: "the public access block",
}

// decider names the layer and statement that decided.
func (j *job) decider(by *policy.DecidedBy, d *draft) string {
	if by.Statement == nil {
		return " (" + layerNames[by.Layer] + ")"
	}
	name := fmt.Sprintf("statement %d", *by.Statement)
	if by.Sid != "" {
		name += " (" + by.Sid + ")"
	}
	if by.Layer == j.goal.Layer && d != nil && *by.Statement < len(d.origins) && d.origins[*by.Statement] >= 0 {
		name = d.name(*by.Statement)
	}
	return " (" + name + " of " + layerNames[by.Layer] + ")"
}

// unspared says why a Deny cannot be narrowed.
func (j *job) unspared(d *draft, i int, claims []*claim) error {
	all, deny := parties(claims), d.statement(i)
	who := people(claims)
	switch {
	case slices.ContainsFunc(all, func(p party) bool { return p.kind == session }):
		return impossible("%s denies it, and no condition spares one session of a role alone; ask for the role", d.name(i))
	case d.kind == policy.Resource && !j.others(deny, all):
		return impossible("%s denies just this to just %s, so narrowing it would void it; whoever wrote it has to say whether it is still meant", d.name(i), who)
	case d.kind != policy.Resource:
		return impossible("%s denies it, and to leave out just what is required would void it or cannot be written", d.name(i))
	default:
		return impossible("%s denies it, and sparing %s would also let it do what is not required and other statements allow", d.name(i), who)
	}
}

// public names the statements that make the policy public. Limiting them takes
// from others, so somebody has to say that they may.
func (j *job) public(d *draft) error {
	public, unsure := d.document.Public()
	if public == nil {
		public = unsure
	}
	var names []string
	for _, i := range public {
		names = append(names, d.name(i))
	}
	if names == nil {
		names = []string{"the statement that S3 deems public"}
	}
	limit := "an organization (aws:PrincipalOrgID) or an account"
	if org, known := fixedValue(j.wanting, "aws:PrincipalOrgID"); known {
		limit = "the organization (StringEquals aws:PrincipalOrgID " + org + ") or to accounts"
	}
	return impossible("while the policy is public, RestrictPublicBuckets lets in nobody from another account: limit %s to %s", few(names), limit)
}

// String names the party for a person.
func (p party) String() string {
	if p.kind == wholeAccount {
		return "account " + p.account
	}
	return p.arn
}

// people names the parties of the claims.
func people(claims []*claim) string {
	var names []string
	for _, p := range parties(claims) {
		names = append(names, p.String())
	}
	return few(names)
}

// few lists the first of the names for a person.
func few(names []string) string {
	const most = 4
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most-1], ", "), len(names)-most+1)
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}
