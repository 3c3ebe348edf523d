package config

import (
	"encoding/json"
	"fmt"
)

// Secret is a text that must not show in logs, errors or reports. However it
// is printed or marshalled, "(set)" or "" comes out; only Reveal gives the
// text. The zero value is not set.
type Secret struct {
	// A pointer, because fmt prints unexported fields without asking String:
	// inside another type's unexported field it shows an address.
	text *string
}

const secretMark = "(set)"

// NewSecret is the Secret holding text; an empty text is the zero Secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal is the text itself, for the call that needs it; "" if not set.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports that no text is set; encoding/json's omitzero asks it.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal reports that both hold the same text or neither is set.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String is "(set)", or "" if not set.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return secretMark
}

// GoString is String, quoted.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// Format prints String for every verb, so that none of them reaches the text.
func (s Secret) Format(f fmt.State, verb rune) {
	text := s.String()
	if verb == 'q' || (verb == 'v' && f.Flag('#')) {
		text = s.GoString()
	}
	_, _ = f.Write([]byte(text))
}

// MarshalJSON gives String as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText gives String.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText sets the text.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}
