package prometheus

import "github.com/quilt-auditor/quilt-auditor/audit"

// accountInfo has one series for each account even if it were listed twice
// under two names: a join by account_id needs that.
func (v *view) accountInfo(s *samples) {
	named := map[string]bool{}
	for i := range v.run.Header.Accounts {
		a := &v.run.Header.Accounts[i]
		if id := validUTF8(a.ID); !named[id] {
			named[id] = true
			s.first(1, a.ID, a.Name)
		}
	}
}

func (v *view) accountAccessible(s *samples) {
	for i := range v.run.Header.Accounts {
		a := &v.run.Header.Accounts[i]
		s.least(one(a.Access == audit.AccessOK), a.ID)
	}
}

func (v *view) buckets(s *samples) {
	for i := range v.run.Header.Accounts {
		a := &v.run.Header.Accounts[i]
		s.first(float64(a.Buckets), a.ID)
	}
}

func (v *view) collectorSuccess(s *samples) {
	for _, c := range v.run.Collected {
		s.least(one(c.Complete), c.Collector, c.AccountID)
	}
}

func (v *view) waivers(s *samples) {
	for _, state := range audit.WaiverStates() {
		s.add(0, string(state))
	}
	for i := range v.run.Waivers {
		s.add(1, string(v.run.Waivers[i].State))
	}
}

// waiverExpiry shows the latest end where several waivers cover the same,
// because until then it stays covered.
func (v *view) waiverExpiry(s *samples) {
	for i := range v.run.Waivers {
		w := &v.run.Waivers[i].Waiver
		s.most(seconds(w.Expires.End()), w.Check, w.ID())
	}
}

// one is 1 for true and 0 for false.
func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
