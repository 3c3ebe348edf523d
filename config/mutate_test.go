package config

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// mutants are how many files each of the two tests below breaks.
const mutants = 10_000

// daemonFile has what the example shows as text only.
const daemonFile = `control: {account_id: "111122223333"}
accounts:
  - &a
    id: "444455556666"
    regions: [us-east-1]
    buckets: [acme-raw, {name: acme-shared, prefixes: [p/]}]
  - <<: *a
    id: "777788889999"
    buckets: [acme-imaging]
schedule: CRON_TZ=Europe/Berlin 30 2 * * mon-fri
waivers_file: waivers.yaml
storage:
  path: history
  keep: 1w2d12h
exports:
  - format: json
    path: out/findings.ndjson
  - format: json
    directory: runs
    keep: 36h
reports:
  - schedule: 0 6 1 * *
    to: {directory: out/reports}
  - name: weekly
    schedule: CRON_TZ=Europe/Berlin 0 6 * * 1
    period: 7d
    formats: [md, json]
    to:
      s3: {bucket: acme-audit-reports, region: us-east-1}
`

// TestMutatedFiles breaks valid files in many ways: each mutant gives a whole
// configuration that holds to every rule, or problems and none.
func TestMutatedFiles(t *testing.T) {
	t.Parallel()
	originals := [][]byte{Example(), []byte(daemonFile), []byte(minimal)}
	valid := mutate(t, originals, func(t *testing.T, data []byte) bool {
		o := tested(Options{})
		cfg, _, err := load(data, o)
		if (cfg == nil) == (err == nil) {
			t.Fatalf("got %+v and error %v", cfg, err)
		}
		if err != nil {
			wellFormed(t, err, o.File)
			return false
		}
		whole(t, cfg, o)
		return true
	})
	t.Logf("%d of %d mutants are valid", valid, mutants)
}

// TestMutatedWaivers does the same to waivers files.
func TestMutatedWaivers(t *testing.T) {
	t.Parallel()
	original, err := os.ReadFile(filepath.Join("testdata", "waivers", "valid.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	valid := mutate(t, [][]byte{original}, func(t *testing.T, data []byte) bool {
		got, _, err := loadWaivers(data, waiversOptions)
		if err != nil {
			wellFormed(t, err, waiversOptions.File)
			if got != nil {
				t.Fatalf("got %+v beside error %v", got, err)
			}
			return false
		}
		for i := range got {
			wholeWaiver(t, &got[i])
		}
		return true
	})
	t.Logf("%d of %d mutants are valid", valid, mutants)
}

// mutate asks about mutants of the originals, the same ones each time, and
// counts the valid ones. All or none would mean that the mutants are no test.
func mutate(t *testing.T, originals [][]byte, isValid func(*testing.T, []byte) bool) (valid int) {
	t.Helper()
	for seed := range uint64(mutants) {
		r := rand.New(rand.NewPCG(seed, 3))
		data := slices.Clone(originals[r.IntN(len(originals))])
		for range 1 + r.IntN(3) {
			data = mutations[r.IntN(len(mutations))](r, data)
		}
		// A panic says which file it was.
		func() {
			defer func() {
				if p := recover(); p != nil {
					t.Errorf("mutant %d panics: %v\n%s", seed, p, data)
				}
			}()
			if isValid(t, data) {
				valid++
			}
		}()
		if t.Failed() {
			t.Fatalf("mutant %d:\n%s", seed, data)
		}
	}
	if valid < mutants/50 || valid > mutants*49/50 {
		t.Errorf("%d of %d mutants are valid", valid, mutants)
	}
	return valid
}

