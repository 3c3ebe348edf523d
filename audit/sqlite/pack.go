package sqlite

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// The first byte of what is packed says how the rest is.
const (
	plain    = 0
	deflated = 1
)

// Texts below these sizes in bytes are not worth the effort: none at all, or
// that of the better compression, which has to clear a lot of memory first.
const (
	worthDeflating = 200
	worthEffort    = 4 << 10
)

// packer compresses (RFC 1951), with memory that is used again.
type packer struct {
	buffer      bytes.Buffer
	quick, good *flate.Writer
}

// pack returns the text in its shorter form. What it returned before is no
// longer valid.
func (p *packer) pack(text []byte) ([]byte, error) {
	p.buffer.Reset()
	if len(text) >= worthDeflating {
		p.buffer.WriteByte(deflated)
		if err := p.deflate(text); err != nil {
			return nil, err
		}
		if p.buffer.Len() <= len(text) {
			return p.buffer.Bytes(), nil
		}
		p.buffer.Reset()
	}
	p.buffer.WriteByte(plain)
	p.buffer.Write(text)
	return p.buffer.Bytes(), nil
}

func (p *packer) deflate(text []byte) (err error) {
	kept, level := &p.quick, flate.BestSpeed
	if len(text) >= worthEffort {
		kept, level = &p.good, flate.DefaultCompression
	}
	if *kept == nil {
		if *kept, err = flate.NewWriter(&p.buffer, level); err != nil {
			return err
		}
	}
	w := *kept
	w.Reset(&p.buffer)
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}

// unpack returns what was packed, in memory of its own; never nil.
func unpack(body []byte) ([]byte, error) {
	if len(body) == 0 {
		return nil, errors.New("a packed text is empty")
	}
	switch body[0] {
	case plain:
		return append([]byte{}, body[1:]...), nil
	case deflated:
		return io.ReadAll(flate.NewReader(bytes.NewReader(body[1:])))
	}
	return nil, fmt.Errorf("a packed text has the unknown form %d", body[0])
}

// packJSON packs the JSON form of a value.
func packJSON(p *packer, v any) ([]byte, error) {
	text, err := encode(v)
	if err != nil {
		return nil, err
	}
	return p.pack(text)
}

func unpackJSON(body []byte, to any) error {
	text, err := unpack(body)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}

// encode is the JSON form of a value; texts in it that are JSON already stay
// as they are, byte for byte.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}
