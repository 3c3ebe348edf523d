package policy

import (
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// resourceList is a compiled Resource or NotResource element.
type resourceList struct {
	not     bool
	entries []resource
	plain   region // the paths of all entries, if none needs more than a look at head
	head    string // what stands before the sixth part in all entries, if so
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

func compileResources(s *Statement, kind Kind, variables bool) resourceList {
	list := resourceList{}
	listed := s.Resources
	if s.NotResources != nil {
		listed, list.not = s.NotResources, true
	}
	list.entries = make([]resource, len(listed))
	for i, text := range listed {
		list.entries[i] = compileResource(text, kind, list.not, variables)
	}
	list.flatten()
	return list
}

// compileResource reads an entry of Resource or, if not, of NotResource. There
// matching nothing is the wider reading, so that of a short ARN both stay open.
func compileResource(text string, kind Kind, not, variables bool) resource {
	if text == "*" {
		return resource{everything: true, path: globs.Glob("*")}
	}
	r := resource{}
	head, path, whole := cutHead(text)
	if variables && hasVariables(head) {
		return resource{everything: true, odd: true, path: globs.Glob("*")}
	}
	if !whole {
		parts := strings.Split(text, ":")
		r.odd = not || kind.pads(parts)
		head, path, _ = cutHead(strings.Join(padded(parts, r.odd), ":"))
	}
	r.head = head
	if strings.ContainsAny(head, "*?") {
		for _, part := range strings.SplitN(head, ":", arnParts)[:arnParts-1] {
			r.headParts = append(r.headParts, globs.Glob(part))
		}
	}
	r.path = globs.Glob(path)
	if variables && hasVariables(path) {
		variables := parseTemplate(path, globs.Wild)
		if pattern, plain := variables.plain(); plain {
			r.path = pattern
		} else {
			r.variables = variables
		}
	}
	return r
}

// cutHead cuts an ARN behind its fifth colon. It is false for one that has
// fewer, of which all is head.
func cutHead(arn string) (head, path string, whole bool) {
	end := 0
	for range arnParts - 1 {
		colon := strings.IndexByte(arn[end:], ':')
		if colon < 0 {
			return arn, "", false
		}
		end += colon + 1
	}
	return arn[:end], arn[end:], true
}

// pads reports whether a short ARN is reported to be read as one whose missing
// parts are wildcards. AWS documents no reading. What is known comes from trials
// with AWS by others: identity policies are always read so, bucket and endpoint
// policies if there is a wildcard, service control policies if the last part
// ends in *. Elsewhere a short ARN matches nothing.
func (k Kind) pads(parts []string) bool {
	switch k {
	case Identity:
		return true
	case SCP:
		return strings.HasSuffix(parts[len(parts)-1], "*")
	case RCP:
		return false
	default:
		return strings.ContainsAny(strings.Join(parts, ":"), "*?")
	}
}

// padded completes a short ARN, with wildcards or with nothing. As AWS documents
// neither, one that is completed with wildcards is taken to match either what
// they match or nothing.
func padded(parts []string, wild bool) []string {
	filler := ""
	if wild {
		filler = "*"
	}
	for len(parts) < arnParts {
		parts = append(parts, filler)
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
	paths := make([]globs.Pattern, len(l.entries))
	for i := range l.entries {
		paths[i] = l.entries[i].path
	}
	l.plain, l.head = region{sure: paths, may: paths, not: l.not}, head
}

// region is the set of paths (bucket or bucket/key) that a list names: surely
// those that sure matches, possibly also those that may matches. Sure is a
// subset of may. With not it is the complement of these.
type region struct {
	sure, may []globs.Pattern
	not       bool
	vague     []*resource // the entries because of which sure and may differ
}

// within returns the paths that the list names under the head, such as
// arn:aws:s3:::.
func (l *resourceList) within(head string, values *env) *region {
	if l.plain.sure != nil && (l.head == head || l.head == "") {
		return &l.plain
	}
	out := &region{not: l.not}
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
			out.vague = append(out.vague, r)
		}
	}
	return out
}

// mayConcern reports false if the list names nothing of the target, as far as
// that shows at a glance.
func (l *resourceList) mayConcern(t *target) bool {
	if l.not {
		return true
	}
	paths := l.plain.may
	for i := range paths {
		if t.span.MayMeet(&paths[i]) {
			return true
		}
	}
	return paths == nil
}

// pattern returns what the entry matches under the head, and whether surely or
// possibly. A variable without a value makes an entry of Resource match nothing;
// whether one of NotResource makes the statement apply to everything or to
// nothing is not settled ("IAM policy elements: Variables and tags").
func (r *resource) pattern(head string, values *env, not bool) (sure, may bool, path globs.Pattern) {
	in := r.matchHead(head)
	if in == no {
		return false, false, r.path
	}
	sure, path = in == yes && !r.odd, r.path
	if r.variables == nil {
		return sure, true, path
	}
	f := r.variables.fill(values)
	switch {
	case not && !f.complete(): // the key is absent, or may be
		return false, true, globs.Glob("*")
	case f.absent:
		return false, false, path
	default:
		return sure && f.complete(), true, globs.Compile(f.parts...)
	}
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
