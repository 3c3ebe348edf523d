package prometheus

import (
	"bytes"
	"compress/flate"
	"net/http"
	"strconv"

	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// contentType is that of the text format 0.0.4, which every Prometheus reads.
const contentType = "text/plain; version=0.0.4; charset=utf-8"

// ServeHTTP answers a scrape: the page of the last run, then what the process
// tells of itself at this moment. It holds no lock while it writes.
func (e *Exporter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "metrics are read by GET", http.StatusMethodNotAllowed)
		return
	}
	run, own := e.current(), e.replies.Get().(*reply)
	defer e.replies.Put(own)
	own.gather(e.registry)
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Add("Vary", "Accept-Encoding")
	head, tail := run.plain, own.text.Bytes()
	if acceptsGzip(r.Header.Values("Accept-Encoding")) {
		header.Set("Content-Encoding", "gzip")
		head, tail = run.gzipped, own.compress(run)
	}
	header.Set("Content-Length", strconv.Itoa(len(head)+len(tail)))
	if r.Method == http.MethodHead {
		return
	}
	if _, err := w.Write(head); err != nil {
		return // the client has gone
	}
	_, _ = w.Write(tail) // likewise
}

// reply is the part of an answer that is made for it alone. It is used again
// because a compressor takes more memory than all that it compresses here.
type reply struct {
	text, packed bytes.Buffer
	compressor   *flate.Writer
}

func newReply() *reply {
	compressor, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		panic(err) // the level is a valid one
	}
	return &reply{compressor: compressor}
}

// gather renders what the registry has. A metric that cannot be gathered or
// encoded, such as one of a /proc that is not readable, is left out: the rest
// of the page must not be lost for it.
func (r *reply) gather(registry *client.Registry) {
	r.text.Reset()
	families, _ := registry.Gather()
	for _, family := range families {
		start := r.text.Len()
		if _, err := expfmt.MetricFamilyToText(&r.text, family); err != nil {
			r.text.Truncate(start)
		}
	}
}

// compress makes the end of the gzip member that the page begins.
func (r *reply) compress(p *page) []byte {
	r.packed.Reset()
	r.compressor.Reset(&r.packed)
	_, err := r.compressor.Write(r.text.Bytes())
	if err == nil {
		err = r.compressor.Close()
	}
	if err != nil {
		panic(err) // a buffer takes everything
	}
	return p.appendTrailer(r.packed.Bytes(), r.text.Bytes())
}
