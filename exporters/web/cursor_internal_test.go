package web

import (
	"encoding/base64"
	"testing"
	"unicode/utf8"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

func TestCursorRoundTrip(t *testing.T) {
	t.Parallel()
	for _, p := range []audit.Position{
		{},
		{AccountID: "444455556666", Resource: "arn:aws:s3:::acme-genomics-raw", Check: "s3-object-ownership"},
		{AccountID: "444455556666", Resource: "arn:aws:iam::444455556666:role/a+=,.@-_b", Check: "iam", Subject: "<é&\x00\u2028\">"},
	} {
		got, err := decodeCursor(encodeCursor(p))
		if err != nil || got != p {
			t.Errorf("%+v became %+v, %v", p, got, err)
		}
	}
}

func TestCursorRefuses(t *testing.T) {
	t.Parallel()
	const members = `"account_id":"","resource":"","check":"","subject":""}`
	if _, err := decodeCursor(base64.RawURLEncoding.EncodeToString([]byte(`{"v":1,` + members))); err != nil {
		t.Fatalf("the form has changed, and with it what this test is about: %v", err)
	}
	for _, text := range []string{
		``, `null`, `{}`, `[]`, `{"v":1}`, `{"v":2,` + members, `{"v":1.0,` + members, `{"V":1,` + members, `{` + members,
		`{"v":1,` + members + ` `, ` {"v":1,` + members, `{"v":1,` + members + `{}`, `{"v":1,"x":1,` + members, `{"v":1,"v":1,` + members,
		`{"v":1,"account_id":1,"resource":"","check":"","subject":""}`, "{\"v\":1,\"account_id\":\"\xff\",\"resource\":\"\",\"check\":\"\",\"subject\":\"\"}",
	} {
		if p, err := decodeCursor(base64.RawURLEncoding.EncodeToString([]byte(text))); err == nil {
			t.Errorf("%s is taken for %+v", text, p)
		}
	}
	good := encodeCursor(audit.Position{})
	for _, s := range []string{good + "=", good + "A", good[:len(good)-1], "\n" + good, good[:10] + "\r\n" + good[10:]} {
		if _, err := decodeCursor(s); err == nil {
			t.Errorf("%q is taken for a cursor", s)
		}
	}
}

// FuzzCursor holds that what is taken for a cursor is exactly what was given
// out, and that every place comes back as it was.
func FuzzCursor(f *testing.F) {
	f.Add(encodeCursor(audit.Position{AccountID: "444455556666", Resource: "arn:aws:s3:::acme", Check: "s3-object-ownership"}), "444455556666", "arn", "check", "")
	f.Add("e30", "", "\xff", "", "")
	f.Fuzz(func(t *testing.T, s, account, resource, check, subject string) {
		if p, err := decodeCursor(s); err == nil && encodeCursor(p) != s {
			t.Errorf("%q is taken for %+v", s, p)
		}
		p := audit.Position{AccountID: account, Resource: resource, Check: check, Subject: subject}
		if !utf8.ValidString(account + "\n" + resource + "\n" + check + "\n" + subject) {
			return // AWS names are UTF-8
		}
		if got, err := decodeCursor(encodeCursor(p)); err != nil || got != p {
			t.Errorf("%+v became %+v, %v", p, got, err)
		}
	})
}
