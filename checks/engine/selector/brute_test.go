package selector_test

import (
	"slices"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

var b = selector.Bucket{Partition: "aws", Name: "b"}

func parseAll(t testing.TB, models []trailModel) []selector.Trail {
	t.Helper()
	trails := make([]selector.Trail, len(models))
	for i, m := range models {
		trails[i] = selector.Trail{Name: string(rune('A' + i)), Selectors: mustParse(t, string(m.json(t)))}
	}
	return trails
}

func mustParse(t testing.TB, raw string) *selector.Selectors {
	t.Helper()
	s, err := selector.Parse([]byte(raw))
	if err != nil {
		t.Fatalf("Parse(%s): %v", raw, err)
	}
	return s
}

// keys are all keys of up to so many of the characters that the random selectors
// are made of, and one that they are not.
func keys(length int) []string {
	all := []string{""}
	for from := 0; len(all[from]) < length; from++ {
		for _, c := range []string{"a", "b", "/", "x"} {
			all = append(all, all[from]+c)
		}
	}
	return all[1:]
}

var (
	readNames  = []string{"GetObject", "HeadObject", "GetObjectAcl", "GetObjectAttributes", "ListParts", "SelectObjectContent"}
	writeNames = []string{"PutObject", "PutObjectAcl", "DeleteObject", "UploadPart", "RestoreObject", "CompleteMultipartUpload"}
	wholeReads = []string{"HeadBucket", "ListObjects", "ListObjectVersions"}
	principals = []string{
		"arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b", "arn:aws:iam::2:role/a", "arn:aws:iam::2:role/b",
		"arn:aws:sts::1:assumed-role/a/b", "arn:aws:sts::1:assumed-role/a/c", "arn:aws:sts::1:assumed-role/c/a",
	}
)

// events are the events of one class to try: every combination of the fields that
// some selector filters on.
func events(models []trailModel, read bool, names, keys []string) []selector.Event {
	base := selector.Event{ReadOnly: read, Type: "AwsApiCall"}
	list := []selector.Event{}
	for _, n := range names[:pick(uses(models, "eventName"), len(names), 1)] {
		for _, typ := range []string{"AwsApiCall", "AwsServiceEvent"}[:pick(uses(models, "eventType"), 2, 1)] {
			for _, console := range []bool{false, true}[:pick(uses(models, "sessionCredentialFromConsole"), 2, 1)] {
				for _, p := range principals[:pick(uses(models, "userIdentity.arn"), len(principals), 1)] {
					for _, k := range keys {
						e := base
						e.Name, e.Type, e.FromConsole, e.Principal = n, typ, console, p
						e.Key, e.ARN = k, "arn:aws:s3:::b/"+k
						list = append(list, e)
					}
				}
			}
		}
	}
	return list
}

func pick(yes bool, a, b int) int {
	if yes {
		return a
	}
	return b
}

func uses(models []trailModel, field string) bool {
	return slices.ContainsFunc(models, func(t trailModel) bool {
		return slices.ContainsFunc(t, func(s selectorModel) bool {
			return slices.ContainsFunc(s.FieldSelectors, func(f fieldModel) bool { return f.Field == field })
		})
	})
}

// compare holds a result against the events one by one.
func compare(t testing.TB, models []trailModel, read bool, got selector.Result) {
	t.Helper()
	names := writeNames
	if read {
		names = readNames
	}
	anyMay, shortestGap, allSure := false, -1, true
	length := pick(uses(models, "userIdentity.arn"), 2, 4)
	for _, e := range events(models, read, names, keys(length)) {
		sure, may := recordsModel(models, e)
		anyMay, allSure = anyMay || may, allSure && sure
		if !may && (shortestGap < 0 || len(e.Key) < shortestGap) {
			shortestGap = len(e.Key)
		}
	}
	w := got.Witness
	switch got.Level {
	case selector.All:
		if !allSure || w != nil {
			t.Errorf("all, but an event is not surely recorded (or witness %v)", w)
		}
	case selector.Unknown:
		if shortestGap >= 0 {
			t.Errorf("unknown, but an event with a key of %d is not recorded", shortestGap)
		}
	case selector.None, selector.Partial:
		if w == nil {
			t.Fatalf("%s without a witness", got.Level)
		}
		if _, may := recordsModel(models, *w); may {
			t.Errorf("%s, but the witness %v may be recorded", got.Level, w)
		}
		if w.Key != "" && shortestGap >= 0 && shortestGap < len(w.Key) {
			t.Errorf("%s: witness %v, but there is one with a key of %d", got.Level, w, shortestGap)
		}
		if w.Key == "" && shortestGap >= 0 {
			t.Errorf("%s: witness %v without a key, but there is one with a key of %d", got.Level, w, shortestGap)
		}
		if got.Level == selector.None && anyMay {
			t.Errorf("none, but an event may be recorded")
		}
	}
}

func compareBoth(t testing.TB, seed uint64) selector.Report {
	t.Helper()
	models := newMaker(seed).trails()
	report := selector.Coverage(parseAll(t, models), b)
	compare(t, models, true, report.Read)
	compare(t, models, false, report.Write)
	if t.Failed() {
		for _, m := range models {
			t.Logf("seed %d: %s", seed, m.json(t))
		}
		t.FailNow()
	}
	return report
}

func TestCoverageAgreesWithSingleEvents(t *testing.T) {
	t.Parallel()
	levels := map[selector.Level]int{}
	for seed := range uint64(300) {
		levels[compareBoth(t, seed).Read.Level]++
	}
	for _, l := range []selector.Level{selector.None, selector.Partial, selector.Unknown, selector.All} {
		if levels[l] < 5 {
			t.Errorf("only %d of the random trails come to %s: the test proves little", levels[l], l)
		}
	}
}

func FuzzCoverage(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { compareBoth(t, seed) })
}

// TestWholeBucketEvents tries the events that have no key, alone.
func TestWholeBucketEvents(t *testing.T) {
	t.Parallel()
	for seed := range uint64(800) {
		models := newMaker(seed).trails()
		got := selector.Coverage(parseAll(t, models), b).Read
		if got.Level != selector.All {
			continue
		}
		for _, e := range events(models, true, wholeReads, keys(2)) {
			if sure, _ := recordsModel(models, e); !sure {
				t.Fatalf("seed %d: all, but %v is not surely recorded", seed, &e)
			}
		}
	}
}
