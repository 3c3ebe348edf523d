package json_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/exporters/json"
)

// lines of fullRun's stream: header, two unread, two findings.
func lines(t testing.TB) []string {
	return strings.Split(strings.TrimSuffix(string(write(t, fullRun())), "\n"), "\n")
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	in := func(line int, old, to string) func([]string) []string {
		return func(l []string) []string {
			if !strings.Contains(l[line], old) {
				t.Errorf("line %d does not hold %s", line+1, old)
			}
			l[line] = strings.Replace(l[line], old, to, 1)
			return l
		}
	}
	for name, tt := range map[string]struct {
		change func([]string) []string
		says   string
	}{
		"nothing":              {func([]string) []string { return nil }, "after line 0: no header"},
		"no header":            {func(l []string) []string { return l[1:] }, `line 1: type "unread"`},
		"two headers":          {func(l []string) []string { return append(l[:1], l...) }, `line 2: type "header"`},
		"other version":        {in(0, `"schema_version":"1"`, `"schema_version":"2"`), `line 1: schema_version "2"`},
		"no version":           {in(0, `"schema_version":"1",`, ``), `line 1: schema_version ""`},
		"version as number":    {in(0, `"schema_version":"1"`, `"schema_version":1`), "line 1: bad header"},
		"unknown result":       {in(0, `"result":"partial"`, `"result":"fine"`), `line 1: bad header: unknown result "fine"`},
		"unknown access":       {in(0, `"access":"denied"`, `"access":"full"`), `unknown access "full" to account "777788889999"`},
		"bad time":             {in(0, `"taken_at":"2026`, `"taken_at":"year 2026`), "line 1: bad header"},
		"unread after":         {func(l []string) []string { return append(l, l[1]) }, "line 6: an unread line after findings"},
		"bad unread":           {in(1, `"count":3`, `"count":"3"`), "line 2: bad unread line"},
		"unknown type":         {in(3, `"type":"finding"`, `"type":"change"`), `line 4: unknown type "change"`},
		"broken line":          {in(3, `"title":`, `"title"`), "line 4: not a JSON object"},
		"not an object":        {func(l []string) []string { return append(l, `[]`) }, "line 6: not a JSON object"},
		"two on a line":        {func(l []string) []string { l[3] += l[4]; return l[:4] }, "line 4: not a JSON object"},
		"blank line":           {func(l []string) []string { l[2] = ""; return l }, "line 3: not a JSON object"},
		"bad severity":         {in(3, `"severity":"high"`, `"severity":"dire"`), `line 4: bad finding: unknown severity "dire"`},
		"no severity":          {in(3, `"severity":"high",`, ``), "line 4: a finding without severity"},
		"bad status":           {in(4, `"status":"unknown"`, `"status":"ok"`), `line 5: unknown status "ok"`},
		"no status":            {in(4, `"status":"unknown",`, ``), `line 5: unknown status ""`},
		"known is unknown":     {in(3, `"known":{"status":"fail"`, `"known":{"status":"unknown"`), `line 4: known status "unknown"`},
		"no id":                {in(3, `"id":"`, `"ID of it":"`), "line 4: a finding without id"},
		"no check":             {in(3, `"check":"`, `"of":"`), "line 4: a finding without id or check"},
		"not UTF-8":            {in(3, `é`, "\xe9"), "line 4: not UTF-8"},
		"cut after a line":     {func(l []string) []string { return l[:4] }, "after line 4: 1 findings where the header counts 2"},
		"cut within a line":    {func(l []string) []string { l[4] = l[4][:100]; return l }, "line 5: not a JSON object"},
		"one finding too many": {func(l []string) []string { return append(l, l[4]) }, "3 findings where the header counts 2"},
		"a line without end":   {func(l []string) []string { return append(l, strings.Repeat("x", 17<<20)) }, "line 6: longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, err := json.Read(strings.NewReader(strings.Join(tt.change(lines(t)), "\n")))
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error is %v, want one that says %q", err, tt.says)
			}
			if run != nil {
				t.Error("there is a run beside the error")
			}
		})
	}
}

func TestReadReportsTheReader(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	if _, err := json.Read(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("error is %v, want the reader's", err)
	}
}

func TestReadIgnoresNewMembers(t *testing.T) {
	t.Parallel()
	l := lines(t)
	for i := range l {
		l[i] = strings.TrimSuffix(l[i], "}") + `,"from_the_future":{"a":[1]}}`
	}
	run, err := json.Read(strings.NewReader(strings.Join(l, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fullRun(), run, cmp.AllowUnexported(audit.Rows{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzRead holds that nothing makes Read panic, and that what it accepts has
// one stable written form.
func FuzzRead(f *testing.F) {
	f.Add(write(f, fullRun()))
	f.Add([]byte(`{"type":"header","schema_version":"1","result":"complete"}`))
	f.Add([]byte("{\"type\":\"header\",\"schema_version\":\"1\",\"result\":\"partial\",\"counts\":{\"fail\":1}}\n" +
		`{"type":"finding","id":"a","check":"b","status":"fail","severity":"low","first_seen":"0000-01-01T00:00:00+23:59"}`))
	f.Fuzz(func(t *testing.T, stream []byte) {
		run, err := json.Read(bytes.NewReader(stream))
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := json.Write(&first, "1.2.0", run); err != nil {
			return // RFC 3339 cannot say every time of another zone in UTC
		}
		again, err := json.Read(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatalf("Read refuses what Write wrote: %v\n%s", err, first.Bytes())
		}
		if err := json.Write(&second, "1.2.0", again); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("two forms:\n%s\n%s", first.Bytes(), second.Bytes())
		}
	})
}
