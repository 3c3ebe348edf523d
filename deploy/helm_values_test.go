//go:build deploy

package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// TestHelmDefaults: without values there is the demo, which needs nothing that
// a cluster may not have.
func TestHelmDefaults(t *testing.T) {
	t.Parallel()
	m := rendered(t, "")
	if args := only[*apps.Deployment](t, m).Spec.Template.Spec.Containers[0].Args; args[0] != "demo" {
		t.Errorf("it runs %q", args)
	}
	if len(m) != 3 {
		t.Errorf("%d objects, want a deployment, a service and a service account", len(m))
	}
}

// TestHelmConfiguration: the texts get there as they are, and a change of them,
// or of a secret, makes a new pod.
func TestHelmConfiguration(t *testing.T) {
	t.Parallel()
	odd := "  # indented\n\n\ttab: \"{{ .Values }}\" \n# no end of line"
	file := filepath.Join(t.TempDir(), "odd.yaml")
	write(t, file, odd)
	m := rendered(t, "", "--set", "demo=false", "--set-file", "config.text="+file, "--set-file", "config.waivers="+file)
	files, _ := configured(m)
	if diff := cmp.Diff(map[string]string{"quilt-auditor.yaml": odd, "waivers.yaml": odd}, files); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	checksums := map[string]bool{}
	for _, args := range [][]string{nil, {"--set", "config.waivers=waivers: []"}, {"--set", "secretEnv.QUILT_AUDITOR_CONTROL__EXTERNAL_ID=other"}} {
		annotations := only[*apps.Deployment](t, rendered(t, "production", args...)).Spec.Template.Annotations
		checksums[annotations["checksum/config"]+annotations["checksum/env"]] = true
	}
	if len(checksums) != 3 {
		t.Errorf("%d different pods of 3 configurations", len(checksums))
	}
}

// TestHelmClaim: the history outlives the release unless it must not.
func TestHelmClaim(t *testing.T) {
	t.Parallel()
	for values, policy := range map[string]string{"production": "keep", "secure": ""} {
		claim := only[*core.PersistentVolumeClaim](t, rendered(t, values))
		if got := claim.Annotations["helm.sh/resource-policy"]; got != policy {
			t.Errorf("%s: %q, want %q", values, got, policy)
		}
	}
	for _, values := range []string{"", "existing", "ephemeral"} {
		if n := len(all[*core.PersistentVolumeClaim](rendered(t, values))); n > 0 {
			t.Errorf("%q: %d claims", values, n)
		}
	}
}

func TestHelmServiceAccount(t *testing.T) {
	t.Parallel()
	account := only[*core.ServiceAccount](t, rendered(t, "production"))
	if account.Annotations["eks.amazonaws.com/role-arn"] == "" || *account.AutomountServiceAccountToken {
		t.Errorf("%+v", account)
	}
}

// TestHelmServiceMonitor: the job is the one that the rules want, whatever the
// release is called, and no label of a metric is renamed.
func TestHelmServiceMonitor(t *testing.T) {
	t.Parallel()
	for values, scheme := range map[string]string{"production": "http", "secure": "https"} {
		m := rendered(t, values)
		monitor, service := only[*monitoring.ServiceMonitor](t, m), only[*core.Service](t, m)
		endpoint := monitor.Spec.Endpoints[0]
		if job := service.Labels[monitor.Spec.JobLabel]; job != "quilt-auditor" {
			t.Errorf("%s: the job is %q", values, job)
		}
		if !labels.SelectorFromSet(monitor.Spec.Selector.MatchLabels).Matches(labels.Set(service.Labels)) || endpoint.Port != service.Spec.Ports[0].Name || monitor.Spec.NamespaceSelector.MatchNames[0] != "tools" {
			t.Errorf("%s: it does not select the service: %+v", values, monitor.Spec)
		}
		if endpoint.Scheme != scheme || !endpoint.HonorLabels || endpoint.Path != "/metrics" {
			t.Errorf("%s: %+v", values, endpoint)
		}
		// A new pod is the same daemon: what the last one found ends with its page.
		if r := endpoint.RelabelConfigs; len(r) != 2 || r[0].TargetLabel != "instance" || r[0].Replacement == nil || strings.Contains(*r[0].Replacement, "$") || r[1].Action != "labeldrop" || r[1].Regex != "pod" {
			t.Errorf("%s: relabelings %+v", values, r)
		}
		if secure := scheme == "https"; (endpoint.TLSConfig != nil) != secure || (endpoint.BasicAuth != nil) != secure {
			t.Errorf("%s: TLS %v, password %v", values, endpoint.TLSConfig, endpoint.BasicAuth)
		}
	}
}

