package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks"
	"github.com/quilt-auditor/quilt-auditor/config"
)

func (p *program) permissions() *cobra.Command {
	var file, kind string
	c := &cobra.Command{
		Use:   "permissions",
		Short: "Print the IAM policy that the auditor needs, as JSON",
		Long: `Prints the least-privilege IAM policy of the enabled checks: attach it to the roles
that the auditor assumes. Without --for it is one policy for every account; with it,
the policy of the data accounts, the control account or the organization account only.
The auditor's own identity needs sts:AssumeRole on those roles besides.

Where the configuration puts reports into S3 buckets, a statement of its own allows that and
nothing else; --for reports prints it alone, for the identity that puts them there. The
policies of the audited accounts only read.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			enabled, tags, places := checks.All(), true, []string(nil)
			if file != "" {
				cfg, err := p.load(cmd.Flags(), file)
				if err != nil {
					return err
				}
				enabled, tags, places = checks.Enabled(cfg.Checks.Disable), filtersTags(cfg), reportPlaces(cfg)
			}
			policy, err := policyOf(enabled, kind, tags, places)
			if err != nil {
				return err
			}
			enc := json.NewEncoder(p.stdout)
			enc.SetIndent("", "  ")
			return enc.Encode(policy)
		},
	}
	c.Flags().StringVar(&file, "config.file", "", "configuration whose enabled checks count (default: every check)")
	c.Flags().StringVar(&kind, "for", "", "kind of account: data, control or organization; or reports (default: all of them)")
	return c
}

type policyDocument struct {
	Version   string            `json:"Version"`
	Statement []policyStatement `json:"Statement"`
}

type policyStatement struct {
	Sid, Effect string
	Action      []string
	Resource    string
}

// forReports is the value of --for beside the kinds of account.
const forReports = "reports"

// policyOf is the policy of that kind of account, of all for "". The places
// are those that reports are put in.
func policyOf(enabled []audit.Check, kind string, tags bool, places []string) (policyDocument, error) {
	kinds := []string{"", string(awsapi.DataAccount), string(awsapi.ControlAccount), string(awsapi.OrganizationAccount), forReports}
	document := policyDocument{Version: "2012-10-17"}
	switch {
	case !slices.Contains(kinds, kind):
		return document, usageError{fmt.Errorf("--for %q: use data, control, organization or reports", kind)}
	case kind == forReports && len(places) == 0:
		return document, errors.New("--for reports: no report of the configuration goes to an S3 bucket, so there is nothing to allow; name a configuration with --config.file")
	}
	if kind != forReports {
		document.Statement = append(document.Statement, reads(enabled, awsapi.AccountKind(kind), tags))
	}
	if kind != forReports && kind != "" {
		return document, nil
	}
	for i, place := range places {
		statement := policyStatement{Sid: "QuiltAuditorPutsReports", Effect: "Allow", Action: []string{awsapi.PutObject.Action()}, Resource: place}
		if i > 0 {
			statement.Sid += strconv.Itoa(i + 1)
		}
		document.Statement = append(document.Statement, statement)
	}
	return document, nil
}

// reads is the statement that lets the checks read.
func reads(enabled []audit.Check, kind awsapi.AccountKind, tags bool) policyStatement {
	statement := policyStatement{Sid: "QuiltAuditorReads", Effect: "Allow", Action: []string{}, Resource: "*"}
	for _, needed := range awsapi.Permissions(audit.FactsOf(enabled), tags) {
		if kind == "" || slices.Contains(needed.Accounts, kind) {
			statement.Action = append(statement.Action, needed.Action)
		}
	}
	return statement
}

// reportPlaces are the ARNs of all objects that reports can become, sorted.
func reportPlaces(cfg *config.Config) []string {
	var places []string
	for _, r := range cfg.Reports {
		if d := r.To.S3; d != nil {
			in := partition(&snapshot.Account{RoleARN: d.RoleARN, Regions: []string{d.Region}})
			places = append(places, fmt.Sprintf("arn:%s:s3:::%s/%s%s-*", in, d.Bucket, d.Prefix, reportStem))
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}
