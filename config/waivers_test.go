package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

var waiversOptions = WaiversOptions{File: "waivers.yaml", CheckIDs: checkIDs}

func TestLoadWaivers(t *testing.T) {
	t.Parallel()
	got, warnings, err := LoadWaivers(WaiversOptions{File: filepath.Join("testdata", "waivers", "valid.yaml"), CheckIDs: checkIDs})
	if err != nil || len(warnings) > 0 {
		t.Fatalf("error %v, warnings %v", err, warnings)
	}
	january := audit.Date{Year: 2027, Month: time.January, Day: 31}
	want := []audit.Waiver{
		{
			Check: "s3-object-ownership", Account: "444455556666", Bucket: "acme-legacy-*",
			Reason: "vendor uploads need ACLs until the migration", Owner: "storage-team@acme.example", Ticket: "SEC-1234",
			Expires: january, Fingerprint: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		},
		{Check: "s3-*", Account: "012345678901", Reason: "2027-01-01", Owner: "o", Expires: audit.Date{Year: 2028, Month: time.February, Day: 29}},
		{Check: "iam-prefix-role-quilt-folder", Resource: "arn:aws:iam::*:role/Legacy?", Reason: "r", Owner: "o", Expires: january},
		{Check: "s3-object-ownership", Account: "444455556666", Bucket: "acme-legacy-*", Reason: "r", Owner: "o", Expires: january},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("waivers (-want +got):\n%s", diff)
	}
}

func TestLoadWaiversOfNothing(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"", "# none yet\n", "waivers:\n", "waivers: []\n", "{}"} {
		got, warnings, err := loadWaivers([]byte(data), waiversOptions)
		if err != nil || len(got) > 0 || len(warnings) > 0 {
			t.Errorf("%q: got %v, warnings %v, error %v", data, got, warnings, err)
		}
	}
}

func TestLoadWaiversFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "waivers.yaml")
	if _, _, err := LoadWaivers(WaiversOptions{File: file}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "waivers_file") {
		t.Errorf("a missing file: got %v, want fs.ErrNotExist and the key", err)
	}
	if _, _, err := LoadWaivers(WaiversOptions{}); err == nil || !strings.Contains(err.Error(), "waivers_file") {
		t.Errorf("no file named: got %v, want the key", err)
	}
	if err := os.WriteFile(file, []byte("waivers: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := LoadWaivers(WaiversOptions{File: file}); err == nil || !strings.HasPrefix(err.Error(), file+":1: waivers: ") {
		t.Errorf("got %v, want the place in the file", err)
	}
}

func TestWaiverOfEverythingIsWarnedOf(t *testing.T) {
	t.Parallel()
	for where, want := range map[string]bool{
		`check: "*", account: "*"`: true, `check: "**", bucket: "*", resource: "*"`: true,
		`check: "s3-*", account: "*"`: false, `check: "*", account: "4*"`: false, `check: "*", bucket: "?*"`: false,
	} {
		_, warnings, err := loadWaivers(fmt.Appendf(nil, "waivers: [{%s, reason: r, owner: o, expires: 2027-01-31}]", where), waiversOptions)
		if err != nil || (len(warnings) == 1) != want {
			t.Errorf("%s: error %v, warnings %v", where, err, warnings)
		}
	}
}

// A waiver holds through its last day; after that it is warned of, if anybody
// asks.
func TestWaiverThatIsOverIsWarnedOf(t *testing.T) {
	t.Parallel()
	const data = "waivers:\n  - {check: s3-*, bucket: b, reason: r, owner: o, expires: 2026-11-22}\n"
	end := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for now, want := range map[time.Time]string{
		{}: "", end.Add(-1): "", end: "waivers.yaml:2: waivers[0].expires: 2026-11-22 is over: what it covers counts again",
	} {
		o := waiversOptions
		o.Now = now
		list, warnings, err := loadWaivers([]byte(data), o)
		got := ""
		for _, w := range warnings {
			got += w.String()
		}
		if err != nil || len(list) != 1 || got != want {
			t.Errorf("at %s: %q, want %q; %d waivers, error %v", now, got, want, len(list), err)
		}
	}
}

// TestInvalidWaivers gives every rule a file that breaks it, and pins the
// messages.
func TestInvalidWaivers(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "waivers", "invalid.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(archive.Files); i += 2 {
		file, want := archive.Files[i], archive.Files[i+1]
		name := strings.TrimSuffix(file.Name, ".yaml")
		if want.Name != name+".want" {
			t.Fatalf("after %s comes %s", file.Name, want.Name)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _, err := loadWaivers(file.Data, waiversOptions)
			var all *Error
			if got != nil || !errors.As(err, &all) {
				t.Fatalf("got %+v and a %T: %v; want no waivers and an *Error", got, err, err)
			}
			if diff := cmp.Diff(string(want.Data), err.Error()+"\n"); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzLoadWaivers: any bytes give valid waivers or problems of that file,
// with lines, and the same ones each time.
func FuzzLoadWaivers(f *testing.F) {
	valid, err := os.ReadFile(filepath.Join("testdata", "waivers", "valid.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(valid)
	f.Add([]byte("waivers: [&a {check: s3-object-ownership, bucket: b, reason: r, owner: o, expires: 2027-01-31}, {<<: *a, bucket: c}]"))
	f.Add([]byte("waivers: [{expires: !!timestamp 2027-01-31}, {expires: &d 2027-01-31, reason: *d}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, _, err := loadWaivers(data, waiversOptions)
		again, _, errAgain := loadWaivers(data, waiversOptions)
		if fmt.Sprint(err) != fmt.Sprint(errAgain) || !cmp.Equal(got, again) {
			t.Fatalf("two readings differ: %v, %v", err, errAgain)
		}
		if err == nil {
			for i := range got {
				wholeWaiver(t, &got[i])
			}
			return
		}
		wellFormed(t, err, "waivers.yaml")
	})
}
