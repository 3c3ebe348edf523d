package policy

import (
	"strings"
	"testing"
)

// singleLayerCase puts statements into every layer. Of SCPs and RCPs each
// element is one level of one policy; "-" is a policy without statements.
type singleLayerCase struct {
	name                        string
	identity, boundary, session string
	scps, rcps                  []string
	endpoint, bucket            string
	change                      func(*SingleRequest)
	want                        SingleAnswer
	layer                       Layer
	level, statement            int
}

func singleStatements(t *testing.T, kind Kind, statements string) *Document {
	t.Helper()
	if statements == "" {
		return nil
	}
	return singleCase{}.document(t, kind, strings.TrimPrefix(statements, "-"))
}

func (c singleLayerCase) policies(t *testing.T) SinglePolicies {
	t.Helper()
	document := func(kind Kind, statements string) *Document {
		if statements == "-" {
			return &Document{Kind: kind, Version: Version2012}
		}
		return singleStatements(t, kind, statements)
	}
	levels := func(kind Kind, each []string) (out [][]*Document) {
		for _, statements := range each {
			level := []*Document{}
			if statements != "" {
				level = append(level, document(kind, statements))
			}
			out = append(out, level)
		}
		return out
	}
	p := SinglePolicies{
		AskIdentity: c.identity != "", Boundary: document(Identity, c.boundary), Session: document(Identity, c.session),
		SCPs: levels(SCP, c.scps), RCPs: levels(RCP, c.rcps),
		Endpoint: document(Endpoint, c.endpoint), Bucket: document(Resource, c.bucket),
	}
	if c.identity != "" && c.identity != "none" {
		p.Identity = []*Document{document(Identity, c.identity)}
	}
	return p
}

func (c singleLayerCase) request() SingleRequest {
	request := SingleRequest{
		Principal: singleQuiltRole, Action: "s3:GetObject", Resource: "arn:aws:s3:::data/a/b.csv",
		ResourceAccount: singleOwnerAccount, Context: map[string][]string{},
	}
	if c.change != nil {
		c.change(&request)
	}
	return request
}

func runSingleLayerCases(t *testing.T, cases []singleLayerCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := EvaluateSingle(c.request(), c.policies(t))
			if got.Answer != c.want {
				t.Fatalf("answer %s, want %s; outcome %+v", got.Answer, c.want, got)
			}
			if c.layer != "" && (got.Layer != c.layer || got.Level != c.level || got.Statement != c.statement) {
				t.Errorf("decided by %s level %d statement %d, want %s level %d statement %d",
					got.Layer, got.Level, got.Statement, c.layer, c.level, c.statement)
			}
		})
	}
}

const (
	singleNothing  = `{"Effect":"Allow","Action":"ec2:*","Resource":"*"}`
	singleDenyGet  = `{"Effect":"Deny","Action":"s3:GetObject","Resource":"*"}`
	singleDenyRCP  = `{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"*"}`
	singleLinked   = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
	singleLinkedAs = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/s1"
)

