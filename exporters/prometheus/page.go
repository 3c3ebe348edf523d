package prometheus

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// page is what a run has on /metrics, plain and compressed. It never changes.
//
// Both forms are kept. The compressed one is what Prometheus asks for; to
// decompress it for another client would take longer than a scrape may, and
// the plain text of 50,000 series is 11 MB.
type page struct {
	plain []byte
	// gzipped is the beginning of a gzip member (RFC 1952): its header and
	// the compressed plain text, which ends at a byte boundary without being
	// the end of the stream. Any deflate stream (RFC 1951) and the trailer
	// can follow. A member of its own for what follows would be legal too,
	// but browsers drop all members behind the first and curl fails at them.
	gzipped []byte
	crc     uint32 // of plain
}

// gzipHeader is that of RFC 1952 section 2.3 without time, name or flags, by
// an unknown system.
const gzipHeader = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

// render makes the text of the run. It appends to plain bytes: client_golang
// would keep an object for each series, which takes some ten times the memory
// and the time, and would encode them all again in every scrape.
func render(v *view) []byte {
	families, room := runFamilies(), 0
	list := make([]samples, len(families))
	for i := range families {
		list[i] = samples{metric: &families[i].Metric, values: map[string]float64{}}
		families[i].fill(v, &list[i])
		room += list[i].room()
	}
	text := make([]byte, 0, room)
	for i := range list {
		text = list[i].append(text)
	}
	return text
}

// level is the compression of what a run found: the default one makes it
// seven per cent smaller in almost three times the time.
const level = 3

func newPage(text []byte) *page {
	var b bytes.Buffer
	b.WriteString(gzipHeader)
	w, err := flate.NewWriter(&b, level)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Flush() // no Close: that would end the stream
	}
	if err != nil {
		panic(err) // a buffer takes everything, and the level is a valid one
	}
	return &page{plain: text, gzipped: bytes.Clone(b.Bytes()), crc: crc32.ChecksumIEEE(text)}
}

// appendTrailer appends what ends the gzip member if rest was compressed
// behind the page: checksum and length of both (RFC 1952 section 2.3.1).
func (p *page) appendTrailer(b, rest []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, crc32.Update(p.crc, crc32.IEEETable, rest))
	return binary.LittleEndian.AppendUint32(b, uint32(len(p.plain)+len(rest)))
}

// severitiesOf is the severity of each check by its ID.
func severitiesOf(checks []audit.Check) map[string]audit.Severity {
	severities := make(map[string]audit.Severity, len(checks))
	for i := range checks {
		severities[checks[i].ID] = checks[i].Severity
	}
	return severities
}
