package awsfake

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// page cuts a list of IAM by MaxItems and Marker. It gives the bounds of the page and the marker
// of the next one, empty on the last.
func page(q *request, total, limit int) (start, end int, marker string, refusal *answer) {
	if text := q.query.Get("MaxItems"); text != "" {
		asked, err := strconv.Atoi(text)
		if err != nil || asked < 1 || asked > 1000 {
			return 0, 0, "", invalidPage(q, "Value at 'maxItems' must be between 1 and 1000")
		}
		limit = min(limit, asked)
	}
	if text := q.query.Get("Marker"); text != "" {
		decoded, err := base64.RawURLEncoding.DecodeString(text)
		offset, after := strings.CutPrefix(string(decoded), "after ")
		start, _ = strconv.Atoi(offset)
		if err != nil || !after || start < 1 || start > total {
			return 0, 0, "", invalidPage(q, "Invalid Marker.")
		}
	}
	end = min(start+limit, total)
	if end < total {
		marker = base64.RawURLEncoding.EncodeToString([]byte("after " + strconv.Itoa(end)))
	}
	return start, end, marker, nil
}

func invalidPage(q *request, message string) *answer {
	a := failure(q, http.StatusBadRequest, "ValidationError", message)
	return &a
}

// tail writes how a list ends.
func (d *document) tail(marker string) {
	d.flag("IsTruncated", marker != "")
	if marker != "" {
		d.text("Marker", marker)
	}
}

func listRolePolicies(q *request, r *role, limit int) answer {
	start, end, marker, refusal := page(q, len(r.Inline), limit)
	if refusal != nil {
		return *refusal
	}
	return okQuery(q, iamNamespace, func(d *document) {
		d.WriteString("<PolicyNames>")
		for _, p := range r.Inline[start:end] {
			d.text("member", p.Name)
		}
		d.WriteString("</PolicyNames>")
		d.tail(marker)
	})
}

func (f *Fake) listAttachedRolePolicies(q *request, r *role) answer {
	start, end, marker, refusal := page(q, len(r.Attached), f.options.iamPage)
	if refusal != nil {
		return *refusal
	}
	return okQuery(q, iamNamespace, func(d *document) {
		d.WriteString("<AttachedPolicies>")
		for _, arn := range r.Attached[start:end] {
			d.WriteString("<member>")
			d.text("PolicyName", arn[strings.LastIndex(arn, "/")+1:])
			d.text("PolicyArn", arn)
			d.WriteString("</member>")
		}
		d.WriteString("</AttachedPolicies>")
		d.tail(marker)
	})
}
