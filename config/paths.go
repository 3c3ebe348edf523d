package config

import "path/filepath"

// paths are the places that hold the path of a file or a directory.
func (c *Config) paths() []*string {
	list := []*string{&c.WaiversFile, &c.Storage.Path}
	for i := range c.Exports {
		list = append(list, &c.Exports[i].Path, &c.Exports[i].Directory)
	}
	for i := range c.Reports {
		list = append(list, &c.Reports[i].To.Directory)
	}
	return list
}

// resolve makes every relative path one from the directory of the
// configuration file, wherever the path was given, and all of them clean. It
// remembers what was written: where the file lies is no part of the digest.
func (c *Config) resolve(dir string) {
	c.written = map[string]string{}
	for _, path := range c.paths() {
		if *path == "" {
			continue
		}
		given, resolved := filepath.Clean(*path), filepath.Clean(*path)
		if !filepath.IsAbs(given) {
			resolved = filepath.Join(dir, given)
		}
		c.written[resolved] = given
		*path = resolved
	}
}

// asWritten is the configuration with its paths as they were given.
func (c *Config) asWritten() *Config {
	given := *c
	given.Exports = append([]Export(nil), c.Exports...)
	given.Reports = append([]Report(nil), c.Reports...)
	for _, path := range given.paths() {
		if written, ok := c.written[*path]; ok {
			*path = written
		}
	}
	return &given
}
