package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/daemon"
	"github.com/quilt-auditor/quilt-auditor/audit/schedule"
	"github.com/quilt-auditor/quilt-auditor/audit/sqlite"
	"github.com/quilt-auditor/quilt-auditor/config"
	"github.com/quilt-auditor/quilt-auditor/exporters/file"
	"github.com/quilt-auditor/quilt-auditor/exporters/prometheus"
)

func (p *program) serveCommand() *cobra.Command {
	var file string
	var o serviceOptions
	c := &cobra.Command{
		Use:   "serve",
		Short: "Audit on a schedule, remember, and serve metrics and findings",
		Long: `Runs as a service: audits on the schedule of the configuration, keeps the history of
every finding under storage.path, serves metrics, findings and runs over HTTP, writes the exports
and, on schedules of their own, the reports. A slot that was missed while the service was
down is made up for at start.

SIGHUP reads the configuration and the waivers anew, and so does POST /-/reload with
--web.enable-lifecycle; what is wrong with them changes nothing. SIGTERM ends a run that
is going on and exits within 5 seconds. storage.path and flags need a restart.`,
		Example: `  quilt-auditor serve --config.file quilt-auditor.yaml
  quilt-auditor serve --config.file quilt-auditor.yaml --web.config.file web.yaml --web.health-address :10991`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			collectAsService()
			hangups := make(chan os.Signal, 1) // from now on: one that came earlier would end the process
			signal.Notify(hangups, syscall.SIGHUP)
			defer signal.Stop(hangups)
			return p.serve(cmd.Context(), &o, &configured{program: p, flags: cmd.Flags(), file: file}, hangups)
		},
	}
	c.Flags().StringVar(&file, "config.file", "", "configuration (required)")
	o.register(c.Flags(), "info")
	return c
}

// errLocked is the store's answer if another process has it.
var errLocked = sqlite.ErrLocked

// configured is the estate of a configuration file.
type configured struct {
	program *program
	flags   *pflag.FlagSet
	file    string

	mu      sync.Mutex
	storage string // of the first plan; "" before
}

func (c *configured) plan(ctx context.Context, page *prometheus.Exporter, log *zap.Logger) (*daemon.Plan, error) {
	quiet := *c.program
	quiet.stderr = warnings{log}
	cfg, err := quiet.load(c.flags, c.file)
	if err != nil {
		return nil, err
	}
	waivers, err := quiet.waivers(cfg)
	if err != nil {
		return nil, err
	}
	if err := c.pin(cfg.Storage.Path); err != nil {
		return nil, err
	}
	slots, err := schedule.Parse(cfg.Schedule, cfg.Timezone)
	if err != nil {
		return nil, err // Load has asked before
	}
	enabled := enabledChecks(cfg)
	scope := declared(cfg, enabled)
	reports, closeReports, err := jobs(ctx, cfg, slots, page, log)
	if err != nil {
		return nil, err
	}
	aws, err := newReader(ctx, cfg, &scope, page, log)
	if err != nil {
		closeReports()
		return nil, err
	}
	return &daemon.Plan{
		Schedule: slots, Declared: scope, Checks: enabled, Waivers: waivers, Discovers: discovers(cfg),
		Discoverer: aws, Collector: aws, Exporters: exporters(cfg), Reports: reports, Keep: cfg.Storage.Keep.Duration(),
		Close: func() { aws.close(); closeReports() },
	}, nil
}

// warnings logs the warnings of the configuration, each of which is a line.
type warnings struct{ log *zap.Logger }

// Write takes whole lines.
func (w warnings) Write(lines []byte) (int, error) {
	for line := range strings.Lines(string(lines)) {
		w.log.Warn(strings.TrimPrefix(strings.TrimSpace(line), "warning: "))
	}
	return len(lines), nil
}

// pin refuses another storage path than the first.
func (c *configured) pin(path string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.storage != "" && c.storage != path {
		return fmt.Errorf("storage.path is now %s and was %s: restart to move the history", path, c.storage)
	}
	c.storage = path
	return nil
}

func (c *configured) open(ctx context.Context) (daemon.Store, error) {
	c.mu.Lock()
	dir := c.storage
	c.mu.Unlock()
	return openHistory(ctx, dir)
}

// openHistory opens the history in that directory.
func openHistory(ctx context.Context, dir string) (daemon.Store, error) {
	store, err := sqlite.Open(ctx, dir)
	if err != nil {
		return nil, err // a nil *sqlite.Store would be no nil daemon.Store
	}
	return store, nil
}

func (c *configured) ended(*audit.Run) {}

func (c *configured) listening(string) {}

// discovers reports which buckets the configuration would discover.
func discovers(cfg *config.Config) func(accountID, bucket string) bool {
	byAccount := filters(cfg)
	return func(accountID, bucket string) bool {
		filter, ok := byAccount[accountID]
		return ok && filter.MatchesName(bucket)
	}
}

// exporters are the exports of the configuration.
func exporters(cfg *config.Config) []audit.Exporter {
	var list []audit.Exporter
	for _, e := range cfg.Exports {
		write, extension, err := streamWriter(e.Format)
		if err != nil {
			panic(errors.New("a format that the configuration let pass: " + e.Format))
		}
		if e.Path != "" {
			list = append(list, file.NewExporter(e.Format, e.Path, write))
			continue
		}
		list = append(list, file.NewDirectory(e.Format, e.Directory, extension, e.Keep.Duration(), write))
	}
	return list
}
