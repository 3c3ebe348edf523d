package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// FuzzQuery holds that no query string makes the server fail: it is a page,
// whose link leads to another, or the client's mistake, which is told.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"", "limit=1", "limit=1&check=s3-check-1&status=fail&severity=low&account_id=000000000001&bucket=acme&waived=true&outstanding=true",
		"cursor=eyJ2IjoxLCJhY2NvdW50X2lkIjoiIiwicmVzb3VyY2UiOiIiLCJjaGVjayI6IiIsInN1YmplY3QiOiIifQ", "limit=0", "a=b", "%", "&&==;", "check=%00%ff",
	} {
		f.Add(seed)
	}
	h := serve(&history{run: runOf("run-1", 12, nil), recorded: recordedRuns(3)}, nil)
	ask := func(path, raw string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.URL.RawQuery = raw
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, path := range []string{"/api/v1/findings", "/api/v1/runs"} {
			w := ask(path, raw)
			switch w.Code {
			case http.StatusOK:
			case http.StatusBadRequest:
				var answer struct{ Error string }
				if err := unmarshal(w.Body.String(), &answer); err != nil || answer.Error == "" {
					t.Errorf("%v: %s", err, w.Body)
				}
			default:
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
			if link := w.Header().Get("Link"); link != "" {
				u, err := url.Parse(next(t, link))
				if err != nil {
					t.Fatal(err)
				}
				if w := ask(u.Path, u.RawQuery); w.Code != http.StatusOK {
					t.Errorf("the link answers %d: %s", w.Code, w.Body)
				}
			}
		}
	})
}
