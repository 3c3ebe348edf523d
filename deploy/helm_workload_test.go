//go:build deploy

package deploy_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// TestHelmWorkload: with any values there is one confined pod, which finds all
// that it mounts, and whose probes and service reach it.
func TestHelmWorkload(t *testing.T) {
	t.Parallel()
	program := built(t)
	for _, values := range valuesFiles(t) {
		t.Run("values "+values, func(t *testing.T) {
			t.Parallel()
			m := rendered(t, values)
			deployment := only[*apps.Deployment](t, m)
			if *deployment.Spec.Replicas != 1 || deployment.Spec.Strategy.Type != apps.RecreateDeploymentStrategyType {
				t.Errorf("two processes may come upon one history: %+v", deployment.Spec.Strategy)
			}
			wantConfined(t, deployment.Spec.Template.Spec)
			wantMounts(t, m, deployment.Spec.Template.Spec)
			wantReached(t, m, deployment)
			container := deployment.Spec.Template.Spec.Containers[0]
			wantTaken(t, program, container.Args)
			wantProbes(t, container)
			if text, ok := configured(m); ok {
				wantConfigured(t, program, m, container, text)
			}
		})
	}
}

func wantConfined(t *testing.T, pod core.PodSpec) {
	t.Helper()
	of, container := pod.SecurityContext, pod.Containers[0].SecurityContext
	if !*of.RunAsNonRoot || *of.RunAsUser != 65532 || *of.FSGroup != 65532 || of.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault {
		t.Errorf("the pod: %+v", of)
	}
	if !*container.ReadOnlyRootFilesystem || *container.AllowPrivilegeEscalation || !slices.Equal(container.Capabilities.Drop, []core.Capability{"ALL"}) {
		t.Errorf("the container: %+v", container)
	}
	if pod.EnableServiceLinks == nil || *pod.EnableServiceLinks || *pod.AutomountServiceAccountToken || *pod.TerminationGracePeriodSeconds < 10 {
		t.Errorf("the pod: %+v", pod)
	}
	if limit := pod.Containers[0].Resources.Limits.Memory(); limit.IsZero() {
		t.Error("no limit of memory")
	}
}

// wantMounts wants every mount to have its volume, and every volume to have
// what it holds in the release, unless the values name something else.
func wantMounts(t *testing.T, m manifests, pod core.PodSpec) {
	t.Helper()
	writable := map[string]bool{}
	for _, mount := range pod.Containers[0].VolumeMounts {
		i := slices.IndexFunc(pod.Volumes, func(v core.Volume) bool { return v.Name == mount.Name })
		if i < 0 {
			t.Fatalf("%s is not there to be mounted", mount.Name)
		}
		v := pod.Volumes[i]
		if held := v.ConfigMap != nil || v.Secret != nil; held != mount.ReadOnly {
			t.Errorf("%s is mounted, read-only %t", v.Name, mount.ReadOnly)
		}
		if s := v.Secret; s != nil && *s.DefaultMode&0o007 != 0 {
			t.Errorf("%s: mode %o", v.Name, *s.DefaultMode)
		}
		writable[mount.MountPath] = !mount.ReadOnly
		if name, given := source(v); name != "" && !slices.Contains(names(m), name) && !slices.Contains([]string{"auditor-files", "auditor-history", "quilt-auditor-web"}, given) {
			t.Errorf("volume %s: there is no %s", v.Name, name)
		}
	}
	if len(writable) != len(pod.Volumes) || !writable["/tmp"] || !writable[stateDir] {
		t.Errorf("mounted: %v", writable)
	}
}

// source is what the volume holds, by kind and name, and by name alone.
func source(v core.Volume) (string, string) {
	switch {
	case v.ConfigMap != nil:
		return "ConfigMap " + v.ConfigMap.Name, v.ConfigMap.Name
	case v.Secret != nil:
		return "Secret " + v.Secret.SecretName, v.Secret.SecretName
	case v.PersistentVolumeClaim != nil:
		return "PersistentVolumeClaim " + v.PersistentVolumeClaim.ClaimName, v.PersistentVolumeClaim.ClaimName
	}
	return "", ""
}

