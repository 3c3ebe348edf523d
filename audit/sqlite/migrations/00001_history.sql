-- +goose Up

-- Times are nanoseconds since 1970 in UTC, 0 for none. Statuses are numbers
-- whose meaning is in codes.go.

-- Pieces are byte strings, each kept once however often it is used: texts of
-- findings, setups of runs, parts of snapshots. refs counts the uses; a piece
-- without any is dropped at the end of the transaction that took the last.
CREATE TABLE pieces (
	id     INTEGER PRIMARY KEY,
	sha256 BLOB    NOT NULL UNIQUE, -- of what the body unpacks to
	refs   INTEGER NOT NULL
) STRICT;
CREATE INDEX pieces_unused ON pieces (id) WHERE refs = 0;

-- Bodies are apart, so that counting a use does not rewrite them.
CREATE TABLE bodies (
	id   INTEGER PRIMARY KEY,
	body BLOB    NOT NULL
) STRICT;

CREATE TABLE snapshots (
	id     INTEGER PRIMARY KEY,
	sha256 BLOB    NOT NULL UNIQUE, -- of the JSON form
	kept   INTEGER NOT NULL,        -- grows from Keep to Keep
	pieces BLOB    NOT NULL         -- their ids, in the order of the JSON form
) STRICT;

CREATE TABLE runs (
	seq      INTEGER PRIMARY KEY,
	run_id   TEXT    NOT NULL UNIQUE,
	taken_at INTEGER NOT NULL,
	header   BLOB,             -- what differs from run to run; NULL: pruned, only its snapshot is of use still
	setup    INTEGER,          -- piece: what is mostly the same
	changes  INTEGER NOT NULL,
	wrote    INTEGER NOT NULL, -- 1 if the run changed anything that is kept
	current  INTEGER NOT NULL, -- how many findings are unchanged since
	snapshot INTEGER
) STRICT;
CREATE INDEX runs_current ON runs (current) WHERE current > 0;
CREATE INDEX runs_snapshot ON runs (snapshot) WHERE snapshot IS NOT NULL;

-- The last run that did not leave everything out.
CREATE TABLE last (
	id     INTEGER PRIMARY KEY CHECK (id = 1),
	run    INTEGER NOT NULL, -- runs.seq
	report BLOB    NOT NULL, -- what is kept of the last run only
	looked BLOB    NOT NULL  -- the runs of which last_seen follows
) STRICT;

CREATE TABLE resources (
	id         INTEGER PRIMARY KEY,
	account_id TEXT NOT NULL,
	resource   TEXT NOT NULL,
	bucket     TEXT, -- its name if the resource is a bucket
	UNIQUE (account_id, resource)
) STRICT;
CREATE INDEX resources_bucket ON resources (bucket) WHERE bucket IS NOT NULL;

CREATE TABLE findings (
	resource         INTEGER NOT NULL,
	check_id         TEXT    NOT NULL,
	subject          TEXT    NOT NULL,
	region           TEXT    NOT NULL,
	status           INTEGER NOT NULL,
	severity         INTEGER NOT NULL,
	known            INTEGER NOT NULL, -- status, 0 for none
	known_since      INTEGER NOT NULL,
	first_seen       INTEGER NOT NULL,
	status_since     INTEGER NOT NULL,
	last_seen        INTEGER NOT NULL, -- 0 if it follows from the runs
	waived           INTEGER NOT NULL,
	missed           INTEGER NOT NULL,
	run              INTEGER NOT NULL, -- the one that wrote the row
	digest           INTEGER NOT NULL,
	rule             INTEGER NOT NULL, -- piece: what is the check's
	detail           INTEGER NOT NULL, -- piece: what is the finding's own
	fingerprint      ANY, -- 32 bytes if it is a SHA-256
	fail_fingerprint ANY,
	PRIMARY KEY (resource, check_id, subject)
) STRICT, WITHOUT ROWID;
-- fail is 2, unknown is 3.
CREATE INDEX findings_outstanding ON findings (resource, check_id, subject) WHERE status = 3 OR known = 2;
CREATE INDEX findings_subject ON findings (subject) WHERE subject <> '';

CREATE TABLE changes (
	run         INTEGER NOT NULL, -- the one that recorded it
	n           INTEGER NOT NULL,
	at          INTEGER NOT NULL,
	kind        TEXT    NOT NULL,
	from_status INTEGER NOT NULL,
	to_status   INTEGER NOT NULL,
	check_id    TEXT    NOT NULL,
	account_id  TEXT    NOT NULL,
	region      TEXT    NOT NULL,
	resource    TEXT    NOT NULL,
	subject     TEXT    NOT NULL,
	run_id      TEXT, -- if it is of an earlier run, which could not be recorded
	PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX changes_at ON changes (at);
