package ocsf_test

import (
	"flag"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/exportertest"
	"github.com/quilt-auditor/quilt-auditor/exporters/ocsf"
)

var update = flag.Bool("update", false, "write the golden files")

func write(w io.Writer, run *audit.Run) error {
	return ocsf.Write(w, exportertest.Version, exportertest.Checks(), run)
}

func TestWrite(t *testing.T) {
	t.Parallel()
	exportertest.Golden(t, write, "testdata/full.ndjson", *update)
	exportertest.Errors(t, write)
	exportertest.Streams(t, write)
}

// schemas are the one that the events say they are of, and the latest.
var schemas = sync.OnceValue(func() []*jsonschema.Schema {
	var list []*jsonschema.Schema
	for _, version := range []string{ocsf.SchemaVersion, "1.8.0"} {
		f, err := os.Open("testdata/compliance_finding-" + version + ".schema.json")
		if err != nil {
			panic(err)
		}
		content, err := jsonschema.UnmarshalJSON(f)
		if err != nil {
			panic(err)
		}
		_ = f.Close() // read only
		c := jsonschema.NewCompiler()
		if err := c.AddResource("schema.json", content); err != nil {
			panic(err)
		}
		list = append(list, c.MustCompile("schema.json"))
	}
	return list
})

// events are those written of the run, each valid by the schemas.
func events(t testing.TB, run *audit.Run) []map[string]any {
	t.Helper()
	var list []map[string]any
	for line := range strings.Lines(exportertest.Text(t, write, run)) {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range schemas() {
			if err := s.Validate(v); err != nil {
				t.Errorf("%v\n%s", err, line)
			}
		}
		list = append(list, v.(map[string]any))
	}
	return list
}

// TestSchemasRefuse holds that the schemas say something: without a member
// that is required, or with one that they lack, an event is not valid.
func TestSchemasRefuse(t *testing.T) {
	t.Parallel()
	for _, s := range schemas() {
		e := events(t, exportertest.Full())[0]
		for _, name := range []string{"time", "compliance", "cloud", "finding_info", "metadata", "severity_id", "type_uid"} {
			kept := e[name]
			delete(e, name)
			if s.Validate(e) == nil {
				t.Errorf("an event without %s is taken", name)
			}
			e[name] = kept
		}
		e["extra"] = true
		if s.Validate(e) == nil {
			t.Error("an event with a member more is taken")
		}
	}
}

// TestTimesAreMilliseconds holds what the schemas cannot: seconds are integers
// as well.
func TestTimesAreMilliseconds(t *testing.T) {
	t.Parallel()
	times := 0
	for _, e := range events(t, exportertest.Full()) {
		each(e, func(name string, v any) {
			if name != "time" && !strings.HasSuffix(name, "_time") {
				return
			}
			times++
			ms, err := v.(interface{ Int64() (int64, error) }).Int64()
			if err != nil || ms < 1_700_000_000_000 || ms > 2_000_000_000_000 {
				t.Errorf("%s is %v", name, v)
			}
		})
	}
	if times < 20 {
		t.Errorf("%d times looked at", times)
	}
}

// each visits all members, at any depth.
func each(v any, visit func(string, any)) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			visit(name, member)
			each(member, visit)
		}
	case []any:
		for _, item := range v {
			each(item, visit)
		}
	}
}

func FuzzWrite(f *testing.F) {
	f.Add("acme\u2028\x00\xff</script>")
	f.Fuzz(func(t *testing.T, text string) {
		run := exportertest.Hostile(text)
		if got := len(events(t, run)); got != len(run.Findings)+1 {
			t.Errorf("%d events of %d findings and a removal", got, len(run.Findings))
		}
	})
}

func BenchmarkWrite(b *testing.B) { exportertest.Benchmark(b, write) }
