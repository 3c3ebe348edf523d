// Package excess answers the reverse of what package policy is asked most: not
// whether a bucket policy grants enough, but what it grants to principals
// outside of the owner's account beyond what they need.
//
// Principals are without number, so they are asked about in kinds that no
// policy tells apart further: a request without a signature; a principal of an
// account that the policy does not mention, one for each class of account ids
// that its conditions tell apart; each account that it does mention, as a whole
// and by name; each service, and each origin access identity of CloudFront. A
// service asks on behalf of an account, which again is a stranger's or one that
// the policy mentions. Where accounts are told apart in other ways than are
// followed here, that is a doubt. Actions are asked about in groups that
// every statement treats alike. Each excess comes with a request that is
// granted, see [policy.Some]; no excess and no doubt is a proof that there is
// none.
package excess
