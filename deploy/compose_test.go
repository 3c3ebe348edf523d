package deploy_test

import (
	"context"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

const composeDir = "compose"

// auditorService is the name of the program's service.
const auditorService = "quilt-auditor"

// composition loads the files as docker compose does, against the schema of the
// specification.
func composition(ctx context.Context, environment types.Mapping, files ...string) (*types.Project, error) {
	dir, err := filepath.Abs(composeDir)
	if err != nil {
		return nil, err
	}
	details := types.ConfigDetails{WorkingDir: dir, Environment: environment}
	for _, file := range files {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: filepath.Join(dir, file)})
	}
	return loader.LoadWithContext(ctx, details)
}

// compositions are what people start: the demo, and accounts of their own.
func compositions(t *testing.T) map[string]*types.Project {
	t.Helper()
	demo, err := composition(t.Context(), nil, "compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own, err := composition(t.Context(), types.Mapping{"QUILT_AUDITOR_CONFIG_DIR": t.TempDir(), "AWS_REGION": "us-east-1"}, "compose.yaml", "compose.own.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*types.Project{"demo": demo, "own": own}
}

func TestComposeServices(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`^docker\.io/[a-z/]+:v?\d+\.\d+\.\d+$`)
	for name, project := range compositions(t) {
		for _, s := range project.Services {
			switch {
			case s.Name == auditorService && s.Build != nil && s.PullPolicy == types.PullPolicyBuild:
			case s.Build != nil || !pinned.MatchString(s.Image):
				t.Errorf("%s: %s: the image %s has no version", name, s.Name, s.Image)
			}
			if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || len(s.CapAdd) > 0 || s.Privileged || !slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}) {
				t.Errorf("%s: %s is not confined", name, s.Name)
			}
			if s.HealthCheck == nil || s.HealthCheck.Disable || len(s.HealthCheck.Test) < 2 || s.MemLimit == 0 || s.Restart != types.RestartPolicyUnlessStopped {
				t.Errorf("%s: %s has no health check, no limit of memory or no restart", name, s.Name)
			}
			if len(s.Ports) != 1 || s.Ports[0].HostIP != "127.0.0.1" || s.Ports[0].Published != strconv.Itoa(int(s.Ports[0].Target)) {
				t.Errorf("%s: %s: one port is expected, of this machine only: %+v", name, s.Name, s.Ports)
			}
		}
	}
}

func TestComposeMounts(t *testing.T) {
	t.Parallel()
	for name, project := range compositions(t) {
		named := map[string]bool{}
		for _, s := range project.Services {
			for _, v := range s.Volumes {
				switch v.Type {
				case types.VolumeTypeVolume:
					named[v.Source] = true
				case types.VolumeTypeBind:
					if _, err := os.Stat(v.Source); err != nil || !v.ReadOnly {
						t.Errorf("%s: %s mounts %s, writable or missing: %v", name, s.Name, v.Source, err)
					}
				default:
					t.Errorf("%s: %s: a volume of type %s", name, s.Name, v.Type)
				}
			}
		}
		if len(named) != len(project.Volumes) || len(named) == 0 {
			t.Errorf("%s: volumes %v are mounted of %v", name, named, project.Volumes)
		}
	}
}

// TestComposeOwn: the second file audits what the user names, keeps its history
// and passes credentials on, and says what it lacks.
func TestComposeOwn(t *testing.T) {
	t.Parallel()
	_, err := composition(t.Context(), nil, "compose.yaml", "compose.own.yaml")
	if err == nil || !strings.Contains(err.Error(), "set it to the directory of your quilt-auditor.yaml") {
		t.Errorf("without a configuration: %v", err)
	}
	s := compositions(t)["own"].Services[auditorService]
	if region := s.Environment["AWS_REGION"]; region == nil || *region != "us-east-1" {
		t.Error("AWS_REGION is not passed on")
	}
	if token, named := s.Environment["AWS_SESSION_TOKEN"]; token != nil || !named {
		t.Error("AWS_SESSION_TOKEN is to be passed on where it is set")
	}
	storage := s.Environment["QUILT_AUDITOR_STORAGE__PATH"]
	if storage == nil || !slices.Contains(targets(s), *storage) || !strings.Contains(read(t, root+"/Dockerfile"), "VOLUME "+*storage+"\n") {
		t.Errorf("the history is at %v, volumes are at %v", storage, targets(s))
	}
	if file, ok := strings.CutPrefix(s.Command[1], "--config.file="); !ok || !slices.Contains(targets(s), filepath.Dir(file)) {
		t.Errorf("%s is not in a directory that is mounted: %v", s.Command[1], targets(s))
	}
}

// targets are the places in the container where something is mounted.
func targets(s types.ServiceConfig) []string {
	var list []string
	for _, v := range s.Volumes {
		list = append(list, v.Target)
	}
	return list
}

// TestComposeAddresses: whatever one service knows of another is a service that
// is there, at the port that it serves.
func TestComposeAddresses(t *testing.T) {
	t.Parallel()
	project := compositions(t)["demo"]
	known := prometheusAddresses(t)
	for _, d := range datasources(t) {
		u, err := url.Parse(d.URL)
		if err != nil {
			t.Fatal(err)
		}
		known = append(known, u.Host)
	}
	if want := []string{"quilt-auditor:10990", "alertmanager:9093", "prometheus:9090"}; !slices.Equal(known, want) {
		t.Errorf("the services know %v, want %v", known, want)
	}
	for _, address := range known {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := project.Services[host]; !ok || strconv.Itoa(int(s.Ports[0].Target)) != port {
			t.Errorf("nothing serves %s", address)
		}
	}
}

// prometheusAddresses are those that it scrapes and sends alerts to.
func prometheusAddresses(t *testing.T) []string {
	t.Helper()
	type static struct{ Targets []string }
	type clients struct {
		Static []static `yaml:"static_configs"`
	}
	var file struct {
		Global   map[string]string
		Rules    []string `yaml:"rule_files"`
		Alerting struct{ Alertmanagers []clients }
		Scrape   []struct {
			Job     string `yaml:"job_name"`
			Body    string `yaml:"body_size_limit"`
			Samples int    `yaml:"sample_limit"`
			clients `yaml:",inline"`
		} `yaml:"scrape_configs"`
	}
	decode(t, read(t, composeDir+"/prometheus.yaml"), &file)
	if len(file.Scrape) != 1 || file.Scrape[0].Job != "quilt-auditor" {
		t.Fatalf("the rules want the job quilt-auditor: %+v", file.Scrape)
	}
	var list []string
	for _, c := range append([]clients{file.Scrape[0].clients}, file.Alerting.Alertmanagers...) {
		for _, s := range c.Static {
			list = append(list, s.Targets...)
		}
	}
	return list
}
