package globs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/globs"
)

// hardCovers are lists of about 20 KB, the size of the largest bucket policy.
func hardCovers() map[string][]globs.Pattern {
	const size = 20 << 10
	covers := map[string][]globs.Pattern{
		"one pattern": patterns("foo/" + strings.Repeat("*a*b*c", size/6)),
		"long run":    patterns("foo/" + strings.Repeat("?", size)),
	}
	for i := range 190 {
		if i != 136 {
			covers["one length missing"] = append(covers["one length missing"], globs.Glob("foo/"+strings.Repeat("?", i+1)))
		}
		covers["bombs"] = append(covers["bombs"], globs.Glob("foo/*a"+strings.Repeat("?", 20+i%20)+strings.Repeat("*b", i%40)))
		covers["typical"] = append(covers["typical"], globs.Glob(fmt.Sprintf("foo/team%d/*/data-*.csv", i)))
	}
	return covers
}

func BenchmarkCovered(b *testing.B) {
	span := globs.Span{Prefix: "foo/", NonEmpty: true, Max: 1024}
	for name, cover := range hardCovers() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if ok, _, err := globs.Covered(span, cover); ok || err != nil {
					b.Fatal(ok, err)
				}
			}
		})
	}
}

func BenchmarkCoveredByPrefix(b *testing.B) {
	span := globs.Span{Prefix: "foo/", NonEmpty: true, Max: 1024}
	cover := patterns("foo/a*", "foo/*")
	b.ReportAllocs()
	for b.Loop() {
		if ok, _, err := globs.Covered(span, cover); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkMeets(b *testing.B) {
	span := globs.Span{Prefix: "foo/", NonEmpty: true, Max: 1024}
	p := globs.Glob("foo/team/*/data-*.csv")
	b.ReportAllocs()
	for b.Loop() {
		if ok, _, err := globs.Meets(span, p); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

// BenchmarkFindHopeless is a search that uses up its budget.
func BenchmarkFindHopeless(b *testing.B) {
	some := [][]globs.Pattern{patterns("*a*b*a*b*"), patterns("*b*b*a*a*"), patterns("*a*a*a*b*")}
	var none []globs.Pattern
	for i := range 100 {
		none = append(none, globs.Glob("foo/*a"+strings.Repeat("?", i)))
	}
	b.ReportAllocs()
	for b.Loop() {
		budget := globs.DefaultBudget
		if _, _, err := globs.Find(globs.Span{Prefix: "foo/", Max: 1024}, some, none, &budget); err == nil {
			b.Fatal("the search ended")
		}
	}
}

func BenchmarkClasses(b *testing.B) {
	list := patterns("arn:aws:iam::111122223333:role/Quilt*", "arn:aws:iam::111122223333:role/*Reader", "arn:aws:iam::*:user/*", "o-*")
	b.ReportAllocs()
	for b.Loop() {
		budget := globs.DefaultBudget
		if _, err := globs.Classes(list, &budget); err != nil {
			b.Fatal(err)
		}
	}
}
