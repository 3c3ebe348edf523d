package policy

import (
	"strings"
	"testing"
)

// singleOn returns a statement for everyone with the given action and resource
// members.
func singleOn(effect, members string) string {
	return `{"Effect":"` + effect + `","Principal":"*",` + members + `}`
}

func TestSingleActions(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, members string
		want          SingleAnswer
	}{
		{"4: the name itself", `"Action":"s3:GetObject"`, SingleAllowed},
		{"4: case does not count", `"Action":"S3:getobject"`, SingleAllowed},
		{"4: star alone", `"Action":"*"`, SingleAllowed},
		{"4: wildcards in the name", `"Action":"s3:G?t*"`, SingleAllowed},
		{"4: the whole name", `"Action":"s3:Get"`, SingleDenied},
		{"4: one of a list", `"Action":["s3:Put*","s3:Get*"]`, SingleAllowed},
		{"4: another service", `"Action":"sqs:*"`, SingleDenied},
		{"4: wildcard in the service is not documented", `"Action":"*:*"`, SingleUndetermined},
		{"4: wildcard in the service that misses", `"Action":"*:Put*"`, SingleDenied},
		{"4: no service", `"Action":"s3*"`, SingleUndetermined},
		{"4: Kelvin's sign is no k", `"Action":"s3:GetObject\u212A"`, SingleDenied},
		{"4: NotAction of the action", `"NotAction":"s3:Get*"`, SingleDenied},
		{"4: NotAction is the complement over all services", `"NotAction":["s3:Put*","iam:*"]`, SingleAllowed},
		{"4: NotAction of everything", `"NotAction":"*"`, SingleDenied},
	}
	var table []singleCase
	for _, c := range cases {
		table = append(table, singleCase{name: c.name, bucket: singleOn("Allow", c.members+`,"Resource":"*"`), want: c.want})
	}
	runSingleCases(t, table)
}

