package policy

import (
	"strings"
	"sync"
)

// Cache parses policies, and a text that it has parsed before not again, be it
// a policy or an error. It takes no more memory than its bound. It may be used
// by many at once.
//
// Somebody who goes through more policies than fit, again and again, still
// finds a part of them: what has a place keeps it while it is asked for, and
// the rest comes and goes in an eighth of the memory.
type Cache struct {
	bound int

	mu     sync.Mutex
	kept   generation
	recent generation
	missed int // weight of what was parsed since the last sweep
	parsed int
}

// NewCache returns a cache that takes up to bound bytes of memory, of which a
// policy as it is usually written takes some 6 KB for 0.7 KB of text.
func NewCache(bound int) *Cache { return &Cache{bound: bound} }

// source is a policy as it is written, and where it is attached.
type source struct {
	kind Kind
	text string
}

// reading is what came of parsing a text.
type reading struct {
	document *Document
	err      error
	asked    bool // since the last sweep
}

// generation holds readings, and what they weigh.
type generation struct {
	readings map[source]*reading
	weight   int
}

// Parse is the function [Parse].
func (c *Cache) Parse(text string, kind Kind) (*Document, error) {
	s := source{kind, text}
	if r := c.find(s); r != nil {
		return r.document, r.err
	}
	s.text = strings.Clone(text) // which otherwise keeps alive what it is a part of
	r := &reading{asked: true}
	r.document, r.err = Parse(s.text, kind)
	c.keep(s, r)
	return r.document, r.err
}

// Parsed returns how many texts were parsed because the cache did not have them.
func (c *Cache) Parsed() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.parsed
}

func (c *Cache) find(s source) *reading {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.kept.readings[s]
	if r == nil {
		r = c.recent.readings[s]
	}
	if r != nil {
		r.asked = true
	}
	return r
}

const (
	recentShare = 8  // the part of the bound that what has no place takes
	sweepEvery  = 64 // so many times the bound is parsed from one sweep to the next
)

func (c *Cache) keep(s source, r *reading) {
	weight := s.weigh(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parsed++
	if c.missed += weight; c.missed > sweepEvery*c.bound {
		c.missed = 0
		c.kept.sweep()
	}
	share := c.bound / recentShare
	if c.kept.add(s, r, weight, c.bound-share) {
		return
	}
	if !c.recent.add(s, r, weight, share) {
		c.recent = generation{}
		c.recent.add(s, r, weight, share)
	}
}

// add reports false if there is no room.
func (g *generation) add(s source, r *reading, weight, bound int) bool {
	if g.weight+weight > bound {
		return false
	}
	if g.readings == nil {
		g.readings = map[source]*reading{}
	}
	if g.readings[s] == nil { // nobody else has parsed it meanwhile
		g.readings[s] = r
		g.weight += weight
	}
	return true
}

// sweep forgets what was not asked for since the last time.
func (g *generation) sweep() {
	for s, r := range g.readings {
		if !r.asked {
			g.weight -= s.weigh(r)
			delete(g.readings, s)
		}
		r.asked = false
	}
}