// TestHelmRules: templates of Prometheus come through Helm as they are.
func TestHelmRules(t *testing.T) {
	t.Parallel()
	text := "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n" + read(t, "prometheus/quilt-auditor.rules.yaml")
	want := only[*monitoring.PrometheusRule](t, objects(t, regexp.MustCompile(`(?m)^(groups:| )`).ReplaceAllString(text, "  $1")))
	got := only[*monitoring.PrometheusRule](t, rendered(t, "production"))
	if diff := cmp.Diff(want.Spec, got.Spec); diff != "" || len(got.Spec.Groups) == 0 || got.Labels["release"] == "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestHelmDashboards(t *testing.T) {
	t.Parallel()
	const most = 1 << 20 // bytes that a ConfigMap holds
	var got []string
	for _, o := range all[*core.ConfigMap](rendered(t, "production")) {
		for name, text := range o.Data {
			file, ok := strings.CutPrefix(name, "quilt-auditor-")
			if !ok {
				continue
			}
			got = append(got, file)
			if text != read(t, chartDir+"/files/dashboards/"+file) || len(text) > most {
				t.Errorf("%s is not as it was, or too long: %d bytes", name, len(text))
			}
			if o.Labels["grafana_dashboard"] != "1" || o.Annotations["grafana_folder"] != "quilt-auditor" {
				t.Errorf("%s: nobody finds %v, %v", name, o.Labels, o.Annotations)
			}
		}
	}
	slices.Sort(got)
	if want := []string{"auditor.json", "posture.json"}; !slices.Equal(got, want) {
		t.Errorf("dashboards %q, want %q", got, want)
	}
}

func TestHelmNetworkPolicy(t *testing.T) {
	t.Parallel()
	m := rendered(t, "production")
	policy := only[*networking.NetworkPolicy](t, m)
	pod := only[*apps.Deployment](t, m).Spec.Template
	if !labels.SelectorFromSet(policy.Spec.PodSelector.MatchLabels).Matches(labels.Set(pod.Labels)) || len(policy.Spec.PolicyTypes) != 2 {
		t.Errorf("%+v", policy.Spec)
	}
	in := policy.Spec.Ingress[0]
	if _, ok := portOf(pod.Spec.Containers[0], in.Ports[0].Port.StrVal); !ok || len(in.From) != 1 || len(policy.Spec.Egress) != 4 {
		t.Errorf("%+v", policy.Spec)
	}
}

// TestHelmNotes: who installs the chart is told whose accounts are audited.
// Without a cluster helm does not print the notes, so that a copy of the chart
// has them in an object.
func TestHelmNotes(t *testing.T) {
	t.Parallel()
	chart := filepath.Join(t.TempDir(), "quilt-auditor")
	if err := os.CopyFS(chart, os.DirFS(chartDir)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(chart, "templates", "notes.yaml"), `
apiVersion: v1
kind: ConfigMap
metadata: {name: notes}
data: {notes: {{ include (print $.Template.BasePath "/NOTES.txt") . | toJson }}}
`)
	for values, want := range map[string]string{
		"":           "SAMPLE ESTATE, not your accounts",
		"production": "is auditing the accounts of its configuration",
		"secure":     "https://localhost:10990/",
		"ephemeral":  "the history, and with it the age of findings, ends with the pod",
	} {
		line := []string{"template", "audit", chart, "--show-only", "templates/notes.yaml"}
		if values != "" {
			line = append(line, "--values", filepath.Join(chartDir, "ci", values+".yaml"))
		}
		notes := only[*core.ConfigMap](t, objects(t, tool(t, installed(t, "HELM"), line...))).Data["notes"]
		if !strings.Contains(notes, want) {
			t.Errorf("%q: want %q in\n%s", values, want, notes)
		}
	}
}

// TestHelmPackage: nothing that is only for tests gets into the package.
func TestHelmPackage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tool(t, installed(t, "HELM"), "package", chartDir, "--destination", dir)
	packages, err := os.ReadDir(dir)
	if err != nil || len(packages) != 1 {
		t.Fatalf("%v, %v", packages, err)
	}
	list := tool(t, "tar", "--list", "--file", filepath.Join(dir, packages[0].Name()))
	if strings.Contains(list, "/ci/") || !strings.Contains(list, "/files/dashboards/") || !strings.Contains(list, "/values.schema.json") {
		t.Error(list)
	}
}
