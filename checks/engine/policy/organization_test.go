package policy_test

import (
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

const (
	allowAll  = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	allowRead = `{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"}`
	allowPut  = `{"Effect":"Allow","Action":"s3:Put*","Resource":"*"}`
	denyX     = `{"Sid":"No","Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::foo/x*"}`
	localRun  = "arn:aws:sts::444455556666:assumed-role/Local/s"
	localUser = "arn:aws:iam::444455556666:user/Una"
	linkedRun = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/s"
	linked    = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
)

func documents(t testing.TB, kind policy.Kind, statements ...string) []*policy.Document {
	t.Helper()
	out := []*policy.Document{}
	for _, s := range statements {
		out = append(out, mustParse(t, `{"Version":"2012-10-17","Statement":[`+s+`]}`, kind))
	}
	return out
}

func levels(t testing.TB, kind policy.Kind, statements [][]string) [][]*policy.Document {
	t.Helper()
	var out [][]*policy.Document
	for _, level := range statements {
		out = append(out, documents(t, kind, level...))
	}
	return out
}

// layerCase gives policies of each layer, the statements of each document
// without the frame.
type layerCase struct {
	principal         string
	identity          []string // nil: not asked
	boundary, session string
	scps, rcps        [][]string
	endpoint, bucket  string
	want              policy.AnswerKind
	by                string // what decides, as layer or layer level:policy:statement
}

func (c *layerCase) layers(t testing.TB) policy.Layers {
	t.Helper()
	l := policy.Layers{SCPs: levels(t, policy.SCP, c.scps), RCPs: levels(t, policy.RCP, c.rcps)}
	if c.identity != nil {
		l.Identity = documents(t, policy.Identity, c.identity...)
	}
	for _, one := range []struct {
		statements string
		kind       policy.Kind
		at         **policy.Document
	}{
		{c.boundary, policy.Identity, &l.Boundary},
		{c.session, policy.Identity, &l.Session},
		{c.endpoint, policy.Endpoint, &l.Endpoint},
		{c.bucket, policy.Resource, &l.Bucket},
	} {
		if one.statements != "" {
			*one.at = documents(t, one.kind, strings.TrimPrefix(one.statements, "-"))[0]
		}
	}
	return l
}

func runLayerCases(t *testing.T, cases map[string]layerCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := mustDecide(t, ask(c.principal, "s3:GetObject"), c.layers(t))
			by := ""
			if a.DecidedBy != nil {
				by = asJSON(t, a.DecidedBy)
			}
			if a.Kind != c.want || !strings.Contains(by, c.by) {
				t.Errorf("got %s, want %s by %s", asJSON(t, a), c.want, c.by)
			}
		})
	}
}

// TestItem24DenyAnywhere puts one Deny into each layer in turn, all others
// allowing everything.
func TestItem24DenyAnywhere(t *testing.T) {
	t.Parallel()
	everyone := grantTo(`"*"`)
	denyEveryone := strings.Replace(denyX, `"Effect"`, `"Principal":"*","Effect"`, 1)
	all := layerCase{
		principal: roleARN, identity: []string{allowAll}, boundary: allowAll, session: allowAll,
		scps: [][]string{{allowAll}, {allowAll}}, endpoint: everyone, bucket: everyone, want: policy.Granted,
	}
	cases := map[string]layerCase{"none": all}
	deny := func(name, by string, change func(*layerCase)) {
		c := all
		change(&c)
		c.want, c.by = policy.Refused, by
		cases[name] = c
	}
	deny("identity", `{"layer":"identity","policy":1,"statement":0,"sid":"No","effect":"Deny"}`, func(c *layerCase) { c.identity = []string{allowAll, denyX} })
	deny("boundary", `{"layer":"boundary","policy":0,"statement":1`, func(c *layerCase) { c.boundary = allowAll + "," + denyX })
	deny("session", `{"layer":"session","policy":0,"statement":1`, func(c *layerCase) { c.session = allowAll + "," + denyX })
	deny("scp", `{"layer":"scp","level":1,"policy":1,"statement":0`, func(c *layerCase) { c.scps = [][]string{{allowAll}, {allowAll, denyX}} })
	deny("rcp", `{"layer":"rcp","level":2,"policy":0,"statement":0`, func(c *layerCase) { c.rcps = [][]string{{}, {}, {denyEveryone}} })
	deny("endpoint", `{"layer":"endpoint_policy","policy":0,"statement":1`, func(c *layerCase) { c.endpoint = everyone + "," + denyEveryone })
	deny("bucket policy", `{"layer":"bucket_policy","policy":0,"statement":0`, func(c *layerCase) { c.bucket = denyEveryone + "," + everyone })
	runLayerCases(t, cases)
}

