//go:build simulate

package policy_test

import (
	"maps"
	"math/rand/v2"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// simPieces make up object keys and, with wildcards between, patterns. Keys
// hold no *, which the oracle takes for a pattern.
var simPieces = []string{"a", "b", "/", "ab", "alice", "a/b/", ".quilt/", "//", ":", "?", " ", "${aws:x}", "é", "..", "%2A", "+"}

// simOddPieces are drawn rarely.
var simOddPieces = []string{"\n", "\r", "\u2028", "\U0001F600", "日本", "$", "{", "}"}

func drawSimPieces(r *rand.Rand, most int) string {
	var out strings.Builder
	for range 1 + r.IntN(most) {
		if r.IntN(60) == 0 {
			out.WriteString(pick(r, simOddPieces...))
			continue
		}
		out.WriteString(pick(r, simPieces...))
	}
	return out.String()
}

func drawSimRequest(r *rand.Rand) simRequest {
	caller := pick(r, simCallers...)
	request := simRequest{Principal: caller.Principal, Action: drawSimAction(r), Context: maps.Clone(caller.Context)}
	request.Resource = simBucketARN
	if level, _ := policy.ActionLevel(request.Action); level == policy.ObjectLevel {
		request.Resource = simObjects + drawSimPieces(r, 4)
	}
	for _, known := range simValues {
		if r.IntN(3) > 0 {
			continue
		}
		request.Context[known.key] = []string{pick(r, known.values...)}
		for _, multi := range simMultiValued {
			if multi == known.key && r.IntN(2) == 0 {
				request.Context[multi] = append(request.Context[multi], pick(r, known.values...))
			}
		}
	}
	return request
}

func drawSimAction(r *rand.Rand) string {
	if r.IntN(4) > 0 {
		return pick(r, "s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject", "s3:GetObjectVersion")
	}
	all := policy.Actions()
	for {
		if a := pick(r, all...); a.Level != 0 {
			return a.Name
		}
	}
}

// drawSimCase draws policies and one request that meets them.
func drawSimCase(r *rand.Rand) simCase {
	c := simCase{Request: drawSimRequest(r)}
	p := &c.Policies
	p.Restrict = r.IntN(4) == 0
	if r.IntN(8) > 0 {
		p.Bucket = drawSimDocument(r, policy.Resource, 4)
	}
	if r.IntN(6) == 0 {
		p.Endpoint = drawSimDocument(r, policy.Endpoint, 2)
	}
	if r.IntN(5) == 0 {
		p.RCPs = drawSimLevels(r, policy.RCP)
	}
	p.Identity = []simDocument{}
	if c.Request.Principal == "*" {
		return c
	}
	for range r.IntN(3) {
		p.Identity = append(p.Identity, *drawSimDocument(r, policy.Identity, 3))
	}
	if r.IntN(4) == 0 {
		p.Boundary = drawSimDocument(r, policy.Identity, 2)
	}
	if r.IntN(5) == 0 && strings.Contains(c.Request.Principal, ":sts:") {
		p.Session = drawSimDocument(r, policy.Identity, 2)
	}
	if r.IntN(4) == 0 {
		p.SCPs = drawSimLevels(r, policy.SCP)
	}
	return c
}

func drawSimLevels(r *rand.Rand, kind policy.Kind) [][]simDocument {
	levels := make([][]simDocument, 1+r.IntN(3))
	for i := range levels {
		levels[i] = []simDocument{}
		for range 1 + r.IntN(2) {
			levels[i] = append(levels[i], *drawSimDocument(r, kind, 2))
		}
	}
	return levels
}
