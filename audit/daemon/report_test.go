package daemon_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
)

var errReport = errors.New("the bucket is full")

func fails(context.Context) error { return errReport }

func TestReportsAreMadeAtTheirSlots(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		hourly, nightly := s.reporter("hourly"), s.reporter("nightly")
		l := s.begin(s.reporting(hourly.due(slots(t, "0 * * * *", "")), nightly.due(slots(t, "0 3 * * *", ""))))
		time.Sleep(5*time.Hour + time.Minute)
		hourly.wantMade(1, 2, 3, 4, 5)
		nightly.wantMade(3)
		for i, at := range hourly.tried() {
			if late := at.Sub(bubbleBegan) - time.Duration(i+1)*time.Hour; late != 0 {
				t.Errorf("the report of %d:00 was made %v late", i+1, late)
			}
		}
		l.end()
		if len(s.witness.account().ExportFailures) > 0 {
			t.Error("failures are counted")
		}
	})
}

// Of the slots that were missed the last one is made up for, once.
func TestAMissedReportIsMadeUpFor(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		r := s.reporter("hourly")
		plan := func() *plan { return s.reporting(r.due(slots(t, "0 * * * *", ""))) }
		l := s.begin(plan())
		time.Sleep(90 * time.Minute)
		l.end()
		time.Sleep(5 * time.Hour)
		l = s.begin(plan())
		synctest.Wait()
		r.wantMade(1, 6)
		time.Sleep(time.Hour)
		r.wantMade(1, 6, 7)
		l.end()
		// What is at its destination already is for Make to see.
		l = s.begin(plan())
		synctest.Wait()
		r.wantMade(1, 6, 7, 7)
		l.end()
	})
}

// A slot by which nothing had been recorded has no report, and a first start
// owes none.
func TestNoReportOfNothing(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		r := s.reporter("hourly")
		p := s.planned(never{})
		p.Reports = []daemon.Report{r.due(slots(t, "0 * * * *", ""))}
		l := s.begin(p)
		time.Sleep(150 * time.Minute)
		r.wantMade()
		if n := s.logged("there is no report"); n != 3 { // of midnight, too
			t.Errorf("logged %d times", n)
		}
		l.audits()
		time.Sleep(time.Hour)
		r.wantMade(3)
		l.end()
	})
}

func TestAFailedReportIsTriedAgain(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		r, sound := s.reporter("hourly"), s.reporter("sound")
		l := s.begin(s.reporting(r.due(slots(t, "0 * * * *", "")), sound.due(slots(t, "0 * * * *", ""))))
		synctest.Wait()
		r.will(fails)
		time.Sleep(time.Hour + 19*time.Minute)
		want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}
		tries, pauses := r.tried(), []time.Duration{}
		for i := range tries[1:] {
			pauses = append(pauses, tries[i+1].Sub(tries[i])/time.Second)
		}
		if diff := cmp.Diff(want, pauses); diff != "" {
			t.Errorf("pauses in seconds (-want +got):\n%s", diff)
		}
		sound.wantMade(1)
		if n := s.witness.account().ExportFailures["report"]; n != len(tries) || s.logged("a report failed") != 1 {
			t.Errorf("%d of %d failures counted, %d logged", n, len(tries), s.logged("a report failed"))
		}
		r.will(func(context.Context) error { return nil })
		time.Sleep(5 * time.Minute)
		r.wantMade(1)
		time.Sleep(20 * time.Minute)
		r.wantMade(1)
		l.end()
	})
}

// Once the next report is due, one that could not be made is given up.
func TestAReportThatIsGivenUp(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		r := s.reporter("hourly")
		r.will(func(context.Context) error { panic(secret) })
		l := s.begin(s.reporting(r.due(slots(t, "0 * * * *", ""))))
		time.Sleep(3*time.Hour - time.Second)
		r.will(func(context.Context) error { return nil })
		time.Sleep(10 * time.Minute)
		r.wantMade(3)
		if s.logged("is given up") != 2 || s.logged("a report failed") != 2 {
			t.Errorf("given up %d times, failed %d times in the log", s.logged("is given up"), s.logged("a report failed"))
		}
		l.end()
	})
}

// A report waits for a run that began before it was due, so that it tells of
// that run, but not for ever; and not for one that began later.
func TestAReportWaitsForTheRunBeforeIt(t *testing.T) {
	t.Parallel()
	for took, want := range map[time.Duration]time.Duration{20 * time.Minute: 70 * time.Minute, 3 * time.Hour: 2 * time.Hour} {
		bubble(t, func(t *testing.T, s *setting) {
			r := s.reporter("hourly")
			l := s.begin(s.reporting(r.due(slots(t, "0 1 * * *", ""))))
			synctest.Wait()
			time.Sleep(50 * time.Minute)
			synctest.Wait()
			s.estate.collect = taking(took)
			_ = l.Start()
			time.Sleep(5 * time.Hour)
			if tried := r.tried(); len(tried) != 1 || tried[0].Sub(bubbleBegan) != want {
				t.Errorf("a run of %v: tried at %v, want at %v", took, tried, want)
			}
			l.end()
		})
	}
	bubble(t, func(t *testing.T, s *setting) {
		r := s.reporter("hourly")
		r.will(fails)
		l := s.begin(s.reporting(r.due(slots(t, "0 1 * * *", ""))))
		time.Sleep(time.Hour + 10*time.Minute)
		synctest.Wait()
		s.estate.collect = taking(time.Hour)
		_ = l.Start()
		r.will(func(context.Context) error { return nil })
		time.Sleep(5 * time.Minute)
		r.wantMade(1)
		l.end()
	})
}

