package exportertest

import (
	"io"
	"testing"
)

// Benchmark measures writing 100,000 failures.
func Benchmark(b *testing.B, write Write) {
	run := Large(100_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := write(io.Discard, run); err != nil {
			b.Fatal(err)
		}
	}
}
