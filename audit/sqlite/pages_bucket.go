package sqlite

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"math"
	"regexp"
	"sort"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// bucket halves the pieces up to the last one that begins before the bucket,
// and reads on from there.
func (e *excerpts) bucket(accountID, arn string) (*snapshot.Bucket, error) {
	end, last, err := e.tail(trailsMark)
	if err != nil || end == nil {
		return nil, err
	}
	e.ids = e.ids[:last+1]
	want := bucketKey{accountID, arn}
	after := sort.Search(last+1, func(i int) bool {
		if err != nil {
			return true
		}
		w := e.from(i, maxRecord)
		first, is, failed := w.next()
		err = failed
		if !is {
			return w.at > last // behind the last bucket, not before the first
		}
		return first.compare(want) > 0
	})
	if err != nil {
		return nil, err
	}
	for w := e.from(max(0, after-1), math.MaxInt); ; {
		key, is, err := w.next()
		if err != nil || !is || key.compare(want) > 0 {
			return nil, err
		}
		if key == want {
			return w.decode()
		}
	}
}

// bucketKey is what the buckets of a snapshot are sorted by.
type bucketKey struct{ accountID, arn string }

func (k bucketKey) compare(other bucketKey) int {
	return cmp.Or(cmp.Compare(k.accountID, other.accountID), cmp.Compare(k.arn, other.arn))
}

// bucketHead is how a bucket begins in a snapshot, and maxHead how long that is at
// most. Other things have an account id and an ARN, but not one of a bucket.
var bucketHead = regexp.MustCompile(`^\{"account_id":"([0-9]{12})","arn":"(arn:[a-z-]{1,40}:s3:::[A-Za-z0-9._-]{1,255})"`)

const (
	recordMark = `{"account_id":"`
	maxHead    = 512
)

// window is a stretch of a snapshot that goes on from bucket to bucket.
type window struct {
	e     *excerpts
	at    int // the next piece
	text  []byte
	taken int // bytes of text that are done with
	read  int // bytes
	most  int // that are to be read
}

// from is the window that begins with that piece and reads only so far.
func (e *excerpts) from(piece, most int) *window { return &window{e: e, at: piece, most: most} }

// grow reads one more piece; false if there is none, or enough was read.
func (w *window) grow() (bool, error) {
	if w.at >= len(w.e.ids) || w.read >= w.most {
		return false, nil
	}
	piece, err := w.e.r.piece(w.e.ids[w.at])
	w.at, w.read = w.at+1, w.read+len(piece)
	w.text = append(w.text, piece...)
	return err == nil, err
}

// next goes on to the next bucket, with which text then begins; false if there
// is none as far as the window reads.
func (w *window) next() (bucketKey, bool, error) {
	for {
		w.text, w.taken = w.text[w.taken:], 0
		key, at, is := nextBucket(w.text)
		if w.text = w.text[at:]; is {
			w.taken = len(recordMark)
			return key, true, nil
		}
		if more, err := w.grow(); err != nil || !more {
			return bucketKey{}, false, err
		}
	}
}

// nextBucket finds the first bucket of the text, or from where on one could
// begin that it does not show yet.
func nextBucket(text []byte) (key bucketKey, at int, is bool) {
	for from := 0; ; from += len(recordMark) {
		i := bytes.Index(text[from:], []byte(recordMark))
		if i < 0 {
			return key, max(from, len(text)-len(recordMark)+1), false
		}
		from += i
		if m := bucketHead.FindSubmatch(text[from:min(len(text), from+maxHead)]); m != nil {
			return bucketKey{string(m[1]), string(m[2])}, from, true
		}
		if len(text)-from < maxHead {
			return key, from, false
		}
	}
}

// decode reads the bucket that text begins with.
func (w *window) decode() (*snapshot.Bucket, error) {
	for {
		b := new(snapshot.Bucket)
		err := json.NewDecoder(bytes.NewReader(w.text)).Decode(b)
		if err == nil {
			return b, nil
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, err
		}
		if more, failed := w.grow(); failed != nil || !more {
			return nil, errors.Join(err, failed)
		}
	}
}