func TestSingleResources(t *testing.T) {
	t.Parallel()
	key := func(key string) func(*SingleRequest) {
		return func(r *SingleRequest) { r.Resource = "arn:aws:s3:::data/" + key }
	}
	bucket := func(r *SingleRequest) { r.Resource = "arn:aws:s3:::data" }
	tag := func(values ...string) func(*SingleRequest) {
		return func(r *SingleRequest) { r.Context["aws:PrincipalTag/Folder"] = values }
	}
	cases := []struct {
		name, members string
		change        func(*SingleRequest)
		want          SingleAnswer
	}{
		{"5: star is everything", `"Resource":"*"`, nil, SingleAllowed},
		{"5: the key itself", `"Resource":"arn:aws:s3:::data/a/b.csv"`, nil, SingleAllowed},
		{"5: stars take slashes", `"Resource":"arn:aws:s3:::data/*.csv"`, nil, SingleAllowed},
		{"5: stars take colons in the last part", `"Resource":"arn:aws:s3:::data/*z"`, key("a:b:z"), SingleAllowed},
		{"5: all of S3 covers objects", `"Resource":"arn:aws:s3:::*"`, nil, SingleAllowed},
		{"5: all of S3 covers buckets", `"Resource":"arn:aws:s3:::*"`, bucket, SingleAllowed},
		{"5: a bucket prefix covers objects", `"Resource":"arn:aws:s3:::d*"`, nil, SingleAllowed},
		{"30: the bucket covers no object", `"Resource":"arn:aws:s3:::data"`, nil, SingleDenied},
		{"30: the objects do not cover the bucket", `"Resource":"arn:aws:s3:::data/*"`, bucket, SingleDenied},
		{"5: case counts", `"Resource":"arn:aws:s3:::data/A/b.csv"`, nil, SingleDenied},
		{"5: case counts in the head", `"Resource":"arn:AWS:s3:::data/*"`, nil, SingleDenied},
		{"5: wildcards in any part", `"Resource":"arn:a*s:s?:*:*:data/*"`, nil, SingleAllowed},
		{"5: wildcards do not span parts", `"Resource":"arn:aws:*:data/a/b.csv:::"`, nil, SingleDenied},
		{"5: another partition", `"Resource":"arn:aws-cn:s3:::data/*"`, nil, SingleDenied},
		{"32: a line end in the key", `"Resource":"arn:aws:s3:::data/*"`, key("a\nb\u2028"), SingleAllowed},
		{"32: a star in the key is itself", `"Resource":"arn:aws:s3:::data/a"`, key("*"), SingleDenied},
		{"7: a question mark and two bytes", `"Resource":"arn:aws:s3:::data/?"`, key("é"), SingleUndetermined},
		{"8: NotResource is the complement of the union", `"NotResource":["arn:aws:s3:::data/x/*","arn:aws:s3:::other/*"]`, nil, SingleAllowed},
		{"8: NotResource of the key", `"NotResource":["arn:aws:s3:::other/*","arn:aws:s3:::data/a/*"]`, nil, SingleDenied},

		{"6: a short ARN with a wildcard, two readings", `"Resource":"arn:aws:s3:*"`, nil, SingleUndetermined},
		{"6: a short ARN with a wildcard that misses", `"Resource":"arn:aws:sqs:*"`, nil, SingleDenied},
		{"6: a short ARN without wildcard in a bucket policy", `"Resource":"arn:aws:s3"`, nil, SingleDenied},
		{"6: NotResource of a short ARN, two readings", `"NotResource":"arn:aws:s3:*"`, nil, SingleUndetermined},
		{"6: NotResource of a short ARN without wildcard, two readings", `"NotResource":"arn:aws:s3"`, nil, SingleUndetermined},
		{"6: NotResource of another service's short ARN", `"NotResource":"arn:aws:sqs"`, nil, SingleAllowed},
		{"6: two stars", `"Resource":"**"`, nil, SingleUndetermined},

		{"15: a variable", `"Resource":"arn:aws:s3:::data/${aws:PrincipalTag/Folder}/*"`, tag("a"), SingleAllowed},
		{"15: a value is no pattern", `"Resource":"arn:aws:s3:::data/${aws:PrincipalTag/Folder}"`, tag("*"), SingleDenied},
		{"15: the name of a tag keeps its case", `"Resource":"arn:aws:s3:::data/${aws:PrincipalTag/folder}/*"`, tag("a"), SingleDenied},
		{"15: a spelt wildcard", `"Resource":"arn:aws:s3:::data/${*}${?}${$}"`, key("*?$"), SingleAllowed},
		{"15: a spelt wildcard is none", `"Resource":"arn:aws:s3:::data/${*}"`, nil, SingleDenied},
		{"15: a variable of several values", `"Resource":"arn:aws:s3:::data/${aws:PrincipalTag/Folder}/*"`, tag("a", "b"), SingleUndetermined},
		{"15: a variable in the head", `"Resource":"arn:aws:s3:${aws:PrincipalTag/Folder}::data/*"`, tag(""), SingleUndetermined},
		{"15: an open variable in another bucket's ARN", `"Resource":"arn:aws:sqs:::${a"`, nil, SingleDenied},
		{"16: a default", `"Resource":"arn:aws:s3:::data/${aws:username, 'a'}/*"`, nil, SingleAllowed},
		{"16: a default of another folder", `"Resource":"arn:aws:s3:::data/${aws:username, 'b'}/*"`, nil, SingleDenied},
		{"16: unresolved in Resource matches nothing", `"Resource":"arn:aws:s3:::data/*${aws:username}"`, nil, SingleDenied},
		{"16: unresolved in NotResource, two readings", `"NotResource":"arn:aws:s3:::data/${aws:username}"`, nil, SingleUndetermined},
		{"16: unresolved in NotResource beside one that matches", `"NotResource":["arn:aws:s3:::data/${aws:username}","arn:aws:s3:::data/*"]`, nil, SingleDenied},
	}
	var table []singleCase
	for _, c := range cases {
		table = append(table, singleCase{
			name: c.name, bucket: singleOn("Allow", `"Action":"*",`+c.members), change: c.change, want: c.want,
		})
	}
	table = append(table,
		singleCase{
			name: "15: variables are text under 2008-10-17", version: Version2008, change: key("${aws:username}"),
			bucket: singleOn("Allow", `"Action":"*","Resource":"arn:aws:s3:::data/${aws:username}"`), want: SingleAllowed,
		},
		singleCase{
			name: "6: a short ARN without wildcard in an identity policy, two readings", change: singleSameAccount,
			identity: `{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3"}`, want: SingleUndetermined,
		},
		singleCase{
			name:   "16: a deny with unresolved NotResource, two readings",
			bucket: singleBucketAllow(`"*"`) + "," + singleOn("Deny", `"Action":"*","NotResource":"arn:aws:s3:::data/${aws:username}"`),
			want:   SingleUndetermined,
		},
		singleCase{
			name:   "16: a deny with a negated condition and an unresolved variable hits",
			bucket: singleBucketAllow(`"*"`) + "," + singleOn("Deny", `"Action":"*","Resource":"*","Condition":{"StringNotLike":{"aws:PrincipalArn":"${aws:username}"}}`),
			want:   SingleDenied,
		},
	)
	runSingleCases(t, table)
}

