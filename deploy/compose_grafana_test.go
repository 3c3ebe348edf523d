package deploy_test

import (
	"path/filepath"
	"slices"
	"testing"
)

// datasource is what Grafana is provisioned with, by its documentation
// "Provision Grafana".
type datasource struct {
	Name, UID, Type, Access, URL string
	IsDefault                    bool              `yaml:"isDefault"`
	Editable                     bool              `yaml:"editable"`
	Settings                     map[string]string `yaml:"jsonData"`
}

func datasources(t *testing.T) []datasource {
	t.Helper()
	var file struct {
		Version int          `yaml:"apiVersion"`
		List    []datasource `yaml:"datasources"`
	}
	decode(t, read(t, composeDir+"/grafana/provisioning/datasources/prometheus.yaml"), &file)
	if file.Version != 1 || len(file.List) != 1 {
		t.Fatalf("one data source is expected: %+v", file)
	}
	return file.List
}

func TestComposeDatasource(t *testing.T) {
	t.Parallel()
	d := datasources(t)[0]
	if d.Type != "prometheus" || d.Access != "proxy" || !d.IsDefault || d.Editable {
		t.Errorf("the dashboards take the default Prometheus: %+v", d)
	}
}

// TestComposeDashboards: Grafana looks where the dashboards are mounted, all of
// them, and begins with one.
func TestComposeDashboards(t *testing.T) {
	t.Parallel()
	var file struct {
		Version   int `yaml:"apiVersion"`
		Providers []struct {
			Name, Folder, Type string
			AllowUpdates       bool `yaml:"allowUiUpdates"`
			DisableDeletion    bool `yaml:"disableDeletion"`
			Interval           int  `yaml:"updateIntervalSeconds"`
			Options            struct{ Path string }
		}
	}
	decode(t, read(t, composeDir+"/grafana/provisioning/dashboards/quilt-auditor.yaml"), &file)
	if file.Version != 1 || len(file.Providers) != 1 || file.Providers[0].Type != "file" {
		t.Fatalf("one provider of files is expected: %+v", file)
	}
	grafana := compositions(t)["demo"].Services["grafana"]
	mounted := map[string]string{}
	for _, v := range grafana.Volumes {
		mounted[v.Target] = v.Source
	}
	dashboards, err := filepath.Glob(filepath.Join("grafana", "*.json"))
	if err != nil || len(dashboards) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	for _, dashboard := range dashboards {
		target := file.Providers[0].Options.Path + "/" + filepath.Base(dashboard)
		if source, err := filepath.Abs(dashboard); err != nil || mounted[target] != source {
			t.Errorf("%s is not mounted at %s: %v", dashboard, target, err)
		}
	}
	home := grafana.Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
	if home == nil || mounted[*home] == "" {
		t.Errorf("it begins with %v, which is not there", home)
	}
	if !slices.Contains(targets(grafana), "/etc/grafana/provisioning") {
		t.Error("nothing is provisioned")
	}
}
