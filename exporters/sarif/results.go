package sarif

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

type result struct {
	RuleID              string           `json:"ruleId"`
	RuleIndex           *int             `json:"ruleIndex,omitempty"`
	Kind                string           `json:"kind"`
	Level               string           `json:"level"`
	Message             message          `json:"message"`
	Locations           []location       `json:"locations"`
	PartialFingerprints fingerprints     `json:"partialFingerprints"`
	Provenance          provenance       `json:"provenance"`
	Suppressions        []suppression    `json:"suppressions"`
	Properties          resultProperties `json:"properties"`
}

type location struct {
	PhysicalLocation physicalLocation  `json:"physicalLocation"`
	LogicalLocations []logicalLocation `json:"logicalLocations"`
}

type physicalLocation struct {
	ArtifactLocation artifactLocation `json:"artifactLocation"`
}

type artifactLocation struct {
	URI string `json:"uri"`
}

type logicalLocation struct {
	Name               string `json:"name"`
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

// fingerprints has the identity of the finding, which neither wording nor
// severity is part of.
type fingerprints struct {
	FindingID string `json:"findingId/v1"`
}

type provenance struct {
	First string `json:"firstDetectionTimeUtc,omitempty"`
	Last  string `json:"lastDetectionTimeUtc,omitempty"`
}

type suppression struct {
	Kind          string               `json:"kind"`
	Status        string               `json:"status"`
	Justification string               `json:"justification"`
	Properties    suppressedProperties `json:"properties"`
}

type suppressedProperties struct {
	Owner   string     `json:"owner"`
	Ticket  string     `json:"ticket,omitempty"`
	Expires audit.Date `json:"expires"`
}

// resultProperties is what SARIF has no place for, by the names of the
// findings stream.
type resultProperties struct {
	Severity    string             `json:"severity"`
	AccountID   string             `json:"account_id"`
	Region      string             `json:"region"`
	Subject     string             `json:"subject"`
	Known       *audit.Known       `json:"known,omitempty"`
	StatusSince string             `json:"status_since"`
	Fingerprint string             `json:"fingerprint"`
	Evidence    json.RawMessage    `json:"evidence,omitempty"`
	Remediation *audit.Remediation `json:"remediation,omitempty"`
}

func resultOf(f *audit.Finding, index map[string]int) *result {
	r := &result{
		RuleID: f.Check, Kind: kind(f.Status), Level: levelOf(f), Message: message{Text: f.Reason},
		Locations: locations(f), PartialFingerprints: fingerprints{f.ID}, Provenance: provenance{stamp(f.FirstSeen), stamp(f.LastSeen)},
		Suppressions: suppressions(f.Waiver),
		Properties: resultProperties{
			Severity: f.Severity.String(), AccountID: f.AccountID, Region: f.Region, Subject: f.Subject,
			StatusSince: stamp(f.StatusSince), Fingerprint: f.Fingerprint, Evidence: f.Evidence, Remediation: f.Remediation,
		},
	}
	if i, ok := index[f.Check]; ok {
		r.RuleIndex = &i
	}
	if f.Known != nil {
		r.Properties.Known = &audit.Known{Status: f.Known.Status, Since: f.Known.Since.UTC()}
	}
	return r
}

// kind is what became of the evaluation. "open" is what SARIF calls a rule
// that was evaluated without enough information to decide (3.27.9).
func kind(s audit.Status) string {
	switch s {
	case audit.StatusPass:
		return "pass"
	case audit.StatusFail:
		return "fail"
	case audit.StatusUnknown:
		return "open"
	default:
		return "notApplicable"
	}
}

// levelOf is "none" for everything but failures, as 3.27.10 demands.
func levelOf(f *audit.Finding) string {
	if f.Status != audit.StatusFail {
		return "none"
	}
	return level(f.Severity)
}

// locations is the resource: logically, and as an artifact, which many readers
// of SARIF insist on.
func locations(f *audit.Finding) []location {
	uri := (&url.URL{Path: f.Resource}).EscapedPath()
	name := f.Resource[strings.LastIndexByte(f.Resource, ':')+1:]
	return []location{{
		PhysicalLocation: physicalLocation{artifactLocation{uri}},
		LogicalLocations: []logicalLocation{{Name: name, FullyQualifiedName: f.Resource, Kind: "resource"}},
	}}
}

// suppressions are never null: either all results of a run have them, be they
// empty, or none has (3.27.23).
func suppressions(w *audit.WaiverNote) []suppression {
	if w == nil {
		return []suppression{}
	}
	return []suppression{{
		Kind: "external", Status: "accepted", Justification: w.Reason,
		Properties: suppressedProperties{w.Owner, w.Ticket, w.Expires},
	}}
}

// stamp is the time as SARIF has it, in UTC; "" is none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.999Z07:00")
}
