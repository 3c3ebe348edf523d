package awsfake

import (
	"net/http"
	"slices"
	"strings"
)

// trailInput is the input of the three CloudTrail operations, together.
type trailInput struct {
	Name                string   `json:"Name"`
	TrailName           string   `json:"TrailName"`
	TrailNameList       []string `json:"trailNameList"`
	IncludeShadowTrails *bool    `json:"includeShadowTrails"`
}

func (i trailInput) trail() string {
	if i.TrailName != "" {
		return i.TrailName
	}
	return i.Name
}

func (f *Fake) cloudtrail(q *request) answer {
	switch q.operation {
	case "DescribeTrails":
		return describeTrails(q)
	case "GetTrailStatus", "GetEventSelectors":
		t, refusal := f.findTrail(q)
		if refusal != nil {
			return *refusal
		}
		if q.operation == "GetTrailStatus" {
			return okJSON(t.status())
		}
		return okJSON(t.selectors())
	}
	return notServed(q)
}

// seen says whether the caller's account sees the trail in the region: trails homed there, and as
// shadows the replicas of multi-region trails and, in a member, all organization trails
// (CloudTrail API reference, DescribeTrails).
func (t *trail) seen(q *request) (here, shadow bool) {
	home := t.HomeRegion == q.region
	return home || t.MultiRegion, !home || t.account != q.caller.account
}

func describeTrails(q *request) answer {
	shadows := q.body.IncludeShadowTrails == nil || *q.body.IncludeShadowTrails
	out := struct {
		TrailList []trailView `json:"trailList"`
	}{[]trailView{}}
	for _, t := range q.caller.account.trails {
		here, shadow := t.seen(q)
		if !here && !slices.Contains(q.body.TrailNameList, t.arn) || shadow && !shadows {
			continue
		}
		named := slices.Contains(q.body.TrailNameList, t.arn) || !shadow && slices.Contains(q.body.TrailNameList, t.Name)
		if len(q.body.TrailNameList) == 0 || named {
			out.TrailList = append(out.TrailList, t.view())
		}
	}
	return okJSON(out)
}

// findTrail resolves the name or ARN of GetTrailStatus and GetEventSelectors. A name means a trail
// of the caller's account homed in the region asked; everything else takes the ARN.
func (f *Fake) findTrail(q *request) (*trail, *answer) {
	caller := q.caller.account
	if !strings.HasPrefix(q.resource, "arn:") {
		for _, t := range caller.trails {
			if t.Name == q.resource && t.account == caller && t.HomeRegion == q.region {
				return t, nil
			}
		}
		arn := "arn:" + caller.Partition + ":cloudtrail:" + q.region + ":" + caller.ID + ":trail/" + q.resource
		return nil, unknownTrail(q, arn)
	}
	for _, t := range caller.trails {
		if t.arn == q.resource {
			return t, f.refuseTrail(q, t)
		}
	}
	if part := strings.SplitN(q.resource, ":", 6); len(part) == 6 && part[4] != caller.ID {
		return nil, wrongTrailAccount(q)
	}
	return nil, unknownTrail(q, q.resource)
}

// refuseTrail says why a trail that the account sees cannot be read by its ARN from here.
func (f *Fake) refuseTrail(q *request, t *trail) *answer {
	caller := q.caller.account
	if t.account != caller && caller.org.MembersCannotReadTrails && !slices.Contains(caller.org.Delegated, caller.ID) {
		return wrongTrailAccount(q)
	}
	if f.index.estate.HomeRegionOnly && q.region != t.HomeRegion {
		a := failure(q, http.StatusBadRequest, "InvalidHomeRegionException",
			"Trail "+t.arn+" was created in region "+t.HomeRegion+"; call from there")
		return &a
	}
	if here, _ := t.seen(q); !here {
		return unknownTrail(q, t.arn)
	}
	return nil
}

func unknownTrail(q *request, arn string) *answer {
	a := failure(q, http.StatusBadRequest, "TrailNotFoundException",
		"Unknown trail: "+arn+" for the user: "+q.caller.account.ID)
	return &a
}

func wrongTrailAccount(q *request) *answer {
	a := failure(q, http.StatusBadRequest, "CloudTrailARNInvalidException",
		"AccountID in ARN is wrong, you can only access resources with AccountID "+q.caller.account.ID)
	return &a
}
