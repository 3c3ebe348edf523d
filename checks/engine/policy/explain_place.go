package policy

// singlePlace is a layer, or one level of an organization's layer.
type singlePlace struct {
	layer Layer
	level int  // -1: the layer has none
	asked bool // or it belongs to a side that nobody asks
	empty bool // there is no policy, and none is needed
}

// places lists where policies stand, in the order of the layers, but for the
// public access block, which is no policy.
func (p *SinglePolicies) places() []singlePlace {
	places := []singlePlace{
		{LayerIdentity, -1, p.AskIdentity, false},
		{LayerBoundary, -1, p.AskIdentity, p.Boundary == nil},
		{LayerSession, -1, p.AskIdentity, p.Session == nil},
	}
	places = append(places, singleLevels(LayerSCP, p.SCPs, p.AskIdentity)...)
	places = append(places, singleLevels(LayerRCP, p.RCPs, true)...)
	return append(places,
		singlePlace{LayerEndpoint, -1, true, p.Endpoint == nil},
		singlePlace{LayerBucketPolicy, -1, true, false},
	)
}

func singleLevels(layer Layer, levels [][]*Document, asked bool) (places []singlePlace) {
	for level := range levels {
		places = append(places, singlePlace{layer, level, asked, false})
	}
	if len(levels) == 0 {
		return []singlePlace{{layer, -1, asked, true}}
	}
	return places
}

func (p singlePlace) holds(source *singleSource) bool {
	return source.layer == p.layer && source.level == p.level
}

// outcome says nothing yet, unless the place itself settles what it says.
func (p singlePlace) outcome() LayerOutcome {
	out := LayerOutcome{Layer: p.layer}
	if p.level >= 0 {
		out.Level = &p.level
	}
	switch {
	case !p.asked:
		out.Says = SaysNotAsked
	case p.empty:
		out.Says = SaysNoLimit
	}
	return out
}
