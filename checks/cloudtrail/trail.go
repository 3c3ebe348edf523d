package cloudtrail

import (
	"fmt"
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

// Why a trail does not count, as it stands in the evidence.
const (
	whyStopped  = "it is not logging"
	whyRegion   = "it records only its home region"
	whyDelivery = "it cannot deliver to its log bucket"
)

// trail is a trail as one side of a bucket sees it.
type trail struct {
	ARN string `json:"arn"`
	// Counts tells that what its selectors select is recorded; WhyNot is empty
	// then, and also where that could not be told.
	Counts    bool   `json:"counts"`
	WhyNot    string `json:"why_not,omitempty"`
	Selectors []int  `json:"selectors,omitempty"` // those that record the bucket, from 0

	name      string
	snapshot  *snapshot.Trail
	selectors *selector.Selectors
}

// listing is what the account sees in the region.
func listing(s *snapshot.Snapshot, account, region string) snapshot.Reading[[]string] {
	if facts := s.AccountFacts(account); facts != nil {
		for _, l := range facts.Trails {
			if l.Region == region {
				return l.ARNs
			}
		}
	}
	return snapshot.Reading[[]string]{}
}

// view reads a trail's listing, status and selectors as far as they go. The
// errors are those of what it could not read.
func view(s *snapshot.Snapshot, arn, region string) (*trail, []error) {
	t := &trail{ARN: arn, name: arn[strings.LastIndexByte(arn, '/')+1:], snapshot: s.Trail(arn)}
	if t.snapshot == nil {
		t.selectors = selector.Unread(snapshot.ErrNotRead.Error())
		return t, []error{snapshot.ErrNotRead}
	}
	if !t.snapshot.MultiRegion && t.snapshot.HomeRegion != region {
		t.WhyNot = whyRegion
		return t, nil
	}
	var errs []error
	status, err := t.snapshot.Status.Get()
	switch {
	case err != nil:
		errs = append(errs, err)
	case !status.Logging:
		t.WhyNot = whyStopped
	case status.LatestDeliveryError != "":
		t.WhyNot = whyDelivery
	default:
		t.Counts = true
	}
	parsed := snapshot.Derived(s, parsedKey(arn), func() parsedSelectors { return parse(t.snapshot) })
	if parsed.err != nil {
		errs = append(errs, parsed.err)
		t.Counts = false
	}
	t.selectors = parsed.selectors
	return t, errs
}

type (
	parsedKey       string
	parsedSelectors struct {
		selectors *selector.Selectors
		err       error
	}
)

func parse(t *snapshot.Trail) parsedSelectors {
	raw, err := t.Selectors.Get()
	if err != nil {
		return parsedSelectors{selector.Unread(err.Error()), err}
	}
	parsed, err := selector.Parse(raw)
	if err != nil {
		err = fmt.Errorf("the event selectors of %s: %w", t.ARN, err)
		return parsedSelectors{selector.Unread(err.Error()), err}
	}
	return parsedSelectors{selectors: parsed}
}
