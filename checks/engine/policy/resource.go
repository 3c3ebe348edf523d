package policy

import (
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// resourceList is a compiled Resource or NotResource element.
type resourceList struct {
	not     bool
	entries []resource
	paths   []globs.Pattern // of all entries, if none needs more than a look at head
	head    string          // what stands before the sixth part in all entries; "" if paths is nil
}

// resource is one entry. An ARN's wildcards do not reach over its first five
// colons; its sixth part, bucket or bucket/key, keeps further colons
// ("Amazon S3 User Guide", ARN format).
type resource struct {
	everything bool            // "*"
	head       string          // the first five parts with their colons
	headParts  []globs.Pattern // the same, if they hold wildcards
	path       globs.Pattern   // the sixth part
	variables  template        // the sixth part, if it holds variables
	odd        bool            // of undocumented meaning: may match what path and head do
}

const arnParts = 6

func compileResources(s *Statement, variables bool) resourceList {
	list := resourceList{}
	listed := s.Resources
	if s.NotResources != nil {
		listed, list.not = s.NotResources, true
	}
	for _, text := range listed {
		list.entries = append(list.entries, compileResource(text, variables))
	}
	list.flatten()
	return list
}

func compileResource(text string, variables bool) resource {
	if text == "*" {
		return resource{everything: true, path: globs.Glob("*")}
	}
	parts := strings.SplitN(text, ":", arnParts)
	headText := strings.Join(parts[:min(len(parts), arnParts-1)], ":")
	if variables && hasVariables(headText) {
		return resource{everything: true, odd: true, path: globs.Glob("*")}
	}
	r := resource{}
	if len(parts) < arnParts {
		parts, r.odd = padded(parts), true
	}
	r.head = strings.Join(parts[:arnParts-1], ":") + ":"
	if strings.ContainsAny(r.head, "*?") {
		for _, part := range parts[:arnParts-1] {
			r.headParts = append(r.headParts, globs.Glob(part))
		}
	}
	path := parts[arnParts-1]
	r.path = globs.Glob(path)
	if variables && hasVariables(path) {
		r.variables = parseTemplate(path, globs.Wild)
	}
	return r
}

// padded completes a short ARN with wildcards. Identity policies are reported
// to be read so, bucket policies only in part; as AWS documents neither, a short
// ARN is taken to match either this or nothing.
func padded(parts []string) []string {
	for len(parts) < arnParts {
		parts = append(parts, "*")
	}
	return parts
}

// flatten prepares the usual case: entries that share one plain head.
func (l *resourceList) flatten() {
	head := ""
	for _, r := range l.entries {
		if r.odd || r.variables != nil || r.headParts != nil || !r.everything && head != "" && r.head != head {
			return
		}
		if !r.everything {
			head = r.head
		}
	}
	for _, r := range l.entries {
		l.paths = append(l.paths, r.path)
	}
	l.head = head
}

// region is the set of paths (bucket or bucket/key) that a list names: surely
// those that sure matches, possibly also those that may matches. Sure is a
// subset of may. With not it is the complement of these.
type region struct {
	sure, may []globs.Pattern
	not       bool
	vague     *resource // an entry because of which sure and may differ
}

// within returns the paths that the list names under the head, such as
// arn:aws:s3:::.
func (l *resourceList) within(head string, values lookup) region {
	if l.paths != nil && (l.head == head || l.head == "") {
		return region{sure: l.paths, may: l.paths, not: l.not}
	}
	out := region{not: l.not}
	for i := range l.entries {
		r := &l.entries[i]
		sure, may, path := r.pattern(head, values, l.not)
		if sure {
			out.sure = append(out.sure, path)
		}
		if may {
			out.may = append(out.may, path)
		}
		if sure != may {
			out.vague = r
		}
	}
	return out
}

// mayConcern reports false if the list names nothing of the target, as far as
// that shows at a glance.
func (l *resourceList) mayConcern(t *target) bool {
	if l.not || l.paths == nil {
		return true
	}
	for i := range l.paths {
		if t.span.MayMeet(&l.paths[i]) {
			return true
		}
	}
	return false
}

// pattern returns what the entry matches under the head, and whether surely or
// possibly. A variable without a value makes an entry of Resource match nothing;
// whether one of NotResource makes the statement apply to everything or to
// nothing is not settled ("IAM policy elements: Variables and tags").
func (r *resource) pattern(head string, values lookup, not bool) (sure, may bool, path globs.Pattern) {
	in := r.matchHead(head)
	if in == no {
		return false, false, r.path
	}
	sure, path = in == yes && !r.odd, r.path
	if r.variables == nil {
		return sure, true, path
	}
	f := r.variables.fill(values)
	if f.absent && not {
		return false, true, globs.Glob("*")
	}
	if f.absent {
		return false, false, path
	}
	return sure && f.complete, true, globs.Compile(f.parts...)
}

// matchHead compares the first five parts. Whether AWS minds their case is not
// documented.
func (r *resource) matchHead(head string) tri {
	if r.everything {
		return yes
	}
	if r.headParts == nil {
		if r.head == head {
			return yes
		}
		return truthOrOpen(false, strings.EqualFold(r.head, head))
	}
	answer := yes
	for i, part := range strings.SplitN(head, ":", arnParts)[:arnParts-1] {
		p := r.headParts[i]
		answer = both(answer, truthOrOpen(p.Match(part), p.Folded().Match(part)))
	}
	return answer
}

func truthOrOpen(certain, possible bool) tri {
	if certain {
		return yes
	}
	if possible {
		return open
	}
	return no
}
