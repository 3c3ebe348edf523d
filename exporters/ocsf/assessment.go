package ocsf

import (
	"encoding/json"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// assessment is one of the assertions that a check is made of.
type assessment struct {
	Name          string `json:"name"`
	Desc          string `json:"desc"`
	MeetsCriteria bool   `json:"meets_criteria"`
}

// refusal is an action that Quilt needs and does not have, as the evidence of
// a failure lists it: its name, or with the folder where it is refused.
type refusal struct {
	Action string `json:"action"`
	Prefix string `json:"prefix"`
}

func (r *refusal) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, &r.Action) == nil {
		return nil
	}
	type members refusal
	return json.Unmarshal(text, (*members)(r))
}

// assessments are the required actions that are missing, each as one that is
// not met. Those that are met are not in the evidence, and are not named; nor
// is one of which it could not be told.
func assessments(f *audit.Finding) []assessment {
	var evidence struct {
		Missing []refusal `json:"missing"`
	}
	if f.Status != audit.StatusFail || json.Unmarshal(f.Evidence, &evidence) != nil {
		return nil
	}
	var list []assessment
	for _, r := range evidence.Missing {
		a := assessment{Name: r.Action, Desc: "Quilt needs this action and is refused it."}
		if r.Prefix != "" {
			a.Desc = "Quilt needs this action on " + r.Prefix + " and is refused it."
		}
		if r.Action != "" {
			list = append(list, a)
		}
	}
	return list
}
