package policy

import "testing"

// TestSinglePublic goes through "The meaning of 'public'".
func TestSinglePublic(t *testing.T) {
	t.Parallel()
	star := func(condition string) string {
		return `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{` + condition + `}}`
	}
	fixed := singleBucketAllow(singleAWS("999999999999"))
	for name, c := range map[string]struct {
		statements string
		want       singleTri
		statement  int
	}{
		"fixed account":                {fixed, singleNo, -1},
		"fixed role":                   {singleBucketAllow(singleAWS(singleQuiltRole)), singleNo, -1},
		"service":                      {singleBucketAllow(`{"Service":"cloudtrail.amazonaws.com"}`), singleNo, -1},
		"canonical user":               {singleBucketAllow(`{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`), singleNo, -1},
		"identity provider":            {singleBucketAllow(`{"Federated":"graph.facebook.com"}`), singleYes, 0},
		"everyone":                     {fixed + "," + singleBucketAllow(`"*"`), singleYes, 1},
		"AWS star":                     {singleBucketAllow(singleAWS("*")), singleYes, 0},
		"everyone among others":        {singleBucketAllow(`{"AWS":["999999999999","*"]}`), singleYes, 0},
		"a wildcard in a principal":    {singleBucketAllow(singleAWS("arn:aws:iam::999999999999:user/*")), singleYes, 0},
		"all but one":                  {`{"Effect":"Allow","NotPrincipal":{"AWS":"999999999999"},"Action":"*","Resource":"*"}`, singleYes, 0},
		"a deny to everyone":           {`{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`, singleNo, -1},
		"one bucket of everyone":       {star(`"StringEquals":{"s3:prefix":"a"}`), singleYes, 0},
		"organization":                 {star(`"StringEquals":{"aws:PrincipalOrgID":"o-1"}`), singleNo, -1},
		"organization, by a pattern":   {star(`"StringLike":{"aws:PrincipalOrgID":"o-*"}`), singleYes, 0},
		"no pattern, but a wildcard":   {star(`"StringEquals":{"aws:PrincipalOrgID":"o-*"}`), singleMaybe, 0},
		"one of two is a pattern":      {star(`"StringLike":{"aws:SourceVpc":["vpc-1","vpc-*"]}`), singleYes, 0},
		"fixed network":                {star(`"StringEquals":{"aws:sourceVPC":"vpc-91237329"}`), singleNo, -1},
		"a variable":                   {star(`"StringEquals":{"aws:SourceVpc":"${aws:SourceVpc}"}`), singleYes, 0},
		"not another organization":     {star(`"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}`), singleYes, 0},
		"if there is a network":        {star(`"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`), singleYes, 0},
		"for all values":               {star(`"ForAllValues:StringEquals":{"aws:SourceVpce":"vpce-1"}`), singleYes, 0},
		"for any value":                {star(`"ForAnyValue:StringEquals":{"aws:SourceVpce":"vpce-1"}`), singleNo, -1},
		"one limit beside a broad one": {star(`"StringEquals":{"aws:SourceVpce":"vpce-1"},"StringLike":{"aws:SourceVpc":"*"}`), singleNo, -1},
		"address range of /8":          {star(`"IpAddress":{"aws:SourceIp":"11.0.0.0/8"}`), singleNo, -1},
		"address range of /7":          {star(`"IpAddress":{"aws:SourceIp":"10.0.0.0/7"}`), singleYes, 0},
		"one address":                  {star(`"IpAddress":{"aws:SourceIp":"203.0.113.7"}`), singleNo, -1},
		"a narrow and a broad range":   {star(`"IpAddress":{"aws:SourceIp":["203.0.113.0/24","0.0.0.0/1"]}`), singleYes, 0},
		"IPv6 range of /32":            {star(`"IpAddress":{"aws:SourceIp":"2001:db8::/32"}`), singleNo, -1},
		"IPv6 range of /31":            {star(`"IpAddress":{"aws:SourceIp":"2001:db8::/31"}`), singleYes, 0},
		"not an address":               {star(`"NotIpAddress":{"aws:SourceIp":"203.0.113.7"}`), singleYes, 0},
		"an address as text":           {star(`"StringEquals":{"aws:SourceIp":"203.0.113.7"}`), singleMaybe, 0},
		"no address":                   {star(`"IpAddress":{"aws:SourceIp":"office"}`), singleMaybe, 0},
		"principal by a key":           {star(`"ArnEquals":{"aws:PrincipalArn":"` + singleQuiltRole + `"}`), singleMaybe, 0},
		"principals by a pattern":      {star(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/x"}`), singleYes, 0},
		"tag of a principal":           {star(`"StringEquals":{"aws:PrincipalTag/team":"a"}`), singleYes, 0},
		"unknown operator":             {star(`"StringMatches":{"aws:SourceVpc":"vpc-1"}`), singleMaybe, 0},
		"user id":                      {star(`"StringEquals":{"aws:userid":"AIDAEXAMPLE"}`), singleNo, -1},
		"user ids of a role":           {star(`"StringLike":{"aws:userid":"AROAEXAMPLE:*"}`), singleYes, 0},
		"user id of a session":         {star(`"StringEquals":{"aws:userid":"AROAEXAMPLE:s1"}`), singleMaybe, 0},
		"access point account":         {star(`"StringEquals":{"s3:DataAccessPointAccount":"999999999999"}`), singleNo, -1},
		"access points of an account":  {star(`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:999999999999:accesspoint/*"}`), singleNo, -1},
		"access points anywhere":       {star(`"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:*:accesspoint/a"}`), singleYes, 0},
		"access points of any region":  {star(`"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:*:999999999999:accesspoint/a"}`), singleMaybe, 0},
		"access point":                 {star(`"ArnEquals":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:999999999999:accesspoint/a"}`), singleNo, -1},
		"no access point":              {star(`"ArnLike":{"s3:DataAccessPointArn":"accesspoint/*"}`), singleYes, 0},
		"encryption key":               {star(`"StringEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:us-east-1:9:key/1"}`), singleNo, -1},
		"a number for a network":       {star(`"NumericEquals":{"aws:SourceAccount":"999999999999"}`), singleMaybe, 0},
		"absence of a key":             {star(`"Null":{"aws:SourceVpc":"false"}`), singleYes, 0},
		"the first of several counts":  {star(`"StringEquals":{"aws:username":"v"}`) + "," + singleBucketAllow(`"*"`) + "," + singleBucketAllow(`"*"`), singleYes, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			public, statement := singlePublic(singleStatements(t, Resource, c.statements))
			if public != c.want || statement != c.statement {
				t.Errorf("public %s by statement %d, want %s by %d", public, statement, c.want, c.statement)
			}
		})
	}
}

func TestSinglePublicNeedsAPolicy(t *testing.T) {
	t.Parallel()
	if public, statement := singlePublic(nil); public != singleNo || statement != -1 {
		t.Errorf("public %s by statement %d", public, statement)
	}
}

func TestSingleRestrictPublicBuckets(t *testing.T) {
	t.Parallel()
	const maybe = `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:username":"v"}}}`
	role := singleBucketAllow(singleAWS(singleQuiltRole))
	for name, c := range map[string]struct {
		bucket string
		status PublicStatus
		change func(*SingleRequest)
		want   SingleAnswer
		layer  Layer
	}{
		"read as public":                  {bucket: role + "," + singleBucketAllow(`"*"`), want: SingleDenied, layer: LayerPublicAccess},
		"read as not public":              {bucket: role, want: SingleAllowed, layer: LayerBucketPolicy},
		"read either way":                 {bucket: role + "," + maybe, want: SingleUndetermined, layer: LayerPublicAccess},
		"read either way, refused anyway": {bucket: maybe, change: func(r *SingleRequest) { r.Context = map[string][]string{"aws:username": {"w"}} }, want: SingleDenied, layer: LayerBucketPolicy},
		"stated as not public":            {bucket: role + "," + singleBucketAllow(`"*"`), status: StatedNotPublic, want: SingleAllowed, layer: LayerBucketPolicy},
		"stated as public":                {bucket: role, status: StatedPublic, want: SingleDenied, layer: LayerPublicAccess},
		"the owner's account":             {bucket: role + "," + singleBucketAllow(`"*"`), change: singleSameAccount, want: SingleAllowed, layer: LayerBucketPolicy},
		"anonymous":                       {bucket: singleBucketAllow(`"*"`), change: singleAs("*"), want: SingleDenied, layer: LayerPublicAccess},
		"no policy":                       {want: SingleDenied, layer: LayerBucketPolicy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := singleLayerCase{bucket: c.bucket, change: c.change}
			p := l.policies(t)
			p.RestrictPublicBuckets, p.Public = true, c.status
			if got := EvaluateSingle(l.request(), p); got.Answer != c.want || got.Layer != c.layer {
				t.Errorf("%s by %s, want %s by %s", got.Answer, got.Layer, c.want, c.layer)
			}
		})
	}
}
