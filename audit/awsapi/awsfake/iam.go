package awsfake

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const iamNamespace = "https://iam.amazonaws.com/doc/2010-05-08/"

const iamDate = "2024-03-01T12:00:00Z"

func (f *Fake) iam(q *request) answer {
	switch q.operation {
	case "GetRole", "ListRolePolicies", "GetRolePolicy", "ListAttachedRolePolicies":
		r := q.caller.account.roles[q.query.Get("RoleName")]
		if r == nil {
			return noSuchEntity(q, "The role with name "+q.query.Get("RoleName")+" cannot be found.")
		}
		return f.roleOperation(q, r)
	case "GetPolicy", "GetPolicyVersion":
		arn := q.query.Get("PolicyArn")
		p := f.index.policies[arn]
		switch {
		case p == nil:
			return noSuchEntity(q, "Policy "+arn+" was not found.")
		case p.account != nil && p.account != q.caller.account:
			return denied(q, notAllowed(q))
		}
		return policyOperation(q, p)
	}
	return notServed(q)
}

func (f *Fake) roleOperation(q *request, r *role) answer {
	switch q.operation {
	case "ListRolePolicies":
		return listRolePolicies(q, r, f.options.iamPage)
	case "ListAttachedRolePolicies":
		return f.listAttachedRolePolicies(q, r)
	case "GetRolePolicy":
		return rolePolicy(q, r)
	}
	return okQuery(q, iamNamespace, r.describe)
}

func noSuchEntity(q *request, message string) answer {
	return failure(q, http.StatusNotFound, "NoSuchEntity", message)
}

// encodeDocument is a policy document as IAM returns it, URL-encoded by RFC 3986 (IAM API reference,
// GetRolePolicy): a space is %20, never a plus.
func encodeDocument(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

func (r *role) describe(d *document) {
	trust := r.TrustPolicy
	if trust == "" {
		trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:` +
			r.account.Partition + ":iam::" + r.account.ID + `:root"},"Action":"sts:AssumeRole"}]}`
	}
	d.WriteString("<Role>")
	d.text("Path", r.Path)
	d.text("RoleName", r.Name)
	d.text("RoleId", r.id)
	d.text("Arn", r.arn)
	d.text("CreateDate", iamDate)
	d.text("AssumeRolePolicyDocument", encodeDocument(trust))
	d.text("MaxSessionDuration", "3600")
	if r.Boundary != "" {
		d.WriteString("<PermissionsBoundary>")
		d.text("PermissionsBoundaryType", "Policy")
		d.text("PermissionsBoundaryArn", r.Boundary)
		d.WriteString("</PermissionsBoundary>")
	}
	d.WriteString("</Role>")
}

func rolePolicy(q *request, r *role) answer {
	name := q.query.Get("PolicyName")
	for _, p := range r.Inline {
		if p.Name != name {
			continue
		}
		return okQuery(q, iamNamespace, func(d *document) {
			d.text("RoleName", r.Name)
			d.text("PolicyName", p.Name)
			d.text("PolicyDocument", encodeDocument(p.Document))
		})
	}
	return noSuchEntity(q, "The role policy with name "+name+" cannot be found.")
}

func policyOperation(q *request, p *policy) answer {
	if q.operation == "GetPolicy" {
		return okQuery(q, iamNamespace, p.describe)
	}
	version := q.query.Get("VersionId")
	number, err := strconv.Atoi(strings.TrimPrefix(version, "v"))
	if err != nil || number < 1 || number > len(p.Versions) {
		return noSuchEntity(q, "Policy "+p.arn+" version "+version+" does not exist or is not attachable.")
	}
	return okQuery(q, iamNamespace, func(d *document) {
		d.WriteString("<PolicyVersion>")
		d.text("Document", encodeDocument(p.Versions[number-1]))
		d.text("VersionId", version)
		d.flag("IsDefaultVersion", number == len(p.Versions))
		d.text("CreateDate", iamDate)
		d.WriteString("</PolicyVersion>")
	})
}

func (p *policy) describe(d *document) {
	d.WriteString("<Policy>")
	d.text("PolicyName", p.Name)
	d.text("PolicyId", uniqueID("ANPA", p.arn))
	d.text("Arn", p.arn)
	d.text("Path", p.Path)
	d.text("DefaultVersionId", "v"+strconv.Itoa(len(p.Versions)))
	d.flag("IsAttachable", true)
	d.text("CreateDate", iamDate)
	d.text("UpdateDate", iamDate)
	d.WriteString("</Policy>")
}
