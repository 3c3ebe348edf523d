package policy

// singleSource is one document in the place where it is asked.
type singleSource struct {
	layer         Layer
	level, policy int // level -1: the layer has none
	document      *Document
	first         int // the number of its first statement among those of all sources
}

// sources lists the documents that a request can meet. What the caller's side
// says is not asked of an anonymous caller, see [singleRun.heard].
func (p *SinglePolicies) sources() []singleSource {
	sources := make([]singleSource, 0, 8)
	add := func(layer Layer, level, policy int, d *Document) {
		if d == nil {
			return
		}
		first := 0
		if n := len(sources); n > 0 {
			first = sources[n-1].first + len(sources[n-1].document.Statements)
		}
		sources = append(sources, singleSource{layer, level, policy, d, first})
	}
	if p.AskIdentity {
		for i, d := range p.Identity {
			add(LayerIdentity, -1, i, d)
		}
		add(LayerBoundary, -1, 0, p.Boundary)
		add(LayerSession, -1, 0, p.Session)
		for level, documents := range p.SCPs {
			for i, d := range documents {
				add(LayerSCP, level, i, d)
			}
		}
	}
	for level, documents := range p.RCPs {
		for i, d := range documents {
			add(LayerRCP, level, i, d)
		}
	}
	add(LayerEndpoint, -1, 0, p.Endpoint)
	add(LayerBucketPolicy, -1, 0, p.Bucket)
	return sources
}

// singleCallerSide says whether a layer belongs to the caller's account.
func singleCallerSide(layer Layer) bool {
	switch layer {
	case LayerIdentity, LayerBoundary, LayerSession, LayerSCP:
		return true
	default:
		return false
	}
}
