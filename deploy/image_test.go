//go:build deploy

package deploy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The image is built from the Dockerfile as it is, wholly, by buildah of
// Debian's package. What differs from a build by Docker are the two images
// that it begins with, which come from registries:
//
//   - the one that compiles (GO) is empty, with this machine's programs, Go and
//     caches mounted into it instead of those of the golang image;
//   - the one that the result stands on (BASE) is scratch, so that the result
//     has no CA certificates, no /tmp and no user database.

const (
	imageVersion  = "v0.0.0-image.test"
	imageRevision = "0123456789abcdef0123456789abcdef01234567"
)

// images is a place for images that no other test or person uses.
type images struct {
	t   *testing.T
	dir string
}

func newImages(t *testing.T) *images {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("building and running an image as another user needs root: run the tests as root, such as in a container")
	}
	return &images{t: t, dir: t.TempDir()}
}

func (i *images) buildah(args ...string) string {
	i.t.Helper()
	place := []string{"--root", filepath.Join(i.dir, "storage"), "--runroot", filepath.Join(i.dir, "run"), "--storage-driver", "vfs"}
	return tool(i.t, "buildah", append(place, args...)...)
}

// build builds the image and returns its ID.
func (i *images) build() string {
	i.t.Helper()
	caches := strings.Fields(tool(i.t, "go", "env", "GOROOT", "GOMODCACHE", "GOCACHE"))
	tool(i.t, "go", "mod", "download") // so that the build needs no network
	standIn := filepath.Join(i.dir, "standin")
	write(i.t, standIn, "FROM scratch\nENV PATH="+caches[0]+"/bin:/usr/bin:/bin GOPROXY=off GOTOOLCHAIN=local GOMODCACHE="+caches[1]+" GOCACHE="+caches[2]+"\n")
	i.buildah("bud", "--quiet", "--isolation", "chroot", "--tag", "localhost/compiler", "--file", standIn, i.dir)
	args := []string{
		"bud", "--quiet", "--isolation", "chroot", "--format", "docker",
		"--build-arg", "GO=localhost/compiler", "--build-arg", "BASE=scratch",
		"--build-arg", "VERSION=" + imageVersion, "--build-arg", "REVISION=" + imageRevision,
		"--build-arg", "TARGETOS=linux", "--build-arg", "TARGETARCH=" + runtime.GOARCH,
		"--volume", i.t.TempDir() + ":/tmp",
	}
	for _, dir := range []string{"/usr", "/bin", "/lib", "/lib64"} {
		if from, err := filepath.EvalSymlinks(dir); err == nil {
			args = append(args, "--volume", from+":"+dir+":ro")
		}
	}
	for _, dir := range caches {
		args = append(args, "--volume", dir+":"+dir)
	}
	return strings.TrimSpace(i.buildah(append(args, root)...))
}

// imageConfig is what the image says of itself, as Docker has it.
type imageConfig struct {
	User, WorkingDir, StopSignal string
	Entrypoint, Cmd, Env         []string
	ExposedPorts, Volumes        map[string]struct{}
	Labels                       map[string]string
}

func (i *images) config(id string) imageConfig {
	i.t.Helper()
	var inspected struct {
		Docker struct{ Config imageConfig }
	}
	if err := json.Unmarshal([]byte(i.buildah("inspect", "--type", "image", id)), &inspected); err != nil {
		i.t.Fatal(err)
	}
	return inspected.Docker.Config
}

func TestImage(t *testing.T) {
	t.Parallel()
	i := newImages(t)
	id := i.build()
	config := i.config(id)
	checkImageConfig(t, config)
	container := strings.TrimSpace(i.buildah("from", id))
	s := &stage{t: t, root: strings.TrimSpace(i.buildah("mount", container)), config: config}
	t.Run("files", s.files)
	t.Run("version", s.version)
	t.Run("demo once", s.demoOnce)
	t.Run("no configuration", s.unconfigured)
	t.Run("configuration", s.configured)
	t.Run("service", s.service)
}

func checkImageConfig(t *testing.T, got imageConfig) {
	t.Helper()
	repository := "https://github.com/quilt-auditor/quilt-auditor"
	want := imageConfig{
		User:         "65532:65532",
		StopSignal:   "SIGTERM",
		Entrypoint:   []string{"/quilt-auditor"},
		Cmd:          []string{"serve", "--config.file=/etc/quilt-auditor/quilt-auditor.yaml"},
		Env:          got.Env, // the base's
		WorkingDir:   got.WorkingDir,
		ExposedPorts: map[string]struct{}{"10990/tcp": {}},
		Volumes:      map[string]struct{}{stateDir: {}},
		Labels: map[string]string{
			"org.opencontainers.image.title":         "quilt-auditor",
			"org.opencontainers.image.description":   "Read-only auditor of the S3 buckets that Quilt uses across AWS accounts",
			"org.opencontainers.image.url":           repository,
			"org.opencontainers.image.source":        repository,
			"org.opencontainers.image.documentation": repository + "/blob/main/docs/operations.md",
			"org.opencontainers.image.licenses":      "Apache-2.0",
			"org.opencontainers.image.version":       imageVersion,
			"org.opencontainers.image.revision":      imageRevision,
			"io.buildah.version":                     got.Labels["io.buildah.version"],
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the image (-want +got)\n%s", diff)
	}
}
