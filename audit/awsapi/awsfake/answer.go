package awsfake

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strconv"
)

// answer is a response before it is sent.
type answer struct {
	status int
	// code is the AWS error code; empty on success.
	code        string
	contentType string
	// bucketRegion is the header x-amz-bucket-region, bucketARN x-amz-bucket-arn.
	bucketRegion, bucketARN string
	body                    []byte
}

const (
	xmlType  = "application/xml"
	queryXML = "text/xml"
	jsonType = "application/x-amz-json-1.1"
)

// document is an XML document under construction.
type document struct{ bytes.Buffer }

func newDocument() *document {
	d := &document{}
	d.WriteString(xml.Header)
	return d
}

// text adds an element with escaped text.
func (d *document) text(name, value string) {
	d.WriteString("<" + name + ">")
	// A bytes.Buffer never fails to write.
	_ = xml.EscapeText(&d.Buffer, []byte(value))
	d.WriteString("</" + name + ">")
}

// flag adds an element with a boolean.
func (d *document) flag(name string, value bool) { d.text(name, strconv.FormatBool(value)) }

// ok is the document as a successful S3 answer.
func (d *document) ok() answer {
	return answer{status: http.StatusOK, contentType: xmlType, body: d.Bytes()}
}

// okJSON is a successful answer of the AWS JSON protocol.
func okJSON(output any) answer {
	body, err := json.Marshal(output)
	if err != nil {
		panic("awsfake: " + err.Error())
	}
	return answer{status: http.StatusOK, contentType: jsonType, body: body}
}

// okQuery is a successful answer of the AWS query protocol; result fills the Result element.
func okQuery(q *request, namespace string, result func(*document)) answer {
	d := newDocument()
	d.WriteString("<" + q.operation + "Response xmlns=\"" + namespace + "\"><" + q.operation + "Result>")
	result(d)
	d.WriteString("</" + q.operation + "Result><ResponseMetadata>")
	d.text("RequestId", q.id)
	d.WriteString("</ResponseMetadata></" + q.operation + "Response>")
	return answer{status: http.StatusOK, contentType: queryXML, body: d.Bytes()}
}

// send writes the answer, with the headers that AWS sends.
func (a answer) send(w http.ResponseWriter, q *request) {
	h := w.Header()
	if q.service == CloudTrail || q.service == Organizations {
		h.Set("X-Amzn-Requestid", q.id)
	} else {
		h.Set("X-Amz-Request-Id", q.id)
	}
	if a.bucketRegion != "" {
		h.Set("X-Amz-Bucket-Region", a.bucketRegion)
	}
	if a.bucketARN != "" {
		h.Set("X-Amz-Bucket-Arn", a.bucketARN)
	}
	h.Set("Content-Type", a.contentType)
	if !q.head {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	if !q.head {
		// A client that went away is its own business.
		_, _ = w.Write(a.body)
	}
}
