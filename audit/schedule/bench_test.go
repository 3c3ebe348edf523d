package schedule_test

import "testing"

func BenchmarkNext(b *testing.B) {
	for _, spec := range []string{"*/15 * * * *", "30 2 * * *", "0 9 * * 1-5", "0 0 29 2 *"} {
		b.Run(spec, func(b *testing.B) {
			s := mustParse(b, spec, "America/New_York")
			after := instant(b, "2026-05-01 12:00")
			b.ReportAllocs()
			for b.Loop() {
				if s.Next(after).IsZero() {
					b.Fatal("no slot")
				}
			}
		})
	}
}

func BenchmarkMissed(b *testing.B) {
	s := mustParse(b, "* * * * *", "America/New_York")
	last, now := instant(b, "2016-05-01 12:00"), instant(b, "2026-05-01 12:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := s.Missed(last, now); !ok {
			b.Fatal("nothing missed")
		}
	}
}

func BenchmarkInterval(b *testing.B) {
	s := mustParse(b, "* * * * *", "America/New_York")
	for b.Loop() {
		if s.Interval() == 0 {
			b.Fatal("no interval")
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mustParse(b, "*/15 8-18 * * mon-fri", "America/New_York")
	}
}
