// Package e2e runs what a site runs: the auditor, Debian's Prometheus and
// Alertmanager, by the files of this directory's neighbours.
//
// With the tag prometheus it asks what the dashboards ask; with the tag deploy,
// for which prometheus-alertmanager has to be installed too, it follows alerts
// from a bucket to a receiver. Programs are taken from the PATH, and the tests
// fail without them.
package e2e
