package policy

import (
	"slices"
	"strconv"
	"strings"
)

// singleCaller is one caller under all its names. Those it does not have are
// empty, all of them for an anonymous request.
type singleCaller struct {
	partition, account string
	role               string    // ARN with path, if that is known
	roleName           string    // without path
	session            string    // ARN of an assumed-role session
	user               string    // ARN
	federated          string    // ARN of a federated-user session
	linked             singleTri // the role is linked to a service
	freeRoot           singleTri // see keepsAccess
}

// String is the most particular name.
func (c singleCaller) String() string {
	for _, name := range []string{c.session, c.federated, c.user} {
		if name != "" {
			return name
		}
	}
	return "*"
}

// callers lists the callers that the principal of the request stands for.
func (run *singleRun) callers(r SingleRequest) (callers []singleCaller, reason string) {
	if r.Anonymous || r.Principal == "*" && !r.AnyPrincipal {
		return []singleCaller{{}}, ""
	}
	principal := r.Principal
	if r.AnyPrincipal {
		principal = r.PrincipalAccount
	}
	account, whole := singleWholeAccount(principal)
	if whole {
		principal = FreshRole(run.resource[1], account, run.documents()...)
	}
	caller, ok := singleNamedCaller(principal)
	if !ok {
		return nil, "the principal is no role, session, user or account"
	}
	if r.PrincipalAccount != "" && r.PrincipalAccount != caller.account {
		return nil, "the principal belongs to another account than it says"
	}
	if caller.role == "" {
		return []singleCaller{caller}, ""
	}
	caller.freeRoot = singleIf(whole && run.keepsAccess(account))
	for _, session := range run.sessions(caller) {
		caller.session = session
		callers = append(callers, caller)
	}
	return callers, ""
}

// keepsAccess says whether the account's root user asks for what no policy of its
// account can take away from it: "the root principal in a bucket owner's AWS
// account can perform the GetBucketPolicy, PutBucketPolicy, and DeleteBucketPolicy
// API actions, even if their bucket policy explicitly denies the root principal's
// access" ("PutBucketPolicy", Amazon S3 API Reference).
func (run *singleRun) keepsAccess(account string) bool {
	if account != run.owner {
		return false
	}
	arn := run.context.values("aws:PrincipalArn")
	if len(arn) != 1 || arn[0] != "arn:"+run.resource[1]+":iam::"+account+":root" {
		return false
	}
	return slices.ContainsFunc([]string{"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"}, func(action string) bool {
		return singleSameFolded(action, run.action)
	})
}

func (run *singleRun) documents() (all []*Document) {
	for _, source := range run.sources {
		all = append(all, source.document)
	}
	return all
}

// singleWholeAccount reads the two forms that name an account.
func singleWholeAccount(principal string) (account string, whole bool) {
	if singleIsAccount(principal) {
		return principal, true
	}
	parts, count := singleCut(principal)
	if count == 6 && parts[0] == "arn" && parts[2] == "iam" && parts[3] == "" && parts[5] == "root" {
		return parts[4], singleIsAccount(parts[4])
	}
	return "", false
}

// singleNamedCaller takes an ARN of one role, session or user apart.
func singleNamedCaller(arn string) (singleCaller, bool) {
	parts, count := singleCut(arn)
	if count != 6 || parts[0] != "arn" || parts[3] != "" || !singleIsAccount(parts[4]) || strings.ContainsAny(arn, "*?") {
		return singleCaller{}, false
	}
	caller := singleCaller{partition: parts[1], account: parts[4]}
	kind, name, _ := strings.Cut(parts[5], "/")
	last := name[strings.LastIndexByte(name, '/')+1:]
	if last == "" || strings.Contains(name, ":") {
		return singleCaller{}, false
	}
	switch {
	case parts[2] == "iam" && kind == "role":
		caller.role, caller.roleName = arn, last
		caller.linked = singleIf(strings.HasPrefix(name, "aws-service-role/"))
	case parts[2] == "iam" && kind == "user":
		caller.user = arn
	case parts[2] == "sts" && kind == "assumed-role":
		caller.session, caller.roleName = arn, name[:len(name)-min(len(name), len(last)+1)]
		caller.linked = singleAnd(singleMaybe, singleIf(strings.HasPrefix(name, "AWSServiceRoleFor")))
		return caller, caller.roleName != "" && !strings.Contains(caller.roleName, "/")
	case parts[2] == "sts" && kind == "federated-user":
		caller.federated = arn
		return caller, last == name
	default:
		return singleCaller{}, false
	}
	return caller, true
}

// sessions lists a session of the role that no policy names, then those that
// are named.
func (run *singleRun) sessions(role singleCaller) []string {
	prefix := "arn:" + role.partition + ":sts::" + role.account + ":assumed-role/" + role.roleName + "/"
	sessions := []string{prefix + singleFreshName(run.documents()...)}
	for _, source := range run.sources {
		for i := range source.document.Statements {
			s := &source.document.Statements[i]
			for _, list := range [][]Principal{s.Principals, s.NotPrincipals} {
				for _, p := range list {
					if !strings.HasPrefix(p.Value, prefix) {
						continue
					}
					if _, ok := singleNamedCaller(p.Value); ok {
						sessions = append(sessions, p.Value)
					}
				}
			}
		}
	}
	return sessions
}

// FreshRole returns the ARN of a role of the account whose name is in no
// principal and in no condition of the documents: what holds for it holds for
// every role that they do not mention. Nil documents are passed over.
func FreshRole(partition, account string, documents ...*Document) string {
	return "arn:" + partition + ":iam::" + account + ":role/" + singleFreshName(documents...)
}

func singleFreshName(documents ...*Document) string {
	name := "any"
	for n := 1; slices.ContainsFunc(documents, func(d *Document) bool { return d.mentions(name) }); n++ {
		name = "any" + strconv.Itoa(n)
	}
	return name
}

// mentions says whether a principal or a condition contains the name.
func (d *Document) mentions(name string) bool {
	if d == nil {
		return false
	}
	among := func(list []Principal) bool {
		return slices.ContainsFunc(list, func(p Principal) bool { return strings.Contains(p.Value, name) })
	}
	return slices.ContainsFunc(d.Statements, func(s Statement) bool {
		return among(s.Principals) || among(s.NotPrincipals) || slices.ContainsFunc(s.Conditions, func(c Condition) bool {
			return slices.ContainsFunc(c.Values, func(value string) bool { return strings.Contains(value, name) })
		})
	})
}
