package web

import (
	"net/http"
	"net/url"
	"strings"
)

// secured sets on every response what browsers are not to do with it: guess
// another type, run or load anything, frame it, keep it, or tell others where
// it was. The landing page replaces the content policy by its own.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

const contentPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// crossOrigin tells requests that another site made a browser send, with the
// password that it keeps for this one. The external URL is this site, also
// where a proxy asks under another name.
func crossOrigin(external *url.URL) *http.CrossOriginProtection {
	c := http.NewCrossOriginProtection()
	if site := origin(external); site != "" {
		if err := c.AddTrustedOrigin(site); err != nil {
			panic(err) // scheme and host alone, of a URL that was parsed, are an origin
		}
	}
	return c
}

// origin is the URL's scheme and host as they stand in an Origin header; "" if
// it has none.
func origin(u *url.URL) string {
	if u == nil || u.Scheme == "" || u.Host == "" {
		return ""
	}
	return (&url.URL{Scheme: strings.ToLower(u.Scheme), Host: strings.ToLower(u.Host)}).String()
}
