package excess_test

import (
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/excess"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// servedWorld are the requests that services and an origin access identity send
// for accounts that nobody declared, beside the policy as it concerns them.
func servedWorld(q excess.Case, visit func(principal string, document *policy.Document, request policy.SingleRequest)) {
	for _, principal := range []string{"cloudtrail.amazonaws.com", "logging.s3.amazonaws.com", "sns.amazonaws.com", oai} {
		document := toServant(q.Policy, principal)
		everywhere("*", func(r policy.SingleRequest) {
			sources(principal, func(carried map[string][]string) {
				r.Context = servedContext(q, principal, carried)
				visit(principal, document, r)
			})
		})
	}
}

// sources are what requests for strangers can carry.
func sources(principal string, visit func(map[string][]string)) {
	if principal == oai {
		visit(map[string][]string{})
		visit(map[string][]string{"aws:PrincipalArn": {oai}})
		return
	}
	for _, account := range []string{vendor, "999999999999", "410000000000"} {
		for _, said := range []bool{true, false} {
			for _, resource := range []string{"", "arn:aws:cloudtrail:r:" + account + ":trail/t", "arn:aws:s3:::src"} {
				for _, organization := range []string{"", "o-other"} {
					carried := map[string][]string{}
					if said {
						carried["aws:SourceAccount"] = []string{account}
					}
					if resource != "" {
						carried["aws:SourceArn"] = []string{resource}
					}
					if organization != "" {
						carried["aws:SourceOrgID"] = []string{organization}
					}
					visit(carried)
				}
			}
		}
	}
}

// servedExplained is explained for a request by a servant.
func servedExplained(r excess.Report, principal string, request policy.SingleRequest) bool {
	return len(r.Doubts) > 0 || slices.ContainsFunc(r.Excesses, func(e excess.Excess) bool {
		asks := e.Who == excess.Everyone || e.Who == excess.Conditional || e.Who == principal || e.Who == excess.AnyService ||
			e.ByService && slices.Equal(request.Context["aws:SourceAccount"], []string{e.Who}) ||
			e.ByService && slices.Equal(request.Context["aws:SourceArn"], []string{"arn:aws:cloudtrail:r:" + e.Who + ":trail/t"})
		return asks && slices.Contains(e.Actions, request.Action)
	})
}
