package web_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/exporters/web"
)

// evil is what a name, a reason or a policy may hold.
const evil = "\"><script>alert(1)</script><a href='javascript:alert(1)'>\u202e\x00\u200b{{.}}"

func hostileRun() *audit.Run {
	run := runOf("run-3", 30, nil)
	run.Header.Profile, run.Header.ControlAccountID, run.Header.ChecksDigest = evil, evil, evil
	for i := range run.Header.Accounts {
		a := &run.Header.Accounts[i]
		a.Name, a.Access = evil, audit.Access(evil)
	}
	for i := range run.Findings {
		f := &run.Findings[i]
		f.Status, f.Waived, f.Known = audit.StatusFail, true, &audit.Known{Status: audit.StatusFail, Since: takenAt}
		f.Check, f.Title, f.AccountID, f.Region, f.Subject, f.Reason, f.Fingerprint = fmt.Sprint(evil, i), evil, evil, evil, evil, evil, evil
		f.Resource = "arn:aws:s3:::" + evil
		f.Evidence = []byte(`{"witness":{"principal":"\"><script>\u202e","action":"\"><script>","resource":"<b>","context":{"\"><script>":["<b>\u202e"]}},
			"decided_by":{"layer":"bucket_policy","statement":0,"sid":"\"><script>\u202e","effect":"Deny"},"unread":[{"operation":"<b>","code":"<b>","missing_permission":"<b>"}],
			"excess":[{"class":"<b>","severity":"<b>","who":"<b>\u202e","actions":["<b>"],"granted_by":[{"layer":"bucket_policy","statement":0}]}],"not_considered":["<b>"]}`)
		f.Remediation = &audit.Remediation{Kind: audit.RemedyChange, Summary: evil, CLI: evil, Document: []byte(`{"a":"<b>\u202e"}`), Diff: "@@ -1 +1 @@" + evil + "\n-" + evil + "\n+" + evil + "\n " + evil}
		f.Controls = []audit.Control{{Standard: evil, Version: evil, ID: evil, Relation: evil}}
		f.Waiver = &audit.WaiverNote{Owner: evil, Reason: evil, Ticket: evil}
		f.ID = audit.FindingID(f.Check, f.Resource, f.Subject)
	}
	run.Unread = []audit.Unread{{AccountID: evil, Region: evil, Operation: evil, ErrorCode: evil, MissingPermission: evil, Count: 1, Examples: []string{evil}}}
	run.Waivers = []audit.WaiverUse{{Waiver: audit.Waiver{Check: evil, Account: evil, Bucket: evil, Resource: evil, Owner: evil}, State: audit.WaiverExpired}}
	run.Tallies = []audit.Tally{{Check: evil, AccountID: evil, Severity: audit.High, Status: audit.StatusFail, Findings: 30, Open: 30, OldestOpen: takenAt}}
	return run
}

func TestPagesTrustNothing(t *testing.T) {
	t.Parallel()
	run := hostileRun()
	h := published(t, run, func(c *chronicle, o *web.Options) {
		o.Version, o.Ready = evil, func() error { return errors.New(evil) }
		c.recorded = []audit.Recorded{{Header: run.Header, LeftOut: audit.LeftOut{Checks: []string{evil}, Accounts: []string{evil}}, Changes: 2, SnapshotDigest: evil}}
		f := run.Findings[0]
		c.changes = []audit.Change{{Check: f.Check, AccountID: evil, Region: evil, Resource: f.Resource, Subject: evil, Kind: audit.Opened, From: evil, To: evil, At: takenAt, RunID: "run-3"}}
		c.buckets = map[string]*snapshot.Bucket{f.Resource: {Policy: snapshot.Got(`{"Statement":[{"Sid":"` + `<script>` + "\u202e" + `"}]}`)}}
		o.Checks = []audit.Check{{ID: evil, Title: evil, Severity: audit.High, Doc: audit.Doc{Why: evil, Judges: evil, Fix: evil, Sources: []string{"javascript:alert(1)"}}, Controls: run.Findings[0].Controls}}
	})
	targets := []string{
		"/", "/findings", "/findings?outstanding=true&sort=severity", "/findings/" + run.Findings[0].ID, "/findings?q=" + url.QueryEscape(evil), "/findings?check=" + url.QueryEscape(evil),
		"/findings?account_id=" + url.QueryEscape(evil), "/findings?bucket=" + url.QueryEscape(evil), "/findings?status=" + url.QueryEscape(evil), "/runs", "/runs/run-3", "/runs/" + url.PathEscape(evil),
		"/checks", "/checks/" + url.PathEscape(evil), "/" + url.PathEscape(evil),
	}
	for _, target := range targets {
		w := h.browse(target)
		if w.Code >= 500 {
			t.Errorf("%s: status %d", target, w.Code)
		}
		checkPage(t, w)
		for _, address := range linksOf(w.Body.String()) {
			if strings.HasPrefix(address, "javascript:") {
				t.Errorf("%s leads to %s", target, address)
			}
		}
	}
	if page := h.browse("/findings/" + run.Findings[0].ID).Body.String(); strings.Count(page, "&lt;script&gt;") < 15 || strings.Count(page, `\u202e`) < 15 || !strings.Contains(page, "<mark id=") {
		t.Errorf("some of it is not shown:\n%s", page)
	}
}
