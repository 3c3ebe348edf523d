package web

import (
	"io"
	"net/http"
)

// Probes returns a handler of the health paths alone. It tells nothing of
// what was found and so may stand on a plain listener, for probes that have
// neither certificate nor password.
func Probes(ready func() error) http.Handler {
	mux := http.NewServeMux()
	probes(mux, ready)
	return secured(mux)
}

func probes(mux *http.ServeMux, ready func() error) {
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, "quilt-auditor is healthy.")
	})
	mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) {
		if err := ready(); err != nil {
			answer(w, http.StatusServiceUnavailable, "quilt-auditor is not ready: "+err.Error())
			return
		}
		answer(w, http.StatusOK, "quilt-auditor is ready.")
	})
}

// answer writes a line of plain text.
func answer(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, line+"\n") // a client that is gone needs no answer
}
