package audit

import (
	"bytes"
	"compress/flate"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
)

// Rows are rows in the order of a run. Where there are many, most of them are
// packed: the first run of an estate has a row for each finding, and packed
// they take a tenth of the memory. The zero Rows has none. They do not change
// and can be read by several goroutines.
type Rows struct {
	len    int
	blocks [][]byte // packed, each in the order of a run
	loose  []Row
}

// RowsOf returns rows in the order of a run.
func RowsOf(rows ...Row) Rows {
	var p rowPacker
	for _, r := range rows {
		p.add(r)
	}
	p.sort()
	return p.Rows
}

// Len is how many rows there are.
func (r *Rows) Len() int { return r.len }

// All yields every row. Those that are unpacked for it are the caller's own,
// others are shared: none may be changed.
func (r *Rows) All() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		sources := make([]*rowSource, 0, len(r.blocks)+1)
		for _, block := range r.blocks {
			sources = append(sources, unpackRows(block))
		}
		sources = append(sources, &rowSource{loose: r.loose})
		sources = slices.DeleteFunc(sources, func(s *rowSource) bool { return !s.next() })
		slices.SortFunc(sources, func(a, b *rowSource) int { return compareRows(a.row, b.row) })
		for len(sources) > 0 {
			first := sources[0]
			if !yield(first.row) {
				return
			}
			if !first.next() {
				sources = sources[1:]
				continue
			}
			at, _ := slices.BinarySearchFunc(sources[1:], first.row, func(s *rowSource, r Row) int { return compareRows(s.row, r) })
			copy(sources, sources[1:1+at])
			sources[at] = first
		}
	}
}

func compareRows(a, b Row) int { return a.Finding.Position().Compare(b.Finding.Position()) }

// rowSource gives rows one after the other: those of a block, or loose ones.
type rowSource struct {
	row   Row // the one at hand
	block *gob.Decoder
	loose []Row
}

func unpackRows(block []byte) *rowSource {
	return &rowSource{block: gob.NewDecoder(flate.NewReader(bytes.NewReader(block)))}
}

// next takes the next row in hand; false if there is none.
func (s *rowSource) next() bool {
	if s.block == nil {
		if len(s.loose) == 0 {
			return false
		}
		s.row, s.loose = s.loose[0], s.loose[1:]
		return true
	}
	s.row = Row{}
	err := s.block.Decode(&s.row)
	if errors.Is(err, io.EOF) {
		return false
	}
	if err != nil {
		panic(fmt.Errorf("unpacking rows: %w", err)) // they were packed by this process
	}
	if s.row.Finding.Controls == nil { // gob does not tell an empty list from none
		s.row.Finding.Controls = []Control{}
	}
	return true
}

// rowsInBlock is how many rows are packed together.
const rowsInBlock = 1 << 13

// rowPacker makes Rows.
type rowPacker struct {
	Rows
	packed   bytes.Buffer
	compress *flate.Writer
}

func (p *rowPacker) add(r Row) {
	p.len++
	p.loose = append(p.loose, r)
	if len(p.loose) == rowsInBlock {
		p.pack()
	}
}

// pack makes a block of the loose rows.
func (p *rowPacker) pack() {
	p.sort()
	p.packed.Reset()
	if p.compress == nil {
		p.compress, _ = flate.NewWriter(nil, flate.BestSpeed) // the level is valid
	}
	p.compress.Reset(&p.packed)
	encoder := gob.NewEncoder(p.compress)
	for i := range p.loose {
		if err := encoder.Encode(&p.loose[i]); err != nil {
			panic(fmt.Errorf("packing rows: %w", err)) // a buffer takes all that gob knows how to write
		}
	}
	if err := p.compress.Close(); err != nil {
		panic(fmt.Errorf("packing rows: %w", err))
	}
	p.blocks = append(p.blocks, bytes.Clone(p.packed.Bytes()))
	clear(p.loose)
	p.loose = p.loose[:0]
}

// sort puts the loose rows in the order of a run.
func (p *rowPacker) sort() { slices.SortFunc(p.loose, compareRows) }
