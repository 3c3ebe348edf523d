//go:build moto

// The contract tests: the real binary audits estates that live in moto, an AWS
// emulator that nobody of this project wrote, over real HTTP. The estates are
// made with AWS's own client library.
package main_test

import "testing"

// The accounts of the estates, and the secret that the role of each asks for.
const (
	control  = "111122223333"
	genomics = "444455556666"
	imaging  = "777788889999"

	externalID = "s3cr3t-per-organization"
)

// TestMoto runs all contract tests against one server, one after the other:
// each begins with no AWS resources at all.
func TestMoto(t *testing.T) {
	l := newLab(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *lab)
	}{
		{"findings stream and table", testOutputs},
		{"exit codes", testExitCodes},
		{"endpoint that nobody serves", testUnreachable},
		{"file written whole", testOut},
		{"interrupted", testInterrupted},
		{"whole estate", testWholeEstate},
		{"questions settled by the configuration", testSettled},
		{"discovery", testDiscovery},
		{"snapshot and replay", testReplay},
		{"accounts that cannot be entered", testRefusedAccounts},
		{"buckets that are not there", testLostBuckets},
		{"remediations applied", testRemediations},
		{"calls and permissions", testCalls},
		{"reports put into a bucket", testReports},
	} {
		t.Run(test.name, func(t *testing.T) {
			l.reset(t)
			test.run(t, l)
			l.gate.check(t)
		})
	}
}
