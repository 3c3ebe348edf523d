package config

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// checkIDs stand for the catalogue.
var checkIDs = []string{
	"cloudtrail-data-events",
	"iam-prefix-role-quilt-folder",
	"s3-bucket-inventory",
	"s3-bucket-policy-required-actions",
	"s3-object-ownership",
	"sts-account-access",
}

// TestInvalid gives every rule a file that breaks it, and pins the messages.
func TestInvalid(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob(filepath.Join("testdata", "invalid", "*.txtar"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives of invalid files: %v", err)
	}
	for _, archive := range archives {
		contents, err := txtar.ParseFile(archive)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(contents.Files); i += 2 {
			file, want := contents.Files[i], contents.Files[i+1]
			name := strings.TrimSuffix(file.Name, ".yaml")
			if want.Name != name+".want" {
				t.Fatalf("%s: after %s comes %s", archive, file.Name, want.Name)
			}
			subject := strings.TrimSuffix(filepath.Base(archive), ".txtar")
			t.Run(subject+"/"+name, func(t *testing.T) {
				t.Parallel()
				testInvalid(t, file.Data, string(want.Data))
			})
		}
	}
}

func testInvalid(t *testing.T, data []byte, want string) {
	cfg, _, err := load(data, tested(Options{}))
	if err == nil || cfg != nil {
		t.Fatalf("load gave %+v, error %v; want no configuration and an error", cfg, err)
	}
	var all *Error
	if !errors.As(err, &all) {
		t.Fatalf("load gave a %T, want an *Error", err)
	}
	if diff := cmp.Diff(want, err.Error()+"\n"); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if strings.Contains(err.Error(), "hunter") {
		t.Errorf("the messages show a secret: %v", err)
	}
}
