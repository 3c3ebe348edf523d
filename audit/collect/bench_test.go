package collect_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/collect"
	"github.com/quilt-auditor/quilt-auditor/audit/inventory"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// BenchmarkEstate finds and reads 10,000 buckets in 100 accounts over TLS with
// 20 ms a call, under the default limits. The fake AWS runs in the same
// process, so that time and memory are those of both.
func BenchmarkEstate(b *testing.B) {
	const accounts, each = 100, 100
	server := awsfake.New(awsfake.Large(accounts, each), awsfake.WithTLS(), awsfake.CountsOnly(), awsfake.WithLatency(20*time.Millisecond))
	defer server.Close()
	bundle := filepath.Join(b.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, server.CertificatePEM(), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, variable := range append(server.Env(), "AWS_CA_BUNDLE="+bundle) {
		name, value, _ := strings.Cut(variable, "=")
		b.Setenv(name, value)
	}
	declared, filters, entries := largeScope(accounts)
	for b.Loop() {
		server.ResetRecord()
		aws, err := awsapi.New(b.Context(), awsapi.Options{Accounts: entries})
		if err != nil {
			b.Fatal(err)
		}
		scope, err := (&inventory.Inventory{AWS: aws, Filters: filters}).Discover(b.Context(), declared)
		if err != nil {
			b.Fatal(err)
		}
		s, err := (&collect.Collector{AWS: aws, TakenAt: time.Now(), Now: time.Now}).Collect(b.Context(), scope, snapshot.Facts())
		if err != nil {
			b.Fatal(err)
		}
		if len(s.Buckets) != accounts*each {
			b.Fatalf("%d buckets", len(s.Buckets))
		}
		aws.Close()
	}
	const buckets = accounts * each
	b.ReportMetric(float64(server.Count(awsfake.Match{Service: awsfake.S3}))/buckets, "s3-calls/bucket")
	b.ReportMetric(float64(server.Count(awsfake.Match{}))/buckets, "calls/bucket")
	b.ReportMetric(float64(server.Handshakes())/float64(b.N)/buckets, "handshakes/bucket")
}

func largeScope(accounts int) (snapshot.Scope, map[string]inventory.Filter, []awsapi.Account) {
	role := func(account string) string { return roleARN(account, awsfake.LargeRole) }
	scope := snapshot.Scope{
		ControlAccountID: awsfake.LargeControlAccount, Profile: "p", Profiles: map[string][]string{"p": {"s3:GetObject"}},
		Accounts: []snapshot.Account{{ID: awsfake.LargeControlAccount, Control: true}},
	}
	filters := map[string]inventory.Filter{}
	entries := []awsapi.Account{{ID: awsfake.LargeControlAccount}}
	for i := range accounts {
		id := awsfake.LargeAccountID(i)
		scope.Accounts = append(scope.Accounts, snapshot.Account{ID: id, Data: true, RoleARN: role(id)})
		filters[id] = inventory.Filter{}
		entries = append(entries, awsapi.Account{ID: id, RoleARN: role(id), ExternalID: awsfake.LargeExternalID})
	}
	return scope, filters, entries
}
