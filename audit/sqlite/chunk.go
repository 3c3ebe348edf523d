package sqlite

// Sizes of chunks in bytes. On average a chunk has minChunk and another
// 1 << chunkBits.
const (
	minChunk  = 4 << 10
	chunkBits = 14
	maxChunk  = 64 << 10
)

// chunker cuts what is written to it where the last 64 bytes say so ("gear"
// hash, as in Xia and others, "Ddelta", 2014). So cuts depend on the text near
// them and not on what stands before: two snapshots that differ in a few
// buckets have most chunks in common, whatever became longer or shorter.
type chunker struct {
	emit func(chunk []byte) error
	gear [256]uint64
	hash uint64
	rest []byte
}

func newChunker(emit func(chunk []byte) error) *chunker {
	c := &chunker{emit: emit, rest: make([]byte, 0, maxChunk)}
	// Any numbers do that are spread well and always the same: splitmix64.
	for i := range c.gear {
		z := uint64(i+1) * 0x9e3779b97f4a7c15
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		c.gear[i] = z ^ z>>31
	}
	return c
}

// Write implements io.Writer.
func (c *chunker) Write(text []byte) (int, error) {
	for i, b := range text {
		c.hash = c.hash<<1 + c.gear[b]
		c.rest = append(c.rest, b)
		if len(c.rest) < minChunk || len(c.rest) < maxChunk && c.hash>>(64-chunkBits) != 0 {
			continue
		}
		if err := c.flush(); err != nil {
			return i, err
		}
	}
	return len(text), nil
}

// flush emits what is left as the last chunk.
func (c *chunker) flush() error {
	if len(c.rest) == 0 {
		return nil
	}
	err := c.emit(c.rest)
	c.rest, c.hash = c.rest[:0], 0
	return err
}
