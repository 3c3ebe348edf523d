// Package selector decides which S3 data events the event selectors of
// CloudTrail trails record, exactly and for every key of a bucket at once.
//
// A trail's selectors are read by [Parse] into rules. A rule is a conjunction
// of filters, one per field of the event record; a trail records an event when
// any of its rules matches. All fields but two take finitely many values that
// matter. The two that do not, resources.ARN and userIdentity.arn, are compared
// by equality, beginning and end only, so the strings fall into finitely many
// classes that no selector in play can tell apart. [Coverage] asks about one
// member of each class: this proves that every event is recorded, or finds a
// shortest key of one that is not.
//
// A selector that is not understood may or may not record whatever its
// understood filters let through. It never proves coverage, and it never leaves
// a gap refuted that it might close.
//
// The package does no I/O and keeps no state. Facts about CloudTrail come from the
// pages that the declarations name.
package selector
