package config

import (
	_ "embed"
	"slices"
)

//go:embed example.yaml
var example []byte

// Example is a complete configuration file with a comment for every key. It
// is valid as it is, without a warning.
func Example() []byte { return slices.Clone(example) }
