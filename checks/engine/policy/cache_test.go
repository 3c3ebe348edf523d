package policy_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// ofBucket is a bucket policy of the usual size.
func ofBucket(i int) string {
	bucket := fmt.Sprintf("acme-genomics-%06d", i)
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[
		{"Sid":"Quilt","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:role/R%[2]d"]},
		"Action":["s3:GetObject","s3:GetObjectVersion","s3:ListBucket","s3:PutObject"],"Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"]},
		{"Sid":"TLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::%[1]s","arn:aws:s3:::%[1]s/*"],
		"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`, bucket, i)
}

func parsesAs(t testing.TB, c *policy.Cache, text string, kind policy.Kind) (d *policy.Document, again bool) {
	t.Helper()
	before := c.Parsed()
	d, err := c.Parse(text, kind)
	if err != nil {
		t.Fatal(err)
	}
	return d, c.Parsed() == before
}

func TestCacheParsesATextOnce(t *testing.T) {
	t.Parallel()
	c := policy.NewCache(1 << 20)
	first, again := parsesAs(t, c, ofBucket(1), policy.Resource)
	if again {
		t.Error("an empty cache has not parsed")
	}
	second, again := parsesAs(t, c, ofBucket(1), policy.Resource)
	if !again || first != second {
		t.Error("a text was parsed again")
	}
	if _, again := parsesAs(t, c, ofBucket(1), policy.Endpoint); again {
		t.Error("a text of another kind was not parsed")
	}
	if _, again := parsesAs(t, c, ofBucket(2), policy.Resource); again {
		t.Error("another text was not parsed")
	}
}

func TestCacheKeepsErrors(t *testing.T) {
	t.Parallel()
	c := policy.NewCache(1 << 20)
	_, first := c.Parse(`{"Statement":[{"Effect":"Perhaps"}]}`, policy.Identity)
	_, second := c.Parse(`{"Statement":[{"Effect":"Perhaps"}]}`, policy.Identity)
	if first == nil || second == nil || first.Error() != second.Error() || c.Parsed() != 1 {
		t.Errorf("%v, then %v, parsed %d times", first, second, c.Parsed())
	}
	if _, want := policy.Parse(`{"Statement":[{"Effect":"Perhaps"}]}`, policy.Identity); first.Error() != want.Error() {
		t.Errorf("%v, want %v", first, want)
	}
}

// TestCacheOfMoreThanFits: going through twice as many policies as fit again
// and again still finds a good part of them, and what is asked for again at
// once is there.
func TestCacheOfMoreThanFits(t *testing.T) {
	t.Parallel()
	const policies, rounds = 400, 10
	c := policy.NewCache(policies / 2 * 5 << 10)
	for range rounds {
		for i := range policies {
			parsesAs(t, c, ofBucket(i), policy.Resource)
			if _, again := parsesAs(t, c, ofBucket(i), policy.Resource); !again {
				t.Fatal("a text was parsed again at once")
			}
		}
	}
	if got := c.Parsed(); got > policies*rounds*3/4 || got < policies*rounds/4 {
		t.Errorf("%d texts were parsed, of %d", got, policies*rounds)
	}
}

// TestCacheForgetsWhatNobodyAsksFor: policies that come in place of others find
// room in the end.
func TestCacheForgetsWhatNobodyAsksFor(t *testing.T) {
	t.Parallel()
	c := policy.NewCache(100 << 10)
	for i := range 5_000 {
		parsesAs(t, c, ofBucket(i), policy.Resource)
	}
	const few = 10
	for range 5_000 / few {
		for i := range few {
			parsesAs(t, c, ofBucket(10_000+i), policy.Resource)
		}
	}
	before := c.Parsed()
	for i := range few {
		parsesAs(t, c, ofBucket(10_000+i), policy.Resource)
	}
	if c.Parsed() != before {
		t.Errorf("%d of %d texts were parsed although they had been asked for all the time", c.Parsed()-before, few)
	}
}

// TestCacheTakesWhatItMay holds the memory that a full cache takes against its
// bound. It is not parallel: it reads what the whole process takes.
func TestCacheTakesWhatItMay(t *testing.T) {
	const bound = 2 << 20
	everything := strings.Repeat(`"*",`, 500) + `"*"`
	escapes := strings.Repeat("${*}", 500)
	for name, text := range map[string]func(i int) string{
		"usual":  ofBucket,
		"errors": func(i int) string { return fmt.Sprint("x", i) },
		"many resources": func(i int) string {
			return fmt.Sprintf(`{"Id":"%d","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":[%s]}}`, i, everything)
		},
		"many values": func(i int) string {
			return fmt.Sprintf(`{"Id":"%d","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:UserAgent":[%s]}}}}`, i, everything)
		},
		"many statements": func(i int) string {
			return fmt.Sprintf(`{"Id":"%d","Statement":[%s{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`, i,
				strings.Repeat(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},`, 300))
		},
		"many escapes": func(i int) string {
			return fmt.Sprintf(`{"Id":"%d","Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:UserAgent":%q}}}}`, i, escapes)
		},
		"long": func(i int) string {
			return fmt.Sprintf(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::foo/%d%s"}}`, i, strings.Repeat("*a", 1_000))
		},
	} {
		c := policy.NewCache(bound)
		before := heap()
		for i, asked := 0, 0; asked < 2*bound; i++ {
			_, _ = c.Parse(text(i), policy.Resource)
			asked += 300 + len(text(i)) // of which what is kept takes more
		}
		took := heap() - before
		if took > bound*3/2 || took < bound/3 {
			t.Errorf("%s: the cache takes %d bytes of the %d that it may", name, took, bound)
		}
		runtime.KeepAlive(c)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestCacheServesManyAtOnce(t *testing.T) {
	t.Parallel()
	c := policy.NewCache(64 << 10)
	var wait sync.WaitGroup
	for worker := range uint64(4) {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(worker, 1))
			for range 500 {
				i := r.IntN(30)
				d, err := c.Parse(ofBucket(i), policy.Resource)
				if err != nil || d.Statements[0].Principals[1].Value != fmt.Sprintf("arn:aws:iam::111122223333:role/R%d", i) {
					t.Errorf("%d: %v, %v", i, d, err)
				}
			}
		})
	}
	wait.Wait()
}

// BenchmarkCache asks for a policy that is there.
func BenchmarkCache(b *testing.B) {
	c := policy.NewCache(1 << 20)
	text := typicalBucketPolicy()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Parse(text, policy.Resource); err != nil {
			b.Fatal(err)
		}
	}
}