// mutations are what happens to files: bits, lines, ends and typing errors.
var mutations = []func(*rand.Rand, []byte) []byte{
	func(r *rand.Rand, data []byte) []byte { // one bit of a byte
		if len(data) > 0 {
			data[r.IntN(len(data))] ^= 1 << r.IntN(8)
		}
		return data
	},
	func(r *rand.Rand, data []byte) []byte { return data[:r.IntN(len(data)+1)] },
	func(r *rand.Rand, data []byte) []byte { // a line is lost
		lines := bytes.SplitAfter(data, []byte("\n"))
		i := r.IntN(len(lines))
		return bytes.Join(slices.Delete(lines, i, i+1), nil)
	},
	func(r *rand.Rand, data []byte) []byte { // a line is doubled
		lines := bytes.SplitAfter(data, []byte("\n"))
		i := r.IntN(len(lines))
		return bytes.Join(slices.Insert(lines, i, lines[i]), nil)
	},
	func(r *rand.Rand, data []byte) []byte { // two lines change places
		lines := bytes.SplitAfter(data, []byte("\n"))
		i, j := r.IntN(len(lines)), r.IntN(len(lines))
		lines[i], lines[j] = lines[j], lines[i]
		return bytes.Join(lines, nil)
	},
	func(r *rand.Rand, data []byte) []byte { // punctuation of YAML comes in
		marks := []string{":", "- ", "[", "]", "{", "}", "#", " #", "&a ", "*a", "!", "|", ">", "'", `"`, "%", "@", "?", ",", "\t", "\n", "  ", "---\n", "<<: ", "~", "\x00"}
		return slices.Insert(data, r.IntN(len(data)+1), []byte(marks[r.IntN(len(marks))])...)
	},
}

// whole fails the test unless the configuration holds to the rules, asked
// again, and has what the program relies on.
func whole(t *testing.T, cfg *Config, o Options) {
	t.Helper()
	r := newReport(o.File)
	newValidator(cfg, r, o).validate()
	if err := r.err(); err != nil {
		t.Fatalf("what was valid is not: %v", err)
	}
	lacks := map[string]bool{
		"accounts": len(cfg.Accounts) == 0, "actions": len(cfg.Actions("")) == 0, "a digest": Digest(cfg) == "",
		"a schedule": o.CheckSchedule(cfg.Schedule, cfg.Timezone) != nil,
		"a storage":  cfg.Storage.Path == "" || cfg.Storage.Keep < Day,
		"exports":    cfg.Exports == nil,
	}
	for _, a := range cfg.Accounts {
		lacks["an account"] = lacks["an account"] || !twelveDigits.MatchString(a.ID) || len(a.Buckets) == 0 && a.Discover == nil
	}
	for _, e := range cfg.Exports {
		lacks["an export"] = lacks["an export"] || e.Format != "json" || (e.Path == "") == (e.Directory == "") || (e.Directory == "") != (e.Keep == 0)
	}
	for _, r := range cfg.Reports {
		lacks["a report"] = lacks["a report"] || len(r.Formats) == 0 || r.Period.Equal(Window{}) || o.CheckSchedule(r.Schedule, cfg.Timezone) != nil ||
			(r.To.Directory == "") == (r.To.S3 == nil) || r.To.S3 != nil && (r.To.S3.Bucket == "" || r.To.S3.Region == "" || r.Keep != 0)
	}
	for what, missing := range lacks {
		if missing {
			t.Fatalf("a valid configuration lacks %s: %+v", what, cfg)
		}
	}
	if text := fmt.Sprintf("%+v", cfg); strings.Contains(text, "change-me") {
		t.Fatalf("a secret shows: %s", text)
	}
}

func wholeWaiver(t *testing.T, w *audit.Waiver) {
	t.Helper()
	if w.Check == "" || w.Owner == "" || w.Reason == "" || w.Expires == (audit.Date{}) || w.Account+w.Bucket+w.Resource == "" {
		t.Fatalf("a waiver lacks something: %+v", w)
	}
	var again audit.Date
	if err := again.UnmarshalText([]byte(w.Expires.String())); err != nil || again != w.Expires {
		t.Fatalf("no day: %v", w.Expires)
	}
}
