package awsfake

import "net/http"

// faulty is the answer in place of the true one, for the faults that are answers.
func (f *Fake) faulty(q *request, fault Fault) answer {
	switch fault {
	case AccessDenied:
		return denied(q, notAllowed(q))
	case DeniedBySCP:
		return denied(q, "with an explicit deny in a service control policy")
	case Throttle:
		return throttled(q)
	case InternalError:
		return internalError(q)
	case WrongRegion:
		return f.wrongRegion(q)
	case NoSuchBucket:
		if q.service == S3 {
			return noSuchBucket(q)
		}
		return notFound(q)
	case NotFound:
		return notFound(q)
	case ExpiredToken:
		return expiredToken(q)
	}
	return f.serve(q)
}

func throttled(q *request) answer {
	switch q.service {
	case S3, S3Control:
		return failure(q, http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
	case CloudTrail:
		return failure(q, http.StatusBadRequest, "ThrottlingException", "Rate exceeded")
	case Organizations:
		return failure(q, http.StatusBadRequest, "TooManyRequestsException",
			"AWS Organizations can't complete your request because another request is already in progress. Try again later.")
	}
	return failure(q, http.StatusBadRequest, "Throttling", "Rate exceeded")
}

func internalError(q *request) answer {
	code := "InternalFailure"
	switch q.service {
	case S3, S3Control:
		code = "InternalError"
	case IAM:
		code = "ServiceFailure"
	case Organizations:
		code = "ServiceException"
	}
	return failure(q, http.StatusInternalServerError, code, "We encountered an internal error. Please try again.")
}

func (f *Fake) wrongRegion(q *request) answer {
	switch {
	case isS3(q):
		region := "eu-central-1"
		if b := f.index.buckets[q.resource]; b != nil && b.Region != q.region {
			region = b.Region
		} else if q.region == region {
			region = defaultRegion
		}
		return permanentRedirect(q, region)
	case isJSON(q):
		return failure(q, http.StatusBadRequest, "InvalidSignatureException",
			"Credential should be scoped to a valid region.")
	}
	return failure(q, http.StatusForbidden, "SignatureDoesNotMatch", "Credential should be scoped to a valid region.")
}

func notFound(q *request) answer {
	switch q.service + ":" + q.operation {
	case "s3:GetBucketOwnershipControls":
		return ownershipControls(q, &Bucket{})
	case "s3:GetBucketPolicy", "s3:GetBucketPolicyStatus":
		return noSuchBucketPolicy(q)
	case "s3:GetPublicAccessBlock", "s3control:GetPublicAccessBlock":
		return publicAccessBlock(q, nil)
	case "s3:GetBucketTagging":
		return bucketTagging(q, &Bucket{})
	}
	switch q.service {
	case CloudTrail:
		return failure(q, http.StatusBadRequest, "TrailNotFoundException", "Unknown trail: "+q.resource)
	case Organizations:
		return failure(q, http.StatusBadRequest, "AWSOrganizationsNotInUseException",
			"Your account is not a member of an organization.")
	case STS, IAM:
		return noSuchEntity(q, q.resource+" cannot be found.")
	}
	return noSuchBucket(q)
}

func expiredToken(q *request) answer {
	const message = "The security token included in the request is expired"
	switch {
	case isS3(q):
		return failure(q, http.StatusBadRequest, "ExpiredToken", "The provided token has expired.")
	case isJSON(q):
		return failure(q, http.StatusBadRequest, "ExpiredTokenException", message)
	}
	return failure(q, http.StatusForbidden, "ExpiredToken", message)
}
