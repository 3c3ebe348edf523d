package audit_test

import (
	"path"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

func TestWaiverMatches(t *testing.T) {
	t.Parallel()
	bucket := audit.Finding{Check: "s3-object-ownership", AccountID: "444455556666", Resource: "arn:aws:s3:::acme-legacy-1"}
	role := audit.Finding{Check: "iam-prefix-role-quilt-folder", AccountID: "111122223333", Resource: "arn:aws:iam::111122223333:role/Alice", Subject: "acme-legacy-1"}
	account := audit.Finding{Check: "sts-account-access", AccountID: "444455556666", Resource: "arn:aws:iam::444455556666:root"}
	for name, c := range map[string]struct {
		waiver audit.Waiver
		want   [3]bool // bucket, role, account
	}{
		"check only":        {audit.Waiver{Check: "s3-object-ownership"}, [3]bool{true, false, false}},
		"check glob":        {audit.Waiver{Check: "s*-*"}, [3]bool{true, false, true}},
		"account":           {audit.Waiver{Check: "*", Account: "444455556666"}, [3]bool{true, false, true}},
		"account glob":      {audit.Waiver{Check: "*", Account: "1111????3333"}, [3]bool{false, true, false}},
		"bucket":            {audit.Waiver{Check: "*", Bucket: "acme-legacy-*"}, [3]bool{true, true, false}},
		"any bucket":        {audit.Waiver{Check: "*", Bucket: "*"}, [3]bool{true, true, false}},
		"resource":          {audit.Waiver{Check: "*", Resource: "arn:aws:iam::*:r*"}, [3]bool{false, true, true}},
		"all must match":    {audit.Waiver{Check: "*", Account: "444455556666", Bucket: "other"}, [3]bool{}},
		"no substring":      {audit.Waiver{Check: "*", Bucket: "legacy"}, [3]bool{}},
		"check is no regex": {audit.Waiver{Check: ".*"}, [3]bool{}},
	} {
		got := [3]bool{c.waiver.Matches(&bucket), c.waiver.Matches(&role), c.waiver.Matches(&account)}
		if got != c.want {
			t.Errorf("%s: bucket, role, account: %v, want %v", name, got, c.want)
		}
	}
}

func TestFindingBucket(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]audit.Finding{
		"acme-raw": {Resource: "arn:aws:s3:::acme-raw", Subject: "x"}, "acme.dots": {Resource: "arn:aws-cn:s3:::acme.dots"},
		"of-role": {Resource: "arn:aws:iam::111122223333:role/s3:::x", Subject: "of-role"}, "": {Resource: "arn:aws:iam::111122223333:root"},
	} {
		if got := f.Bucket(); got != want {
			t.Errorf("%+v: got %q", f, got)
		}
	}
}

// FuzzGlob holds a waiver's globs to path.Match where both mean the same.
func FuzzGlob(f *testing.F) {
	f.Add("acme-*-?", "acme-raw-2")
	f.Add("**a*?", "aaa")
	f.Fuzz(func(t *testing.T, glob, text string) {
		if glob == "" || strings.ContainsAny(glob+text, `[]\/`) || strings.IndexFunc(glob+text, func(r rune) bool { return r > 127 }) >= 0 {
			return
		}
		want, err := path.Match(glob, text)
		if err != nil { // it knows errors of [ and \ only
			t.Fatalf("%q: %v", glob, err)
		}
		w := audit.Waiver{Check: "*", Resource: glob}
		if got := w.Matches(&audit.Finding{Resource: text}); got != want {
			t.Errorf("%q on %q: %v, path.Match says %v", glob, text, got, want)
		}
	})
}

func TestDate(t *testing.T) {
	t.Parallel()
	var d audit.Date
	if err := d.UnmarshalText([]byte("2028-02-29")); err != nil || d.String() != "2028-02-29" || !d.End().Equal(time.Date(2028, 3, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%v ends %v, error %v", d, d.End(), err)
	}
	for _, text := range []string{"", "2027-02-29", "2027-1-31", "31.01.2027", "2027-01-31T00:00:00Z", "2027-01-31 "} {
		if err := d.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken for a date", text)
		}
	}
}

func TestWaiverID(t *testing.T) {
	t.Parallel()
	w := audit.Waiver{Check: "c", Account: "a", Reason: "r", Owner: "o", Expires: audit.Date{Year: 2027, Month: 1, Day: 1}}
	edited := w
	edited.Reason, edited.Owner, edited.Ticket, edited.Expires.Year = "s", "p", "t", 2028
	if w.ID() != edited.ID() || len(w.ID()) != 12 {
		t.Errorf("%s is %s after an edit of owner, reason, ticket and expiry", w.ID(), edited.ID())
	}
	for _, other := range []audit.Waiver{{Check: "c", Bucket: "a"}, {Check: "c", Account: "a", Fingerprint: "f"}, {Check: "c\na"}} {
		if other.ID() == w.ID() {
			t.Errorf("%+v and %+v are the same", other, w)
		}
	}
}

// waiving runs with the waivers and returns the finding and their states.
func (o *one) waiving(waivers ...audit.Waiver) (audit.Finding, string) {
	run := o.run(func(s *audit.Settlement) { s.Waivers = waivers })
	var states []string
	for _, u := range run.Waivers {
		states = append(states, string(u.State))
	}
	waived := 0
	for _, u := range run.Waivers {
		waived += u.Findings
	}
	if waived != run.Header.Counts.Waived {
		o.Errorf("waivers waive %d findings, %d are waived", waived, run.Header.Counts.Waived)
	}
	return run.Findings[0], strings.Join(states, " ")
}

