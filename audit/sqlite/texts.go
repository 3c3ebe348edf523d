package sqlite

import (
	"encoding/json"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// rule is what findings of one check have in common.
type rule struct {
	Title    string          `json:"title"`
	Controls []audit.Control `json:"controls"`
}

// detail is what a finding says of its own.
type detail struct {
	Reason      string             `json:"reason"`
	Evidence    json.RawMessage    `json:"evidence,omitempty"`
	Remediation *audit.Remediation `json:"remediation,omitempty"`
	Waiver      *audit.WaiverNote  `json:"waiver,omitempty"`
}

// rememberedTexts is how many texts a walk remembers.
const rememberedTexts = 1 << 10

// texts are those that were read lately; findings share them.
type texts struct {
	r       *reading
	rules   map[int64]rule
	details map[int64]detail
}

func newTexts(r *reading) texts { return texts{r, map[int64]rule{}, map[int64]detail{}} }

// fill puts the texts of two pieces into a finding.
func (t *texts) fill(f *audit.Finding, rule, detail int64) error {
	r, err := remembered(t.r, t.rules, rule)
	if err != nil {
		return err
	}
	d, err := remembered(t.r, t.details, detail)
	if err != nil {
		return err
	}
	f.Title, f.Controls = r.Title, r.Controls
	f.Reason, f.Evidence, f.Remediation, f.Waiver = d.Reason, d.Evidence, d.Remediation, d.Waiver
	return nil
}

// remembered reads a piece that holds a T, if it was not read lately.
func remembered[T any](r *reading, known map[int64]T, id int64) (T, error) {
	v, ok := known[id]
	if ok {
		return v, nil
	}
	text, err := r.piece(id)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return v, err
	}
	if len(known) >= rememberedTexts {
		clear(known)
	}
	known[id] = v
	return v, nil
}
