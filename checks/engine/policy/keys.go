package policy

import "strings"

// keyState says what is known of a condition key in a request.
type keyState uint8

const (
	absent keyState = iota
	known
	unknown // present or absent, with any value
)

// keyValue is what a request carries under one key.
type keyValue struct {
	state   keyState
	values  []string
	guessed bool // one of the possibilities of an unknown key
}

// normalKey brings the name of a condition key to one case. Names are
// case-insensitive, but for what follows a slash: the name of a tag ("IAM JSON
// policy elements: Condition").
func normalKey(name string) string {
	service, tag, found := strings.Cut(name, "/")
	if !found {
		return lowerASCII(service)
	}
	return lowerASCII(service) + "/" + tag
}

// sameKey reports whether name, in any case, is the normalised key.
func sameKey(name, key string) bool {
	slash := strings.IndexByte(key, '/')
	if slash < 0 {
		return equalFoldASCII(name, key)
	}
	return len(name) == len(key) && name[slash:] == key[slash:] && equalFoldASCII(name[:slash], key[:slash])
}

// multiValued reports whether requests carry lists under the key ("AWS global
// condition context keys"; in "Actions, resources, and condition keys for Amazon
// S3" the type ArrayOfString).
func multiValued(key string) bool {
	switch key {
	case "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist",
		"aws:resourceorgpaths", "aws:sourceorgpaths", "aws:tagkeys", "aws:vpceorgpaths",
		"s3:inventoryaccessibleoptionalfields", "s3:requestobjecttagkeys":
		return true
	default:
		return false
	}
}

// boolean reports whether the key's values are true and false.
func boolean(key string) bool {
	switch key {
	case "aws:securetransport", "aws:multifactorauthpresent", "aws:viaawsservice",
		"aws:principalisawsservice", "aws:ismcpserviceaction":
		return true
	default:
		return false
	}
}

// arnValued reports whether the key's values are ARNs.
func arnValued(key string) bool {
	return strings.HasSuffix(key, "arn") && !strings.Contains(key, "/")
}

// mayBeEmpty reports whether requests may carry an empty value under the key:
// the caller writes it, or it is the value of a tag. Under the other keys of AWS
// and S3 stands what AWS itself fills in, or one of a set of words.
func mayBeEmpty(key string) bool {
	switch key {
	case "aws:referer", "aws:useragent", "s3:prefix", "s3:delimiter":
		return true
	default:
		return strings.Contains(key, "/") || !strings.HasPrefix(key, "aws:") && !strings.HasPrefix(key, "s3:")
	}
}

// wholeNumber reports whether the key's values are integers from 0.
func wholeNumber(key string) bool {
	switch key {
	case "s3:max-keys", "s3:signatureage", "aws:multifactorauthage", "aws:epochtime",
		"s3:object-lock-remaining-retention-days":
		return true
	default:
		return false
	}
}

const (
	keyPrincipalArn     = "aws:principalarn"
	keyPrincipalAccount = "aws:principalaccount"
	keyUsername         = "aws:username"
)

// The spelling of AWS of keys that follow from the principal.
const (
	principalArn     = "aws:PrincipalArn"
	principalAccount = "aws:PrincipalAccount"
)
