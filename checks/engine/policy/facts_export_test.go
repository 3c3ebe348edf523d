package policy

// The table of facts of requests, for those who reason about requests apart from
// the decision.

// AlwaysCarried reports whether every request carries the key.
func AlwaysCarried(key string) bool { return alwaysCarried(normalKey(key)) }

// Excludes reports whether no request carries both keys.
func Excludes(key, other string) bool { return excludes(normalKey(key), normalKey(other)) }
