package policy

import "strings"

// singleNames says by which of the caller's names something reaches it.
type singleNames struct {
	everyone, account, role, session, user singleTri
}

func (n singleNames) any() singleTri {
	return singleOr(n.everyone, n.account, n.role, n.session, n.user)
}

func (n singleNames) and(t singleTri) singleNames {
	return singleNames{
		everyone: singleAnd(n.everyone, t),
		account:  singleAnd(n.account, t),
		role:     singleAnd(n.role, t),
		session:  singleAnd(n.session, t),
		user:     singleAnd(n.user, t),
	}
}

func (n singleNames) or(m singleNames) singleNames {
	return singleNames{
		everyone: singleOr(n.everyone, m.everyone),
		account:  singleOr(n.account, m.account),
		role:     singleOr(n.role, m.role),
		session:  singleOr(n.session, m.session),
		user:     singleOr(n.user, m.user),
	}
}

// reach says how a grant of the bucket policy comes to the caller: to the role,
// and directly to the session, the user or everyone. A federated user is no user:
// what its user is granted, boundary and session policy limit ("Policy
// evaluation logic", IAM federated user sessions).
func (n singleNames) reach(c singleCaller) (role, direct singleTri) {
	role, direct = n.role, singleOr(n.everyone, n.session)
	if c.federated != "" {
		return singleOr(role, n.user), direct
	}
	return role, singleOr(direct, n.user)
}

// reachedBy says by which names the Principal or NotPrincipal of a statement,
// in which those are listed, reaches the caller.
func (c singleCaller) reachedBy(s *Statement, listed singleNames, kind Kind, hasBoundary bool) singleNames {
	if s.NotPrincipals == nil {
		if kind == Endpoint {
			// At a gateway endpoint, naming an account means its root user only
			// ("Control access to VPC endpoints using endpoint policies").
			listed.account = singleNo
		}
		return listed
	}
	if kind == Endpoint {
		listed.account = singleAnd(listed.account, singleMaybe)
	}
	if s.Effect == Deny {
		return singleNames{everyone: c.deniedUnless(listed, hasBoundary)}
	}
	// Whoever is listed by some of its names and not by others may be meant or not.
	spared := singleOr(listed.everyone, c.wholly(listed), singleAnd(listed.any(), singleMaybe))
	return singleNames{everyone: spared.not()}
}

// deniedUnless is NotPrincipal with Deny: only a caller whose account and own
// name are both listed is spared, and AWS does not say clearly whether a
// session must be listed beside its role. A principal with a permissions
// boundary is always denied ("Permissions boundaries for IAM entities").
func (c singleCaller) deniedUnless(listed singleNames, hasBoundary bool) singleTri {
	if hasBoundary {
		return singleYes
	}
	own := singleOr(listed.role, listed.user)
	if c.federated != "" {
		own = singleOr(own, listed.session)
	}
	partly := singleAnd(listed.account, own, singleMaybe)
	return singleOr(listed.everyone, c.wholly(listed), partly).not()
}

// wholly says whether every name of the caller is listed.
func (c singleCaller) wholly(listed singleNames) singleTri {
	switch {
	case c.user != "":
		return singleAnd(listed.account, listed.user)
	case c.federated != "":
		return singleAnd(listed.account, listed.user, listed.session)
	case c.session != "":
		return singleAnd(listed.account, listed.role, listed.session)
	default:
		return singleNo
	}
}

func (c singleCaller) listedIn(principals []Principal) singleNames {
	var names singleNames
	for _, p := range principals {
		names = names.or(c.namedBy(p))
	}
	return names
}

// namedBy follows "AWS JSON policy elements: Principal". Wildcards inside an
// ARN and unique ids (AROA..., AIDA...) of principals that are gone reach nobody.
func (c singleCaller) namedBy(p Principal) singleNames {
	switch {
	case p.Kind == "*", p.Kind == "AWS" && p.Value == "*":
		return singleNames{everyone: singleYes}
	case c.account == "":
		return singleNames{} // anonymous
	case p.Kind == "CanonicalUser":
		// An account under its other id, and which one is not known here.
		return singleNames{account: singleMaybe}
	case p.Kind != "AWS":
		return singleNames{} // services and identity providers do not ask here
	}
	if strings.Contains(p.Value, ":sts::") {
		return singleNames{session: singleIf(p.Value == c.session || p.Value == c.federated)}
	}
	if account, whole := singleWholeAccount(p.Value); whole {
		samePartition := account == p.Value || strings.HasPrefix(p.Value, "arn:"+c.partition+":")
		return singleNames{account: singleIf(samePartition && account == c.account)}
	}
	other, ok := singleNamedCaller(p.Value)
	if !ok || other.account != c.account || other.partition != c.partition {
		return singleNames{}
	}
	return c.same(other)
}

// same compares the caller with a role or user of its account.
func (c singleCaller) same(named singleCaller) singleNames {
	switch {
	case named.role != "" && c.role != "":
		return singleNames{role: singleIf(named.role == c.role)}
	case named.role != "":
		// The ARN of a session leaves the role's path out. Names of roles are
		// unique in their account whatever the path.
		return singleNames{role: singleIf(named.roleName == c.roleName)}
	case named.user != "" && c.federated != "":
		// A user asked for this session, and which one its ARN does not say.
		return singleNames{user: singleMaybe}
	default:
		return singleNames{user: singleIf(named.user == c.user)}
	}
}
