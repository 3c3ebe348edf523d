package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// MaxBucketPolicy is the size limit of a bucket policy in bytes, white space
// not counted ("Amazon S3 User Guide", adding a bucket policy: 20 KB).
const MaxBucketPolicy = 20 << 10

// SizeError means that a bucket policy would be too long to save.
type SizeError struct {
	Size, Limit int // bytes, white space not counted
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("the policy would have %d bytes, %d are allowed; merge or shorten statements first", e.Size, e.Limit)
}

// AddStatement adds a statement to the text of a bucket policy, after the
// others. All of the policy that was there stays as it was, escapes and number
// forms included; a single statement becomes a list. Empty text makes a new
// policy. If the policy already holds the statement under any Sid it is not
// added again; if its Sid is taken, a number is put behind it. The result is
// indented by two spaces. The error is a [*SizeError] if it exceeds
// [MaxBucketPolicy]. existing is what Parse made of the text; nil if nobody
// parsed it yet.
func AddStatement(text string, existing *Document, statement json.RawMessage) (string, error) {
	merged, err := addStatement(text, existing, statement)
	if err != nil {
		return "", fmt.Errorf("adding a statement to the bucket policy: %w", err)
	}
	return merged, nil
}

func addStatement(text string, existing *Document, statement json.RawMessage) (string, error) {
	if strings.TrimSpace(text) == "" {
		text, existing = `{"Version":"`+Version2012+`","Statement":[]}`, nil
	}
	if existing == nil {
		var err error
		if existing, err = Parse(text, Resource); err != nil {
			return "", err
		}
	}
	added, err := Parse(`{"Version":"`+Version2012+`","Statement":[`+string(statement)+`]}`, Resource)
	if err != nil {
		return "", fmt.Errorf("the new statement: %w", err)
	}
	if len(added.Statements) != 1 {
		return "", errors.New("the new statement is not one statement")
	}
	members, err := splitMembers(text)
	if err != nil {
		return "", err
	}
	var extra []json.RawMessage
	if !existing.holds(&added.Statements[0]) {
		if existing.uses(added.Statements[0].Sid) {
			if statement, err = freeSid(statement, existing); err != nil {
				return "", err
			}
		}
		extra = append(extra, statement)
	}
	return joinMembers(members, extra)
}

// holds reports whether the document has the statement, Sids aside.
func (d *Document) holds(wanted *Statement) bool {
	for _, s := range d.Statements {
		s.Sid = wanted.Sid
		if reflect.DeepEqual(s, *wanted) {
			return true
		}
	}
	return false
}

// uses reports whether a statement has that Sid, which is not empty.
func (d *Document) uses(sid string) bool {
	return sid != "" && slices.ContainsFunc(d.Statements, func(s Statement) bool { return s.Sid == sid })
}

// freeSid returns the statement with a Sid that the document does not use: a
// Sid must be unique in a policy ("IAM JSON policy elements: Sid").
func freeSid(statement json.RawMessage, d *Document) (json.RawMessage, error) {
	members, err := splitMembers(string(statement))
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for i := range d.Statements {
		taken[d.Statements[i].Sid] = true
	}
	for i := range members {
		if members[i].name != "Sid" {
			continue
		}
		var sid string
		if err := json.Unmarshal(members[i].value, &sid); err != nil {
			return nil, fmt.Errorf("renaming the Sid: %w", err)
		}
		free := sid
		for n := 2; taken[free]; n++ {
			free = sid + strconv.Itoa(n)
		}
		if members[i].value, err = json.Marshal(free); err != nil {
			return nil, fmt.Errorf("renaming the Sid: %w", err)
		}
	}
	return writeMembers(members), nil
}

// member is one name and value of an object, the value as written.
type member struct {
	name  string
	value json.RawMessage
}

// splitMembers takes apart an object that Parse accepted, in order. The names
// of its members need no escapes.
func splitMembers(text string) ([]member, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	var out []member
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("not JSON: %w", err)
		}
		name, ok := token.(string)
		if !ok {
			return nil, errors.New("not an object")
		}
		m := member{name: name}
		if err := decoder.Decode(&m.value); err != nil {
			return nil, fmt.Errorf("not JSON: %w", err)
		}
		out = append(out, m)
	}
	return out, nil
}

func writeMembers(members []member) json.RawMessage {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(strconv.Quote(m.name))
		out.WriteByte(':')
		out.Write(m.value)
	}
	out.WriteByte('}')
	return out.Bytes()
}

// joinMembers puts the policy together with more statements.
func joinMembers(members []member, extra []json.RawMessage) (string, error) {
	for i := range members {
		if members[i].name != "Statement" {
			continue
		}
		list, err := appendStatements(members[i].value, extra)
		if err != nil {
			return "", err
		}
		members[i].value = list
	}
	whole := writeMembers(members)
	var compact, indented bytes.Buffer
	if err := json.Compact(&compact, whole); err != nil {
		return "", fmt.Errorf("not JSON: %w", err)
	}
	if compact.Len() > MaxBucketPolicy {
		return "", &SizeError{Size: compact.Len(), Limit: MaxBucketPolicy}
	}
	if err := json.Indent(&indented, compact.Bytes(), "", "  "); err != nil {
		return "", fmt.Errorf("not JSON: %w", err)
	}
	return indented.String(), nil
}

func appendStatements(existing json.RawMessage, extra []json.RawMessage) (json.RawMessage, error) {
	statements := []json.RawMessage{existing}
	if bytes.HasPrefix(bytes.TrimSpace(existing), []byte("[")) {
		statements = nil
		if err := json.Unmarshal(existing, &statements); err != nil {
			return nil, fmt.Errorf("taking Statement apart: %w", err)
		}
	}
	var out bytes.Buffer
	out.WriteByte('[')
	for i, s := range append(statements, extra...) {
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(s)
	}
	out.WriteByte(']')
	return out.Bytes(), nil
}
