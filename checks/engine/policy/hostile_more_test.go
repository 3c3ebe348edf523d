package policy_test

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// TestHostilePoliciesOfEveryKind: an answer or an error, never a panic, and
// where the Allow does not cover every key never a grant.
func TestHostilePoliciesOfEveryKind(t *testing.T) {
	t.Parallel()
	const size = 2 << 10
	for _, kind := range hostileKinds {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			for name, text := range hostileTexts(kind, size) {
				d, err := policy.Parse(text, kind)
				if err != nil {
					continue
				}
				a := mustDecide(t, hostileQuestion(), hostileLayers(t, d, kind))
				if strings.HasPrefix(name, "resource") && a.Kind == policy.Granted && kind != policy.RCP {
					t.Errorf("%s: granted by %.200s", name, text)
				}
				if strings.Contains(a.Reason, "disagree") {
					t.Errorf("%s: %s by %.400s", name, asJSON(t, a), text)
				}
			}
		})
	}
}

func TestVeryManyPartsAreNotGrantedWrongly(t *testing.T) {
	t.Parallel()
	for name, text := range manyParts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := mustParse(t, text, policy.Resource)
			l := policy.Layers{Bucket: d, RestrictPublicBuckets: true}
			if a := mustDecide(t, hostileQuestion(), l); a.Kind == policy.Granted || strings.Contains(a.Reason, "disagree") {
				t.Errorf("got %s", asJSON(t, a))
			}
		})
	}
}

// bucketPolicySize is the size limit of a bucket policy ("Amazon S3 User Guide",
// bucket policies: 20 KB).
const bucketPolicySize = 20 << 10 // bytes

// hostileBudget bounds what one decision on a policy of 20 KB allocates.
const hostileBudget = 8 << 20 // bytes

// TestHostilePoliciesTakeLittleMemory is not parallel: it reads what the whole
// process allocates.
func TestHostilePoliciesTakeLittleMemory(t *testing.T) {
	const size = bucketPolicySize - 1024
	hungry := []string{"resource", "StringLike", "StringNotLike", "ArnLike", "ForAllValues:StringLike"}
	for _, kind := range []policy.Kind{policy.Resource, policy.Identity} {
		for name, text := range hostileTexts(kind, size) {
			if len(text) > bucketPolicySize {
				t.Errorf("%s has %d bytes", name, len(text))
			}
			if operator, _, _ := strings.Cut(name, ": "); !slices.Contains(hungry, operator) {
				continue // those of TestHostilePoliciesOfEveryKind
			}
			if d, err := policy.Parse(text, kind); err == nil {
				checkMemory(t, kind.String()+" "+name, hostileLayers(t, d, kind))
			}
		}
	}
	for _, c := range adversarialCases() {
		checkMemory(t, c.name, policy.Layers{Bucket: mustParse(t, c.text, policy.Resource)})
	}
}

func checkMemory(t *testing.T, name string, l policy.Layers) {
	t.Helper()
	q := hostileQuestion()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	mustDecide(t, q, l)
	runtime.ReadMemStats(&after)
	if spent := after.TotalAlloc - before.TotalAlloc; spent > hostileBudget {
		t.Errorf("%s: %d bytes", name, spent)
	}
}

