package selector

// A question is whether the rules record every event of one class.
type question struct {
	bucket Bucket
	stems  []stem
	rules  []scopedRule
	read   bool

	work      int     // comparisons left
	any       bool    // some event that S3 is known to send is or may be recorded
	gap       witness // surely not recorded
	open      witness // perhaps not recorded
	undecided bool
	recording []bool
}

// A witness keeps an event with a shortest key; one of the bucket as a whole is
// shown only where there is none with a key.
type witness struct {
	ofKey, ofBucket *Event
}

func (w *witness) offer(e Event) {
	switch {
	case e.Key == "" && w.ofBucket == nil:
		w.ofBucket = &e
	case e.Key != "" && (w.ofKey == nil || len(e.Key) < len(w.ofKey.Key)):
		w.ofKey = &e
	}
}

func (w *witness) event() *Event {
	if w.ofKey != nil {
		return w.ofKey
	}
	return w.ofBucket
}

func (q *question) result() Result {
	q.work = maxComparisons
	q.recording = make([]bool, len(q.rules))
	q.ask()
	r := Result{Level: q.level()}
	switch r.Level {
	case None, Partial:
		r.Witness = q.gap.event()
	case Unknown:
		r.Witness = q.open.event()
	}
	for i := range q.rules {
		if q.recording[i] {
			r.Recording = append(r.Recording, q.rules[i].place())
		}
	}
	if r.Witness != nil {
		r.Reasons = q.reasons(*r.Witness)
	}
	return r
}

// level weighs what was found. A gap counts only if the plain evaluation of that
// one event, by the selectors as they were read, agrees that nothing records it.
func (q *question) level() Level {
	gap := q.gap.event()
	switch {
	case gap != nil && q.mayRecord(*gap):
		return Unknown
	case gap != nil && !q.any:
		return None
	case gap != nil:
		return Partial
	case q.undecided || q.open.event() != nil:
		return Unknown
	}
	return All
}

// ask goes through the situations, but asks about keys only once for all those that
// the same rules match.
func (q *question) ask() {
	list, ok := situations(q.read, q.rules, q.bucket.Partition, &q.work)
	if !ok {
		q.undecided = true
		return
	}
	answers := make(map[string]answer)
	for _, s := range list {
		if s.whole && len(q.bucket.Prefixes) > 0 {
			continue
		}
		outcomes := make([]byte, len(q.rules))
		for i := range q.rules {
			o, _ := q.rules[i].outcome(s.event)
			outcomes[i] = byte(o)
		}
		a, found := answers[string(outcomes)]
		if !found {
			a = q.answer(outcomes)
			answers[string(outcomes)] = a
		}
		q.take(s, a)
	}
}

// take joins what is known of the keys in one situation to the result.
func (q *question) take(s situation, a answer) {
	q.undecided = q.undecided || a.undecided
	q.any = q.any || a.any && !s.assumed
	switch {
	case s.whole:
		q.takeWhole(s, a)
	case a.gap.found && !s.assumed:
		q.gap.offer(q.event(s, a.gap.name))
	case a.open.found:
		q.open.offer(q.event(s, a.open.name))
	}
}

// takeWhole joins the answer for an event of the bucket as a whole. Its resource is
// the bucket's stem or that of a listing, and how selectors of some keys see it is
// not documented: it is left out for certain only if no key at all would do.
func (q *question) takeWhole(s situation, a answer) {
	e := q.event(s, "")
	if !a.any && !q.mayRecord(e) {
		q.gap.offer(e)
		return
	}
	if a.open.found {
		q.open.offer(e)
	}
}

func (q *question) event(s situation, key string) Event {
	e := s.event
	e.Key, e.ARN = key, q.bucket.objects()+key
	return e
}

func (q *question) mayRecord(e Event) bool {
	for i := range q.rules {
		if o, _ := q.rules[i].replay(e); o != omits {
			return true
		}
	}
	return false
}

func (q *question) reasons(e Event) []Reason {
	var out []Reason
	for i := range q.rules {
		r := &q.rules[i]
		o, f := r.replay(e)
		if o == records {
			continue
		}
		reason := Reason{Place: r.place()}
		if f < fieldCount {
			reason.Field = fieldNames[f]
		} else {
			reason.Problems = r.problems
		}
		out = append(out, reason)
	}
	return out
}
