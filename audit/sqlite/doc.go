// Package sqlite keeps the history in one SQLite file, behind audit.Store.
//
// There is one writer, which holds a lock on a file beside the database, and
// a pool of readers that never wait for it: the database is in WAL mode. A run
// is one transaction. Commits are synced (synchronous=FULL): that costs a few
// milliseconds a run, and a recorded run then survives not only a killed
// process, for which NORMAL would do, but also the loss of power.
//
// What repeats is kept once. The texts of findings, the setups of runs and the
// parts of snapshots are pieces (pieces.go), found by their SHA-256, counted
// and compressed. Findings hang on resources, so that an ARN is there once and
// a walk over the resources in order, with the findings of each, is the order
// of a run; no query sorts more than the few resources of one bucket.
package sqlite
