package daemon_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// changes are those that the daemon serves.
func (l *life) changes(since, until time.Time) (list []audit.Change) {
	l.t.Helper()
	for c, err := range l.Changes(context.Background(), since, until) {
		if err != nil {
			l.t.Error(err)
		}
		list = append(list, c)
	}
	return list
}

// moments are those that the daemon serves.
func (l *life) moments() (list []audit.Moment) {
	l.t.Helper()
	for m, err := range l.Moments(context.Background(), bubbleBegan, time.Now()) {
		if err != nil {
			l.t.Error(err)
		}
		list = append(list, m)
	}
	return list
}

// unrecorded is a disk that takes no run, or takes it and nobody knows.
func unrecorded(fault string) func(context.Context, string) error {
	return func(ctx context.Context, operation string) error {
		if fault == "record" {
			return broken(fault)(ctx, operation)
		}
		if operation == fault {
			panic(secret)
		}
		return nil
	}
}

// What happened in runs that the store could not take is served from memory,
// each once, and is what the store has in the end.
func TestChangesFromMemory(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"record", "recorded"} {
		bubble(t, func(t *testing.T, s *setting) {
			l := s.begin(s.planned(never{}))
			synctest.Wait()
			l.audits()
			s.disk.fails(unrecorded(fault))
			for _, happen := range drift[:3] {
				happen(s.estate)
				l.audits()
			}
			all, moments := l.changes(bubbleBegan, time.Now()), l.moments()
			s.disk.fails(sound)
			l.audits()
			if diff := cmp.Diff(s.disk.changes, all); diff != "" || len(all) < 5 {
				t.Errorf("%s failing (-recorded in the end +served):\n%s", fault, diff)
			}
			// The fake store has no finding that is another one by now.
			if diff := cmp.Diff(l.moments(), moments, cmpopts.IgnoreFields(audit.Moment{}, "Finding")); diff != "" || len(moments) < 3 {
				t.Errorf("%s failing, moments (-recorded in the end +served):\n%s", fault, diff)
			}
			if !slices.ContainsFunc(moments, func(m audit.Moment) bool { return m.Finding != nil && m.Finding.Status == audit.StatusFail }) {
				t.Error("no moment has its finding")
			}
			half := all[2].At
			if got := append(l.changes(bubbleBegan, half), l.changes(half, time.Now())...); !cmp.Equal(got, all) {
				t.Errorf("in two parts they are %v", got)
			}
			l.end()
		})
	}
}

// Without a store nothing is said to have happened.
func TestNoChangesWithoutAStore(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		s.disk.fails(broken("open"))
		l := s.begin(s.planned(never{}))
		synctest.Wait()
		for _, err := range l.Changes(t.Context(), bubbleBegan, time.Now()) {
			if err == nil {
				t.Error("there are changes")
			}
		}
		failed := false
		for _, err := range l.Moments(t.Context(), bubbleBegan, time.Now()) {
			failed = failed || err != nil
		}
		if !failed {
			t.Error("there is no error")
		}
		l.end()
	})
}
