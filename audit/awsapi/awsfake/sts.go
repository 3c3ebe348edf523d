package awsfake

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// sessionName is the pattern of RoleSessionName (STS API reference, AssumeRole).
var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

func (f *Fake) sts(q *request) answer {
	switch q.operation {
	case "GetCallerIdentity":
		return okQuery(q, stsNamespace, func(d *document) {
			d.text("Arn", q.caller.arn)
			d.text("UserId", q.caller.userID)
			d.text("Account", q.caller.account.ID)
		})
	case "AssumeRole":
		return f.assumeRole(q)
	}
	return notServed(q)
}

func (f *Fake) assumeRole(q *request) answer {
	session := q.query.Get("RoleSessionName")
	if !sessionName.MatchString(session) {
		return failure(q, http.StatusBadRequest, "ValidationError", "1 validation error detected: Value '"+session+
			`' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`)
	}
	lifetime, refusal := sessionLifetime(q)
	if refusal != nil {
		return *refusal
	}
	r := f.index.roles[q.resource]
	if r == nil || !r.Assumable || r.ExternalID != "" && r.ExternalID != q.query.Get("ExternalId") {
		return failure(q, http.StatusForbidden, "AccessDenied", "User: "+q.caller.arn+
			" is not authorized to perform: sts:AssumeRole on resource: "+q.resource)
	}
	opened := f.keys.open(r, session)
	return okQuery(q, stsNamespace, func(d *document) {
		d.WriteString("<AssumedRoleUser>")
		d.text("Arn", opened.arn)
		d.text("AssumedRoleId", opened.userID)
		d.WriteString("</AssumedRoleUser><Credentials>")
		d.text("AccessKeyId", opened.key)
		d.text("SecretAccessKey", "secret-of-"+opened.key)
		d.text("SessionToken", opened.token)
		d.text("Expiration", time.Now().Add(lifetime).UTC().Format(time.RFC3339))
		d.WriteString("</Credentials>")
	})
}

// sessionLifetime is DurationSeconds: fifteen minutes to twelve hours, one hour when absent and at
// most for a session that assumes a further role (IAM User Guide, "Role chaining").
func sessionLifetime(q *request) (time.Duration, *answer) {
	seconds := 3600
	if text := q.query.Get("DurationSeconds"); text != "" {
		// What is not a number is out of range.
		seconds, _ = strconv.Atoi(text)
	}
	message := ""
	switch {
	case seconds < 900 || seconds > 43200:
		message = "1 validation error detected: Value at 'durationSeconds' must be between 900 and 43200"
	case seconds > 3600 && strings.HasPrefix(q.caller.key, "ASIA"):
		message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
	}
	if message == "" {
		return time.Duration(seconds) * time.Second, nil
	}
	a := failure(q, http.StatusBadRequest, "ValidationError", message)
	return 0, &a
}
