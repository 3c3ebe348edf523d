package awsfake

import (
	"encoding/json"
	"net/http"
)

// failure is an error answer in the shape of the service's protocol: REST-XML with the Error
// element at the root (S3) or wrapped (S3 Control), query XML (STS, IAM), JSON 1.1 (CloudTrail,
// Organizations).
func failure(q *request, status int, code, message string) answer {
	a := answer{status: status, code: code, contentType: xmlType}
	switch q.service {
	case CloudTrail, Organizations:
		a.contentType = jsonType
		a.body = jsonError(code, message)
	case STS, IAM:
		a.contentType = queryXML
		a.body = queryError(q, status, code, message)
	case S3Control:
		a.body = s3Error(q, code, message, true)
	default:
		a.body = s3Error(q, code, message, false)
	}
	return a
}

func jsonError(code, message string) []byte {
	body, err := json.Marshal(struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}{code, message})
	if err != nil {
		panic("awsfake: " + err.Error())
	}
	return body
}

func queryError(q *request, status int, code, message string) []byte {
	kind := "Sender"
	if status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	d := newDocument()
	d.WriteString("<ErrorResponse><Error>")
	d.text("Type", kind)
	d.text("Code", code)
	d.text("Message", message)
	d.WriteString("</Error>")
	d.text("RequestId", q.id)
	d.WriteString("</ErrorResponse>")
	return d.Bytes()
}

func s3Error(q *request, code, message string, wrapped bool) []byte {
	d := newDocument()
	if wrapped {
		d.WriteString("<ErrorResponse>")
	}
	d.WriteString("<Error>")
	d.text("Code", code)
	d.text("Message", message)
	if q.service == S3 && q.resource != "" {
		d.text("BucketName", q.resource)
	}
	if wrapped {
		d.WriteString("</Error>")
	}
	d.text("RequestId", q.id)
	d.text("HostId", "fake-host-"+q.id)
	if wrapped {
		d.WriteString("</ErrorResponse>")
	} else {
		d.WriteString("</Error>")
	}
	return d.Bytes()
}

// isJSON says whether the service speaks JSON 1.1, whose error codes end in Exception and whose
// client errors are all status 400.
func isJSON(q *request) bool { return q.service == CloudTrail || q.service == Organizations }

func isS3(q *request) bool { return q.service == S3 || q.service == S3Control }

// unauthenticated is the answer to an unsigned call and to a key nobody was given.
func unauthenticated(q *request) answer {
	const unknown = "The security token included in the request is invalid."
	switch {
	case isS3(q) && q.key == "":
		return failure(q, http.StatusForbidden, "AccessDenied", "Access Denied")
	case isS3(q):
		return failure(q, http.StatusForbidden, "InvalidAccessKeyId",
			"The AWS Access Key Id you provided does not exist in our records.")
	case isJSON(q) && q.key == "":
		return failure(q, http.StatusBadRequest, "MissingAuthenticationTokenException", "Missing Authentication Token")
	case isJSON(q):
		return failure(q, http.StatusBadRequest, "UnrecognizedClientException", unknown)
	case q.key == "":
		return failure(q, http.StatusForbidden, "MissingAuthenticationToken",
			"Request is missing Authentication Token")
	}
	return failure(q, http.StatusForbidden, "InvalidClientTokenId", unknown)
}

// notServed is the answer to an operation that the fake does not know. It is loud: a test that
// meets it should fail.
func notServed(q *request) answer {
	return failure(q, http.StatusNotImplemented, "NotImplemented", "awsfake does not serve "+q.service+":"+q.operation)
}

// action is the IAM action that the call needs (Service Authorization Reference).
func action(q *request) string {
	switch q.service + ":" + q.operation {
	case "s3:ListBuckets":
		return "s3:ListAllMyBuckets"
	case "s3:HeadBucket":
		return "s3:ListBucket"
	case "s3:GetPublicAccessBlock":
		return "s3:GetBucketPublicAccessBlock"
	case "s3control:GetPublicAccessBlock":
		return "s3:GetAccountPublicAccessBlock"
	}
	return q.service + ":" + q.operation
}

// denied is AccessDenied with AWS's sentence about why, such as "because no identity-based policy
// allows the s3:GetBucketPolicy action" (IAM User Guide, "Troubleshoot access denied error messages").
func denied(q *request, because string) answer {
	who := "anonymous"
	if q.caller != nil {
		who = q.caller.arn
	}
	message := "User: " + who + " is not authorized to perform: " + action(q)
	switch {
	case q.service == S3 && q.resource != "":
		message += ` on resource: "arn:aws:s3:::` + q.resource + `"`
	case q.resource != "":
		message += " on resource: " + q.resource
	}
	message += " " + because
	if isJSON(q) {
		return failure(q, http.StatusBadRequest, "AccessDeniedException", message)
	}
	return failure(q, http.StatusForbidden, "AccessDenied", message)
}

func notAllowed(q *request) string {
	return "because no identity-based policy allows the " + action(q) + " action"
}