func TestSingleSCPs(t *testing.T) {
	t.Parallel()
	everyone := singleBucketAllow(`"*"`)
	anonymous := func(r *SingleRequest) { r.Anonymous = true }
	runSingleLayerCases(t, []singleLayerCase{
		{name: "25: every level allows", identity: singleAll, scps: []string{singleAll, singleAll}, bucket: everyone, want: SingleAllowed},
		{name: "25: the second level does not allow", identity: singleAll, scps: []string{singleAll, singleNothing}, bucket: everyone, want: SingleDenied, layer: LayerSCP, level: 1, statement: -1},
		{name: "25: a level without a policy allows nothing", identity: singleAll, scps: []string{"", singleAll}, bucket: everyone, want: SingleDenied, layer: LayerSCP, level: 0, statement: -1},
		{name: "25: a level of an empty policy allows nothing", identity: singleAll, scps: []string{"-"}, bucket: everyone, want: SingleDenied, layer: LayerSCP, statement: -1},
		{name: "24: a deny on any level wins", identity: singleAll, scps: []string{singleAll, singleAll + "," + singleDenyGet}, bucket: everyone, want: SingleDenied, layer: LayerSCP, level: 1, statement: 1},
		{name: "25: SCPs limit a direct grant in the same account too", identity: "none", scps: []string{singleNothing}, bucket: singleBucketAllow(singleAWS(singleAlice)), change: singleInside(singleAlice), want: SingleDenied, layer: LayerSCP, statement: -1},
		{name: "25: SCPs are the caller's, so not asked with the bucket's side alone", scps: []string{singleNothing}, bucket: everyone, want: SingleAllowed},
		{name: "25: SCPs do not bind anonymous callers", identity: "none", scps: []string{singleNothing, singleDenyGet}, bucket: everyone, change: anonymous, want: SingleAllowed},
		{name: "25: SCPs do not bind service-linked roles", identity: singleAll, scps: []string{singleNothing, singleDenyGet}, bucket: everyone, change: singleAs(singleLinked), want: SingleAllowed},
		{name: "25: a session that looks service-linked", identity: singleAll, scps: []string{singleNothing}, bucket: everyone, change: singleAs(singleLinkedAs), want: SingleUndetermined},
		{name: "25: a session that looks service-linked, and a deny", identity: singleAll, scps: []string{singleAll + "," + singleDenyGet}, bucket: everyone, change: singleAs(singleLinkedAs), want: SingleUndetermined},
		{name: "6: a short ARN that ends in *, two readings", identity: singleAll, scps: []string{`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:*"}`}, bucket: everyone, want: SingleUndetermined},
		{name: "6: a short ARN that does not end in *", identity: singleAll, scps: []string{`{"Effect":"Allow","Action":"*","Resource":"arn:aws:*:"}`}, bucket: everyone, want: SingleDenied},
	})
}

func TestSingleRCPs(t *testing.T) {
	t.Parallel()
	everyone := singleBucketAllow(`"*"`)
	runSingleLayerCases(t, []singleLayerCase{
		{name: "25: an RCP denies", bucket: everyone, rcps: []string{"", singleDenyRCP}, want: SingleDenied, layer: LayerRCP, level: 1},
		{name: "25: an RCP denies the owner's account too", identity: singleAll, rcps: []string{singleDenyRCP}, change: singleSameAccount, want: SingleDenied, layer: LayerRCP},
		{name: "25: an RCP denies anonymous callers", bucket: everyone, rcps: []string{singleDenyRCP}, change: singleAs("*"), want: SingleDenied, layer: LayerRCP},
		{name: "25: an RCP need not allow", bucket: everyone, rcps: []string{"", "-"}, want: SingleAllowed, layer: LayerBucketPolicy, level: -1},
		{name: "25: an RCP denies another action", bucket: everyone, rcps: []string{strings.Replace(singleDenyRCP, "GetObject", "PutObject", 1)}, want: SingleAllowed},
		{name: "25: an RCP and a service-linked role", bucket: everyone, rcps: []string{singleDenyRCP}, change: singleAs(singleLinked), want: SingleAllowed},
	})
}

func TestSingleSessionPolicies(t *testing.T) {
	t.Parallel()
	federated := singleInside("arn:aws:sts::111122223333:federated-user/Bob")
	role, session := singleBucketAllow(singleAWS(singleQuiltRole)), singleBucketAllow(singleAWS(singleQuiltSession))
	user := singleBucketAllow(singleAWS(singleAlice))
	runSingleLayerCases(t, []singleLayerCase{
		{name: "28: the intersection allows", identity: singleAll, session: singleAll, bucket: role, want: SingleAllowed},
		{name: "28: across accounts the session policy must allow", identity: singleAll, session: singleNothing, bucket: role, want: SingleDenied, layer: LayerSession, level: -1, statement: -1},
		{name: "28: across accounts even beside a grant to the session", identity: singleAll, session: singleNothing, bucket: session, change: singleAs(singleQuiltSession), want: SingleDenied, layer: LayerSession, level: -1, statement: -1},
		{name: "28: a session policy grants nothing", identity: "none", session: singleAll, change: singleSameAccount, want: SingleDenied, layer: LayerIdentity, level: -1, statement: -1},
		{name: "27: it limits the identity policy", identity: singleAll, session: "-", change: singleSameAccount, want: SingleDenied},
		{name: "27: it limits a grant to the role", identity: "none", session: singleNothing, bucket: role, change: singleSameAccount, want: SingleDenied},
		{name: "27: it does not limit a grant to the session", identity: "none", session: singleNothing, bucket: session, change: singleInside(singleQuiltSession), want: SingleAllowed},
		{name: "27: it does not limit a grant to everyone", identity: "none", session: singleNothing, bucket: singleBucketAllow(`"*"`), change: singleSameAccount, want: SingleAllowed},
		{name: "27: its deny is never passed by", identity: "none", session: singleDenyGet, bucket: session, change: singleInside(singleQuiltSession), want: SingleDenied, layer: LayerSession, level: -1},
		{name: "28: not asked with the bucket's side alone", session: singleNothing, bucket: role, want: SingleAllowed},
		{name: "27: a federated user's own ARN passes it by", identity: "none", session: singleNothing, bucket: singleBucketAllow(singleAWS("arn:aws:sts::111122223333:federated-user/Bob")), change: federated, want: SingleAllowed},
		{name: "27: the ARN of a federated user's user is limited by it", identity: "none", session: singleNothing, bucket: user, change: federated, want: SingleDenied},
		{name: "27: the ARN of what may be a federated user's user", identity: "none", session: singleAll, bucket: user, change: federated, want: SingleUndetermined},
	})
}

