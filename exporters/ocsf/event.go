package ocsf

import (
	"encoding/json"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// event is a Compliance Finding with the profiles cloud and datetime. All
// times are in milliseconds since 1970, each with its twin in RFC 3339.
type event struct {
	ActivityID   int          `json:"activity_id"`
	ActivityName string       `json:"activity_name"`
	CategoryUID  int          `json:"category_uid"`
	CategoryName string       `json:"category_name"`
	ClassUID     int          `json:"class_uid"`
	ClassName    string       `json:"class_name"`
	TypeUID      int          `json:"type_uid"`
	TypeName     string       `json:"type_name"`
	SeverityID   int          `json:"severity_id"`
	Severity     string       `json:"severity"`
	StatusID     int          `json:"status_id"`
	Status       string       `json:"status"`
	Time         int64        `json:"time"`
	TimeDT       string       `json:"time_dt"`
	StartTime    int64        `json:"start_time,omitempty"` // what is known holds since
	StartTimeDT  string       `json:"start_time_dt,omitempty"`
	Message      string       `json:"message"`
	Comment      string       `json:"comment,omitempty"`
	Metadata     metadata     `json:"metadata"`
	Cloud        cloud        `json:"cloud"`
	FindingInfo  findingInfo  `json:"finding_info"`
	Compliance   compliance   `json:"compliance"`
	Resources    []resource   `json:"resources"`
	Remediation  *remediation `json:"remediation,omitempty"`
	Evidences    []evidence   `json:"evidences,omitempty"`
	Unmapped     unmapped     `json:"unmapped"`
}

type metadata struct {
	Version        string   `json:"version"`
	Product        product  `json:"product"`
	Profiles       []string `json:"profiles"`
	UID            string   `json:"uid"` // of the event
	CorrelationUID string   `json:"correlation_uid"`
	EventCode      string   `json:"event_code"`
	LoggedTime     int64    `json:"logged_time"`
	LoggedTimeDT   string   `json:"logged_time_dt"`
}

type product struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
	Version    string `json:"version"`
}

type cloud struct {
	Provider string  `json:"provider"`
	Region   string  `json:"region,omitempty"`
	Account  account `json:"account"`
}

type account struct {
	UID    string `json:"uid"`
	Name   string `json:"name,omitempty"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
}

type findingInfo struct {
	UID             string   `json:"uid"`
	Title           string   `json:"title"`
	Desc            string   `json:"desc"`
	Types           []string `json:"types"`
	CreatedTime     int64    `json:"created_time,omitempty"`
	CreatedTimeDT   string   `json:"created_time_dt,omitempty"`
	FirstSeenTime   int64    `json:"first_seen_time,omitempty"`
	FirstSeenTimeDT string   `json:"first_seen_time_dt,omitempty"`
	LastSeenTime    int64    `json:"last_seen_time,omitempty"`
	LastSeenTimeDT  string   `json:"last_seen_time_dt,omitempty"`
	ModifiedTime    int64    `json:"modified_time"`
	ModifiedTimeDT  string   `json:"modified_time_dt"`
	Analytic        analytic `json:"analytic"`
}

type analytic struct {
	UID    string `json:"uid"`
	Name   string `json:"name"`
	Desc   string `json:"desc,omitempty"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
}

type remediation struct {
	Desc       string   `json:"desc"`
	References []string `json:"references,omitempty"`
}

type evidence struct {
	Name string          `json:"name"`
	Data json.RawMessage `json:"data"`
}

// unmapped is what OCSF has no place for, by the names of the findings stream.
type unmapped struct {
	RunID       string             `json:"run_id"`
	RunResult   audit.Result       `json:"run_result"`
	Subject     string             `json:"subject,omitempty"`
	Severity    string             `json:"severity,omitempty"` // of the check, also where it passes
	Known       *audit.Known       `json:"known,omitempty"`
	StatusSince string             `json:"status_since,omitempty"`
	Fingerprint string             `json:"fingerprint,omitempty"`
	Waiver      *audit.WaiverNote  `json:"waiver,omitempty"`
	Remediation *audit.Remediation `json:"remediation,omitempty"`
}
