package config

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestSecretNeverShows(t *testing.T) {
	t.Parallel()
	const hidden = "hunter2"
	secret := NewSecret(hidden)
	type holder struct {
		Shown  Secret
		hidden Secret
	}
	held := holder{secret, secret}
	shown := []string{secret.String(), secret.GoString(), fmt.Sprint(secret), fmt.Sprint([]any{&secret, held, &held})}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10.2s"} {
		shown = append(shown, fmt.Sprintf(verb, secret), fmt.Sprintf(verb, held), fmt.Sprintf(verb, []Secret{secret}))
	}
	asJSON, err := json.Marshal(map[string]any{"a": secret, "b": &held})
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(map[string]any{"a": secret})
	if err != nil {
		t.Fatal(err)
	}
	shown = append(shown, string(asJSON), string(asYAML))
	hex := fmt.Sprintf("%x", hidden)
	for _, s := range shown {
		if strings.Contains(s, hidden) || strings.Contains(strings.ToLower(s), hex) {
			t.Errorf("the secret shows in %q", s)
		}
	}
}

func TestSecret(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		secret               Secret
		reveal, plain, quote string
		unset                bool
	}{
		{Secret{}, "", "", `""`, true},
		{NewSecret(""), "", "", `""`, true},
		{NewSecret("hunter2"), "hunter2", "(set)", `"(set)"`, false},
	} {
		s := test.secret
		if s.Reveal() != test.reveal || s.IsZero() != test.unset {
			t.Errorf("reveals %q, zero %t; want %q, %t", s.Reveal(), s.IsZero(), test.reveal, test.unset)
		}
		asJSON, err := json.Marshal(s)
		if err != nil || string(asJSON) != test.quote {
			t.Errorf("as JSON %s, error %v; want %s", asJSON, err, test.quote)
		}
		if got := fmt.Sprintf("%s|%v|%q|%#v", s, s, s, s); got != test.plain+"|"+test.plain+"|"+test.quote+"|"+test.quote {
			t.Errorf("printed as %s", got)
		}
	}
	if !NewSecret("a").Equal(NewSecret("a")) || NewSecret("a").Equal(NewSecret("b")) || NewSecret("a").Equal(Secret{}) {
		t.Error("Equal must compare the texts")
	}
}
