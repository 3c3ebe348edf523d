//go:build deploy

package deploy_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
)

// valuesFiles are those in ci, by name; "" stands for the values of the chart.
func valuesFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(chartDir + "/ci/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("values: %q, %v", files, err)
	}
	list := []string{""}
	for _, file := range files {
		list = append(list, strings.TrimSuffix(filepath.Base(file), ".yaml"))
	}
	return list
}

// helm runs a command of helm over the chart with the values of that name.
func helm(t *testing.T, line []string, values string, args ...string) (string, error) {
	t.Helper()
	if values != "" {
		args = append(args, "--values", filepath.Join(chartDir, "ci", values+".yaml"))
	}
	line = append(append(line, chartDir, "--namespace", "tools"), args...)
	return command(t, installed(t, "HELM"), line...)
}

func TestHelmLint(t *testing.T) {
	t.Parallel()
	for _, values := range valuesFiles(t) {
		if _, err := helm(t, []string{"lint", "--strict", "--quiet"}, values); err != nil {
			t.Error(err)
		}
	}
}

// manifests are the objects that a release consists of.
type manifests []runtime.Object

// rendered renders the chart.
func rendered(t *testing.T, values string, args ...string) manifests {
	t.Helper()
	text, err := helm(t, []string{"template", "audit"}, values, args...)
	if err != nil {
		t.Fatal(err)
	}
	return objects(t, text)
}

// objects decodes every document by the types of Kubernetes and of the
// Prometheus operator; a field that they do not have, or that is there twice,
// is an error.
func objects(t *testing.T, text string) manifests {
	t.Helper()
	known := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{core.AddToScheme, apps.AddToScheme, networking.AddToScheme, monitoring.AddToScheme} {
		if err := add(known); err != nil {
			t.Fatal(err)
		}
	}
	decoder := json.NewSerializerWithOptions(json.DefaultMetaFactory, known, known, json.SerializerOptions{Yaml: true, Strict: true})
	var list manifests
	for _, document := range regexp.MustCompile(`(?m)^---$`).Split(text, -1) {
		if strings.TrimSpace(document) == "" {
			continue
		}
		object, _, err := decoder.Decode([]byte(document), nil, nil)
		if err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		list = append(list, object)
	}
	return list
}

// all are the objects of a type.
func all[T runtime.Object](m manifests) []T {
	var list []T
	for _, object := range m {
		if typed, ok := object.(T); ok {
			list = append(list, typed)
		}
	}
	return list
}

// only is the one object of a type.
func only[T runtime.Object](t *testing.T, m manifests) T {
	t.Helper()
	list := all[T](m)
	if len(list) != 1 {
		var none T
		t.Fatalf("%d objects of type %T", len(list), none)
	}
	return list[0]
}

// TestHelmRefuses: values that cannot be meant are an error that says so.
func TestHelmRefuses(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"nodeSelectors":          {"--set", "nodeSelectors.a=b"},
		"registry":               {"--set", "image.registry=acme.example"},
		"'/config/kind'":         {"--set", "config.kind=File"},
		"'/persistence/size'":    {"--set", "persistence.size=lots"},
		"app.kubernetes.io/name": {"--set", `podLabels.app\.kubernetes\.io/name=other`},
		"'/secretEnv/A'":         {"--set", "secretEnv.A=1"},
		"there is a configuration, but demo is true":    {"--set", "config.text=x"},
		"demo is false, and there is no configuration":  {"--set", "demo=false"},
		"config.existing stands instead of config.text": {"--set", "demo=false,config.text=x,config.existing=y"},
	} {
		if _, err := helm(t, []string{"template", "audit"}, "", args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", args, err, want)
		}
	}
}
