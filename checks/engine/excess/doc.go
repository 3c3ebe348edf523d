// Package excess answers the reverse of what package policy is asked most: not
// whether a bucket policy grants enough, but what it grants to principals
// outside of the owner's account beyond what they need.
//
// Principals are without number, so they are asked about in kinds that no
// policy tells apart further: a request without a signature; a principal of an
// account that the policy does not mention; each account that it does mention,
// as a whole and by name; each service. Actions are asked about in groups that
// every statement treats alike. Each excess comes with a request that is
// granted, see [policy.Some]; no excess and no doubt is a proof that there is
// none.
package excess