// TestItem25OrganizationPolicies goes through SCPs, of which every level must
// allow, and RCPs, which only deny.
func TestItem25OrganizationPolicies(t *testing.T) {
	t.Parallel()
	everyone := grantTo(`"*"`)
	const (
		full   = `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`
		denied = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`
	)
	base := layerCase{principal: roleARN, identity: []string{allowAll}, bucket: everyone}
	with := func(principal string, scps, rcps [][]string, want policy.AnswerKind, by string) layerCase {
		c := base
		c.principal, c.scps, c.rcps, c.want, c.by = principal, scps, rcps, want, by
		return c
	}
	notAsked := with(roleARN, [][]string{{}}, nil, policy.Granted, "")
	notAsked.identity = nil
	anonymous := with("*", nil, [][]string{{denied}}, policy.Refused, `"rcp"`)
	anonymous.identity = nil
	const G, R = policy.Granted, policy.Refused
	runLayerCases(t, map[string]layerCase{
		"none":                      with(roleARN, nil, nil, G, ""),
		"no levels":                 with(roleARN, [][]string{}, nil, G, ""),
		"a level without a policy":  with(roleARN, [][]string{{allowAll}, {}, {allowAll}}, nil, R, `{"layer":"scp","level":1,"effect":"implicit"}`),
		"an empty policy":           with(roleARN, [][]string{{""}}, nil, R, `{"layer":"scp","level":0,"effect":"implicit"}`),
		"each level another action": with(roleARN, [][]string{{allowRead}, {allowPut}}, nil, R, `"level":1`),
		"one of several policies":   with(roleARN, [][]string{{allowPut, allowRead}, {allowAll}}, nil, G, ""),
		"caller's side not asked":   notAsked,
		"service-linked role":       with(linked, [][]string{{}}, [][]string{{denied}}, G, ""),
		"such a session":            with(linkedRun, [][]string{{}}, nil, policy.Undecided, `"scp"`),
		"such a session, allowed":   with(linkedRun, [][]string{{allowAll}}, nil, G, ""),
		"account":                   with(control, [][]string{{allowAll}, {}}, nil, R, `"level":1`),
		"within the account":        with(localARN, [][]string{{}}, nil, R, `"scp"`),
		"RCPFullAWSAccess":          with(roleARN, nil, [][]string{{full}, {full}}, G, ""),
		"RCP without it":            with(roleARN, nil, [][]string{{}, {}}, G, ""),
		"RCP denies":                with(roleARN, nil, [][]string{{full}, {full, denied}}, R, `{"layer":"rcp","level":1,"policy":1,"statement":0,"effect":"Deny"}`),
		"RCP within the account":    with(localARN, nil, [][]string{{denied}}, R, `"rcp"`),
		"RCP and anonymous":         anonymous,
	})
}

// TestItem27And28WithinTheAccount goes through what a bucket policy's grant
// passes by in the bucket's account.
func TestItem27And28WithinTheAccount(t *testing.T) {
	t.Parallel()
	cases := map[string]layerCase{}
	const G, R = policy.Granted, policy.Refused
	for _, c := range []struct {
		caller, grantee             string
		identity, boundary, session policy.AnswerKind // that layer alone allows nothing
	}{
		{localRun, `{"AWS":"` + localRun + `"}`, G, G, G},
		{localRun, `{"AWS":"` + localARN + `"}`, G, R, R},
		{localRun, `{"AWS":"444455556666"}`, R, R, R},
		{localRun, `"*"`, G, G, G},
		{localUser, `{"AWS":"` + localUser + `"}`, G, G, G},
		{localUser, `{"AWS":"arn:aws:iam::444455556666:root"}`, R, R, R},
		{localARN, `{"AWS":"` + localARN + `"}`, G, R, R},
		{localARN, `{"AWS":"` + localRun + `"}`, R, R, R},
		{localARN, `{"AWS":"*"}`, G, G, G},
	} {
		base := layerCase{principal: c.caller, identity: []string{allowAll}, boundary: allowAll, session: allowAll, bucket: grantTo(c.grantee)}
		add := func(layer string, want policy.AnswerKind, change func(*layerCase)) {
			x := base
			change(&x)
			if x.want = want; want == R {
				x.by = `"` + layer + `"`
			}
			cases[layer+" of "+c.caller+" granted by "+c.grantee] = x
		}
		add("identity", c.identity, func(x *layerCase) { x.identity = []string{} })
		add("boundary", c.boundary, func(x *layerCase) { x.boundary = "-" })
		add("session", c.session, func(x *layerCase) { x.session = "-" })
	}
	runLayerCases(t, cases)
}

func TestItem26And28AcrossAccounts(t *testing.T) {
	t.Parallel()
	const session = "arn:aws:sts::111122223333:assumed-role/Indexer/s"
	cases := map[string]layerCase{}
	for _, grantee := range []string{`"*"`, `{"AWS":"` + session + `"}`, `{"AWS":"` + roleARN + `"}`, `{"AWS":"111122223333"}`} {
		base := layerCase{
			principal: session, identity: []string{allowAll}, boundary: allowAll, session: allowAll,
			scps: [][]string{{allowAll}}, bucket: grantTo(grantee), want: policy.Granted,
		}
		cases["all for "+grantee] = base
		for layer, change := range map[string]func(*layerCase){
			"identity":      func(c *layerCase) { c.identity = []string{allowPut} },
			"boundary":      func(c *layerCase) { c.boundary = allowPut },
			"session":       func(c *layerCase) { c.session = allowPut },
			"scp":           func(c *layerCase) { c.scps = [][]string{{allowPut}} },
			"bucket_policy": func(c *layerCase) { c.bucket = strings.Replace(grantTo(grantee), "Allow", "Deny", 1) },
		} {
			c := base
			change(&c)
			c.want, c.by = policy.Refused, `"`+layer+`"`
			cases[layer+" for "+grantee] = c
		}
	}
	runLayerCases(t, cases)
}

// TestItem29Endpoint asks the policy of an endpoint, whose Principal names
// accounts in another sense.
func TestItem29Endpoint(t *testing.T) {
	t.Parallel()
	const G, R, U = policy.Granted, policy.Refused, policy.Undecided
	base := layerCase{principal: roleARN, identity: []string{allowAll}, bucket: grantTo(`"*"`)}
	with := func(principal, endpoint string, want policy.AnswerKind, by string) layerCase {
		c := base
		c.principal, c.endpoint, c.want, c.by = principal, endpoint, want, by
		return c
	}
	arnIs := func(arn string) string {
		return statement("Allow", "Resource", `"*"`, `,"Condition":{"ArnEquals":{"aws:PrincipalArn":"`+arn+`"}}`)
	}
	anonymous := with("*", grantTo(`"*"`), G, "")
	anonymous.identity = nil
	notAsked := with(roleARN, "-", R, `{"layer":"endpoint_policy","effect":"implicit"}`)
	notAsked.identity = nil
	alone := with(localARN, grantTo(`"*"`), R, `"identity"`)
	alone.identity, alone.bucket = []string{}, ""
	runLayerCases(t, map[string]layerCase{
		"default":                      with(roleARN, grantTo(`"*"`), G, ""),
		"nothing":                      with(roleARN, "-", R, `{"layer":"endpoint_policy","effect":"implicit"}`),
		"asked without caller's side":  notAsked,
		"role":                         with(roleARN, grantTo(`{"AWS":"`+roleARN+`"}`), G, ""),
		"other role":                   with(roleARN, grantTo(`{"AWS":"`+localARN+`"}`), R, `"endpoint_policy"`),
		"account":                      with(roleARN, grantTo(`{"AWS":"111122223333"}`), R, `"endpoint_policy"`),
		"account root":                 with(roleARN, grantTo(`{"AWS":"arn:aws:iam::111122223333:root"}`), R, `"endpoint_policy"`),
		"other account":                with(roleARN, grantTo(`{"AWS":"444455556666"}`), R, `"endpoint_policy"`),
		"account denied":               with(roleARN, grantTo(`"*"`)+","+strings.Replace(grantTo(`{"AWS":"111122223333"}`), "Allow", "Deny", 1), U, `"endpoint_policy"`),
		"everyone and account":         with(roleARN, grantTo(`{"AWS":"111122223333"}`)+","+grantTo(`"*"`), G, ""),
		"within the account":           with(localARN, "-", R, `"endpoint_policy"`),
		"within the account, no grant": alone,
		"anonymous":                    anonymous,
		"by condition, absent":         with(roleARN, arnIs(roleARN), R, `"endpoint_policy"`),
	})
	c := with(roleARN, arnIs(roleARN), G, "")
	q := ask(roleARN, "s3:GetObject")
	q.UnknownByDefault = true
	if a := mustDecide(t, q, c.layers(t)); a.Kind != G {
		t.Errorf("by condition: %s", asJSON(t, a))
	}
}

func TestLikenessSeesEveryLayer(t *testing.T) {
	t.Parallel()
	reads := allowRead
	for name, c := range map[string]layerCase{
		"identity": {identity: []string{reads}},
		"session":  {identity: []string{}, session: reads},
		"scp":      {identity: []string{}, scps: [][]string{{reads}}},
		"rcp":      {rcps: [][]string{{`{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"*"}`}}},
		"endpoint": {endpoint: strings.Replace(grantTo(`"*"`), "s3:*", "s3:Get*", 1)},
	} {
		l := c.layers(t)
		if l.Likeness("s3:GetObject") == l.Likeness("s3:PutObject") {
			t.Errorf("%s: reading and writing are alike", name)
		}
		if l.Likeness("s3:PutObject") != l.Likeness("s3:PutObjectTagging") {
			t.Errorf("%s: two kinds of writing differ", name)
		}
	}
}
