package policy

import (
	"reflect"
	"strings"
)

// layerID is a [Layer] in short.
type layerID uint8

const (
	idIdentity layerID = iota
	idBoundary
	idSession
	idSCP
	idRCP
	idEndpoint
	idBucketPolicy
	idPublicAccess
)

func (id layerID) name() Layer {
	return [...]Layer{
		LayerIdentity, LayerBoundary, LayerSession, LayerSCP, LayerRCP, LayerEndpoint, LayerBucketPolicy, LayerPublicAccess,
	}[id]
}

// hasLevels reports whether the layer is one of an organization, which has
// policies on each level.
func (id layerID) hasLevels() bool { return id == idSCP || id == idRCP }

// place says where a statement stands: see [DecidedBy].
type place struct {
	layer                    layerID
	level, policy, statement int32
}

// each visits the documents of all layers that are asked: the caller's side
// only if there is Identity, the others whenever they are given.
func (l *Layers) each(visit func(*Document, place)) {
	if l.Identity != nil {
		l.eachOfCaller(visit)
	}
	for level, documents := range l.RCPs {
		for i, d := range documents {
			visit(d, place{layer: idRCP, level: int32(level), policy: int32(i)})
		}
	}
	if l.Endpoint != nil {
		visit(l.Endpoint, place{layer: idEndpoint})
	}
	if l.Bucket != nil {
		visit(l.Bucket, place{layer: idBucketPolicy})
	}
}

func (l *Layers) eachOfCaller(visit func(*Document, place)) {
	for i, d := range l.Identity {
		visit(d, place{layer: idIdentity, policy: int32(i)})
	}
	if l.Boundary != nil {
		visit(l.Boundary, place{layer: idBoundary})
	}
	if l.Session != nil {
		visit(l.Session, place{layer: idSession})
	}
	for level, documents := range l.SCPs {
		for i, d := range documents {
			visit(d, place{layer: idSCP, level: int32(level), policy: int32(i)})
		}
	}
}

// gather collects the rules of all layers asked.
func (d *decision) gather(layers *Layers, row int) {
	exempt := d.asker.serviceLinked()
	layers.each(func(document *Document, at place) {
		if !exempt || at.layer != idSCP && at.layer != idRCP {
			d.gatherDocument(document, at, row)
		}
	})
}

func (d *decision) gatherDocument(document *Document, at place, row int) {
	statements := document.statements()
	for i := range statements {
		s := &statements[i]
		if !s.may.has(row) || !d.asker.concerns(s) || !s.resources.mayConcern(&d.target) {
			continue
		}
		at.statement = int32(i)
		r := rule{statement: s, place: at, action: open, region: s.resources.within(d.target.head, &d.env)}
		if s.sure.has(row) {
			r.action = yes
		}
		d.rules = append(d.rules, r)
	}
}

// serviceLinked reports whether it is a service-linked role, which the
// policies of an organization do not restrict ("Service control policies" and
// "Resource control policies", AWS Organizations User Guide). Session ARNs leave
// out the path, by which such a role is known.
func (p *principal) serviceLinked() bool {
	return p.form == formRole && strings.HasPrefix(p.name, "aws-service-role/")
}

// maybeLinked reports whether it is a session whose role may be service-linked.
func (c *caller) maybeLinked() bool {
	return c.form == formSession && c.role == "" && strings.Contains(c.arn, linkedSession)
}

// linkedSession is in the ARN of a session whose role bears a name as
// service-linked roles do.
const linkedSession = ":assumed-role/AWSServiceRoleFor"

// linkedUnsettled is the reason where an answer hangs on it.
const linkedUnsettled = "the session's ARN does not tell whether its role is a service-linked role, " +
	"which the policies of an organization do not restrict"

// decideBothWays asks with the policies of the organization and without them,
// and answers if that makes no difference.
func (d *Decider) decideBothWays(q *Question, layers *Layers) (Answer, error) {
	with, err := d.decideOnce(q, layers)
	if err != nil {
		return Answer{}, err
	}
	free := *layers
	free.SCPs, free.RCPs = nil, nil
	without, err := d.decideOnce(q, &free)
	if err != nil || without.Kind == Refused {
		return without, err
	}
	switch {
	case with.Kind != without.Kind:
	case with.Kind != Conditional:
		return with, nil
	case len(with.When) > 0 && reflect.DeepEqual(with.When, without.When):
		return without, nil // whose witness is refused in either case
	}
	return Answer{Kind: Undecided, DependsOn: []string{}, DecidedBy: with.DecidedBy, Reason: linkedUnsettled}, nil
}

// requirement is a layer that must allow the request, or one level of one.
// Besides its own statements, those of the bucket policy count that have at
// least the grip.
type requirement struct {
	layer   layerID
	grip    grip // gripNone: the bucket policy does not count
	level   int32
	plainly *rule // allows all of the target at a glance, when last judged
}

// requirementsFor appends to out what "Policy evaluation logic" demands. Across
// accounts every layer must allow by itself. Within the bucket's account the
// bucket policy may stand in for the identity policies if it names more than the
// account, and for the boundary and the session policy if it names the session,
// the user or everyone. Resource control policies only deny: what they allow is
// RCPFullAWSAccess, which is everything.
func requirementsFor(out []requirement, layers *Layers, a *asker, same bool) []requirement {
	asked := layers.Identity != nil
	identity, boundary, bucket := gripNone, gripNone, gripAccount
	if same {
		identity, boundary, bucket = gripRole, gripDirect, gripRole
	}
	if asked {
		out = append(out, requirement{layer: idIdentity, grip: identity})
	}
	if asked && layers.Boundary != nil {
		out = append(out, requirement{layer: idBoundary, grip: boundary})
	}
	if asked && layers.Session != nil {
		out = append(out, requirement{layer: idSession, grip: boundary})
	}
	if asked && !a.serviceLinked() {
		for level := range layers.SCPs {
			out = append(out, requirement{layer: idSCP, level: int32(level)})
		}
	}
	if layers.Endpoint != nil {
		out = append(out, requirement{layer: idEndpoint})
	}
	if !asked || !same {
		out = append(out, requirement{layer: idBucketPolicy, grip: bucket})
	}
	return out
}

// counts reports whether the rule's Allow counts for the requirement.
func (r *requirement) counts(rule *rule) tri {
	switch {
	case rule.place.layer == idBucketPolicy:
		if r.grip == gripNone {
			return no
		}
		return truthOrOpen(rule.grips.sure >= r.grip, rule.grips.may >= r.grip)
	case rule.place.layer != r.layer || rule.place.level != r.level:
		return no
	default:
		return truthOrOpen(rule.grips.sure != gripNone, rule.grips.may != gripNone)
	}
}
