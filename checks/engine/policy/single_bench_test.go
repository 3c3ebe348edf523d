package policy_test

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// BenchmarkEvaluateSingle judges what Decide replays: one request of a session
// that meets 20 bucket statements, identity policy, boundary and two levels of
// service control policies.
func BenchmarkEvaluateSingle(b *testing.B) {
	l := typicalLayers(b)
	full := mustParse(b, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, policy.SCP)
	p := policy.SinglePolicies{
		AskIdentity: true, Identity: l.Identity, Boundary: l.Boundary, Bucket: l.Bucket, SCPs: [][]*policy.Document{{full}, {full}},
	}
	context := typicalQuestion().Context
	context["aws:PrincipalArn"], context["aws:PrincipalAccount"] = []string{roleARN}, []string{control}
	for name, principal := range map[string]string{"session": sessionARN, "role": roleARN} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				policy.EvaluateSingle(policy.SingleRequest{
					Principal: principal, Action: "s3:GetObject", Resource: "arn:aws:s3:::foo/z", ResourceAccount: data, Context: context,
				}, p)
			}
		})
	}
}
