package selector_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

// The model below is a second account of what CloudTrail records, written from the
// documentation and not from the engine: it takes one event at a time and knows no
// classes of strings.

type fieldModel struct {
	Field                                 string
	Equals, StartsWith, EndsWith          []string `json:",omitempty"`
	NotEquals, NotStartsWith, NotEndsWith []string `json:",omitempty"`
}

type resourceModel struct {
	Type   string
	Values []string
}

type selectorModel struct {
	ReadWriteType  string          `json:",omitempty"`
	DataResources  []resourceModel `json:",omitempty"`
	Name           string          `json:",omitempty"`
	FieldSelectors []fieldModel    `json:",omitempty"`
}

type trailModel []selectorModel

func (m trailModel) json(t testing.TB) []byte {
	t.Helper()
	doc := map[string]any{"TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/t"}
	if len(m) > 0 && m[0].FieldSelectors != nil {
		doc["AdvancedEventSelectors"] = m
	} else {
		doc["EventSelectors"] = m
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// records tells whether the trails surely record the event, and whether they might.
func recordsModel(trails []trailModel, e selector.Event) (sure, may bool) {
	for _, trail := range trails {
		for _, s := range trail {
			selectorSure, selectorMay := s.records(e)
			sure, may = sure || selectorSure, may || selectorMay
		}
	}
	return sure, may
}

func (s selectorModel) records(e selector.Event) (sure, may bool) {
	if s.FieldSelectors == nil {
		hit := s.recordsBasic(e)
		return hit, hit
	}
	sure, may = true, true
	for _, f := range s.FieldSelectors {
		value, known := fieldValue(e, f.Field)
		if !known {
			sure = false
			continue
		}
		if !f.passes(value) {
			return false, false
		}
	}
	return sure, may
}

func (s selectorModel) recordsBasic(e selector.Event) bool {
	if s.ReadWriteType == "ReadOnly" && !e.ReadOnly || s.ReadWriteType == "WriteOnly" && e.ReadOnly {
		return false
	}
	for _, r := range s.DataResources {
		for _, v := range r.Values {
			slashed := v == "arn:aws:s3" || v == "arn:aws:s3:::" || strings.Contains(v, "/")
			if r.Type == "AWS::S3::Object" && slashed && strings.Index(e.ARN, v) == 0 {
				return true
			}
		}
	}
	return false
}

func fieldValue(e selector.Event, name string) (value string, known bool) {
	switch name {
	case "eventCategory":
		return "Data", true
	case "resources.type":
		return "AWS::S3::Object", true
	case "readOnly":
		return boolean(e.ReadOnly), true
	case "eventName":
		return e.Name, true
	case "eventSource":
		return "s3.amazonaws.com", true
	case "eventType":
		return e.Type, true
	case "sessionCredentialFromConsole":
		return boolean(e.FromConsole), true
	case "userIdentity.arn":
		return e.Principal, true
	case "resources.ARN":
		return e.ARN, true
	}
	return "", false
}

func boolean(v bool) string {
	if v {
		return "true"
	}
	return "false"
}

func (f fieldModel) passes(value string) bool {
	selected := len(f.Equals)+len(f.StartsWith)+len(f.EndsWith) == 0
	for _, v := range f.Equals {
		selected = selected || value == v
	}
	for _, v := range f.StartsWith {
		selected = selected || len(v) <= len(value) && value[:len(v)] == v
	}
	for _, v := range f.EndsWith {
		selected = selected || len(v) <= len(value) && value[len(value)-len(v):] == v
	}
	for _, v := range f.NotEquals {
		selected = selected && value != v
	}
	for _, v := range f.NotStartsWith {
		selected = selected && (len(v) > len(value) || value[:len(v)] != v)
	}
	for _, v := range f.NotEndsWith {
		selected = selected && (len(v) > len(value) || value[len(value)-len(v):] != v)
	}
	return selected
}

// A maker draws random trails around the bucket b.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 7))} }

func (m maker) oneOf(values ...string) string { return values[m.IntN(len(values))] }

func (m maker) some(values ...string) []string {
	var out []string
	for range 1 + m.IntN(2) {
		out = append(out, m.oneOf(values...))
	}
	return out
}

func (m maker) trails() []trailModel {
	trails := make([]trailModel, 1+m.IntN(2))
	for i := range trails {
		trails[i] = m.trail()
	}
	return trails
}

func (m maker) trail() trailModel {
	var t trailModel
	advanced := m.IntN(3) > 0
	for range 1 + m.IntN(4) {
		if advanced {
			t = append(t, m.advanced())
		} else {
			t = append(t, m.basic())
		}
	}
	return t
}

func (m maker) basic() selectorModel {
	s := selectorModel{ReadWriteType: m.oneOf("", "All", "All", "ReadOnly", "WriteOnly")}
	for range 1 + m.IntN(2) {
		s.DataResources = append(s.DataResources, resourceModel{
			Type: m.oneOf("AWS::S3::Object", "AWS::S3::Object", "AWS::S3::Object", "AWS::Lambda::Function"),
			Values: m.some("arn:aws:s3", "arn:aws:s3:::", "arn:aws:s3:::b/", "arn:aws:s3:::b/a", "arn:aws:s3:::b/*",
				"arn:aws:s3:::b", "arn:aws:s3:::bb/", "arn:aws:s3:::b/a/", "arn:aws-cn:s3", "arn:aws:s3:::b/aa"),
		})
	}
	return s
}

func (m maker) advanced() selectorModel {
	s := selectorModel{FieldSelectors: []fieldModel{
		{Field: "eventCategory", Equals: []string{m.oneOf("Data", "Data", "Data", "Data", "Management")}},
		{Field: "resources.type", Equals: []string{m.oneOf("AWS::S3::Object", "AWS::S3::Object", "AWS::S3::Object", "AWS::S3::AccessPoint")}},
	}}
	optional := []func() fieldModel{
		m.arn, m.arn, m.readOnly, m.eventName, m.principal,
		func() fieldModel {
			return m.ops("eventType", "AwsApiCall", "AwsServiceEvent", "Aws", "Event", "AwsVpceEvents")
		},
		func() fieldModel { return m.ops("eventSource", "s3.amazonaws.com", "s3", ".com", "ec2.amazonaws.com") },
		m.console,
		func() fieldModel { return m.ops("resources.tags", "a") },
	}
	used := map[string]bool{}
	for range m.IntN(4) {
		f := optional[m.IntN(len(optional))]()
		if !used[f.Field] {
			s.FieldSelectors = append(s.FieldSelectors, f)
		}
		used[f.Field] = true
	}
	return s
}

func (m maker) arn() fieldModel {
	whole := []string{
		"arn:aws:s3:::b/", "arn:aws:s3:::b", "arn:aws:s3:::b/a", "arn:aws:s3:::b/a/", "arn:aws:s3:::b/aa",
		"arn:aws:s3:::bb/", "arn:aws:s3:::b/*", "arn:aws", "arn:aws:s3:::b/b/a",
	}
	end := []string{"a", "/a", "b/a", "aa", "/", "::b/a", "a/b"}
	f := fieldModel{Field: "resources.ARN"}
	lists := []struct {
		to   *[]string
		from []string
	}{
		{&f.Equals, whole},
		{&f.StartsWith, whole},
		{&f.EndsWith, end},
		{&f.NotEquals, whole},
		{&f.NotStartsWith, whole},
		{&f.NotEndsWith, end},
	}
	for range 1 + m.IntN(2) {
		l := lists[m.IntN(len(lists))]
		*l.to = m.some(l.from...)
	}
	return f
}

func (m maker) readOnly() fieldModel {
	return fieldModel{Field: "readOnly", Equals: []string{m.oneOf("true", "false")}}
}

func (m maker) console() fieldModel {
	if m.IntN(2) == 0 {
		return fieldModel{Field: "sessionCredentialFromConsole", Equals: []string{"true"}}
	}
	return fieldModel{Field: "sessionCredentialFromConsole", NotEquals: []string{"true"}}
}

func (m maker) eventName() fieldModel {
	return m.ops("eventName", "GetObject", "Get", "Object", "PutObject", "Put", "HeadBucket", "Head", "DeleteObjects", "List", "Upload", "s")
}

func (m maker) principal() fieldModel {
	return m.ops("userIdentity.arn", "arn:aws:iam::1:role/a", "arn:aws:iam::1:", "arn:aws:", "/a", "arn:aws:sts::1:assumed-role/a/b")
}

func (m maker) ops(field string, values ...string) fieldModel {
	f := fieldModel{Field: field}
	lists := []*[]string{&f.Equals, &f.StartsWith, &f.EndsWith, &f.NotEquals, &f.NotStartsWith, &f.NotEndsWith}
	for range 1 + m.IntN(2) {
		*lists[m.IntN(len(lists))] = m.some(values...)
	}
	return f
}
