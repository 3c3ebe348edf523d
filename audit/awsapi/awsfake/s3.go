package awsfake

import (
	"maps"
	"net/http"
	"slices"
)

const s3Namespace = `xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`

func (f *Fake) s3(q *request) answer {
	if q.operation == "ListBuckets" {
		return f.listBuckets(q)
	}
	b, refusal := f.enter(q)
	if refusal != nil {
		return *refusal
	}
	switch q.operation {
	case "HeadBucket":
		return f.headBucket(b)
	case "GetBucketOwnershipControls":
		return ownershipControls(q, b)
	case "GetBucketPolicy":
		return bucketPolicy(q, b)
	case "GetBucketPolicyStatus":
		return policyStatus(q, b)
	case "GetPublicAccessBlock":
		return publicAccessBlock(q, b.PublicAccessBlock)
	case "GetBucketTagging":
		return bucketTagging(q, b)
	}
	return notServed(q)
}

// enter finds the bucket and decides, in S3's order, whether the call may go on: the bucket exists,
// the endpoint is in its region, it has the expected owner, and the caller may read it.
func (f *Fake) enter(q *request) (*Bucket, *answer) {
	b := f.index.buckets[q.resource]
	if b == nil {
		a := noSuchBucket(q)
		return nil, &a
	}
	if q.region != b.Region {
		a := permanentRedirect(q, b.Region)
		return nil, &a
	}
	foreign := b.Owner != q.caller.account.ID
	expected := q.header.Get("X-Amz-Expected-Bucket-Owner")
	switch {
	case expected != "" && expected != b.Owner:
		a := failure(q, http.StatusForbidden, "AccessDenied", "Access Denied")
		a.bucketRegion = b.Region
		return nil, &a
	case foreign && !slices.Contains(b.SharedWith, q.caller.account.ID):
		a := denied(q, "because no resource-based policy allows the "+action(q)+" action")
		a.bucketRegion = b.Region
		return nil, &a
	case foreign && (q.operation == "GetBucketPolicy" || q.operation == "GetBucketPolicyStatus"):
		a := failure(q, http.StatusMethodNotAllowed, "MethodNotAllowed",
			"The specified method is not allowed against this resource.")
		return nil, &a
	}
	return b, nil
}

func noSuchBucket(q *request) answer {
	return failure(q, http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
}

func permanentRedirect(q *request, region string) answer {
	a := failure(q, http.StatusMovedPermanently, "PermanentRedirect", "The bucket you are attempting to access must be"+
		" addressed using the specified endpoint. Please send all future requests to this endpoint.")
	a.bucketRegion = region
	return a
}

func (f *Fake) headBucket(b *Bucket) answer {
	a := answer{status: http.StatusOK, contentType: xmlType, bucketRegion: b.Region}
	if !f.index.estate.NoBucketRegion {
		a.bucketARN = "arn:" + f.index.accounts[b.Owner].Partition + ":s3:::" + b.Name
	}
	return a
}

func ownershipControls(q *request, b *Bucket) answer {
	if b.Ownership == "" {
		return failure(q, http.StatusNotFound, "OwnershipControlsNotFoundError",
			"The bucket ownership controls were not found")
	}
	d := newDocument()
	d.WriteString("<OwnershipControls " + s3Namespace + "><Rule>")
	d.text("ObjectOwnership", b.Ownership)
	d.WriteString("</Rule></OwnershipControls>")
	return d.ok()
}

func noSuchBucketPolicy(q *request) answer {
	return failure(q, http.StatusNotFound, "NoSuchBucketPolicy", "The bucket policy does not exist")
}

func bucketPolicy(q *request, b *Bucket) answer {
	text := b.policyText()
	if text == "" {
		return noSuchBucketPolicy(q)
	}
	return answer{status: http.StatusOK, contentType: "application/json", body: []byte(text)}
}

func policyStatus(q *request, b *Bucket) answer {
	if b.Policy == "" && b.template == nil {
		return noSuchBucketPolicy(q)
	}
	d := newDocument()
	d.WriteString("<PolicyStatus " + s3Namespace + ">")
	if !b.EmptyPolicyStatus {
		d.flag("IsPublic", b.Public)
	}
	d.WriteString("</PolicyStatus>")
	return d.ok()
}

// publicAccessBlock answers for a bucket and for an account, which differ in the error's wrapping only.
func publicAccessBlock(q *request, p *PublicAccessBlock) answer {
	if p == nil {
		return failure(q, http.StatusNotFound, "NoSuchPublicAccessBlockConfiguration",
			"The public access block configuration was not found")
	}
	d := newDocument()
	d.WriteString("<PublicAccessBlockConfiguration " + s3Namespace + ">")
	d.flag("BlockPublicAcls", p.BlockPublicAcls)
	d.flag("IgnorePublicAcls", p.IgnorePublicAcls)
	d.flag("BlockPublicPolicy", p.BlockPublicPolicy)
	d.flag("RestrictPublicBuckets", p.RestrictPublicBuckets)
	d.WriteString("</PublicAccessBlockConfiguration>")
	return d.ok()
}

func bucketTagging(q *request, b *Bucket) answer {
	if len(b.Tags) == 0 {
		return failure(q, http.StatusNotFound, "NoSuchTagSet", "The TagSet does not exist")
	}
	d := newDocument()
	d.WriteString("<Tagging " + s3Namespace + "><TagSet>")
	for _, key := range slices.Sorted(maps.Keys(b.Tags)) {
		d.WriteString("<Tag>")
		d.text("Key", key)
		d.text("Value", b.Tags[key])
		d.WriteString("</Tag>")
	}
	d.WriteString("</TagSet></Tagging>")
	return d.ok()
}

// s3control serves the account-level setting. The account of the header has to be the caller's.
func (f *Fake) s3control(q *request) answer {
	if q.operation != "GetPublicAccessBlock" {
		return notServed(q)
	}
	if q.resource != q.caller.account.ID {
		return failure(q, http.StatusForbidden, "AccessDenied", "Access Denied")
	}
	return publicAccessBlock(q, q.caller.account.PublicAccessBlock)
}
