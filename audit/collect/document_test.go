package collect

import (
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
)

func TestDocumentIsURLDecoded(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, encoded, want, code string }{
		{"percent", "%7B%22Sid%22%3A%22a%20b%22%7D", `{"Sid":"a b"}`, ""},
		{"a plus is a plus", "%7B%22Sid%22%3A%22a+b%22%7D", `{"Sid":"a+b"}`, ""},
		{"nothing", "", "", awsapi.CodeEmptyResponse},
		{"bad escape", "%7B%", "", awsapi.CodeMalformedResponse},
		{"cut off", "%7B%22Sid", "", awsapi.CodeMalformedResponse},
	}
	for _, test := range tests {
		reading := document(awsapi.GetPolicyVersion, &test.encoded)
		got, err := reading.Get()
		code := ""
		if e := reading.Err(); e != nil {
			code = e.Code
		}
		if got != test.want || code != test.code {
			t.Errorf("%s: got %q, %v", test.name, got, err)
		}
	}
}
