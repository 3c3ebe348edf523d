//go:build simulate

package policy_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// oracle is the npm package @cloud-copilot/iam-simulate, which runs as a
// program of its own.
type oracle struct {
	in  io.Writer
	out *bufio.Reader
}

// simulateDir is where npm installed the package.
func simulateDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("IAM_SIMULATE")
	if dir == "" {
		t.Fatal("IAM_SIMULATE is not set: run .ci/test, which installs the npm package and sets it to the directory")
	}
	return dir
}

func startOracle(t testing.TB) *oracle {
	t.Helper()
	program := exec.Command("node", "testdata/iam-simulate/driver.mjs", simulateDir(t))
	program.Stderr = os.Stderr
	in, err := program.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatalf("starting the oracle: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close() // its end of file ends the program
		if err := program.Wait(); err != nil {
			t.Errorf("the oracle ended with %v", err)
		}
	})
	return &oracle{in: in, out: bufio.NewReaderSize(out, 1<<20)}
}

// oracleQuestion is a line to the driver.
type oracleQuestion struct {
	Policies simPolicies   `json:"policies"`
	Request  oracleRequest `json:"request"`
}

type oracleRequest struct {
	Principal string         `json:"principal"`
	Action    string         `json:"action"`
	Resource  string         `json:"resource"`
	Owner     string         `json:"owner"`
	Context   map[string]any `json:"context"`
}

// allows asks about one request.
func (o *oracle) allows(p simPolicies, r simRequest) (bool, error) {
	line, err := json.Marshal(oracleQuestion{p, oracleRequest{
		Principal: r.Principal, Action: r.Action, Resource: r.Resource, Owner: simOwner, Context: r.oracleContext(),
	}})
	if err != nil {
		return false, fmt.Errorf("asking the oracle: %w", err)
	}
	if _, err := o.in.Write(append(line, '\n')); err != nil {
		return false, fmt.Errorf("asking the oracle: %w", err)
	}
	answer, err := o.out.ReadString('\n')
	if err != nil {
		return false, fmt.Errorf("hearing the oracle on %s: %w", line, err)
	}
	switch answer = strings.TrimSpace(answer); answer {
	case "Allowed":
		return true, nil
	case "ImplicitlyDenied", "ExplicitlyDenied":
		return false, nil
	default:
		return false, fmt.Errorf("the oracle answers %q to %s", answer, line)
	}
}
