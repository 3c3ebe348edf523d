package policy

import "testing"

// TestActionSetsHoldTheTable fails before a longer table of actions makes
// compiling policies panic.
func TestActionSetsHoldTheTable(t *testing.T) {
	t.Parallel()
	if len(actions) > 64*actionWords {
		t.Errorf("%d actions on buckets and objects need actionWords of %d", len(actions), (len(actions)+63)/64)
	}
}
