package sqlite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// The pieces of a snapshot stand in the order of its JSON form, so that what
// stands at the end is read from there, and one bucket is found by halving,
// without reading the rest. In what snapshot.Encode writes, a quote within a
// text is escaped, so that marks stand only where they mean something.

const (
	trailsMark = `],"trails":` // ends the buckets, if there are any
	rolesMark  = `,"roles":`
)

// Limits in bytes: of what stands behind the buckets (trails, roles and their
// policies), and of what one bucket takes.
const (
	maxTail   = 4 << 20
	maxRecord = 256 << 10
)

// errTail says that what stands behind the buckets is larger.
var errTail = errors.New("the snapshot has too much beside its buckets to look into it")

// ReadBucket returns what the run read of a bucket, nil if the snapshot of the
// run is not kept or has no such bucket.
func (s *Reader) ReadBucket(ctx context.Context, runID, accountID, arn string) (b *snapshot.Bucket, err error) {
	err = s.read(ctx, fmt.Sprintf("reading a bucket in the snapshot of run %.40q", runID), func(r *reading) error {
		text, err := r.excerpts(runID)
		if err != nil || text == nil {
			return err
		}
		b, err = text.bucket(accountID, arn)
		return err
	})
	return b, err
}

// ReadRole returns what the run read of a role, and the managed policies that
// it read in any account; nil if the snapshot of the run is not kept or has no
// such role.
func (s *Reader) ReadRole(ctx context.Context, runID, arn string) (role *snapshot.Role, managed []snapshot.ManagedPolicy, err error) {
	err = s.read(ctx, fmt.Sprintf("reading a role in the snapshot of run %.40q", runID), func(r *reading) error {
		text, err := r.excerpts(runID)
		if err != nil || text == nil {
			return err
		}
		role, managed, err = text.role(arn)
		return err
	})
	return role, managed, err
}

// ReadTrails returns what the run read of the trails with these ARNs, without
// those that its snapshot does not have; none if that is not kept.
func (s *Reader) ReadTrails(ctx context.Context, runID string, arns []string) (list []snapshot.Trail, err error) {
	err = s.read(ctx, fmt.Sprintf("reading trails in the snapshot of run %.40q", runID), func(r *reading) error {
		text, err := r.excerpts(runID)
		if err != nil || text == nil {
			return err
		}
		list, err = text.trails(arns)
		return err
	})
	return list, err
}

// excerpts reads parts of a snapshot.
type excerpts struct {
	r   *reading
	ids []int64
}

// excerpts is the snapshot of the run, nil if there is none.
func (r *reading) excerpts(runID string) (*excerpts, error) {
	var packed []byte
	const query = `SELECT s.pieces FROM runs r JOIN snapshots s ON s.id = r.snapshot WHERE r.run_id = ?`
	if ok, err := r.one(query, []any{runID}, &packed); err != nil || !ok {
		return nil, err
	}
	list, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	ids, err := unpackIDs(list)
	return &excerpts{r, ids}, err
}

// tail is the end of the snapshot, from the mark on, and the place of the piece
// that it begins in; nil if there is no such mark.
func (e *excerpts) tail(mark string) (text []byte, at int, err error) {
	for at = len(e.ids) - 1; at >= 0; at-- {
		piece, err := e.r.piece(e.ids[at])
		if err != nil {
			return nil, 0, err
		}
		text = append(piece, text...)
		if i := bytes.Index(text[:min(len(text), len(piece)+len(mark))], []byte(mark)); i >= 0 {
			return text[i:], at, nil
		}
		if len(text) > maxTail {
			return nil, 0, errTail
		}
	}
	return nil, 0, nil
}

func (e *excerpts) role(arn string) (*snapshot.Role, []snapshot.ManagedPolicy, error) {
	text, _, err := e.tail(rolesMark)
	if err != nil || text == nil {
		return nil, nil, err
	}
	text[0] = '{' // for the comma
	var c struct {
		Roles           []snapshot.Role          `json:"roles"`
		ManagedPolicies []snapshot.ManagedPolicy `json:"managed_policies"`
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, nil, err
	}
	for i := range c.Roles {
		if c.Roles[i].ARN == arn {
			return &c.Roles[i], c.ManagedPolicies, nil
		}
	}
	return nil, nil, nil
}

func (e *excerpts) trails(arns []string) ([]snapshot.Trail, error) {
	text, _, err := e.tail(trailsMark)
	if err != nil || text == nil {
		return nil, err
	}
	text = text[1:] // the end of the buckets
	text[0] = '{'   // for the comma
	var c struct {
		Trails []snapshot.Trail `json:"trails"`
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(c.Trails, func(t snapshot.Trail) bool { return !slices.Contains(arns, t.ARN) }), nil
}