func TestSinglePrincipals(t *testing.T) {
	t.Parallel()
	const other = "arn:aws:iam::111122223333:role/Other"
	pathRole := "arn:aws:iam::111122223333:role/team/Quilt"
	anyone := func(r *SingleRequest) { r.AnyPrincipal, r.PrincipalAccount = true, singleCallerAccount }
	anonymous := func(r *SingleRequest) { r.Anonymous = true }
	federated := singleAs("arn:aws:sts::111122223333:federated-user/Bob")
	cases := []struct {
		name, principal string
		change          func(*SingleRequest)
		want            SingleAnswer
	}{
		{"9: star", `"*"`, nil, SingleAllowed},
		{"9: AWS star", singleAWS("*"), nil, SingleAllowed},
		{"9: star and anonymous", `"*"`, anonymous, SingleAllowed},
		{"9: AWS star and anonymous", singleAWS("*"), anonymous, SingleAllowed},
		{"9: Service star is not everyone", `{"Service":"*"}`, nil, SingleDenied},
		{"10: account id", singleAWS(singleCallerAccount), nil, SingleAllowed},
		{"10: root ARN", singleAWS("arn:aws:iam::111122223333:root"), nil, SingleAllowed},
		{"10: another account", singleAWS("999999999999"), nil, SingleDenied},
		{"10: root ARN of another partition", singleAWS("arn:aws-cn:iam::111122223333:root"), nil, SingleDenied},
		{"10: account and anonymous", singleAWS(singleCallerAccount), anonymous, SingleDenied},
		{"10: account and any principal of it", singleAWS(singleCallerAccount), anyone, SingleAllowed},
		{"10: account and the account id for principal", singleAWS(singleCallerAccount), singleAs(singleCallerAccount), SingleAllowed},
		{"10: account and the root ARN for principal", singleAWS(singleCallerAccount), singleAs("arn:aws:iam::111122223333:root"), SingleAllowed},
		{"11: one role is not any principal", singleAWS(singleQuiltRole), anyone, SingleDenied},
		{"11: a role named like the unnamed one", `{"AWS":["arn:aws:iam::111122223333:role/any","arn:aws:iam::111122223333:role/any1"]}`, anyone, SingleDenied},
		{"11: role", singleAWS(singleQuiltRole), nil, SingleAllowed},
		{"11: role and its session", singleAWS(singleQuiltRole), singleAs(singleQuiltSession), SingleAllowed},
		{"11: role with path and its session", singleAWS(pathRole), singleAs(singleQuiltSession), SingleAllowed},
		{"11: role with path is not the one without", singleAWS(pathRole), nil, SingleDenied},
		{"11: another role", singleAWS(other), nil, SingleDenied},
		{"11: the role in another account", singleAWS("arn:aws:iam::999999999999:role/Quilt"), singleAs(singleQuiltSession), SingleDenied},
		{"11: role in other case", singleAWS(strings.ToLower(singleQuiltRole)), nil, SingleDenied},
		{"11: session itself", singleAWS(singleQuiltSession), singleAs(singleQuiltSession), SingleAllowed},
		{"11: another session", singleAWS("arn:aws:sts::111122223333:assumed-role/Quilt/s2"), singleAs(singleQuiltSession), SingleDenied},
		{"11: one session is not every session of the role", singleAWS(singleQuiltSession), nil, SingleDenied},
		{"11: session of a role with path", singleAWS(singleQuiltSession), singleAs(pathRole), SingleDenied},
		{"11: user", singleAWS(singleAlice), singleAs(singleAlice), SingleAllowed},
		{"11: another user", singleAWS("arn:aws:iam::111122223333:user/alice"), singleAs(singleAlice), SingleDenied},
		{"11: federated user", singleAWS("arn:aws:sts::111122223333:federated-user/Bob"), federated, SingleAllowed},
		{"11: federated user by a user that may be its own", singleAWS(singleAlice), federated, SingleUndetermined},
		{"11: federated user and a user of another account", singleAWS("arn:aws:iam::999999999999:user/Alice"), federated, SingleDenied},
		{"11: no wildcards in part", singleAWS("arn:aws:iam::111122223333:role/*"), nil, SingleDenied},
		{"11: no wildcards for the account", singleAWS("arn:aws:iam::*:root"), nil, SingleDenied},
		{"12: service", `{"Service":"s3.amazonaws.com"}`, nil, SingleDenied},
		{"12: identity provider", `{"Federated":"accounts.google.com"}`, nil, SingleDenied},
		{"12: canonical user that is not known", `{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, nil, SingleUndetermined},
		{"12: canonical user and anonymous", `{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`, anonymous, SingleDenied},
		{"12: an origin access identity", singleAWS("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABCDEFGHIJKL"), nil, SingleDenied},
		{"13: a principal that is gone", singleAWS("AROAEXAMPLEEXAMPLEEX1"), nil, SingleDenied},
		{"one of several", `{"AWS":["` + other + `","` + singleQuiltRole + `"],"Service":"s3.amazonaws.com"}`, nil, SingleAllowed},
	}
	var table []singleCase
	for _, c := range cases {
		table = append(table, singleCase{name: c.name, bucket: singleBucketAllow(c.principal), change: c.change, want: c.want})
	}
	table = append(table,
		singleCase{
			name: "10: a deny of the account hits its principals in the owner's own account", identity: singleAll, change: singleSameAccount,
			bucket: `{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"*","Resource":"*"}`, want: SingleDenied,
		},
		singleCase{
			name:   "11: a deny of one session denies the role as a whole",
			bucket: singleBucketAllow(singleAWS(singleQuiltRole)) + `,{"Effect":"Deny","Principal":{"AWS":"` + singleQuiltSession + `"},"Action":"*","Resource":"*"}`,
			want:   SingleDenied, layer: "bucket_policy", statement: 1,
		},
		singleCase{
			name:   "11: a deny of one session leaves another",
			bucket: singleBucketAllow(singleAWS(singleQuiltRole)) + `,{"Effect":"Deny","Principal":{"AWS":"` + singleQuiltSession + `"},"Action":"*","Resource":"*"}`,
			change: singleAs("arn:aws:sts::111122223333:assumed-role/Quilt/s2"), want: SingleAllowed,
		},
		singleCase{
			name:   "11: a deny of one role leaves the unnamed principal",
			bucket: singleBucketAllow(singleAWS(singleCallerAccount)) + `,{"Effect":"Deny","Principal":{"AWS":"` + singleQuiltRole + `"},"Action":"*","Resource":"*"}`,
			change: anyone, want: SingleAllowed,
		},
	)
	runSingleCases(t, table)
}

func TestSingleNotPrincipal(t *testing.T) {
	t.Parallel()
	list := func(values ...string) string { return `{"AWS":["` + strings.Join(values, `","`) + `"]}` }
	cases := []struct {
		name, effect, principals string
		change                   func(*SingleRequest)
		want                     SingleAnswer
	}{
		{"14: deny, an origin access identity listed", "Deny", list("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1ABCDEFGHIJKL"), nil, SingleDenied},
		{"14: deny, nobody listed", "Deny", list("999999999999"), nil, SingleDenied},
		{"14: deny, only the account listed", "Deny", list(singleCallerAccount), nil, SingleDenied},
		{"14: deny, only the role listed", "Deny", list(singleQuiltRole), nil, SingleDenied},
		{"14: deny, account and role listed, session unclear", "Deny", list(singleCallerAccount, singleQuiltRole), nil, SingleUndetermined},
		{"14: deny, account, role and session listed", "Deny", list(singleCallerAccount, singleQuiltRole, singleQuiltSession), singleAs(singleQuiltSession), SingleAllowed},
		{"14: deny, account and session without the role", "Deny", list(singleCallerAccount, singleQuiltSession), singleAs(singleQuiltSession), SingleDenied},
		{"14: deny, account and user listed", "Deny", list(singleCallerAccount, singleAlice), singleAs(singleAlice), SingleAllowed},
		{"14: deny, only the user listed", "Deny", list(singleAlice), singleAs(singleAlice), SingleDenied},
		{"14: deny, account and federated user", "Deny", list(singleCallerAccount, "arn:aws:sts::111122223333:federated-user/Bob"), singleAs("arn:aws:sts::111122223333:federated-user/Bob"), SingleUndetermined},
		{"14: deny, the account's unnamed principal", "Deny", list(singleCallerAccount, singleQuiltRole), func(r *SingleRequest) { r.AnyPrincipal, r.PrincipalAccount = true, singleCallerAccount }, SingleDenied},
		{"14: deny, anonymous", "Deny", list(singleCallerAccount), func(r *SingleRequest) { r.Anonymous = true }, SingleDenied},
		{"14: deny, everyone listed", "Deny", `"*"`, nil, SingleAllowed},
		{"14: allow, everyone else", "Allow", list("999999999999"), nil, SingleAllowed},
		{"14: allow, anonymous included", "Allow", list(singleCallerAccount), func(r *SingleRequest) { r.Anonymous = true }, SingleAllowed},
		{"14: allow, the caller listed in part", "Allow", list(singleCallerAccount), nil, SingleUndetermined},
		{"14: allow, the user listed wholly", "Allow", list(singleCallerAccount, singleAlice), singleAs(singleAlice), SingleDenied},
	}
	var table []singleCase
	for _, c := range cases {
		bucket := `{"Effect":"` + c.effect + `","NotPrincipal":` + c.principals + `,"Action":"*","Resource":"*"}`
		if c.effect == "Deny" {
			bucket = singleBucketAllow(`"*"`) + "," + bucket
		}
		table = append(table, singleCase{name: c.name, bucket: bucket, change: c.change, want: c.want})
	}
	table = append(table, singleCase{
		name: "14: deny, account and user listed, no boundary", identity: singleAll, change: singleAs(singleAlice),
		bucket: singleBucketAllow(`"*"`) + `,{"Effect":"Deny","NotPrincipal":` + list(singleCallerAccount, singleAlice) + `,"Action":"*","Resource":"*"}`,
		want:   SingleAllowed,
	}, singleCase{
		name: "14: deny, a boundary that is not asked about", boundary: singleAll, change: singleAs(singleAlice),
		bucket: singleBucketAllow(`"*"`) + `,{"Effect":"Deny","NotPrincipal":` + list(singleCallerAccount, singleAlice) + `,"Action":"*","Resource":"*"}`,
		want:   SingleAllowed,
	}, singleCase{
		name: "14: deny, a principal with a boundary is always hit", identity: singleAll, boundary: singleAll, change: singleAs(singleAlice),
		bucket: singleBucketAllow(`"*"`) + `,{"Effect":"Deny","NotPrincipal":` + list(singleCallerAccount, singleAlice) + `,"Action":"*","Resource":"*"}`,
		want:   SingleDenied,
	})
	runSingleCases(t, table)
}

func TestFreshRoleIsNamedNowhere(t *testing.T) {
	t.Parallel()
	bucket := singleCase{}.document(t, Resource,
		singleBucketAllow(singleAWS("arn:aws:iam::111122223333:role/any"))+
			`,{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/any1"}}}`)
	if got, want := FreshRole("aws-us-gov", singleCallerAccount, bucket, nil), "arn:aws-us-gov:iam::111122223333:role/any2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
