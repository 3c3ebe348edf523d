package schedule_test

import (
	"testing"
	"time"
)

func TestInterval(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	tests := []struct {
		spec string
		want time.Duration
	}{
		{"* * * * *", time.Minute},
		{"*/15 * * * *", 15 * time.Minute},
		{"*/25 * * * *", 25 * time.Minute},
		{"17 * * * *", time.Hour},
		{"0 */7 * * *", 7 * time.Hour},
		{"0,30 8-18 * * *", 13*time.Hour + 30*time.Minute},
		{"0,30 4,23 * * *", 18*time.Hour + 30*time.Minute},
		{"30 2 * * *", day},
		{"0 9 * * 1-5", 3 * day},
		{"0 8,18 * * 1-5", 2*day + 14*time.Hour},
		{"0 0 * * 0", 7 * day},
		{"0 0 1 * *", 31 * day},
		{"0 0 31 * *", 61 * day},
		{"0 0 1 1 *", 366 * day},
		{"0 0 29 2 *", (8*365 + 1) * day},
	}
	for _, test := range tests {
		t.Run(test.spec, func(t *testing.T) {
			t.Parallel()
			if got := mustParse(t, test.spec, "America/New_York").Interval(); got != test.want {
				t.Errorf("Interval = %v, want %v", got, test.want)
			}
		})
	}
}
