package awsapi_test

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/awsapi/awsfake"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

func startDrop(t *testing.T) (*awsfake.Drop, *awsapi.Factory) {
	t.Helper()
	d := awsfake.NewDrop(awsfake.NewFake(estate()))
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	setenv(t, (&awsfake.Server{URL: server.URL}).Env())
	return d, factory(t, quick())
}

func testObject() awsapi.Object {
	return awsapi.Object{Bucket: "acme-reports", Key: "quilt/r.html", ContentType: "text/html; charset=utf-8", Content: []byte("<p>all is well"), Owner: data}
}

// An object is put once: with its type and checksum, under the owner's name,
// never in place of another.
func TestPutObject(t *testing.T) {
	d, f := startDrop(t)
	o := testObject()
	if added, err := f.PutObject(t.Context(), data, "us-west-2", o); err != nil || !added {
		t.Errorf("added: %t, %v", added, err)
	}
	o.Content = []byte("other")
	if added, err := f.PutObject(t.Context(), data, "us-west-2", o); err != nil || added {
		t.Errorf("added over another: %t, %v", added, err)
	}
	if diff := cmp.Diff(map[string]string{"/acme-reports/quilt/r.html": "<p>all is well"}, d.Objects()); diff != "" {
		t.Error(diff)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "If-None-Match": "*", "X-Amz-Expected-Bucket-Owner": data,
		"X-Amz-Server-Side-Encryption": "", "X-Amz-Acl": "", "Content-Encoding": "",
	} {
		if got := d.Puts()[0].Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	o.Key, o.Owner = "r.html", ""
	if added, err := f.PutObject(t.Context(), control, "us-east-1", o); err != nil || !added {
		t.Errorf("with the default credentials: %t, %v", added, err)
	}
	if _, sent := d.Puts()[2]["X-Amz-Expected-Bucket-Owner"]; sent || len(d.Puts()) != 3 {
		t.Errorf("%d requests, an owner in the last: %t", len(d.Puts()), sent)
	}
}

func TestPutObjectFails(t *testing.T) {
	const op = "s3:PutObject"
	for name, test := range map[string]struct {
		answers []int
		want    *snapshot.ReadError // nil: it is put
		calls   int
	}{
		"denied":    {[]int{403}, &snapshot.ReadError{Operation: op, Code: "AccessDenied", MissingPermission: op}, 1},
		"no bucket": {[]int{404}, &snapshot.ReadError{Operation: op, Code: "NoSuchBucket", Detail: "there is no such bucket any more"}, 1},
		"other region": {[]int{301}, &snapshot.ReadError{
			Operation: op, Code: "PermanentRedirect", Detail: "the bucket is in another region than it was asked for in",
		}, 1},
		"conflict":      {[]int{409}, &snapshot.ReadError{Operation: op, Code: "ConditionalRequestConflict"}, 1},
		"broken":        {[]int{500, 500, 500}, &snapshot.ReadError{Operation: op, Code: "InternalError", Retryable: true}, 3},
		"broken, twice": {[]int{500, 500}, nil, 3},
	} {
		t.Run(name, func(t *testing.T) {
			d, f := startDrop(t)
			d.Answer(test.answers...)
			added, err := f.PutObject(t.Context(), control, "us-east-1", testObject())
			if diff := cmp.Diff(test.want, awsapi.ReadError(err)); diff != "" || added != (test.want == nil) {
				t.Errorf("added: %t\n%s", added, diff)
			}
			if len(d.Puts()) != test.calls || (len(d.Objects()) == 1) != (test.want == nil) {
				t.Errorf("%d requests, %d objects", len(d.Puts()), len(d.Objects()))
			}
		})
	}
}
