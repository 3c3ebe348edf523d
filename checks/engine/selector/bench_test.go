package selector_test

import (
	"fmt"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/selector"
)

func bucketValues(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("arn:aws:s3:::quilt-data-bucket-%05d/", i)
	}
	return out
}

func BenchmarkParse250(b *testing.B) {
	doc := []byte(basic("All", bucketValues(250)...))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := selector.Parse(doc); err != nil {
			b.Fatal(err)
		}
	}
}

// benchmarkCoverage asks about one bucket.
func benchmarkCoverage(b *testing.B, bucket string, want selector.Level, docs ...string) {
	trails := make([]selector.Trail, len(docs))
	for i, d := range docs {
		trails[i].Selectors = mustParse(b, d)
	}
	asked := selector.Bucket{Partition: "aws", Name: bucket}
	b.ReportAllocs()
	for b.Loop() {
		if got := selector.Coverage(trails, asked).Read.Level; got != want {
			b.Fatalf("%s, want %s", got, want)
		}
	}
}

func BenchmarkCoverageBasic250(b *testing.B) {
	benchmarkCoverage(b, "quilt-data-bucket-00200", selector.All, basic("All", bucketValues(250)...))
}

func BenchmarkCoverageBasic250Absent(b *testing.B) {
	benchmarkCoverage(b, "quilt-data-bucket-00300", selector.None, basic("All", bucketValues(250)...))
}

func BenchmarkCoverageAllBuckets(b *testing.B) {
	benchmarkCoverage(b, "quilt-data-bucket-00200", selector.All, advanced())
}

func BenchmarkCoverageNamesAndPrefixes(b *testing.B) {
	benchmarkCoverage(b, "foo", selector.Partial,
		advanced(field("eventName", "StartsWith", "Get", "Put"), arn("StartsWith", "arn:aws:s3:::foo/raw/")),
		advanced(field("readOnly", "Equals", "false"), arn("NotEndsWith", ".tmp", ".log")))
}

// BenchmarkCoverageWorst has about as many values on one bucket as the work allows.
func BenchmarkCoverageWorst(b *testing.B) {
	var begin, end []string
	for i := range 60 {
		begin, end = append(begin, fmt.Sprintf("arn:aws:s3:::foo/%03d", i)), append(end, fmt.Sprintf("%03d", i))
	}
	benchmarkCoverage(b, "foo", selector.Partial, advanced(arn("StartsWith", begin...)), advanced(arn("EndsWith", end...)))
}

// Benchmark10000Buckets shares three parsed trails among all buckets; one operation
// is all of them.
func Benchmark10000Buckets(b *testing.B) {
	trails := []selector.Trail{
		{Name: "a", Selectors: mustParse(b, basic("ReadOnly", bucketValues(250)...))},
		{Name: "b", Selectors: mustParse(b, basic("WriteOnly", "arn:aws:s3"))},
		{Name: "c", Selectors: mustParse(b, advanced(arn("StartsWith", bucketValues(400)...)))},
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range 10_000 {
			asked := selector.Bucket{Partition: "aws", Name: fmt.Sprintf("quilt-data-bucket-%05d", i)}
			if got := selector.Coverage(trails, asked).Write.Level; got != selector.All {
				b.Fatal(got)
			}
		}
	}
}

func BenchmarkAddBucket(b *testing.B) {
	s, err := selector.Parse([]byte(basic("All", bucketValues(249)...)))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.AddBucket("aws", "foo"); err != nil {
			b.Fatal(err)
		}
	}
}
