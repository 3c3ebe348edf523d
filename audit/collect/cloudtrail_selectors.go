package collect

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

type selectorsReading = snapshot.Reading[json.RawMessage]

// trailSelectors reads the event selectors, and keeps them in the JSON form
// that AWS gives and takes (CloudTrail API Reference, GetEventSelectors).
func (r *run) trailSelectors(ctx context.Context, account string, t *snapshot.Trail) selectorsReading {
	const op = awsapi.GetEventSelectors
	out, err := r.aws.CloudTrail(account, t.HomeRegion).GetEventSelectors(ctx,
		&cloudtrail.GetEventSelectorsInput{TrailName: aws.String(t.ARN)})
	switch {
	case err != nil:
		return failed[json.RawMessage](err)
	case out.EventSelectors == nil && out.AdvancedEventSelectors == nil:
		return empty[json.RawMessage](op)
	}
	text, err := json.Marshal(selectorsDocument(out))
	if err != nil {
		return snapshot.Failed[json.RawMessage](awsapi.MalformedResponse(op))
	}
	return snapshot.Got(json.RawMessage(text))
}

// The types below have AWS's member names; the SDK's own would write absent
// members as null.
type (
	basicDocument    struct{ EventSelectors []basicSelector }
	advancedDocument struct{ AdvancedEventSelectors []advancedSelector }

	basicSelector struct {
		ReadWriteType                 string         `json:",omitempty"`
		IncludeManagementEvents       *bool          `json:",omitempty"`
		DataResources                 []dataResource `json:",omitempty"`
		ExcludeManagementEventSources []string       `json:",omitempty"`
	}
	dataResource struct {
		Type   string   `json:",omitempty"`
		Values []string `json:",omitempty"`
	}
	advancedSelector struct {
		Name           string `json:",omitempty"`
		FieldSelectors []fieldSelector
	}
	fieldSelector struct {
		Field         string
		Equals        []string `json:",omitempty"`
		StartsWith    []string `json:",omitempty"`
		EndsWith      []string `json:",omitempty"`
		NotEquals     []string `json:",omitempty"`
		NotStartsWith []string `json:",omitempty"`
		NotEndsWith   []string `json:",omitempty"`
	}
)

// selectorsDocument takes the kind of selectors that is in force; a trail has
// one of the two.
func selectorsDocument(out *cloudtrail.GetEventSelectorsOutput) any {
	if len(out.AdvancedEventSelectors) > 0 {
		selectors := make([]advancedSelector, len(out.AdvancedEventSelectors))
		for i, s := range out.AdvancedEventSelectors {
			selectors[i] = advancedSelector{Name: aws.ToString(s.Name), FieldSelectors: fieldSelectors(s.FieldSelectors)}
		}
		return advancedDocument{selectors}
	}
	selectors := make([]basicSelector, len(out.EventSelectors))
	for i, s := range out.EventSelectors {
		selectors[i] = basicSelector{
			ReadWriteType: string(s.ReadWriteType), IncludeManagementEvents: s.IncludeManagementEvents,
			DataResources: dataResources(s.DataResources), ExcludeManagementEventSources: s.ExcludeManagementEventSources,
		}
	}
	return basicDocument{selectors}
}

func dataResources(list []types.DataResource) []dataResource {
	resources := make([]dataResource, len(list))
	for i, d := range list {
		resources[i] = dataResource{Type: aws.ToString(d.Type), Values: d.Values}
	}
	return resources
}

func fieldSelectors(list []types.AdvancedFieldSelector) []fieldSelector {
	fields := make([]fieldSelector, len(list))
	for i, f := range list {
		fields[i] = fieldSelector{
			Field: aws.ToString(f.Field), Equals: f.Equals, StartsWith: f.StartsWith, EndsWith: f.EndsWith,
			NotEquals: f.NotEquals, NotStartsWith: f.NotStartsWith, NotEndsWith: f.NotEndsWith,
		}
	}
	return fields
}
