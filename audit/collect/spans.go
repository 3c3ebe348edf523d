package collect

import (
	"maps"
	"slices"
	"time"
)

// spans are the times in which collectors were at work, by name.
type spans map[string]span

type span struct{ began, ended time.Time }

func (s spans) add(collector string, began, ended time.Time) {
	known, ok := s[collector]
	if !ok || began.Before(known.began) {
		known.began = began
	}
	if ended.After(known.ended) {
		known.ended = ended
	}
	s[collector] = known
}

func (s spans) each(took func(collector string, took time.Duration)) {
	for _, collector := range slices.Sorted(maps.Keys(s)) {
		took(collector, s[collector].ended.Sub(s[collector].began))
	}
}
