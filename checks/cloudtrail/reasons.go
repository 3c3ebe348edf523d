package cloudtrail

import (
	"fmt"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

// gap says what is not recorded, with an event that shows it.
func (s *side) gap(b *snapshot.ScopeBucket, caller *side) string {
	reason := fmt.Sprintf("%s: %s goes unrecorded.", s.extent(), s.witness().String())
	if !refuted(caller.read.Level) && !refuted(caller.write.Level) && caller.account != b.AccountID {
		reason += " The control account's trails record the calls of its own principals only."
	}
	for _, t := range s.traps {
		reason += fmt.Sprintf(" The trail %s has %q, which matches no object; %q would.", t.trail, t.Found, t.Right)
	}
	for _, t := range s.trails {
		if t.WhyNot != "" {
			reason += fmt.Sprintf(" The trail %s does not count: %s.", t.name, t.WhyNot)
		}
	}
	return reason
}

// extent says how much is recorded where that is not all.
func (s *side) extent() string {
	switch r, w := s.read.Level, s.write.Level; {
	case r == selector.None && w == selector.None:
		return "Nothing that happens to the objects is recorded on the owner's side"
	case r == selector.All && w == selector.None:
		return "Reads of every key are recorded on the owner's side, writes are not"
	case w == selector.All && r == selector.None:
		return "Writes of every key are recorded on the owner's side, reads are not"
	default:
		return "Only part of what happens to the objects is recorded on the owner's side"
	}
}

// witness is an event that is not recorded.
func (s *side) witness() *selector.Event {
	if refuted(s.read.Level) {
		return s.read.Witness
	}
	return s.write.Witness
}

// doubt says what could not be told.
func (s *side) doubt() string {
	if len(s.unread) > 0 {
		return fmt.Sprintf("What the owner's side records cannot be told: %s.", s.unread[0])
	}
	return "What the owner's side records cannot be told: " + s.misunderstood() + "."
}
