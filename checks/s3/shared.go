package s3

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// encoded is the JSON of what a verdict holds. It is made of structs and texts,
// which can always be encoded.
func encoded(v any) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// sharedVerdict is a verdict on a stand-in.
type sharedVerdict struct {
	verdict  audit.Verdict // without evidence and basis
	evidence json.RawMessage
	basis    policyBasis
	alias    string
}

// policyBasis is what a verdict on a policy rests on. No other part of it
// names the bucket.
type policyBasis interface{ withPolicy(text string) any }

// of is the verdict on a bucket of that name and with that policy. What does not
// hold the name is shared.
func (v *sharedVerdict) of(name, text string) audit.Verdict {
	put := func(text string) string { return strings.ReplaceAll(text, v.alias, name) }
	raw := func(text json.RawMessage) json.RawMessage {
		if !bytes.Contains(text, []byte(v.alias)) {
			return text
		}
		return bytes.ReplaceAll(text, []byte(v.alias), []byte(name))
	}
	out := v.verdict
	out.Reason, out.Evidence, out.Basis = put(out.Reason), raw(v.evidence), v.basis.withPolicy(text)
	if r := v.verdict.Remediation; r != nil {
		named := *r
		named.Summary, named.CLI, named.Diff = put(r.Summary), put(r.CLI), put(r.Diff)
		if r.Document != nil {
			named.Document = raw(r.Document)
		}
		out.Remediation = &named
	}
	return out
}

// mostShared bounds the verdicts of a check that are remembered: buckets are
// judged account by account, and few are alike across these.
const mostShared = 256

// shared remembers the verdicts of one check. Those that were not asked for
// since as many others came are forgotten.
type shared struct {
	mu          sync.Mutex
	recent, old map[likeness]likewise
}

// likewise is what is known of buckets that are alike: that there was one, and,
// once there was another, the verdict on both.
type likewise struct {
	asked   bool           // whether they can share a verdict
	verdict *sharedVerdict // nil if they cannot
}

func (m *shared) find(l likeness) (likewise, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.recent[l]
	if !ok {
		if v, ok = m.old[l]; ok {
			m.add(l, v)
		}
	}
	return v, ok
}

func (m *shared) keep(l likeness, v likewise) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.add(l, v)
}

func (m *shared) add(l likeness, v likewise) {
	if len(m.recent) >= mostShared/2 || m.recent == nil {
		m.recent, m.old = make(map[likeness]likewise, mostShared/2), m.recent
	}
	m.recent[l] = v
}