// A report that takes long is in nobody's way, except that of other reports.
func TestALongReport(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		long, other := s.reporter("long"), s.reporter("other")
		long.will(taking(150 * time.Minute))
		hourly := slots(t, "0 * * * *", "")
		p := s.planned(minutely{})
		p.Reports = []daemon.Report{long.due(hourly), other.due(hourly)}
		l := s.begin(p)
		time.Sleep(90 * time.Minute)
		if n := s.witness.account().Runs; n < 90 {
			t.Errorf("%d runs in 90 minutes", n)
		}
		began := time.Now()
		next := s.planned(minutely{})
		next.Reports = p.Reports
		l.uses(next)
		if time.Since(began) > 0 {
			t.Error("a reload waited")
		}
		time.Sleep(2*time.Hour + 5*time.Minute)
		other.wantMade(3)
		long.wantMade(1)
		if took := l.end(); took > time.Second {
			t.Errorf("it took %v to stop", took)
		}
	})
}

// A reload goes on with reports that it leaves as they were, makes new ones of
// their last slot, and ends the tries of those that are gone.
func TestReportsAreSwapped(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		hourly := slots(t, "0 * * * *", "")
		kept, gone, fresh := s.reporter("kept"), s.reporter("gone"), s.reporter("fresh")
		l := s.begin(s.reporting(kept.due(hourly), gone.due(hourly)))
		time.Sleep(time.Hour + time.Minute)
		gone.will(fails)
		time.Sleep(time.Hour)
		tried := len(gone.tried())
		again := s.reporter("kept")
		l.uses(s.reporting(again.due(hourly), fresh.due(hourly)))
		synctest.Wait()
		fresh.wantMade(2)
		again.wantMade() // its last slot is done with
		time.Sleep(time.Hour)
		kept.wantMade(1, 2)
		again.wantMade(3)
		fresh.wantMade(2, 3)
		gone.wantMade(1)
		if n := len(gone.tried()); n != tried {
			t.Errorf("what is gone was tried %d times more", n-tried)
		}
		l.end()
	})
}

// What cannot be made now is made by the plan there is then.
func TestATriedReportIsMadeByTheNewPlan(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		hourly := slots(t, "0 * * * *", "")
		old, mended := s.reporter("hourly"), s.reporter("hourly")
		old.will(fails)
		l := s.begin(s.reporting(old.due(hourly)))
		time.Sleep(time.Hour + 10*time.Minute)
		l.uses(s.reporting(mended.due(hourly)))
		synctest.Wait()
		mended.wantMade(1)
		l.end()
	})
}

// A report that is cut short is no failure; the next start makes it.
func TestStoppingDuringAReport(t *testing.T) {
	t.Parallel()
	for name, does := range map[string]func(context.Context) error{
		"heeding": taking(time.Hour),
		"deaf":    func(context.Context) error { time.Sleep(time.Hour); return errReport },
	} {
		bubble(t, func(t *testing.T, s *setting) {
			r := s.reporter("hourly")
			plan := func() *plan { return s.reporting(r.due(slots(t, "0 * * * *", ""))) }
			r.will(does)
			l := s.begin(plan())
			time.Sleep(time.Hour + 10*time.Minute)
			l.end()
			if gaveUp := s.logged("did not end in time") > 0; gaveUp != (name == "deaf") {
				t.Errorf("%s: given up: %t", name, gaveUp)
			}
			time.Sleep(55 * time.Minute)
			r.will(func(context.Context) error { return nil })
			l = s.begin(plan())
			synctest.Wait()
			r.wantMade(2)
			l.end()
			if n := s.witness.account().ExportFailures["report"]; n > 0 {
				t.Errorf("%s: %d failures counted", name, n)
			}
		})
	}
}

// A store that comes late is waited for.
func TestAReportWaitsForTheStore(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *setting) {
		r := s.reporter("hourly")
		plan := func() *plan { return s.reporting(r.due(slots(t, "0 * * * *", ""))) }
		l := s.begin(plan())
		time.Sleep(10 * time.Minute)
		l.end()
		time.Sleep(time.Hour)
		s.disk.fails(broken("open", "last", "prior", "runs"))
		l = s.begin(s.reporting(r.due(slots(t, "0 * * * *", ""))))
		time.Sleep(10 * time.Minute)
		r.wantMade()
		if s.witness.account().ExportFailures["report"] == 0 {
			t.Error("no failure is counted")
		}
		s.disk.fails(sound)
		l.audits() // which opens the store
		time.Sleep(5 * time.Minute)
		r.wantMade(1)
		l.end()
	})
}
