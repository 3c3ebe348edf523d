package batch

import (
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
	"github.com/quilt-auditor/quilt-auditor/checks/engine/strictjson"
)

// Read reads one question. Where there is an error, the question has at least
// its ID, if that could be read.
func Read(line string, policies *policy.Cache) (*Question, error) {
	q := &Question{}
	given, err := q.members(line)
	if err != nil {
		q.seekID(line)
		return q, err
	}
	r := reading{question: q, policies: policies}
	for _, m := range given {
		value, err := strictjson.New(m.value)
		if err == nil {
			err = r.member(m.name, value)
		}
		if err != nil {
			return q, within(m.name, err)
		}
	}
	return q, q.Check()
}

// member is one member of the line, its value as it was written.
type member struct{ name, value string }

// usualMembers is how many members the interface has, so that the list need
// not grow.
const usualMembers = 20

// members takes the line apart. A member that is null counts as absent. An
// error waits until all of the line was looked through for the ID.
func (q *Question) members(line string) ([]member, error) {
	r, err := strictjson.New(line)
	if err != nil {
		return nil, err
	}
	if r.Peek() == 0 && r.End() == nil {
		return nil, errors.New("the line is empty")
	}
	given := make([]member, 0, usualMembers)
	err = r.Object(func(name string) error {
		value, err := r.Raw()
		if err != nil {
			return within(name, err)
		}
		if name == "id" {
			return q.identify(value)
		}
		if value != "null" {
			given = append(given, member{name, value})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return given, r.End()
}

func (q *Question) identify(value string) error {
	id := json.RawMessage(value)
	if !json.Valid(id) {
		return errors.New("id: malformed JSON")
	}
	q.ID = id
	return nil
}

// seekID looks for the ID behind what is wrong with the line.
func (q *Question) seekID(line string) {
	var named struct {
		ID json.RawMessage `json:"id"`
	}
	if q.ID == nil && utf8.ValidString(line) && json.Unmarshal([]byte(line), &named) == nil {
		q.ID = named.ID
	}
}

// reading is a question of which some members were read.
type reading struct {
	question *Question
	policies *policy.Cache
}

func (r *reading) member(name string, value *strictjson.Reader) (err error) {
	q, ask := r.question, &r.question.Ask
	switch name {
	case "principal":
		ask.Principal, err = value.String()
	case "principal_account":
		ask.PrincipalAccount, err = value.String()
	case "actions":
		q.Actions, err = texts(value)
	case "bucket":
		ask.Bucket, err = value.String()
	case "bucket_account":
		ask.BucketAccount, err = value.String()
	case "partition":
		ask.Partition, err = value.String()
	case "keys":
		ask.Keys, err = readKeys(value)
	case "context":
		ask.Context, err = readContext(value)
	case "unknown":
		ask.Unknown, err = texts(value)
	case "any":
		ask.Any, err = texts(value)
	case "restrict_public_buckets":
		q.Layers.RestrictPublicBuckets, err = value.Bool()
	default:
		return r.layer(name, value)
	}
	return err
}

// layer reads a member that holds policies.
func (r *reading) layer(name string, value *strictjson.Reader) (err error) {
	layers := &r.question.Layers
	switch name {
	case "identity_policies":
		layers.Identity, err = r.list(value, policy.Identity)
	case "boundary":
		layers.Boundary, err = readPolicy(value, policy.Identity, r.policies)
	case "session_policy":
		layers.Session, err = readPolicy(value, policy.Identity, r.policies)
	case "bucket_policy":
		layers.Bucket, err = readPolicy(value, policy.Resource, r.policies)
	case "endpoint_policy":
		layers.Endpoint, err = readPolicy(value, policy.Endpoint, r.policies)
	case "scps":
		layers.SCPs, err = r.levels(value, policy.SCP)
	case "rcps":
		layers.RCPs, err = r.levels(value, policy.RCP)
	default:
		return errors.New("unknown member")
	}
	return err
}

// list reads the policies of a list, which is not nil even if it is empty.
func (r *reading) list(value *strictjson.Reader, kind policy.Kind) ([]*policy.Document, error) {
	out := []*policy.Document{}
	err := elements(value, func() error {
		d, err := readPolicy(value, kind, r.policies)
		out = append(out, d)
		return err
	})
	return out, err
}

// levels reads a list of lists of policies.
func (r *reading) levels(value *strictjson.Reader, kind policy.Kind) ([][]*policy.Document, error) {
	var out [][]*policy.Document
	err := elements(value, func() error {
		level, err := r.list(value, kind)
		out = append(out, level)
		return err
	})
	return out, err
}
