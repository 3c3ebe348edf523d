// Package policy decides what AWS policy documents allow, exactly: whether one
// action is granted to a principal on every key of a bucket, with a request
// that is refused where it is not.
//
// [Parse] reads a document strictly, and a [Cache] each text only once.
// [Decide] answers one [Question] against the [Layers] that apply; a [Decider]
// answers many, one after the other, in the same memory. It works in three
// values: what a policy says for certain, what it may say, and what it cannot
// say. Granted means that every layer that must allow certainly allows every
// key, and that no Deny of any layer can hit one; refused means that one full
// request, the witness, is certainly refused. A construct whose meaning AWS
// does not settle, or that is not understood, never counts as an Allow and
// always as a possible Deny: if that matters, the answer is undecided.
//
// Condition keys whose value is unknown are enumerated by the classes of values
// that the policies tell apart. An answer that differs between them is
// conditional: it names the keys and, where the classes can be told by the
// comparisons that the policies make, has a table of its cases and a sentence
// that sums the table up.
//
// [EvaluateSingle] is a second, plain evaluator of one request, written apart.
// It replays each witness before [Decide] returns it. [Explain] and
// [ExplainSingle] say layer by layer which statement decides.
//
// The rules are those of the IAM User Guide ("Policy evaluation logic", "IAM
// JSON policy elements reference") and of the Amazon S3 User Guide.
package policy
