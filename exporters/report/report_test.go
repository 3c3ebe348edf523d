package report_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	model "github.com/quilt-auditor/quilt-auditor/audit/report"
	"github.com/quilt-auditor/quilt-auditor/exporters/report"
)

var update = flag.Bool("update", false, "write the golden files")

func written(t testing.TB, format string, r *model.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, format, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWrite(t *testing.T) {
	t.Parallel()
	for _, f := range report.Formats() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			r := made()
			got := written(t, f.Name, r)
			if !reflect.DeepEqual(r, made()) {
				t.Error("the report was changed")
			}
			if written(t, f.Name, r) != got {
				t.Error("written a second time, it is another text")
			}
			path := "testdata/report" + f.Extension
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the text changed (-want +got); -update accepts it:\n%s", diff)
			}
		})
	}
}

func TestWriteRefusesOtherFormats(t *testing.T) {
	t.Parallel()
	err := report.Write(io.Discard, "pdf", made())
	if err == nil || !strings.Contains(err.Error(), "html, md, csv or json") {
		t.Errorf("the error is %v, want the formats that there are", err)
	}
}

// limited is a writer that takes so many bytes.
type limited struct {
	room int
	err  error
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.room {
		n := l.room
		l.room = 0
		return n, l.err
	}
	l.room -= len(p)
	return len(p), nil
}

func TestWriteTellsErrorsOfTheDestination(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk full")
	for _, f := range report.Formats() {
		length := len(written(t, f.Name, made()))
		for _, room := range []int{0, length / 2, length - 1} {
			if err := report.Write(&limited{room, broken}, f.Name, made()); !errors.Is(err, broken) {
				t.Errorf("%s with room for %d of %d bytes: the error is %v", f.Name, room, length, err)
			}
		}
	}
}
