//go:build simulate

package policy_test

import (
	"math/rand/v2"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

func drawSimDocument(r *rand.Rand, kind policy.Kind, most int) *simDocument {
	d := &simDocument{Version: pick(r, policy.Version2012, policy.Version2012, policy.Version2012, policy.Version2008)}
	if r.IntN(15) == 0 {
		d.Version = ""
	}
	for range r.IntN(most + 1) {
		d.Statement = append(d.Statement, drawSimStatement(r, kind))
	}
	if kind == policy.Resource && r.IntN(6) == 0 {
		d.Statement = append(d.Statement, limitedSimStatement(r))
	}
	if r.IntN(3) > 0 || len(d.Statement) == 0 {
		d.Statement = append(d.Statement, broadSimStatement(r, kind))
	}
	return d
}

// broadSimStatement makes it likely that something is allowed.
func broadSimStatement(r *rand.Rand, kind policy.Kind) simStatement {
	s := simStatement{Effect: policy.Allow, Action: []string{"s3:*"}, Resource: []string{"*"}}
	switch kind {
	case policy.RCP:
		s.Action, s.Principal = []string{"*"}, simEveryone()
	case policy.Endpoint:
		s.Principal = simEveryone()
	case policy.Resource:
		s.Resource = []string{simBucketARN, simObjects + "*"}
		s.Principal = simPrincipals{"AWS": drawSome(r, control, roleARN, "arn:aws:iam::111122223333:user/alice", data, "999999999999", localARN)}
		if r.IntN(6) == 0 {
			s.Principal = simEveryone()
		}
	}
	return s
}

// limitedSimStatement allows everyone something under a condition that may or may
// not keep the policy from being public.
func limitedSimStatement(r *rand.Rand) simStatement {
	s := broadSimStatement(r, policy.Endpoint)
	operator, key, values := "StringEquals", "aws:SourceVpce", drawSome(r, "vpce-1", "vpce-2", "${aws:PrincipalTag/team}")
	switch r.IntN(5) {
	case 0:
		operator, key, values = "IpAddress", "aws:SourceIp", drawSome(r, "10.0.0.0/8", "11.0.0.0/7", "10.0.0.1", "2001:db8::/32", "2001::/16")
	case 1:
		operator, key, values = pick(r, "ArnLike", "ArnEquals"), "aws:SourceArn",
			drawSome(r, "arn:aws:sns:us-east-1:111122223333:t", "arn:aws:sns:*:111122223333:*", "arn:aws:sns:*:*:t")
	case 2:
		operator, key, values = pick(r, "StringEquals", "StringLike"), "aws:PrincipalOrgID", drawSome(r, "o-1", "o-2")
	case 3:
		operator, key, values = pick(r, "StringEquals", "StringLike"), "aws:userid", drawSome(r, "AIDAEXAMPLEEXAMPLE123", "AIDA*")
	}
	s.Condition = map[string]simKeyValues{operator: {key: values}}
	return s
}

func drawSimStatement(r *rand.Rand, kind policy.Kind) simStatement {
	s := simStatement{Effect: pick(r, policy.Allow, policy.Allow, policy.Deny)}
	if kind == policy.RCP {
		s.Effect = policy.Deny
	}
	actions := drawSome(r, "s3:*", "s3:GetObject", "s3:Get*", "s3:*Object*", "S3:putobject", "s3:List*", "*", "s3:G?tObject",
		"s3:PutObject", "ec2:*", "s3:DeleteObject", "s3:ListBucket", "s3:*t")
	if r.IntN(10) == 0 && kind != policy.RCP {
		s.NotAction = actions
	} else {
		s.Action = actions
	}
	resources := []string{drawSimResource(r, kind)}
	for r.IntN(3) == 0 {
		resources = append(resources, drawSimResource(r, kind))
	}
	if r.IntN(6) == 0 {
		s.NotResource = resources
	} else {
		s.Resource = resources
	}
	drawSimPrincipal(r, kind, &s)
	for r.IntN(5) < 2 {
		operator, key, values := drawSimTest(r)
		if s.Condition == nil {
			s.Condition = map[string]simKeyValues{}
		}
		if s.Condition[operator] == nil {
			s.Condition[operator] = simKeyValues{}
		}
		s.Condition[operator][key] = values
	}
	return s
}

func drawSimPrincipal(r *rand.Rand, kind policy.Kind, s *simStatement) {
	switch kind {
	case policy.RCP:
		s.Principal = simEveryone()
	case policy.Endpoint:
		s.Principal = simEveryone()
		if r.IntN(10) == 0 {
			s.Principal = simPrincipals{"AWS": {pick(r, simNames...)}}
		}
	case policy.Resource:
		who := simPrincipals{"AWS": {pick(r, simNames...)}}
		for r.IntN(2) == 0 {
			who["AWS"] = append(who["AWS"], pick(r, simNames...))
		}
		switch {
		case r.IntN(4) == 0:
			s.Principal = simEveryone()
		case r.IntN(30) == 0:
			s.Principal = simPrincipals{pick(r, "Service", "Federated", "CanonicalUser"): {"logging.s3.amazonaws.com"}}
		case r.IntN(9) == 0:
			s.NotPrincipal = who
		default:
			s.Principal = who
		}
	}
}

// simNames are principals that statements name.
var simNames = []string{
	control, "arn:aws:iam::111122223333:root", roleARN, "arn:aws:sts::111122223333:assumed-role/Indexer/s1",
	"arn:aws:sts::111122223333:assumed-role/Indexer/s2", "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:role/team/Indexer",
	"arn:aws:sts::111122223333:federated-user/fay", data, "arn:aws:iam::444455556666:root", localARN,
	"arn:aws:sts::444455556666:assumed-role/Local/s9", "arn:aws:iam::444455556666:user/team/bob", "arn:aws:iam::444455556666:user/bob",
	"999999999999", "AROAEXAMPLEEXAMPLE123", "*",
}

// drawSimResource draws a Resource, mostly one that can match.
func drawSimResource(r *rand.Rand, kind policy.Kind) string {
	switch r.IntN(12) {
	case 0:
		return "*"
	case 1:
		return simBucketARN
	case 2, 3:
		return simObjects + "*"
	case 4:
		// What AWS does not save is not drawn: short ARNs in resource control
		// policies, and in service control policies those that do not end in *.
		if kind != policy.RCP && r.IntN(3) == 0 {
			return pick(r, "arn:aws:s3:*", "arn:aws:s3:::", "arn:aws:*", "arn:*", "arn:aws:s3::*")
		}
		if kind != policy.RCP && kind != policy.SCP && r.IntN(4) == 0 {
			return "arn:aws:s3"
		}
		return pick(r, "arn:aws:s3:::*", "arn:aws:s3:::data-*", "arn:aws:s3:::data-bucke?", "arn:aws:s3:::other/*", "arn:aws:s3:::d*/a*")
	case 5:
		return pick(r, "arn:*:s3:::", "arn:aws:s3:*:*:", "arn:aws:s?:::", "arn:aws-cn:s3:::", "arn:aws:s3:us-east-1::",
			"arn:aws:s3::*:", "arn:AWS:s3:::", "arn:aws:sns:::", "arn:aw?:s3:::") + pick(r, "data-bucket/*", "data-bucket", "data-bucke?/a*", "*", "d*b")
	default:
		return simObjects + drawSimPattern(r)
	}
}

func drawSimPattern(r *rand.Rand) string {
	var out strings.Builder
	for range 1 + r.IntN(3) {
		switch r.IntN(8) {
		case 0, 1, 2:
			out.WriteString("*")
		case 3:
			out.WriteString(pick(r, "?", "??", "?*"))
		case 4:
			out.WriteString(pick(r, "${aws:username}", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/none, 'ab'}", "${*}", "${?}", "${$}",
				"${AWS:UserName}", "${aws:PrincipalTag/none}", "${aws:username, 'a'}", "${s3:prefix}"))
		default:
			out.WriteString(drawSimPieces(r, 2))
		}
	}
	return out.String()
}
