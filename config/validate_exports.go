package config

import (
	"path/filepath"
	"slices"
	"strings"
)

// storage checks where history is kept, and how long.
func (v *validator) storage() {
	v.required("storage.path", v.config.Storage.Path, "the directory that holds the history")
	if keep := v.config.Storage.Keep; keep < Day {
		v.report.broken("storage.keep", "expected at least %s, found %s", Day, keep)
	}
}

// exports checks what is written after each run. No two of the paths of the
// configuration may be the same, lest one destroys what the other keeps. It
// returns which paths are taken.
func (v *validator) exports() []claim {
	taken := []claim{{at: "", path: filepath.Clean(v.report.origin("").source)}}
	if v.config.WaiversFile != "" {
		taken = append(taken, claim{at: "waivers_file", path: v.config.WaiversFile})
	}
	taken = append(taken, claim{at: "storage.path", path: v.config.Storage.Path})
	for i, e := range v.config.Exports {
		at := place("exports").item(i)
		v.format(at.key("format"), e.Format)
		c, ok := v.destination(at, e)
		if !ok {
			continue
		}
		v.apart(c, taken)
		taken = append(taken, c)
	}
	return taken
}

func (v *validator) format(p place, format string) {
	if v.required(p, format, "the format to write, such as json") && !slices.Contains(Formats(), format) {
		v.report.broken(p, "unknown format %q; %s", format, didYouMean(format, Formats()))
	}
}

// destination checks that an export says once where it goes.
func (v *validator) destination(at place, e Export) (claim, bool) {
	path, directory, keep := at.key("path"), at.key("directory"), at.key("keep")
	switch {
	case e.Path != "" && e.Directory != "":
		v.report.broken(at, "both path and directory: write path for one file that each run replaces, or directory for a file per run")
		return claim{}, false
	case e.Directory != "":
		if e.Keep < Day {
			v.report.warn(keep, "only the files of the last "+e.Keep.String()+" stay; m stands for minutes")
		}
		return claim{at: directory, path: e.Directory, fills: true}, true
	case e.Path != "":
		if e.Keep != 0 {
			v.report.broken(keep, "only for a directory: a file holds the last run")
		}
		return claim{at: path, path: e.Path, written: true}, true
	case !v.report.partial(path) && !v.report.partial(directory):
		v.report.broken(at, "neither path nor directory: write path for one file that each run replaces, or directory for a file per run")
	}
	return claim{}, false
}

// claim is the use of a path by the configuration.
type claim struct {
	at      place
	path    string
	fills   bool // a directory that is filled
	written bool // a file that an export replaces
	shared  bool // a directory of reports, whose files have names of their own
}

// apart checks that a path serves nothing else.
func (v *validator) apart(c claim, taken []claim) {
	for _, other := range taken {
		switch {
		case c.shared && other.shared:
		case c.path == other.path && other.at == "":
			v.report.broken(c.at, "the configuration file itself, which must not be overwritten")
		case c.path == other.path:
			v.report.broken(c.at, "%q is already used by %s on %s", c.path, other.at, v.report.where(other.at))
		case other.fills && c.written && below(c.path, other.path):
			v.report.broken(c.at, "%q lies in the directory of %s on %s; choose a path outside", c.path, other.at, v.report.where(other.at))
		case c.fills && other.written && below(other.path, c.path):
			v.report.broken(c.at, "%q holds the file of %s on %s; choose another directory", c.path, other.at, v.report.where(other.at))
		}
	}
}

// below reports whether path lies in the directory, at any depth.
func below(path, directory string) bool {
	relative, err := filepath.Rel(directory, path)
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
}
