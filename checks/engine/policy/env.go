package policy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// slot is one condition key that the policies ask for.
type slot struct {
	place     int      // among the slots
	key       string   // normalised
	name      string   // as the question or else the policy spells it
	base      keyValue // what the question says of it
	universal bool     // the answer must hold for every possibility
	present   bool     // requests always carry it
	listed    bool     // the question names it as open, though it follows from the principal
	filler    bool     // policies use it in variables only
	chosen    keyValue // what it is taken to hold at the moment
	current   keyValue // the same, but for what follows from the caller asked about
	domain    []keyValue
}

// env holds what a request carries, as far as policies ask. Open keys are first
// unknown and then take each of their possibilities in turn.
type env struct {
	question *Question
	asker    *asker
	slots    []slot
	places   map[string]int // of slots by key, once there are many
	garbled  string         // a key of which a value is not Unicode
}

// manySlots is how many are looked through one by one.
const manySlots = 12

// value finds the current value of a key.
func (e *env) value(key string) keyValue { return e.slot(key).current }

// slot finds or makes the slot of a key. The pointer is good until the next call.
func (e *env) slot(key string) *slot { return e.named(key, key) }

// named is slot for a key that the policy spells so. It is reported in that
// spelling unless the question has its own.
func (e *env) named(key, spelling string) *slot {
	if i := e.find(key); i >= 0 {
		return &e.slots[i]
	}
	s := slot{place: len(e.slots), key: key, name: spelling}
	e.classify(&s)
	s.chosen, s.current = s.base, s.base
	e.slots = append(e.slots, s)
	e.note(len(e.slots) - 1)
	return &e.slots[len(e.slots)-1]
}

// find returns the place of the key's slot, -1 if it has none.
func (e *env) find(key string) int {
	if e.places != nil {
		if i, ok := e.places[key]; ok {
			return i
		}
		return -1
	}
	for i := range e.slots {
		if e.slots[i].key == key {
			return i
		}
	}
	return -1
}

// note enters a new slot into the index, and makes the index where there are
// so many slots that it pays.
func (e *env) note(place int) {
	switch {
	case e.places != nil:
		e.places[e.slots[place].key] = place
	case len(e.slots) > manySlots:
		e.places = make(map[string]int, 2*len(e.slots))
		for i := range e.slots {
			e.places[e.slots[i].key] = i
		}
	}
}

// classify looks a key up in the question.
func (e *env) classify(s *slot) {
	q := e.question
	if values, ok := q.contextValue(s.name, s.key); ok {
		if len(values) > 0 {
			s.base = keyValue{state: known, values: values}
			e.inspect(s)
		}
		return
	}
	if name, ok := listed(q.Any, s.key); ok {
		s.name, s.universal = name, true
		e.leaveOpen(s)
		return
	}
	if name, ok := listed(q.Unknown, s.key); ok {
		s.name = name
		e.leaveOpen(s)
		return
	}
	switch {
	case !q.UnknownByDefault:
	case s.key == keyPrincipalArn:
		s.name = principalArn // in one spelling, as a witness carries it beside other keys
		e.deriveArn(s)
	case e.derive(s), q.listedAbsent(s.key), q.rulesOut(s.key):
	default:
		s.base, s.present = keyValue{state: unknown}, alwaysCarried(s.key)
	}
}

// leaveOpen takes in a key that the question names as open. What follows from
// the principal does so here too, and what cannot be is left out.
func (e *env) leaveOpen(s *slot) {
	switch {
	case s.key == keyPrincipalArn:
		s.name, s.listed = principalArn, true
		e.deriveArn(s)
	case s.key == keyPrincipalAccount:
		s.name, s.listed = principalAccount, true
		e.derive(s)
	case e.question.rulesOut(s.key):
	default:
		s.base, s.present = keyValue{state: unknown}, alwaysCarried(s.key)
	}
}

// inspect notes a value that no request can carry.
func (e *env) inspect(s *slot) {
	for _, value := range s.base.values {
		if !utf8.ValidString(value) {
			e.garbled = s.name
		}
	}
}

// derive fills in the keys that follow from the principal. AWS sets
// aws:PrincipalAccount and aws:PrincipalArn on every signed request, and
// aws:username on none but those of users ("AWS global condition context keys").
func (e *env) derive(s *slot) bool {
	switch s.key {
	case keyUsername:
		return e.asker.form == formRole || e.asker.form == formSession || e.asker.form == formEveryone
	case keyPrincipalAccount:
		if e.asker.form != formEveryone {
			s.base = keyValue{state: known, values: []string{e.asker.account}}
		}
		return true
	default:
		return false
	}
}

func (e *env) deriveArn(s *slot) {
	switch e.asker.form {
	case formEveryone:
	case formAccount:
		s.base, s.universal, s.present = keyValue{state: unknown}, true, true
	case formSession:
		s.base, s.present = keyValue{state: unknown}, true
	default:
		s.base = keyValue{state: known, values: []string{e.asker.arn}}
	}
}

// adopt sets what follows from which of several callers is asked about.
func (e *env) adopt(c *caller) {
	if e.asker.form != formAccount {
		return
	}
	for i := range e.slots {
		s := &e.slots[i]
		if s.key != keyPrincipalArn || !s.present || c.unnamed {
			continue
		}
		s.current = keyValue{state: unknown}
		if c.form == formRole || c.form == formUser || c.form == formFederated {
			s.current = keyValue{state: known, values: []string{c.arn}}
		}
	}
}

// restore undoes adopt.
func (e *env) restore() {
	for i := range e.slots {
		e.slots[i].current = e.slots[i].chosen
	}
}

// assigned returns the values that open keys are taken to hold, or follow from
// the principal though the question names them as open.
func (e *env) assigned() map[string][]string {
	out := map[string][]string{}
	for i := range e.slots {
		if s := &e.slots[i]; (s.base.state == unknown || s.listed) && s.current.state == known {
			out[s.name] = s.current.values
		}
	}
	return out
}

// choose takes a slot to hold one of its possibilities.
func (s *slot) choose(value keyValue) { s.chosen, s.current = value, value }

// contextValue finds the known values of a key, which is likely spelt so.
func (q *Question) contextValue(spelling, key string) ([]string, bool) {
	if values, ok := q.Context[spelling]; ok {
		return values, true
	}
	for name, values := range q.Context {
		if sameKey(name, key) {
			return values, true
		}
	}
	return nil, false
}

// derives reports whether requests carry the key with what follows from the
// principal.
func (q *Question) derives(key string) bool {
	if q.UnknownByDefault {
		return true
	}
	_, everywhere := listed(q.Any, key)
	_, somewhere := listed(q.Unknown, key)
	return everywhere || somewhere
}

func (q *Question) listedAbsent(key string) bool {
	return slices.ContainsFunc(q.Absent, func(name string) bool {
		if prefix, found := strings.CutSuffix(name, "*"); found {
			return strings.HasPrefix(key, normalKey(prefix))
		}
		return sameKey(name, key)
	})
}

func listed(names []string, key string) (string, bool) {
	for _, name := range names {
		if sameKey(name, key) {
			return name, true
		}
	}
	return "", false
}
