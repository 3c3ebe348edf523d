package web

import (
	"context"
	"fmt"

	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// maxTrails is of how many trails the selectors are shown.
const maxTrails = 10

// selectorsOf reads the selectors of the trails of the owner's side, as the run
// read them, with those marked that record something of the bucket.
func (h *handler) selectorsOf(ctx context.Context, run *audit.Run, side *trailSide) (p policies) {
	history := h.History()
	if side == nil || len(side.Trails) == 0 {
		return p
	}
	if history == nil {
		p.Why = "The selectors are not shown: the history is not open."
		return p
	}
	shown := side.Trails[:min(len(side.Trails), maxTrails)]
	arns := make([]string, len(shown))
	for i := range shown {
		arns[i] = shown[i].ARN
	}
	trails, err := history.ReadTrails(ctx, run.Header.RunID, arns)
	if err != nil {
		h.Log.Error("reading the trails of a finding", zap.Error(err))
		p.Why = "The selectors could not be read; the log says why."
		return p
	}
	read := map[string]*snapshot.Trail{}
	for i := range trails {
		read[trails[i].ARN] = &trails[i]
	}
	for i := range shown {
		t := read[shown[i].ARN]
		if t == nil {
			continue
		}
		text, err := t.Selectors.Get()
		if err != nil {
			continue // the finding says so
		}
		marks := map[int][]string{}
		for _, n := range shown[i].Selectors {
			marks[n] = []string{"records events of the bucket"}
		}
		p.List = append(p.List, newText(selectors, "The selectors of "+t.Name, string(text), marks, fmt.Sprintf("trail-%d", i)))
	}
	if len(p.List) == 0 {
		p.Why = "The selectors are not shown: the snapshot of the run is not kept, or does not have them."
	}
	return p
}
