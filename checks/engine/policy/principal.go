package policy

import "strings"

// principalForm is what an entry of a Principal element names ("AWS JSON policy
// elements: Principal").
type principalForm uint8

const (
	formUnclear   principalForm = iota // not understood
	formNobody                         // understood, and matches no caller
	formEveryone                       // "*" or {"AWS": "*"}
	formAccount                        // an account id or its root ARN
	formRoot                           // possibly the root user alone, see atEndpoint
	formRole                           // a role: all its sessions
	formUser                           // an IAM user
	formSession                        // one session of a role
	formFederated                      // a federated user session
	formUniqueID                       // AROA..., AIDA...: what is left of a deleted principal
	formProvider                       // an identity provider, whose sessions are role sessions
	formCanonical                      // an account, by its canonical user id
)

// principal is a compiled entry of a Principal element, or a caller.
type principal struct {
	form      principalForm
	partition string // "" if the entry does not say
	account   string
	name      string // role with its path, user with its path, ROLE/SESSION, or federated user
	text      string
}

func parsePrincipal(p Principal) principal {
	switch p.Kind {
	case "*":
		return principal{form: formEveryone, text: p.Value}
	case "AWS":
		return parseAWSPrincipal(p.Value)
	case "Service":
		return principal{form: formNobody, text: p.Value}
	case "Federated":
		return principal{form: formProvider, text: p.Value}
	default:
		return principal{form: formCanonical, text: p.Value}
	}
}

func parseAWSPrincipal(text string) principal {
	out := principal{text: text}
	switch {
	case text == "*":
		out.form = formEveryone
	case accountID(text):
		out.form, out.account = formAccount, text
	case strings.HasPrefix(text, "arn:"):
		return parsePrincipalARN(text)
	case uniqueID(text):
		out.form = formUniqueID
	}
	return out
}

// parsePrincipalARN reads the ARN forms. A name with a wildcard matches nobody:
// Principal takes no partial wildcards, and AWS refuses to save one.
func parsePrincipalARN(text string) principal {
	out := principal{text: text}
	parts, ok := cutARN(text)
	if ok && originAccessIdentity(parts) {
		out.form = formNobody
		return out
	}
	if !ok || parts[3] != "" || !accountID(parts[4]) {
		return out
	}
	out.partition, out.account = parts[1], parts[4]
	kind, name, _ := strings.Cut(parts[5], "/")
	out.name = name
	switch {
	case parts[2] == "iam" && parts[5] == "root":
		out.form = formAccount
	case name == "":
	case strings.ContainsAny(name, "*?"):
		out.form = formNobody
	case parts[2] == "iam" && kind == "role":
		out.form = formRole
	case parts[2] == "iam" && kind == "user":
		out.form = formUser
	case parts[2] == "sts" && kind == "assumed-role" && strings.Count(name, "/") == 1:
		out.form = formSession
	case parts[2] == "sts" && kind == "federated-user":
		out.form = formFederated
	}
	return out
}

// atEndpoint is the entry as the policy of a VPC endpoint has it. At a gateway
// endpoint an account means its root user alone, who is none of the callers that
// can be asked for ("Control access to VPC endpoints using endpoint policies",
// AWS PrivateLink). The policy does not tell whether it is that of an interface
// endpoint, of which AWS says no such thing: so a Deny may mean more.
func (p principal) atEndpoint(s *Statement) principal {
	switch {
	case p.form != formAccount:
	case s.Effect == Allow && s.NotPrincipals == nil:
		p.form = formNobody
	default:
		p.form = formRoot
	}
	return p
}

// originAccessIdentity reports whether the ARN is that of "a special CloudFront
// user", as which CloudFront alone asks: it is of no account ("Restrict access to
// an Amazon S3 origin", Amazon CloudFront Developer Guide).
func originAccessIdentity(parts [arnParts]string) bool {
	return parts[2] == "iam" && parts[3] == "" && parts[4] == "cloudfront" && strings.HasPrefix(parts[5], "user/")
}

// cutARN returns the six parts of an ARN; the last keeps its colons.
func cutARN(text string) (parts [arnParts]string, ok bool) {
	for i := range arnParts - 1 {
		parts[i], text, ok = strings.Cut(text, ":")
		if !ok {
			return parts, false
		}
	}
	parts[arnParts-1] = text
	return parts, true
}

func accountID(text string) bool {
	const digits = 12
	if len(text) != digits {
		return false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// uniqueID reports whether the text is the unique id of a role or user ("IAM
// identifiers": AROA and AIDA), which AWS shows for one that was deleted.
func uniqueID(text string) bool {
	const shortest = 16
	if len(text) < shortest || !strings.HasPrefix(text, "AROA") && !strings.HasPrefix(text, "AIDA") {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// roleName returns the name of a role or session without path and session.
func (p principal) roleName() string {
	if p.form == formSession {
		name, _, _ := strings.Cut(p.name, "/")
		return name
	}
	return p.name[strings.LastIndexByte(p.name, '/')+1:]
}
