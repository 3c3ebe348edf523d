package audit

import "fmt"

// Severity is how bad a failure is. The zero Severity is none.
type Severity int

// The severities, in ascending order.
const (
	Informational Severity = iota + 1
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"", "informational", "low", "medium", "high", "critical"}

// Severities lists every severity, the worst first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, Informational} }

// String is the severity's name as it stands in findings and metrics.
func (s Severity) String() string {
	if s < 0 || int(s) >= len(severityNames) {
		return fmt.Sprintf("Severity(%d)", int(s))
	}
	return severityNames[s]
}

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a name and fails on any other text.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, name := range severityNames[1:] {
		if name == string(text) {
			*s = Severity(i + 1)
			return nil
		}
	}
	return fmt.Errorf("unknown severity %q: use informational, low, medium, high or critical", text)
}
