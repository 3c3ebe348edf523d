// Package json writes and reads the findings stream: one JSON object a line,
// a header first, then what could not be read, then the findings. It writes
// the list of runs as well. These are the forms that other programs hold on
// to; their JSON Schemas are part of them.
package json

import "github.com/quilt-auditor/quilt-auditor/audit"

// SchemaVersion is the version of the stream's format. It changes when a
// member or a line type is taken away or changes its meaning, or when a line
// type is added; new members do not change it, readers ignore what they do not
// know.
const SchemaVersion = "1"

// MediaType is the media type of the stream.
const MediaType = "application/x-ndjson"

const productName = "quilt-auditor"

// The values of "type", in the order in which they stand in a stream.
const (
	typeHeader  = "header"
	typeUnread  = "unread"
	typeFinding = "finding"
)

// typeRun is the "type" of the lines of a list of runs, which is a stream of
// its own.
const typeRun = "run"

type product struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type headerLine struct {
	Type          string  `json:"type"`
	SchemaVersion string  `json:"schema_version"`
	Product       product `json:"product"`
	audit.Header
}

type unreadLine struct {
	Type string `json:"type"`
	audit.Unread
}

type findingLine struct {
	Type string `json:"type"`
	audit.Finding
}

type runLine struct {
	Type          string `json:"type"`
	SchemaVersion string `json:"schema_version"`
	audit.Header
	LeftOut        *audit.LeftOut `json:"left_out,omitempty"`
	Changes        int            `json:"changes"`
	SnapshotDigest string         `json:"snapshot_digest,omitempty"`
}
