package chart

// The patterns that tell areas apart without colour. Their names are the
// classes of the areas too.
const (
	Critical      = "p-critical"      // solid
	High          = "p-high"          // dense diagonals
	Medium        = "p-medium"        // dots
	Low           = "p-low"           // sparse verticals
	Informational = "p-informational" // empty, outlined

	Compliant     = "p-compliant"   // solid
	Failing       = "p-failing"     // dense diagonals
	Unknown       = "p-unknown"     // dots
	NotApplicable = "p-na"          // sparse verticals
	NotObserved   = "p-notobserved" // empty, outlined
)

// Patterns defines all of them. It has to stand once in a page, before the
// first chart.
func Patterns() string {
	solid := func(id string) string {
		return `<pattern id="` + id + `" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="ground" width="8" height="8"/></pattern>`
	}
	diagonal := func(id string) string {
		return `<pattern id="` + id + `" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="5" height="5"/><rect class="mark" width="1.6" height="5"/></pattern>`
	}
	dots := func(id string) string {
		return `<pattern id="` + id + `" width="5" height="5" patternUnits="userSpaceOnUse"><rect class="ground" width="5" height="5"/><circle class="mark" cx="2.5" cy="2.5" r="1"/></pattern>`
	}
	verticals := func(id string) string {
		return `<pattern id="` + id + `" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground" width="6" height="6"/><rect class="mark" x="2.5" width="0.8" height="6"/></pattern>`
	}
	return `<svg class="patterns" aria-hidden="true" width="0" height="0"><defs>` +
		solid(Critical) + diagonal(High) + dots(Medium) + verticals(Low) + solid(Informational) +
		solid(Compliant) + diagonal(Failing) + dots(Unknown) + verticals(NotApplicable) + solid(NotObserved) +
		`</defs></svg>`
}
