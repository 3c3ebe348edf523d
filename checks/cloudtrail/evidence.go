package cloudtrail

import (
	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

type evidence struct {
	OwnerSide  sideEvidence          `json:"owner_side"`
	CallerSide callerEvidence        `json:"caller_side"`
	Witness    *eventEvidence        `json:"witness,omitempty"` // an event that is not recorded
	Traps      []trapEvidence        `json:"traps,omitempty"`
	Unread     []*snapshot.ReadError `json:"unread,omitempty"`
}

type sideEvidence struct {
	Read   selector.Level `json:"read"`
	Write  selector.Level `json:"write"`
	Trails []*trail       `json:"trails"`
}

type callerEvidence struct {
	sideEvidence
	// ReadableByQuilt tells whether Quilt's usage analytics can read the log
	// files of a trail on this side that records the bucket: it looks for
	// AWSLogs/ACCOUNT/CloudTrail/ at the top of the log bucket and has no rights
	// on KMS keys. Null where no trail records the bucket.
	ReadableByQuilt *bool `json:"readable_by_quilt"`
}

type eventEvidence struct {
	Event     string `json:"event"`
	ReadOnly  bool   `json:"read_only"`
	Resource  string `json:"resource"`
	Principal string `json:"principal,omitempty"`
}

type trapEvidence struct {
	Trail string         `json:"trail"`
	Path  string         `json:"path"`
	Found string         `json:"found"`
	Right string         `json:"right"`
	Cause selector.Cause `json:"cause"`
}

func evidenceOf(owner, caller *side) evidence {
	e := evidence{
		OwnerSide:  owner.evidence(),
		CallerSide: callerEvidence{caller.evidence(), caller.readable()},
		Unread:     audit.ReadErrors(owner.unread...),
	}
	if owner.status() == audit.StatusFail {
		w := owner.witness()
		e.Witness = &eventEvidence{w.Name, w.ReadOnly, w.ARN, w.Principal}
	}
	for _, t := range owner.traps {
		e.Traps = append(e.Traps, trapEvidence{t.Trail, t.Path, t.Found, t.Right, t.Cause})
	}
	return e
}

func (s *side) evidence() sideEvidence {
	trails := s.trails
	if trails == nil {
		trails = []*trail{}
	}
	return sideEvidence{s.read.Level, s.write.Level, trails}
}

// readable tells whether some trail that records the bucket has the layout
// that Quilt's analytics reads: no key prefix, no organization, no KMS key.
func (s *side) readable() *bool {
	readable, recorded := false, false
	for _, t := range s.trails {
		if len(t.Selectors) > 0 {
			recorded = true
			readable = readable || t.snapshot.S3KeyPrefix == "" && !t.snapshot.Organization && t.snapshot.KMSKeyID == ""
		}
	}
	if !recorded {
		return nil
	}
	return &readable
}
