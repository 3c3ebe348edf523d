package sqlite

import (
	"crypto/sha256"
	"fmt"
)

// How many pieces and counts a transaction remembers: enough for what repeats
// all the time, too few to take much memory.
const (
	rememberedPieces = 1 << 13
	rememberedCounts = 1 << 14
)

// pieces puts byte strings into the database, each once, and counts their
// uses.
type pieces struct {
	w      *writing
	packer packer
	ids    map[[sha256.Size]byte]int64
	counts map[int64]int // uses that are not counted in the database yet
	used   bool
	newID  counter
}

// put counts one more use of the text and returns the id of its piece.
func (p *pieces) put(text []byte) (int64, error) {
	sum := sha256.Sum256(text)
	if id, ok := p.ids[sum]; ok {
		return id, p.count(id, 1)
	}
	id, err := p.find(sum, text)
	if err != nil {
		return 0, err
	}
	if p.ids == nil || len(p.ids) >= rememberedPieces {
		p.ids = map[[sha256.Size]byte]int64{}
	}
	p.ids[sum] = id
	return id, nil
}

// find makes a piece that is used once, or counts one more use of the one that
// is there.
func (p *pieces) find(sum [sha256.Size]byte, text []byte) (int64, error) {
	id, err := p.newID.next(p.w, `SELECT coalesce(max(id), 0) FROM pieces`)
	if err != nil {
		return 0, err
	}
	added, err := p.w.exec(`INSERT INTO pieces (id, sha256, refs) VALUES (?, ?, 1) ON CONFLICT (sha256) DO NOTHING`, id, sum[:])
	if err != nil {
		return 0, err
	}
	if added > 0 {
		body, err := p.packer.pack(text)
		if err != nil {
			return 0, err
		}
		_, err = p.w.exec(`INSERT INTO bodies (id, body) VALUES (?, ?)`, id, body)
		return id, err
	}
	p.newID.unused()
	if _, err := p.w.one(`SELECT id FROM pieces WHERE sha256 = ?`, []any{sum[:]}, &id); err != nil {
		return 0, err
	}
	return id, p.count(id, 1)
}

// drop takes back one use of a piece.
func (p *pieces) drop(id int64) error { return p.count(id, -1) }

func (p *pieces) count(id int64, uses int) error {
	if p.counts == nil {
		p.counts = map[int64]int{}
	}
	p.counts[id] += uses
	if len(p.counts) < rememberedCounts {
		return nil
	}
	return p.flush()
}

func (p *pieces) flush() error {
	for id, uses := range p.counts {
		if uses == 0 {
			continue
		}
		if _, err := p.w.exec(`UPDATE pieces SET refs = refs + ? WHERE id = ?`, uses, id); err != nil {
			return err
		}
		p.used = true
	}
	clear(p.counts)
	return nil
}

// settle ends the counting: what is used no more is dropped.
func (p *pieces) settle() error {
	if err := p.flush(); err != nil || !p.used {
		return err
	}
	if _, err := p.w.exec(`DELETE FROM bodies WHERE id IN (SELECT id FROM pieces INDEXED BY pieces_unused WHERE refs = 0)`); err != nil {
		return err
	}
	_, err := p.w.exec(`DELETE FROM pieces WHERE refs = 0`)
	return err
}

// counter gives out ids, which is quicker than to ask for those that SQLite
// gave.
type counter struct{ last int64 }

// next is a new id; query tells the last one that is used.
func (c *counter) next(w *writing, query string) (int64, error) {
	if c.last == 0 {
		if _, err := w.one(query, nil, &c.last); err != nil {
			return 0, err
		}
	}
	c.last++
	return c.last, nil
}

// unused takes the last id back.
func (c *counter) unused() { c.last-- }

// piece reads a piece.
func (r *reading) piece(id int64) ([]byte, error) {
	var body []byte
	there, err := r.one(`SELECT body FROM bodies WHERE id = ?`, []any{id}, &body)
	if err == nil && !there {
		err = fmt.Errorf("piece %d is missing", id)
	}
	if err != nil {
		return nil, err
	}
	return unpack(body)
}
