package policy

import (
	"net/netip"
	"strings"
)

// restricted says whether RestrictPublicBuckets ends access from other accounts.
func (run *singleRun) restricted() singleTri {
	p := &run.policies
	switch {
	case !p.RestrictPublicBuckets || p.Public == StatedNotPublic:
		return singleNo
	case p.Public == StatedPublic:
		return singleYes
	default:
		public, _ := singlePublic(p.Bucket)
		return public
	}
}

// singlePublic reads a bucket policy by "The meaning of 'public'" (Amazon S3
// User Guide, "Blocking public access"), and names the first statement that
// makes it so. One Allow that is not limited to fixed values is enough.
func singlePublic(d *Document) (public singleTri, statement int) {
	if d == nil {
		return singleNo, -1
	}
	statement = -1
	for i := range d.Statements {
		if one := singlePublicStatement(&d.Statements[i], d.Version); one > public {
			public, statement = one, i
		}
	}
	return public, statement
}

func singlePublicStatement(s *Statement, version string) singleTri {
	if s.Effect != Allow {
		return singleNo
	}
	open := singleIf(s.NotPrincipals != nil)
	for _, p := range s.Principals {
		open = singleOr(open, singleIf(!singleFixedPrincipal(p)))
	}
	limited := singleNo
	for _, c := range s.Conditions {
		limited = singleOr(limited, singleLimits(c, version))
	}
	return singleAnd(open, limited.not())
}

// singleFixedPrincipal: identity providers are public by the guide's own example.
func singleFixedPrincipal(p Principal) bool {
	return p.Kind != "*" && p.Kind != "Federated" && !strings.ContainsAny(p.Value, "*?") && !strings.Contains(p.Value, "${")
}

// singleLimits says whether a condition limits a statement to fixed values of
// one of the keys that the guide lists.
func singleLimits(c Condition, version string) singleTri {
	limits := singleLimitingKey(c.Key)
	op, known := singleReadOperator(c.Operator)
	if !known {
		return singleAnd(singleMaybe, limits)
	}
	if op.negated || op.base == "Null" || op.holdsWithoutKey() != singleNo {
		return singleNo // requests without the key pass, or with other values
	}
	for _, value := range c.Values {
		limits = singleAnd(limits, singleLimitingValue(op, singleLower(c.Key), value, version))
	}
	return limits
}

// singleLimitingKey: the guide names "an AWS principal, user, role, or service
// principal" and aws:PrincipalOrgID for an example; which other keys of a
// principal count it leaves open.
func singleLimitingKey(key string) singleTri {
	key = singleLower(key)
	switch key {
	case "aws:principalorgid", "aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner",
		"aws:sourceaccount", "aws:userid", "s3:x-amz-server-side-encryption-aws-kms-key-id",
		"s3:dataaccesspointarn", "s3:dataaccesspointaccount":
		return singleYes
	case "aws:principalarn", "aws:principalaccount", "aws:principalorgpaths", "aws:principalservicename",
		"aws:principalservicenameslist", "aws:principalisawsservice", "aws:username":
		return singleMaybe
	default:
		return singleNo
	}
}

// singleLimitingValue says whether a value is fixed, and narrow enough.
func singleLimitingValue(op singleOperator, key, value, version string) singleTri {
	text := strings.HasPrefix(op.base, "String") || strings.HasPrefix(op.base, "Arn")
	switch {
	case op.base == "IpAddress" && key == "aws:sourceip":
		return singleNarrow(value)
	case !text:
		return singleMaybe // a comparison that is odd for the key
	case singleHasVariables(value, version):
		return singleNo
	case key == "aws:sourceip":
		return singleMaybe // a comparison of text
	case key == "s3:dataaccesspointarn":
		return singleFixedAccessPoint(value)
	case !singleFixed(value) && (op.base == "StringEquals" || op.base == "StringEqualsIgnoreCase"):
		return singleMaybe // a * that is no wildcard here
	case key == "aws:userid" && singleFixed(value):
		// "Outside the pattern AROLEID:*" may speak of the values with a colon.
		return singleOr(singleMaybe, singleIf(!strings.Contains(value, ":")))
	default:
		return singleIf(singleFixed(value))
	}
}

func singleFixed(value string) bool { return !strings.ContainsAny(value, "*?") }

// singleFixedAccessPoint: the name may hold a wildcard, the account may not.
// Of the other parts nothing is said.
func singleFixedAccessPoint(value string) singleTri {
	if singleFixed(value) {
		return singleYes
	}
	parts, count := singleCut(value)
	if count < 6 || !singleIsAccount(parts[4]) {
		return singleNo
	}
	head := strings.Join(parts[:5], ":")
	return singleOr(singleMaybe, singleIf(singleFixed(head) && strings.HasPrefix(parts[5], "accesspoint/")))
}

// singleNarrow: ranges broader than /8, and than /32 of IPv6, are public.
func singleNarrow(value string) singleTri {
	network, ok := singleNetwork(value)
	switch {
	case !ok || network.Addr().Is4In6():
		return singleMaybe
	case network.Addr().Is4():
		return singleIf(network.Bits() >= 8)
	default:
		return singleIf(network.Bits() >= 32)
	}
}

// singleNetwork reads a range, or an address alone.
func singleNetwork(text string) (netip.Prefix, bool) {
	if network, err := netip.ParsePrefix(text); err == nil {
		return network, true
	}
	bare, err := netip.ParseAddr(text)
	if err != nil || bare.Zone() != "" {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(bare, bare.BitLen()), true
}
