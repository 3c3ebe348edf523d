package policy

// What AWS documents of when requests carry a key ("AWS global condition context
// keys", Availability), beside what follows from the principal. It is used for
// keys that a question leaves open; what a question states, it is asked for.

// alwaysCarried reports whether every request carries the key.
func alwaysCarried(key string) bool {
	switch key {
	case "aws:currenttime", "aws:epochtime", "aws:requestedregion", "aws:securetransport", "aws:viaawsservice":
		return true
	default:
		return false
	}
}

// route is how requests that carry a key reach S3.
type route uint8

const (
	anyRoute        route = iota
	withoutEndpoint       // not through a VPC endpoint
	throughEndpoint       // through a VPC endpoint
)

// routeOf returns the route of the key. No request carries keys of two routes:
// aws:SourceIp is there "except when the requester uses a VPC endpoint", and the
// others are there only then.
func routeOf(key string) route {
	switch key {
	case "aws:sourceip":
		return withoutEndpoint
	case "aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce", "aws:vpcsourceip",
		"aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths":
		return throughEndpoint
	default:
		return anyRoute
	}
}

// excludes reports whether no request carries both keys.
func excludes(key, other string) bool {
	a, b := routeOf(key), routeOf(other)
	return a != anyRoute && b != anyRoute && a != b
}

// rulesOut reports whether the context that the question states holds a key
// beside which requests do not carry this one.
func (q *Question) rulesOut(key string) bool {
	if routeOf(key) == anyRoute {
		return false
	}
	for name, values := range q.Context {
		if len(values) > 0 && excludes(key, normalKey(name)) {
			return true
		}
	}
	return false
}

// clashes reports whether the open keys are taken to hold what no request carries
// together.
func (d *decision) clashes() bool {
	for i, s := range d.routed {
		for _, other := range d.routed[i+1:] {
			if s.current.state == known && other.current.state == known && excludes(s.key, other.key) {
				return true
			}
		}
	}
	return false
}

// noteRoutes lists the open keys of which some exclude others.
func (d *decision) noteRoutes() {
	d.routed = nil
	for i := range d.env.slots {
		if s := &d.env.slots[i]; s.base.state == unknown && routeOf(s.key) != anyRoute {
			d.routed = append(d.routed, s)
		}
	}
}
