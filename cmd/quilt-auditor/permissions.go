package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/quilt-auditor/quilt-auditor/audit"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/checks"
)

func (p *program) permissions() *cobra.Command {
	var file, kind string
	c := &cobra.Command{
		Use:   "permissions",
		Short: "Print the IAM policy that the auditor needs, as JSON",
		Long: `Prints the least-privilege IAM policy of the enabled checks: attach it to the roles
that the auditor assumes. Without --for it is one policy for every account; with it,
the policy of the data accounts, the control account or the organization account only.
The auditor's own identity needs sts:AssumeRole on those roles besides.`,
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			enabled, tags := checks.All(), true
			if file != "" {
				cfg, err := p.load(cmd.Flags(), file)
				if err != nil {
					return err
				}
				enabled, tags = checks.Enabled(cfg.Checks.Disable), filtersTags(cfg)
			}
			return p.printPolicy(enabled, awsapi.AccountKind(kind), tags)
		},
	}
	c.Flags().StringVar(&file, "config.file", "", "configuration whose enabled checks count (default: every check)")
	c.Flags().StringVar(&kind, "for", "", "kind of account: data, control or organization (default: all of them)")
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

func (p *program) printPolicy(enabled []audit.Check, kind awsapi.AccountKind, tags bool) error {
	kinds := []awsapi.AccountKind{"", awsapi.DataAccount, awsapi.ControlAccount, awsapi.OrganizationAccount}
	if !slices.Contains(kinds, kind) {
		return usageError{fmt.Errorf("--for %q: use data, control or organization", kind)}
	}
	statement := policyStatement{Sid: "QuiltAuditorReads", Effect: "Allow", Action: []string{}, Resource: "*"}
	for _, needed := range awsapi.Permissions(audit.FactsOf(enabled), tags) {
		if kind == "" || slices.Contains(needed.Accounts, kind) {
			statement.Action = append(statement.Action, needed.Action)
		}
	}
	enc := json.NewEncoder(p.stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(policyDocument{Version: "2012-10-17", Statement: []policyStatement{statement}})
}