func TestSingleEndpointPolicies(t *testing.T) {
	t.Parallel()
	role := singleBucketAllow(singleAWS(singleQuiltRole))
	deny := func(principal string) string {
		return strings.Replace(singleBucketAllow(principal), "Allow", "Deny", 1)
	}
	open := singleBucketAllow(`"*"`)
	not := func(effect, members string) string {
		return `{"Effect":"` + effect + `","NotPrincipal":` + members + `,"Action":"*","Resource":"*"}`
	}
	runSingleLayerCases(t, []singleLayerCase{
		{name: "29: the endpoint allows", bucket: role, endpoint: open, want: SingleAllowed},
		{name: "29: the endpoint does not allow", bucket: role, endpoint: singleBucketAllow(singleAWS("arn:aws:iam::111122223333:role/Other")), want: SingleDenied, layer: LayerEndpoint, level: -1, statement: -1},
		{name: "29: an endpoint policy grants nothing", endpoint: open, want: SingleDenied, layer: LayerBucketPolicy, level: -1, statement: -1},
		{name: "29: the endpoint denies", bucket: role, endpoint: open + "," + deny(singleAWS(singleQuiltRole)), want: SingleDenied, layer: LayerEndpoint, level: -1, statement: 1},
		{name: "29: it limits direct grants in the same account", identity: "none", bucket: open, endpoint: "-", change: singleSameAccount, want: SingleDenied, layer: LayerEndpoint, level: -1, statement: -1},
		{name: "29: it limits anonymous callers", bucket: open, endpoint: "-", change: singleAs("*"), want: SingleDenied, layer: LayerEndpoint, level: -1, statement: -1},
		{name: "29: an account there is its root user only", bucket: role, endpoint: singleBucketAllow(singleAWS(singleCallerAccount)), want: SingleDenied, layer: LayerEndpoint, level: -1, statement: -1},
		{name: "29: a root ARN there is its root user only", bucket: role, endpoint: singleBucketAllow(singleAWS("arn:aws:iam::111122223333:root")), want: SingleDenied},
		{name: "29: and a deny of the account, too", bucket: role, endpoint: open + "," + deny(singleAWS(singleCallerAccount)), want: SingleAllowed},
		{name: "29: a role there", bucket: role, endpoint: singleBucketAllow(singleAWS(singleQuiltRole)), want: SingleAllowed},
		{name: "29: aws:PrincipalArn there", bucket: role, endpoint: strings.Replace(open, `"Resource"`, `"Condition":{"ArnEquals":{"aws:PrincipalArn":"`+singleQuiltRole+`"}},"Resource"`, 1), want: SingleAllowed, change: func(r *SingleRequest) {
			r.Context = map[string][]string{"aws:PrincipalArn": {singleQuiltRole}}
		}},
		{name: "14: all but the caller under all its names, of which the account may not count", bucket: role, change: singleAs(singleQuiltSession), want: SingleUndetermined, endpoint: open + "," + not("Deny", `{"AWS":["111122223333","`+singleQuiltRole+`","`+singleQuiltSession+`"]}`)},
		{name: "11: a session that only the endpoint names is tried", bucket: role, endpoint: open + "," + deny(singleAWS(singleQuiltSession)), want: SingleDenied, layer: LayerEndpoint, level: -1, statement: 1},
	})
}
