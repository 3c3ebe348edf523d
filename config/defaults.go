package config

import (
	"path/filepath"

	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"
)

// What holds where the configuration says nothing; the default profile is
// DefaultProfile.
const (
	DefaultSchedule    = "*/15 * * * *"
	DefaultTimezone    = "UTC"
	DefaultStoragePath = "/var/lib/quilt-auditor"
	DefaultStorageKeep = 400 * Day
	// DefaultExport is the file, under storage.path, that holds the findings
	// of the last run, in DefaultFormat.
	DefaultExport = "findings.ndjson"
	DefaultFormat = "json"
	// DefaultExportKeep is how long the files of an exported directory stay.
	DefaultExportKeep = 90 * Day
	// DefaultReportPeriod and DefaultReportFormat are those of a report.
	DefaultReportPeriod = 30 * Day
	DefaultReportFormat = "html"
)

// Formats are the formats that exports can have.
func Formats() []string { return []string{DefaultFormat, "csv", "junit", "md", "ocsf", "sarif"} }

// lowestLayer is the layer of the defaults that are the same for all.
func lowestLayer() koanf.Provider {
	type storage struct {
		Path string `json:"path"`
		Keep string `json:"keep"`
	}
	return structs.Provider(struct {
		Profile  string  `json:"profile"`
		Schedule string  `json:"schedule"`
		Timezone string  `json:"timezone"`
		Storage  storage `json:"storage"`
	}{DefaultProfile, DefaultSchedule, DefaultTimezone, storage{DefaultStoragePath, DefaultStorageKeep.String()}}, "json")
}

// complete sets what is not given and has a default that depends on what is.
func (c *Config) complete() {
	for i := range c.Accounts {
		if d := c.Accounts[i].Discover; d != nil && d.Include == nil {
			d.Include = []string{"*"}
		}
	}
	if c.Exports == nil {
		c.Exports = []Export{{Format: DefaultFormat, Path: filepath.Join(c.Storage.Path, DefaultExport)}}
	}
	for i := range c.Exports {
		if e := &c.Exports[i]; e.Directory != "" && e.Keep == 0 {
			e.Keep = DefaultExportKeep
		}
	}
	for i := range c.Reports {
		r := &c.Reports[i]
		if r.Period.Equal(Window{}) {
			r.Period = Window{period: DefaultReportPeriod}
		}
		if r.Formats == nil {
			r.Formats = []string{DefaultReportFormat}
		}
	}
}
