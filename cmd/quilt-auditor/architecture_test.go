package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/quilt-auditor/quilt-auditor/"

// mayImport says which packages of this module each package may import: a
// name stands for itself and, with a trailing slash, for all below it.
var mayImport = map[string][]string{
	"audit":                     {"audit/snapshot"},
	"audit/schedule":            {},
	"audit/snapshot":            {},
	"audit/awsapi":              {"audit/snapshot"},
	"audit/awsapi/awsfake":      {},
	"audit/inventory":           {"audit/snapshot", "audit/awsapi"},
	"audit/collect":             {"audit/snapshot", "audit/awsapi"},
	"audit/daemon":              {"audit", "audit/snapshot", "audit/schedule"},
	"audit/report":              {"audit"},
	"audit/sqlite":              {"audit", "audit/snapshot"},
	"checks":                    {"audit", "checks/"},
	"checks/checktest":          {"audit", "audit/snapshot"},
	"checks/quilt":              {"audit/snapshot", "checks/engine/"},
	"checks/remedy":             {},
	"checks/standard":           {"audit"},
	"checks/cloudtrail":         {"audit", "audit/snapshot", "checks/engine/", "checks/quilt", "checks/remedy", "checks/standard"},
	"checks/iam":                {"audit", "audit/snapshot", "checks/engine/", "checks/quilt", "checks/remedy", "checks/standard"},
	"checks/s3":                 {"audit", "audit/snapshot", "checks/engine/", "checks/quilt", "checks/remedy", "checks/standard"},
	"checks/sts":                {"audit", "audit/snapshot", "checks/engine/", "checks/quilt", "checks/remedy", "checks/standard"},
	"checks/engine/batch":       {"checks/engine/policy", "checks/engine/strictjson"},
	"checks/engine/excess":      {"checks/engine/globs", "checks/engine/policy"},
	"checks/engine/globs":       {},
	"checks/engine/policy":      {"checks/engine/globs", "checks/engine/strictjson"},
	"checks/engine/repair":      {"checks/engine/globs", "checks/engine/policy"},
	"checks/engine/selector":    {"checks/engine/globs"},
	"checks/engine/strictjson":  {},
	"config":                    {"audit"},
	"exporters/csv":             {"audit", "exporters/visible"},
	"exporters/exportertest":    {"audit"},
	"exporters/file":            {"audit"},
	"exporters/json":            {"audit", "audit/snapshot"},
	"exporters/junit":           {"audit", "exporters/visible"},
	"exporters/gfm":             {"exporters/visible"},
	"exporters/markdown":        {"audit", "exporters/gfm", "exporters/visible"},
	"exporters/ocsf":            {"audit"},
	"exporters/prometheus":      {"audit", "audit/snapshot"},
	"exporters/report":          {"audit", "audit/report", "exporters/report/", "exporters/visible"},
	"exporters/report/chart":    {},
	"exporters/report/compose":  {"audit", "audit/report", "exporters/report/chart", "exporters/report/document"},
	"exporters/report/document": {},
	"exporters/report/html":     {"exporters/report/chart", "exporters/report/document", "exporters/visible"},
	"exporters/report/markdown": {"exporters/gfm", "exporters/report/document"},
	"exporters/sarif":           {"audit"},
	"exporters/table":           {"audit", "audit/snapshot", "exporters/terminal"},
	"exporters/terminal":        {"exporters/visible"},
	"exporters/visible":         {},
	"exporters/web":             {"audit", "audit/snapshot", "exporters/visible"},
	"deploy/grafana":            {},
	"deploy/promqltest":         {"audit", "exporters/prometheus"},
	"testdata":                  {"audit/snapshot"},
	"cmd/quilt-auditor":         {"audit", "audit/", "checks", "checks/", "config", "exporters/", "testdata"},
}

// impure is what the core must not import: there the same snapshot gives the
// same findings, always.
var impure = []string{
	"net", "net/http", "net/rpc", "net/smtp", "os", "os/", "database/sql", "log", "log/", "go.uber.org/zap", "github.com/aws/", "time/tzdata",
}

// core packages are pure.
var core = []string{
	"audit", "audit/report", "audit/schedule", "audit/snapshot", "checks", "checks/quilt", "checks/remedy", "checks/standard", "checks/cloudtrail", "checks/iam", "checks/s3", "checks/sts",
	"checks/engine/batch", "checks/engine/strictjson", "checks/engine/excess", "checks/engine/globs", "checks/engine/policy", "checks/engine/repair", "checks/engine/selector",
}

// source is what one package imports and calls.
type source struct {
	imports map[string]token.Position
	clock   []token.Position // uses of time.Now and its kin
}

func TestImportRules(t *testing.T) {
	t.Parallel()
	packages := sources(t)
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("package %s has no rule: say in mayImport what it may import, and why in ARCHITECTURE.md", name)
			continue
		}
		for imported, at := range packages[name].imports {
			if own, ok := strings.CutPrefix(imported, module); ok && !matches(own, allowed) {
				t.Errorf("%s: %s must not import %s: dependencies point to the core, and only cmd wires", at, name, own)
			}
			if slices.Contains(core, name) && matches(imported, impure) {
				t.Errorf("%s: %s is core and must not import %s: it would no longer be pure", at, name, imported)
			}
		}
		if slices.Contains(core, name) {
			for _, at := range packages[name].clock {
				t.Errorf("%s: %s is core and must not read the clock: verdicts count from the snapshot's taken_at", at, name)
			}
		}
	}
	for name := range mayImport {
		if packages[name] == nil {
			t.Errorf("mayImport has a rule for %s, which does not exist", name)
		}
	}
}

func matches(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return p == name || strings.HasSuffix(p, "/") && strings.HasPrefix(name, p) })
}

// sources reads every package of the module, tests left out.
func sources(t *testing.T) map[string]*source {
	t.Helper()
	root := filepath.Join("..", "..")
	packages := map[string]*source{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && file != root {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		return readSource(root, file, packages)
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

func readSource(root, file string, packages map[string]*source) error {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, nil, 0)
	if err != nil {
		return err
	}
	relative, err := filepath.Rel(root, filepath.Dir(file))
	if err != nil {
		return err
	}
	name := path.Clean(filepath.ToSlash(relative))
	s := packages[name]
	if s == nil {
		s = &source{imports: map[string]token.Position{}}
		packages[name] = s
	}
	for _, i := range parsed.Imports {
		imported, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return err
		}
		s.imports[imported] = fset.Position(i.Pos())
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if call, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := call.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, call.Sel.Name) {
				s.clock = append(s.clock, fset.Position(call.Pos()))
			}
		}
		return true
	})
	return nil
}
