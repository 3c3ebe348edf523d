// Package config reads the configuration of quilt-auditor.
//
// Four layers make it, each over the one before: the defaults, one YAML file,
// the environment (QUILT_AUDITOR_ and the path of a key, levels joined by two
// underscores) and the flags that were given. The file is read strictly, all
// that is wrong with it is said at once, and every message names the place to
// change: file and line, variable, or flag.
//
// A relative path is relative to the directory of the file, whichever layer
// gave it: a service has no working directory that its users would know of.
package config
