// Package policy decides what AWS policy documents allow, exactly: whether one
// action is granted to a principal on every key of a bucket, with a request
// that is refused where it is not.
//
// [Parse] reads a document strictly. [Decide] answers one [Question] against
// the [Layers] that apply. It works in three values: what a policy says for
// certain, what it may say, and what it cannot say. Granted means that every
// layer certainly allows every key and no Deny can hit one; refused means that
// one full request, the witness, is certainly refused. Condition keys whose
// value is unknown are enumerated by the classes of values that the policies
// tell apart; an answer that differs between them is conditional. A construct
// whose meaning AWS does not settle, or that is not understood, never counts as
// an Allow and always as a possible Deny: if that matters, the answer is
// undecided.
//
// The rules are those of the IAM User Guide ("Policy evaluation logic", "IAM
// JSON policy elements reference") and of the Amazon S3 User Guide.
package policy
