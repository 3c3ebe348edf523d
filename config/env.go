package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
)

// EnvPrefix begins the name of every environment variable that sets a key.
const EnvPrefix = "QUILT_AUDITOR_"

const flagDashes = "--"

// variable names the environment variable for a key: control.role_arn is
// QUILT_AUDITOR_CONTROL__ROLE_ARN.
func variable(p place) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(string(p), ".", "__"))
}

// environment is the layer of the environment variables. One that names no
// key is a warning and no error: Kubernetes sets QUILT_AUDITOR_SERVICE_HOST and
// more of the kind beside a Service called quilt-auditor. Values are never
// shown: they may be secrets.
func environment(environ []string, s *shape, r *report) koanf.Provider {
	keys := map[string]place{}
	var names []string
	for _, p := range s.settings(text) {
		keys[variable(p)] = p
		names = append(names, variable(p))
	}
	lists := s.settings(list)
	set := func(name, value string) (string, any) {
		if p, ok := keys[name]; ok {
			r.override(p, name)
			return string(p), value
		}
		r.warnings = append(r.warnings, Problem{Source: name, Message: ignored(name, names, lists)})
		return "", nil
	}
	return env.Provider(".", env.Opt{
		Prefix:        EnvPrefix,
		TransformFunc: set,
		EnvironFunc:   func() []string { return environ },
	})
}

// ignored says why a variable sets nothing.
func ignored(name string, names []string, lists []place) string {
	for _, p := range lists {
		if variable(p) == name {
			return fmt.Sprintf("ignored: %s is a list, which only the file can set", p)
		}
	}
	if near := nearest(name, names); near != "" {
		return fmt.Sprintf("ignored: no key has this variable; did you mean %s?", near)
	}
	return "ignored: no key has this variable"
}

// flags is the layer of the flags that were given on the command line and
// that have the name of a key. All others are not the configuration's.
func flags(given *pflag.FlagSet, s *shape, r *report) koanf.Provider {
	texts, lists := s.settings(text), s.settings(list)
	set := func(f *pflag.Flag) (string, any) {
		var value any
		switch values, many := f.Value.(pflag.SliceValue); {
		case !f.Changed:
		case slices.Contains(texts, place(f.Name)):
			value = f.Value.String()
		case many && slices.Contains(lists, place(f.Name)):
			value = values.GetSlice()
		}
		if value == nil {
			return "", nil
		}
		r.override(place(f.Name), flagDashes+f.Name)
		return f.Name, value
	}
	return posflag.ProviderWithFlag(given, ".", nil, set)
}
