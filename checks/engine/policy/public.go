package policy

import (
	"net/netip"
	"strings"
)

// Public reads the document, a bucket policy, by the definition of "public" in
// the Amazon S3 User Guide ("Blocking public access to your Amazon S3 storage",
// the meaning of "public"). It returns the places of the statements that make it
// public, and of those of which the definition does not tell; if both are empty
// the policy is not public. S3 goes through what is allowed only: a Deny changes
// nothing.
func (d *Document) Public() (public, unsure []int) {
	statements := d.statements()
	for i := range statements {
		switch statements[i].public {
		case yes:
			public = append(public, i)
		case open:
			unsure = append(unsure, i)
		}
	}
	return public, unsure
}

// publicity is whether S3 deems the bucket policy public, and the first
// statement because of which, if that is known.
type publicity struct {
	certainty tri
	by        *rule
}

// publicUnsettled is the reason where an answer hangs on it.
const publicUnsettled = "RestrictPublicBuckets is on, and AWS's definition does not tell whether the statement makes the bucket policy public"

func (l *Layers) publicity() publicity {
	switch {
	case l.Public == StatedNotPublic:
		return publicity{}
	case l.Public == StatedPublic:
		return publicity{certainty: yes}
	case l.Bucket == nil:
		return publicity{}
	}
	out := publicity{}
	statements := l.Bucket.statements()
	for i := range statements {
		if s := &statements[i]; s.public > out.certainty {
			out = publicity{s.public, &rule{statement: s, place: place{layer: idPublicAccess, statement: int32(i)}}}
		}
	}
	return out
}

// makesPublic reports whether the statement grants access to more than fixed
// values. One fixed value suffices, in Principal or in a condition.
func (s *statement) makesPublic(variables bool) tri {
	if s.deny || len(s.principals) == 0 {
		return no
	}
	fixed := s.fixesPrincipals()
	for i := range s.conditions {
		fixed = either(fixed, s.conditions[i].fixes(variables))
	}
	return fixed.not()
}

// fixesPrincipals reports whether every principal is a fixed one. Users of a
// web identity provider are not: the definition has them as an example of what
// is public.
func (s *statement) fixesPrincipals() tri {
	if s.notPrincipal {
		return no
	}
	fixed := yes
	for i := range s.principals {
		fixed = both(fixed, s.principals[i].fixed())
	}
	return fixed
}

func (p *principal) fixed() tri {
	switch p.form {
	case formEveryone:
		return no
	case formProvider:
		return truthOrOpen(false, strings.HasPrefix(p.text, "arn:"))
	case formUnclear:
		return open
	case formNobody:
		return truthOrOpen(!strings.ContainsAny(p.text, "*?"), true)
	default:
		return yes
	}
}

// fixes reports whether the condition holds only for fixed values of a key of
// the definition. One that holds without the key does not limit anything.
func (c *condition) fixes(variables bool) tri {
	counts := fixingKey(c.key)
	if counts == no {
		return no
	}
	return both(counts, c.fixesKey(variables))
}

func (c *condition) fixesKey(variables bool) tri {
	op := c.operator
	switch {
	case op.family == familyUnclear || len(c.values) == 0:
		return open
	case op.negated || op.ifExists || op.quantifier == forAll || op.family == familyNull:
		return no
	case c.key == keySourceIP:
		return c.fixesAddresses()
	case op.family != familyString && op.family != familyARN:
		return open
	}
	fixed := yes
	for _, text := range c.source.Values {
		fixed = both(fixed, fixedText(c.key, text, op, variables))
	}
	return fixed
}

const keySourceIP = "aws:sourceip"

// fixingKey reports whether the definition lists the key. It also speaks of "an
// AWS principal, user, role, or service principal", with aws:PrincipalOrgID as
// the example: which other keys of a principal that takes in is open.
func fixingKey(key string) tri {
	switch key {
	case keySourceIP, "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:userid",
		"aws:principalorgid", "s3:dataaccesspointarn", "s3:dataaccesspointaccount", "s3:x-amz-server-side-encryption-aws-kms-key-id":
		return yes
	case keyPrincipalArn, keyPrincipalAccount, "aws:principalorgpaths", "aws:principalservicename",
		"aws:principalservicenameslist", "aws:principalisawsservice", keyUsername:
		return open
	default:
		return no
	}
}

// fixedText reports whether a value of a condition is fixed: it holds no
// wildcard and no policy variable, with an exception each for access points and
// for the sessions of a role.
func fixedText(key, text string, op operator, variables bool) tri {
	wild := strings.ContainsAny(text, "*?")
	literal := op.family == familyString && !op.wild // a * that stands for itself
	switch {
	case hasVariables(text):
		return truthOrOpen(false, !variables)
	case key == "aws:userid" && sessionUserID(text):
		return open
	case !wild:
		return yes
	case literal:
		return open
	case key == "s3:dataaccesspointarn":
		return fixedAccessPoint(text)
	default:
		return no
	}
}

// sessionUserID reports whether the text may be what the definition calls
// AROLEID:*, which it sets apart without saying what it makes of it. Without
// wildcards that is any with a colon.
func sessionUserID(text string) bool {
	id, _, found := strings.Cut(text, ":")
	return found && !strings.ContainsAny(id, "*?")
}

// fixedAccessPoint reports whether an access point's ARN has wildcards only in
// the name, which is as good as fixed.
func fixedAccessPoint(text string) tri {
	parts := strings.SplitN(text, ":", arnParts)
	if len(parts) < arnParts || !accountID(parts[4]) {
		return no
	}
	plain := !strings.ContainsAny(strings.Join(parts[:4], ":"), "*?") && strings.HasPrefix(parts[5], "accesspoint/")
	return truthOrOpen(plain, true)
}

// Blocks of addresses with fewer bits count as public: broader than /8 and /32.
const (
	leastBits4 = 8
	leastBits6 = 32
)

func (c *condition) fixesAddresses() tri {
	fixed := yes
	for i := range c.values {
		m := &c.values[i]
		if c.operator.family != familyAddress || m.unclear {
			return open
		}
		fixed = both(fixed, truth(narrow(m.addresses)))
	}
	return fixed
}

func narrow(block netip.Prefix) bool {
	if block.Addr().Is4() {
		return block.Bits() >= leastBits4
	}
	return block.Bits() >= leastBits6
}
