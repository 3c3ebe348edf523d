package awsfake

import (
	"encoding/base64"
	"net/http"
	"sort"
	"strconv"
	"strings"
)

// maxBuckets is the largest page of ListBuckets, and the number of buckets beyond which AWS
// rejects a call without max-buckets (S3 API reference, ListBuckets).
const maxBuckets = 10_000

const creationDate = "2024-03-01T12:00:00.000Z"

func (f *Fake) listBuckets(q *request) answer {
	limit, refusal := listLimit(q)
	if refusal != nil {
		return *refusal
	}
	owned := q.caller.account.buckets
	if region := q.query.Get("bucket-region"); region != "" {
		if region != q.region {
			return failure(q, http.StatusBadRequest, "InvalidArgument",
				"Argument value "+region+" does not match the endpoint's region")
		}
		owned = q.caller.account.byRegion[region]
	}
	after, err := base64.RawURLEncoding.DecodeString(q.query.Get("continuation-token"))
	if err != nil {
		return failure(q, http.StatusBadRequest, "InvalidArgument", "The continuation token provided is incorrect")
	}
	prefix := q.query.Get("prefix")
	start := sort.Search(len(owned), func(i int) bool {
		return owned[i].Name >= prefix && owned[i].Name > string(after)
	})
	end := start
	for end < len(owned) && end-start < limit && strings.HasPrefix(owned[end].Name, prefix) {
		end++
	}
	more := end < len(owned) && strings.HasPrefix(owned[end].Name, prefix)
	return f.bucketPage(q, owned[start:end], more)
}

func listLimit(q *request) (int, *answer) {
	text := q.query.Get("max-buckets")
	if text == "" {
		if len(q.caller.account.buckets) > maxBuckets {
			a := failure(q, http.StatusBadRequest, "InvalidRequest",
				"Unpaginated ListBuckets requests are not supported for accounts with more than 10000 buckets")
			return 0, &a
		}
		return maxBuckets, nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 1 || limit > maxBuckets {
		a := failure(q, http.StatusBadRequest, "InvalidArgument",
			"Argument max-buckets must be an integer between 1 and 10000")
		return 0, &a
	}
	return limit, nil
}

// showsRegion says whether the answer carries BucketRegion: AWS includes it only when a parameter
// was sent.
func (f *Fake) showsRegion(q *request) bool {
	if f.index.estate.NoBucketRegion {
		return false
	}
	for _, parameter := range []string{"max-buckets", "continuation-token", "prefix", "bucket-region"} {
		if q.query.Has(parameter) {
			return true
		}
	}
	return false
}

// bucketPage writes up to ten thousand buckets, so it writes them by hand. Bucket names need no
// escaping: their alphabet has no character that XML knows.
func (f *Fake) bucketPage(q *request, page []*Bucket, more bool) answer {
	region := f.showsRegion(q)
	d := newDocument()
	d.Grow(256 + 160*len(page))
	d.WriteString("<ListAllMyBucketsResult " + s3Namespace + "><Owner>")
	d.text("ID", q.caller.account.ownerID)
	d.WriteString("</Owner><Buckets>")
	for _, b := range page {
		d.WriteString("<Bucket><Name>")
		d.WriteString(b.Name)
		d.WriteString("</Name><CreationDate>" + creationDate + "</CreationDate>")
		if region {
			d.WriteString("<BucketRegion>")
			d.WriteString(b.Region)
			d.WriteString("</BucketRegion>")
		}
		d.WriteString("</Bucket>")
	}
	d.WriteString("</Buckets>")
	if prefix := q.query.Get("prefix"); prefix != "" {
		d.text("Prefix", prefix)
	}
	if more {
		d.text("ContinuationToken", base64.RawURLEncoding.EncodeToString([]byte(page[len(page)-1].Name)))
	}
	d.WriteString("</ListAllMyBucketsResult>")
	return d.ok()
}
