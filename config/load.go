package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// Options says what Load reads. Only File is required.
type Options struct {
	// File is the path of the YAML file.
	File string
	// Environ is the environment, as os.Environ gives it.
	Environ []string
	// Flags are the parsed flags of the command. Those whose name is the path
	// of a key, such as control.role_arn, and that were given set that key.
	Flags *pflag.FlagSet
	// CheckIDs are the IDs of all checks there are, for checks.disable and
	// checks.params.
	CheckIDs []string
	// Frameworks, if set, are the names that the framework of a report can have.
	Frameworks []string
	// KnownAction, if set, tells whether there is such an S3 action on buckets
	// or objects; a profile must not require another.
	KnownAction func(action string) bool
	// CheckSchedule, if set, says what is wrong with a schedule in a time zone;
	// its errors need not repeat the schedule.
	CheckSchedule func(spec, timezone string) error
}

// Load reads and validates the configuration. Relative paths in it become
// relative to the directory of the file, also those of the environment and of
// flags. The error is an *Error, with everything that is wrong, unless the
// file cannot be read at all. The warnings are given in either case.
func Load(o Options) (*Config, []Warning, error) {
	data, err := read(o.File)
	if err != nil {
		return nil, nil, err
	}
	return load(data, o)
}

func read(file string) ([]byte, error) {
	if file == "" {
		return nil, errors.New("no configuration file is named: give one with --config.file FILE")
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the configuration: %w; to begin one: quilt-auditor config example > %s", err, file)
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return data, nil
}

// load is Load after the file has been read.
func load(data []byte, o Options) (*Config, []Warning, error) {
	r := newReport(o.File)
	merged, err := layers(data, o, r)
	if err != nil {
		return nil, r.warned(), err
	}
	values := merged.Raw()
	checkPeriods(r, values)
	cfg, err := decodeConfig(values, filepath.Dir(o.File))
	if err != nil {
		return nil, r.warned(), fmt.Errorf("decode the configuration %s: %w", o.File, err)
	}
	newValidator(cfg, r, o).validate()
	if err := r.err(); err != nil {
		return nil, r.warned(), err
	}
	return cfg, r.warned(), nil
}

// layers merges the defaults, the file, the environment and the flags.
func layers(data []byte, o Options, r *report) (*koanf.Koanf, error) {
	s := configShape()
	given := o.Flags
	if given == nil {
		given = pflag.NewFlagSet("", pflag.ContinueOnError)
	}
	k := koanf.New(".")
	for _, layer := range []struct {
		provider koanf.Provider
		parser   koanf.Parser
	}{
		{lowestLayer(), nil},
		{file(data), &yamlParser{shape: s, report: r, merges: map[*yaml.Node]bool{}}},
		{environment(o.Environ, s, r), nil},
		{flags(given, s, r), nil},
	} {
		if err := k.Load(layer.provider, layer.parser); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// file is the koanf.Provider of a file's bytes.
type file []byte

// ReadBytes gives the bytes, for a parser.
func (f file) ReadBytes() ([]byte, error) { return f, nil }

// Read is there for koanf, which never calls it beside a parser.
func (f file) Read() (map[string]any, error) {
	return nil, errors.New("a file's bytes need a parser")
}