func TestWaivers(t *testing.T) {
	t.Parallel()
	forever := audit.Date{Year: 2030, Month: 1, Day: 1}
	here := audit.Waiver{Check: bucketCheck, Bucket: "found-*", Reason: "r", Owner: "o", Ticket: "t", Expires: forever}
	with := func(change func(*audit.Waiver)) audit.Waiver { w := here; change(&w); return w }
	elsewhere := with(func(w *audit.Waiver) { w.Bucket = "other" })
	today := with(func(w *audit.Waiver) { w.Expires = audit.Date{Year: 2026, Month: 11, Day: 22} })
	yesterday := with(func(w *audit.Waiver) { w.Expires = audit.Date{Year: 2026, Month: 11, Day: 21} })
	second := with(func(w *audit.Waiver) { w.Owner, w.Check = "second", "*" })
	otherState := with(func(w *audit.Waiver) { w.Fingerprint = "sha256:0" })
	for name, c := range map[string]struct {
		status  audit.Status
		waivers []audit.Waiver
		waived  bool
		states  string
	}{
		"fail":                 {fail, []audit.Waiver{here}, true, "active"},
		"unknown":              {unknown, []audit.Waiver{here}, true, "active"},
		"pass":                 {pass, []audit.Waiver{here}, false, "unused"},
		"not applicable":       {none, []audit.Waiver{here}, false, "unused"},
		"elsewhere":            {fail, []audit.Waiver{elsewhere}, false, "unused"},
		"last day":             {fail, []audit.Waiver{today}, true, "active"},
		"expired":              {fail, []audit.Waiver{yesterday}, false, "expired"},
		"expired and unused":   {pass, []audit.Waiver{yesterday}, false, "expired"},
		"lapsed":               {fail, []audit.Waiver{otherState}, false, "lapsed"},
		"bound and unused":     {pass, []audit.Waiver{otherState}, false, "unused"},
		"the first waives":     {fail, []audit.Waiver{elsewhere, here, second}, true, "unused active active"},
		"past an expired one":  {fail, []audit.Waiver{yesterday, here}, true, "expired active"},
		"past a lapsed one":    {fail, []audit.Waiver{otherState, here}, true, "lapsed active"},
		"none":                 {fail, nil, false, ""},
		"expired, then lapsed": {fail, []audit.Waiver{yesterday, otherState}, false, "expired lapsed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOne(t)
			o.bucket().readable, o.bucket().status = c.status != unknown, c.status
			f, states := o.waiving(c.waivers...)
			if states != c.states || f.Waived != c.waived || f.Status != c.status {
				t.Errorf("waived %v with states %q, want %v and %q", f.Waived, states, c.waived, c.states)
			}
			var note *audit.WaiverNote
			if c.waived {
				note = &audit.WaiverNote{Owner: "o", Reason: "r", Ticket: "t", Expires: f.Waiver.Expires}
			}
			if diff := cmp.Diff(note, f.Waiver); diff != "" {
				t.Errorf("note (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWaiverOfAState: a waiver with a fingerprint covers one state of a
// failure, also while that cannot be read again.
func TestWaiverOfAState(t *testing.T) {
	t.Parallel()
	o := newOne(t)
	o.bucket().status = fail
	f, _ := o.waiving()
	w := audit.Waiver{Check: "*", Bucket: "*", Expires: audit.Date{Year: 2030, Month: 1, Day: 1}, Fingerprint: f.Fingerprint}
	want := func(what string, waived bool, state string) {
		t.Helper()
		f, states := o.waiving(w)
		if f.Waived != waived || states != state {
			t.Errorf("%s: waived %v, %s", what, f.Waived, states)
		}
	}
	want("the accepted state", true, "active")
	o.bucket().readable = false
	want("unreadable", true, "active")
	want("unreadable again", true, "active")
	o.bucket().readable, o.bucket().detail = true, 1
	want("another state", false, "lapsed")
	o.bucket().readable = false
	want("another state, unreadable", false, "lapsed")
	o.bucket().readable, o.bucket().detail = true, 0
	want("the accepted state again", true, "active")
	o.bucket().status = pass
	want("mended", false, "unused")
	o.bucket().readable = false
	want("mended and unreadable", false, "lapsed")
}

// TestWaiversOfWhatWasLeftOut: a narrower run calls no waiver unused that is
// about something it did not look at.
func TestWaiversOfWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	o := newOne(t)
	o.bucket().status = fail
	w := audit.Waiver{Check: "*", Bucket: "*", Expires: audit.Date{Year: 2030, Month: 1, Day: 1}}
	bound := w
	f, _ := o.waiving(w)
	bound.Fingerprint = f.Fingerprint
	other := w
	other.Bucket, other.Fingerprint = "other", ""
	o.waiving(w, bound)
	out := audit.LeftOut{Checks: []string{bucketCheck}}
	run := audit.Settle(func() audit.Settlement {
		s := o.world.settlement(t, "run", out, o.prior)
		s.Waivers = []audit.Waiver{w, bound, other}
		return s
	}())
	if len(run.Findings) != 0 || run.Waivers[0].State != audit.WaiverActive || run.Waivers[1].State != audit.WaiverActive || run.Waivers[2].State != audit.WaiverUnused {
		t.Errorf("got %+v of %d findings", run.Waivers, len(run.Findings))
	}
}