func TestParseRefusesMoreHostileText(t *testing.T) {
	t.Parallel()
	const body = `"Effect":"Allow","Action":"s3:GetObject","Resource":"*"`
	doc := func(statement string) string { return `{"Version":"2012-10-17","Statement":` + statement + `}` }
	for name, c := range map[string]struct{ text, want string }{
		"byte order mark":      {"\ufeff" + doc(`{`+body+`}`), "an object is expected"},
		"UTF-16":               {"\xff\xfe{\x00}\x00", "not valid UTF-8"},
		"surrogates reversed":  {doc(`{` + body + `,"Sid":"\udc00\ud800"}`), "not valid Unicode"},
		"surrogate and letter": {doc(`{` + body + `,"Sid":"\ud800A"}`), "not valid Unicode"},
		"overlong encoding":    {doc(`{` + body + `,"Sid":"` + "\xc0\xaf" + `"}`), "not valid UTF-8"},
		"surrogate in UTF-8":   {doc(`{` + body + `,"Sid":"` + "\xed\xa0\x80" + `"}`), "not valid UTF-8"},
		"raw NUL":              {doc(`{` + body + `,"Sid":"` + "\x00" + `"}`), "control character"},
		"bad escape":           {doc(`{` + body + `,"Sid":"\x41"}`), `Sid`},
		"short escape":         {doc(`{` + body + `,"Sid":"\u00"}`), `Sid`},
		"comment":              {doc(`{` + body + `/**/}`), `"}" is expected`},
		"single quotes":        {`{'Version':'2012-10-17'}`, "a string is expected"},
		"NaN":                  {doc(`{` + body + `,"Condition":{"NumericEquals":{"a:b":NaN}}}`), "Condition: NumericEquals: a:b"},
		"number with plus":     {doc(`{` + body + `,"Condition":{"NumericEquals":{"a:b":+1}}}`), "Condition: NumericEquals: a:b"},
		"deep condition":       {doc(`{` + body + `,"Condition":` + strings.Repeat(`{"a":`, 10_000) + `}`), "Condition"},
		"deep value":           {doc(`{` + body + `,"Condition":{"Bool":{"a:b":` + strings.Repeat(`[`, 10_000) + `}}}`), "Condition: Bool: a:b"},
		"deep principal":       {doc(`{` + body + `,"Principal":{"AWS":` + strings.Repeat(`[`, 10_000) + `}}`), "Principal"},
		"open strings":         {strings.Repeat(`"`, 100_000), "an object is expected"},
		"commas":               {`{` + strings.Repeat(",", 100_000), "a string is expected"},
		"256 KB and one byte":  {doc(`{` + body + `,"Sid":"` + strings.Repeat("x", policy.MaxDocument) + `"}`), "longer than"},
	} {
		for _, kind := range hostileKinds {
			if _, err := policy.Parse(c.text, kind); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s as %s: error is %v, want %q", name, kind, err, c.want)
			} else if len(err.Error()) > 1000 {
				t.Errorf("%s as %s: the error has %d bytes", name, kind, len(err.Error()))
			}
		}
	}
}

// FuzzParseAndDecide decides whatever parses. What it grants the plain evaluator
// must allow on a few keys.
func FuzzParseAndDecide(f *testing.F) {
	for i, kind := range hostileKinds {
		for _, text := range hostileTexts(kind, 64) {
			f.Add(text, uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, text string, kindByte uint8) {
		kind := hostileKinds[int(kindByte)%len(hostileKinds)]
		d, err := policy.Parse(text, kind)
		if err != nil {
			return
		}
		q, l := hostileQuestion(), hostileLayers(t, d, kind)
		a := mustDecide(t, q, l)
		if strings.Contains(a.Reason, "disagree") {
			t.Fatalf("%s", asJSON(t, a))
		}
		if a.Kind != policy.Granted {
			return
		}
		for _, key := range []string{"a", "x", "ab", "/", "?", "${*}", "\n", "é", strings.Repeat("a", 30)} {
			r := policy.SingleRequest{
				Principal: roleARN, Action: q.Action, Resource: "arn:aws:s3:::foo/" + key, ResourceAccount: q.BucketAccount,
				Context: map[string][]string{"aws:PrincipalArn": {roleARN}, "aws:PrincipalAccount": {control}},
			}
			if got := policy.EvaluateSingle(r, singleOf(l)).Answer; got != policy.SingleAllowed {
				t.Fatalf("granted, but %q is %v", key, got)
			}
		}
	})
}

func singleOf(l policy.Layers) policy.SinglePolicies {
	return policy.SinglePolicies{
		Identity: l.Identity, AskIdentity: l.Identity != nil, Boundary: l.Boundary, Session: l.Session, SCPs: l.SCPs, RCPs: l.RCPs,
		Endpoint: l.Endpoint, Bucket: l.Bucket, RestrictPublicBuckets: l.RestrictPublicBuckets, Public: l.Public,
	}
}

// BenchmarkHostile decides the hostile policies of 20 KB.
func BenchmarkHostile(b *testing.B) {
	for _, kind := range []policy.Kind{policy.Resource, policy.Identity} {
		for name, text := range hostileTexts(kind, bucketPolicySize-1024) {
			d, err := policy.Parse(text, kind)
			if err != nil {
				continue
			}
			b.Run(kind.String()+" "+name, func(b *testing.B) {
				l, q := hostileLayers(b, d, kind), hostileQuestion()
				b.ReportAllocs()
				for b.Loop() {
					mustDecide(b, q, l)
				}
			})
		}
	}
}

// BenchmarkVeryManyParts decides policies of up to 256 KB.
func BenchmarkVeryManyParts(b *testing.B) {
	for name, text := range manyParts() {
		b.Run(name, func(b *testing.B) {
			l, q := policy.Layers{Bucket: mustParse(b, text, policy.Resource)}, hostileQuestion()
			b.ReportAllocs()
			for b.Loop() {
				mustDecide(b, q, l)
			}
		})
	}
}
