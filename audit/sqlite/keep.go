package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// Keep implements audit.Store. The hash is that of the file which
// snapshot.Encode makes, "sha256:" and what sha256sum prints of it.
func (s *Store) Keep(ctx context.Context, snap *snapshot.Snapshot) (digest string, err error) {
	err = s.write(ctx, "keeping the snapshot", func(w *writing) error {
		sum, err := w.keep(snap)
		digest = unpackDigest(sum)
		return err
	})
	if err != nil {
		return "", err
	}
	return digest, nil
}

func (w *writing) keep(snap *snapshot.Snapshot) ([]byte, error) {
	var ids []int64
	chunks := newChunker(func(chunk []byte) error {
		id, err := w.pieces.put(chunk)
		ids = append(ids, id)
		return err
	})
	h := sha256.New()
	if err := snapshot.Encode(io.MultiWriter(h, chunks), snap); err != nil {
		return nil, err
	}
	if err := chunks.flush(); err != nil {
		return nil, err
	}
	sum := h.Sum(nil)
	var there int
	again, err := w.one(`UPDATE snapshots SET kept = (SELECT max(kept) + 1 FROM snapshots) WHERE sha256 = ? RETURNING 1`, []any{sum}, &there)
	if err != nil {
		return nil, err
	}
	if again {
		return sum, w.dropAll(ids)
	}
	list, err := w.pieces.packer.pack(packIDs(ids))
	if err != nil {
		return nil, err
	}
	_, err = w.exec(`INSERT INTO snapshots (sha256, kept, pieces) VALUES (?, (SELECT coalesce(max(kept), 0) + 1 FROM snapshots), ?)`, sum, list)
	return sum, err
}

func (w *writing) dropAll(ids []int64) error {
	for _, id := range ids {
		if err := w.pieces.drop(id); err != nil {
			return err
		}
	}
	return nil
}

// packIDs writes each id as the difference from the one before: pieces that
// came together mostly have ids in a row.
func packIDs(ids []int64) []byte {
	var list []byte
	before := int64(0)
	for _, id := range ids {
		list = binary.AppendVarint(list, id-before)
		before = id
	}
	return list
}

func unpackIDs(list []byte) (ids []int64, err error) {
	before := int64(0)
	for len(list) > 0 {
		step, n := binary.Varint(list)
		if n <= 0 {
			return nil, errors.New("the list of pieces is damaged")
		}
		before += step
		ids, list = append(ids, before), list[n:]
	}
	return ids, nil
}

// Snapshot implements audit.Reader. It fails if what it read is not what Keep
// was given, by the content hash.
func (s *Reader) Snapshot(ctx context.Context, runID string) (snap *snapshot.Snapshot, there bool, err error) {
	err = s.read(ctx, fmt.Sprintf("reading the snapshot of run %.40q", runID), func(r *reading) error {
		snap, err = r.snapshot(runID)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	return snap, snap != nil, nil
}

func (r *reading) snapshot(runID string) (*snapshot.Snapshot, error) {
	var want, packed []byte
	const query = `SELECT s.sha256, s.pieces FROM runs r JOIN snapshots s ON s.id = r.snapshot WHERE r.run_id = ?`
	if ok, err := r.one(query, []any{runID}, &want, &packed); err != nil || !ok {
		return nil, err
	}
	list, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	ids, err := unpackIDs(list)
	if err != nil {
		return nil, err
	}
	source := &pieceReader{r: r, ids: ids, sum: sha256.New()}
	snap, err := snapshot.Decode(source)
	if err != nil {
		return nil, err
	}
	if got := source.sum.Sum(nil); !bytes.Equal(got, want) {
		return nil, fmt.Errorf("it is damaged: its content hash is %s, it was kept as %s", unpackDigest(got), unpackDigest(want))
	}
	return snap, nil
}

// pieceReader reads pieces one after the other.
type pieceReader struct {
	r    *reading
	ids  []int64
	rest []byte
	sum  hash.Hash // of all that was read
}

// Read implements io.Reader.
func (p *pieceReader) Read(into []byte) (int, error) {
	for len(p.rest) == 0 {
		if len(p.ids) == 0 {
			return 0, io.EOF
		}
		text, err := p.r.piece(p.ids[0])
		if err != nil {
			return 0, err
		}
		p.sum.Write(text)
		p.rest, p.ids = text, p.ids[1:]
	}
	n := copy(into, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}
