package sarif_test

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/exportertest"
	"github.com/quilt-auditor/quilt-auditor/exporters/sarif"
)

var update = flag.Bool("update", false, "write the golden files")

func write(w io.Writer, run *audit.Run) error {
	return sarif.Write(w, exportertest.Version, exportertest.Checks(), run)
}

func TestWrite(t *testing.T) {
	t.Parallel()
	exportertest.Golden(t, write, "testdata/full.sarif", *update)
	exportertest.Errors(t, write)
	exportertest.Streams(t, write)
}

// schema is the official one.
var schema = sync.OnceValue(func() *jsonschema.Schema {
	f, err := os.Open("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		panic(err)
	}
	content, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		panic(err)
	}
	_ = f.Close() // read only
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", content); err != nil {
		panic(err)
	}
	return c.MustCompile("sarif.json")
})

type object = map[string]any

// theRun is the run of the log that is written, which is valid by the schema.
func theRun(t testing.TB, run *audit.Run) object {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(exportertest.Text(t, write, run)))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema().Validate(v); err != nil {
		t.Fatal(err)
	}
	return v.(object)["runs"].([]any)[0].(object)
}

func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	text := exportertest.Text(t, write, exportertest.Full())
	for old, to := range map[string]string{
		`"version":"2.1.0"`: `"version":"2.2.0"`, `"kind":"open"`: `"kind":"unknown"`, `"level":"error"`: `"level":"high"`,
		`"kind":"external"`: `"kind":"waiver"`, `"ruleId"`: `"rule_id"`, `"executionSuccessful":false,`: ``,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(text, old, to, 1)))
		if err != nil || !strings.Contains(text, old) {
			t.Fatalf("%s: %v", old, err)
		}
		if schema().Validate(v) == nil {
			t.Errorf("a log with %s in place of %s is taken", to, old)
		}
	}
}

// TestResults holds what the schema cannot, in the words of the standard.
func TestResults(t *testing.T) {
	t.Parallel()
	full := exportertest.Full()
	run := theRun(t, full)
	rules := run["tool"].(object)["driver"].(object)["rules"].([]any)
	results := run["results"].([]any)
	for i, f := range full.Findings {
		r := results[i].(object)
		wantKind := map[audit.Status]string{audit.StatusFail: "fail", audit.StatusPass: "pass", audit.StatusUnknown: "open", audit.StatusNotApplicable: "notApplicable"}[f.Status]
		if r["kind"] != wantKind {
			t.Errorf("%s is of kind %v, want %s", f.Status, r["kind"], wantKind)
		}
		if (r["level"] == "none") == (f.Status == audit.StatusFail) {
			t.Errorf("%s has level %v", f.Status, r["level"])
		}
		if got := len(r["suppressions"].([]any)); (got == 1) != f.Waived {
			t.Errorf("waived: %t, %d suppressions", f.Waived, got)
		}
		place, err := r["ruleIndex"].(interface{ Int64() (int64, error) }).Int64()
		if err != nil || rules[place].(object)["id"] != f.Check || r["ruleId"] != f.Check {
			t.Errorf("a result of %s is of rule %v, %v", f.Check, r["ruleId"], r["ruleIndex"])
		}
		l := r["locations"].([]any)[0].(object)["logicalLocations"].([]any)[0].(object)
		if l["fullyQualifiedName"] != f.Resource {
			t.Errorf("logical location %v of %s", l, f.Resource)
		}
		if got := r["partialFingerprints"].(object)["findingId/v1"]; got != f.ID {
			t.Errorf("fingerprint %v of finding %s", got, f.ID)
		}
	}
}

// TestFingerprintsAreStable holds that what a person may reword leaves the
// identity of a result alone.
func TestFingerprintsAreStable(t *testing.T) {
	t.Parallel()
	reworded := exportertest.Full()
	for i := range reworded.Findings {
		f := &reworded.Findings[i]
		f.Title, f.Reason, f.Severity, f.Fingerprint, f.Waived, f.Waiver = "Other", "Otherwise.", audit.Low, "sha256:0", false, nil
	}
	of := func(run object) (list []any) {
		for _, r := range run["results"].([]any) {
			list = append(list, r.(object)["partialFingerprints"])
		}
		return list
	}
	if before, after := of(theRun(t, exportertest.Full())), of(theRun(t, reworded)); fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("%v became %v", before, after)
	}
}

func TestInvocation(t *testing.T) {
	t.Parallel()
	whole := exportertest.Full()
	whole.Header.Result, whole.Unread, whole.Header.Accounts = audit.Complete, nil, whole.Header.Accounts[:1]
	cut := exportertest.Full()
	cut.LeftOut.Everything, cut.Unread, cut.Header.Accounts, cut.Findings = true, nil, nil, nil
	for name, tt := range map[string]struct {
		run        *audit.Run
		successful bool
		notices    string
	}{
		"complete":  {whole, true, ""},
		"partial":   {exportertest.Full(), false, "account-access:error unread:warning unread:warning "},
		"cut short": {cut, false, "cut-short:error "},
	} {
		run := theRun(t, tt.run)
		i := run["invocations"].([]any)[0].(object)
		descriptors := run["tool"].(object)["driver"].(object)["notifications"].([]any)
		notices := ""
		for _, n := range i["toolExecutionNotifications"].([]any) {
			d := n.(object)["descriptor"].(object)
			place, err := d["index"].(interface{ Int64() (int64, error) }).Int64()
			if err != nil || descriptors[place].(object)["id"] != d["id"] {
				t.Errorf("%s: descriptor %v", name, d)
			}
			notices += fmt.Sprintf("%s:%s ", d["id"], n.(object)["level"])
		}
		if i["executionSuccessful"] != tt.successful || notices != tt.notices {
			t.Errorf("%s: successful %v, %s", name, i["executionSuccessful"], notices)
		}
	}
}

func FuzzWrite(f *testing.F) {
	f.Add("acme \u2028\x00\xff</script>%zz#?")
	f.Fuzz(func(t *testing.T, text string) {
		run := exportertest.Hostile(text)
		if got := len(theRun(t, run)["results"].([]any)); got != len(run.Findings) {
			t.Errorf("%d results of %d findings", got, len(run.Findings))
		}
	})
}

func BenchmarkWrite(b *testing.B) { exportertest.Benchmark(b, write) }
