package awsfake

import "net/http"

// organizations serves DescribeOrganization, which every member may call (Organizations API
// reference); the call goes to the one region that has the service.
func (f *Fake) organizations(q *request) answer {
	if q.operation != "DescribeOrganization" {
		return notServed(q)
	}
	org := q.caller.account.org
	if org == nil {
		return failure(q, http.StatusBadRequest, "AWSOrganizationsNotInUseException",
			"Your account is not a member of an organization.")
	}
	arn := "arn:" + f.index.accounts[org.Management].Partition + ":organizations::" + org.Management
	return okJSON(map[string]any{"Organization": map[string]any{
		"Id":                   org.ID,
		"Arn":                  arn + ":organization/" + org.ID,
		"FeatureSet":           "ALL",
		"MasterAccountArn":     arn + ":account/" + org.ID + "/" + org.Management,
		"MasterAccountId":      org.Management,
		"MasterAccountEmail":   "management@example.com",
		"AvailablePolicyTypes": []map[string]string{{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}},
	}})
}