// names are the objects of the release that a pod refers to, by kind and name.
func names(m manifests) []string {
	var list []string
	for _, o := range all[*core.ConfigMap](m) {
		list = append(list, "ConfigMap "+o.Name)
	}
	for _, o := range all[*core.Secret](m) {
		list = append(list, "Secret "+o.Name)
	}
	for _, o := range all[*core.PersistentVolumeClaim](m) {
		list = append(list, "PersistentVolumeClaim "+o.Name)
	}
	for _, o := range all[*core.ServiceAccount](m) {
		list = append(list, "ServiceAccount "+o.Name)
	}
	return list
}

// wantReached wants the service to select the pod and to name a port of it.
func wantReached(t *testing.T, m manifests, d *apps.Deployment) {
	t.Helper()
	service, pod := only[*core.Service](t, m), d.Spec.Template
	if !labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(pod.Labels)) || !labels.SelectorFromSet(d.Spec.Selector.MatchLabels).Matches(labels.Set(pod.Labels)) {
		t.Errorf("the service selects %v, the deployment %v, the pod is %v", service.Spec.Selector, d.Spec.Selector.MatchLabels, pod.Labels)
	}
	if port, ok := portOf(pod.Spec.Containers[0], service.Spec.Ports[0].TargetPort.StrVal); !ok || port != 10990 {
		t.Errorf("the service leads to %v", service.Spec.Ports[0].TargetPort)
	}
	if account := pod.Spec.ServiceAccountName; !slices.Contains([]string{"default", "auditor"}, account) && !slices.Contains(names(m), "ServiceAccount "+account) {
		t.Errorf("there is no service account %s", account)
	}
}

func portOf(c core.Container, name string) (int32, bool) {
	i := slices.IndexFunc(c.Ports, func(p core.ContainerPort) bool { return p.Name == name })
	if i < 0 {
		return 0, false
	}
	return c.Ports[i].ContainerPort, true
}

// wantProbes wants probes that ask where neither TLS nor a password is asked
// for, and only readiness to depend on a run.
func wantProbes(t *testing.T, c core.Container) {
	t.Helper()
	for probe, path := range map[*core.Probe]string{c.StartupProbe: "/-/healthy", c.LivenessProbe: "/-/healthy", c.ReadinessProbe: "/-/ready"} {
		port, ok := portOf(c, probe.HTTPGet.Port.StrVal)
		if !ok || probe.HTTPGet.Path != path || probe.HTTPGet.Scheme != "" || !slices.Contains(c.Args, fmt.Sprintf("--web.health-address=:%d", port)) {
			t.Errorf("probe %+v of %q", probe.HTTPGet, c.Args)
		}
	}
	if port, ok := portOf(c, "http"); !ok || !slices.Contains(c.Args, fmt.Sprintf("--web.listen-address=:%d", port)) {
		t.Errorf("it listens at %q", c.Args)
	}
}

// configured are the files of the configuration in the release.
func configured(m manifests) (map[string]string, bool) {
	for _, o := range all[*core.ConfigMap](m) {
		if o.Data["quilt-auditor.yaml"] != "" {
			return o.Data, true
		}
	}
	for _, o := range all[*core.Secret](m) {
		if o.StringData["quilt-auditor.yaml"] != "" {
			return o.StringData, true
		}
	}
	return nil, false
}

// wantConfigured has the program itself read the configuration of the release,
// in its environment.
func wantConfigured(t *testing.T, program string, m manifests, c core.Container, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	environment := map[string]string{}
	for _, e := range c.Env {
		environment[e.Name] = e.Value
	}
	for _, from := range c.EnvFrom {
		for _, o := range all[*core.Secret](m) {
			if o.Name == from.SecretRef.Name {
				for name, value := range o.StringData {
					environment[name] = value
				}
			}
		}
	}
	if environment["QUILT_AUDITOR_STORAGE__PATH"] != stateDir {
		t.Errorf("the history is not where the volume is: %v", environment)
	}
	check := exec.CommandContext(t.Context(), program, "config", "check", "--config.file", filepath.Join(dir, "quilt-auditor.yaml"))
	check.Env = os.Environ()
	for name, value := range environment {
		check.Env = append(check.Env, name+"="+value)
	}
	text, err := check.CombinedOutput()
	if waivers := strings.Count(files["waivers.yaml"], "check:"); err != nil || !strings.Contains(string(text), fmt.Sprintf(" %d waiver", waivers)) || strings.Contains(string(text), "QUILT_AUDITOR") {
		t.Errorf("config check: %v\n%s", err, text)
	}
}
