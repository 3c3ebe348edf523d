package audit_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// manyRows are more than two blocks of them, no two alike, in a random order.
func manyRows() []audit.Row {
	random := rand.New(rand.NewPCG(1, 3))
	rows := make([]audit.Row, 17_000)
	for i := range rows {
		rows[i] = rowOf(i)
	}
	random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows
}

// rowOf has each member empty in some rows and not in others. Names hold bytes
// that are no UTF-8.
func rowOf(i int) audit.Row {
	at := time.Date(2026, 11, 22, 0, 0, i, i, time.UTC)
	f := &audit.Finding{
		ID: fmt.Sprintf("%032x", i), Check: fmt.Sprint("check-", i%3), Title: "A check.", Status: audit.StatusPass, Severity: audit.High,
		AccountID: fmt.Sprintf("%012d", i%100), Region: "eu-central-1", Resource: fmt.Sprintf("arn:aws:s3:::\xff%d", i/4), Subject: fmt.Sprint(i % 4),
		Evidence: json.RawMessage(fmt.Sprintf(`{"text":"<%d>"}`, i)), Controls: []audit.Control{}, FirstSeen: at, StatusSince: at,
	}
	if i%2 == 0 {
		f.Status, f.Reason, f.Fingerprint, f.LastSeen = audit.StatusFail, "It is open.", fmt.Sprint("sha256:", i), at
		f.Known = &audit.Known{Status: audit.StatusFail, Since: at}
		f.Controls = audit.ControlsOf("CIS", "3.0.0", audit.Supports, "2.1.1", "2.1.2")
	}
	if i%5 == 0 {
		f.Remediation = &audit.Remediation{Kind: audit.RemedyChange, Summary: "Mend it.", CLI: "aws", Document: json.RawMessage(`{"a": "&"}`), Diff: "-\n+"}
		f.Waived, f.Waiver = true, &audit.WaiverNote{Owner: "o", Reason: "r", Expires: audit.Date{Year: 2027, Month: time.March, Day: 4}}
	}
	return audit.Row{Finding: f, Missed: i % 2, FailFingerprint: f.Fingerprint, Digest: int64(i + 1)}
}

func TestRowsArePackedFaithfully(t *testing.T) {
	t.Parallel()
	want := manyRows()
	rows := audit.RowsOf(want...)
	slices.SortFunc(want, func(a, b audit.Row) int { return a.Finding.Position().Compare(b.Finding.Position()) })
	if rows.Len() != len(want) {
		t.Errorf("%d rows, want %d", rows.Len(), len(want))
	}
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			got := slices.Collect(rows.All())
			if reflect.DeepEqual(want, got) { // much quicker
				return
			}
			t.Errorf("(-want +got):\n%s", gocmp.Diff(want, got))
		})
	}
	readers.Wait()
}

// TestRowsHaveEveryMember: what findings come to have has to be packed too.
func TestRowsHaveEveryMember(t *testing.T) {
	t.Parallel()
	rows := []audit.Row{rowOf(0), rowOf(1), rowOf(2)}
	for i := range reflect.TypeFor[audit.Finding]().NumField() {
		if !slices.ContainsFunc(rows, func(r audit.Row) bool { return !reflect.ValueOf(*r.Finding).Field(i).IsZero() }) {
			t.Errorf("no row has Finding.%s", reflect.TypeFor[audit.Finding]().Field(i).Name)
		}
	}
}

func TestRowsEndEarly(t *testing.T) {
	t.Parallel()
	rows, seen := audit.RowsOf(manyRows()...), 0
	for range rows.All() {
		if seen++; seen == 3 {
			break
		}
	}
	if seen != 3 {
		t.Errorf("%d rows", seen)
	}
	var none audit.Rows
	for range none.All() {
		t.Error("there is a row")
	}
}
