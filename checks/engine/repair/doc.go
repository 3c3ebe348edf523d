// Package repair finds the smallest safe change of a policy document that makes
// refused requirements granted.
//
// What is missing is added to an existing Allow, or as one new statement,
// whichever takes fewer bytes. A Deny in the way is narrowed so that it spares
// the callers of the requirements, and is never removed. A change is safe if
// nobody else gets more, and if those callers get nothing beyond the required
// actions on the required resources. That is argued statement by statement,
// then checked again: every requirement is decided anew, and requests of others
// are put to the plain evaluator before and after. Where there is no such
// change the error says why.
package repair
